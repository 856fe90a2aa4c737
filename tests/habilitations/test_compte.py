"""« Mon compte »: what it says, what must be confirmed first, whom a report tells."""

import base64
from contextlib import suppress
from datetime import date, timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.conf import LazySettings, settings
from django.core import signing
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cdap.vues import APPAREIL
from conventions.models import Caisse
from habilitations import acces, chiffrement, compte, connexion, premiere_connexion
from habilitations.acces import SessionMorte
from habilitations.models import Avis, CodeSecours, FacteurTotp, Role, Session, Tentative, Utilisateur
from tests import usine
from tests.habilitations.personnes import (
    IP,
    MOT_DE_PASSE,
    NOUVEAU,
    code,
    entree,
    oublier_le_code,
    personne,
    presenter,
    qui,
    relire,
    sessions_ouvertes,
    textes,
)
from tests.travail import Boite, en_fil, sous_le_role, travailler
from tests.usine import GRAINE, OWNER


@pytest.fixture(autouse=True)
def adresse_neuve(base: None) -> None:
    """Each test starts without a failure from its address."""
    Tentative.objects.using(OWNER).filter(ip__in=(IP, usine.IP)).delete()


def confirmer(qui: acces.Acces, mot_de_passe: str = MOT_DE_PASSE, valeur: str | None = None) -> bool:
    return compte.confirmer(qui=qui, mot_de_passe=mot_de_passe, code=valeur or code(), ip=IP)


def test_it_says_why_i_have_an_access_and_who_answers_for_me(base: None) -> None:
    alice = usine.agent("T8", codes=("00123",))
    chloe = usine.utilisateur(alice.organisme, Role.ADMINISTRATEUR)
    Utilisateur.objects.using(OWNER).filter(pk=chloe.pk).update(prenom="Chloé", nom="Spécimen")
    Utilisateur.objects.using(OWNER).filter(pk=alice.utilisateur.pk).update(fin=date(2090, 1, 1))
    ancien = usine.utilisateur(alice.organisme, Role.ADMINISTRATEUR)
    Utilisateur.objects.using(OWNER).filter(pk=ancien.pk).update(suspension=timezone.now())
    usine.utilisateur(usine.organisme(), Role.ADMINISTRATEUR)
    lu = compte.lire(qui=qui(alice.cle))
    assert lu.administrateurs == ("Chloé Spécimen",)
    (une,) = lu.habilitations
    assert (une.groupe, une.profil, une.caisses, une.codes) == (alice.groupe.libelle, "T8", ("921",), ("00123",))
    assert (une.depuis, une.jusque) == (usine.DEBUT, date(2090, 1, 1))
    page = usine.client(alice.cle).get("/mon-compte/").content.decode()
    for attendu in ("Chloé Spécimen", "00123", alice.utilisateur.identifiant, "1er janvier 2090", "Aucun"):
        assert attendu in page


def test_the_page_is_one_s_own(base: None) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T2")
    page = usine.client(bob.cle).get("/mon-compte/").content.decode()
    assert alice.utilisateur.identifiant not in page
    assert alice.groupe.libelle not in page


def test_it_costs_the_same_number_of_queries_whatever_the_journal_holds(base: None) -> None:
    def cout(connexions: int) -> int:
        une = usine.agent("T1")
        for _ in range(connexions):
            usine.executer(
                "select cdap.journal_ecrire(%s, null, null, null, 'connexion', 'ouvrir', 'accorde', null, null, null, null, '192.0.2.9')",
                [une.utilisateur.pk],
            )
        with CaptureQueriesContext(connection) as requetes:
            assert usine.client(une.cle).get("/mon-compte/").status_code == 200
        return len(requetes)

    assert cout(1) == cout(40) <= 5


def test_connections_and_refused_tries_are_shown_and_other_people_s_are_not(base: None) -> None:
    alice, bob = personne(), personne()
    presenter(alice, "faux")
    presenter(bob, "faux")
    cle = connexion.second_facteur(session=str(presenter(alice)), code=code(), ip=IP)
    lues = compte.connexions(qui=qui(cle))
    assert [(une.action, une.ip) for une in lues] == [("ouvrir", IP), ("echec_mdp", IP)]


def test_a_password_and_a_code_are_both_needed_to_confirm(base: None) -> None:
    alice = personne()
    moi = entree(alice)
    assert not compte.confirme(qui=moi)
    assert not confirmer(moi, mot_de_passe="faux")
    assert not confirmer(moi, valeur="000000")
    assert not compte.confirme(qui=moi)
    assert confirmer(moi)
    assert compte.confirme(qui=moi)
    oublier_le_code(alice)
    assert not compte.confirme(qui=entree(alice)), "of another session, nothing is confirmed"


def test_wrong_passwords_are_counted_as_at_sign_in(base: None) -> None:
    alice = personne()
    moi = entree(alice)
    for _ in range(5):
        assert not confirmer(moi, mot_de_passe="faux")
    assert not confirmer(moi)
    assert presenter(alice) is None


def test_a_code_that_served_to_confirm_serves_no_more(base: None) -> None:
    alice = personne()
    moi, valeur = entree(alice), code()
    assert confirmer(moi, valeur=valeur)
    assert not confirmer(moi, valeur=valeur)


@pytest.mark.parametrize(("minutes", "vaut"), [(9, True), (10, False)])
def test_a_confirmation_lasts_ten_minutes(base: None, minutes: int, vaut: bool) -> None:
    moi = entree(personne())
    assert confirmer(moi)
    Session.objects.using(OWNER).filter(utilisateur=moi.utilisateur).update(reauthentification=timezone.now() - timedelta(minutes=minutes))
    assert compte.confirme(qui=moi) is vaut


def test_a_password_changes_only_after_a_confirmation_and_tells(boite: Boite) -> None:
    alice = personne()
    moi, autre = entree(alice), usine.ouvrir_session(alice)[0]
    changer = {"mot_de_passe": NOUVEAU, "confirmation": NOUVEAU}
    assert usine.client(moi.cle).post("/mon-compte/mot-de-passe/", changer)["Location"] == "/mon-compte/confirmer/mot-de-passe/"
    assert relire(alice).check_password(MOT_DE_PASSE)
    assert confirmer(moi)
    reponse = usine.client(moi.cle).post("/mon-compte/mot-de-passe/", changer)
    assert reponse["Location"] == "/mon-compte/"
    cle = reponse.cookies[settings.COOKIE_DE_SESSION].value
    assert relire(alice).check_password(NOUVEAU)
    assert acces.lire(autre) == SessionMorte("mot_de_passe")
    assert acces.lire(moi.cle) is None
    assert not compte.confirme(qui=qui(cle)), "one confirmation, one act"
    travailler()
    (recu,) = textes(boite, alice.courriel)
    assert "a été changé" in recu
    assert "192.0.2.0/24" in recu
    assert usine.IP not in recu
    assert "http" not in recu


def test_a_factor_is_replaced_with_its_codes_and_the_former_one_opens_nothing(boite: Boite) -> None:
    alice = personne()
    moi = entree(alice)
    assert premiere_connexion.proposer_facteur(qui=moi) is None
    assert confirmer(moi)
    proposition = premiere_connexion.proposer_facteur(qui=moi)
    assert proposition is not None
    secret = base64.b32decode(proposition.cle.replace(" ", ""))
    assert premiere_connexion.enroler_facteur(qui=moi, code="000000", ip=IP) is None
    enrole = premiere_connexion.enroler_facteur(qui=moi, code=code(secret), ip=IP)
    assert enrole is not None
    assert not compte.confirme(qui=qui(enrole[0]))
    attente = str(presenter(alice))
    assert connexion.second_facteur(session=attente, code=code(GRAINE), ip=IP) is None
    assert connexion.second_facteur(session=attente, code=enrole[1][0].replace("-", ""), ip=IP) is not None
    travailler()
    assert "application d’authentification a été enregistrée" in textes(boite, alice.courriel)[0]


def test_ten_new_recovery_codes_replace_the_former(boite: Boite) -> None:
    alice = personne()
    moi = entree(alice)
    assert compte.renouveler_codes(qui=moi, ip=IP) is None
    assert confirmer(moi)
    codes = compte.renouveler_codes(qui=moi, ip=IP)
    assert codes is not None
    oublier_le_code(alice)
    assert confirmer(moi, valeur=codes[0].replace("-", "")), "a recovery code confirms too"
    nouveaux = compte.renouveler_codes(qui=moi, ip=IP)
    assert nouveaux is not None
    assert not set(codes) & set(nouveaux)
    assert CodeSecours.objects.using(OWNER).filter(utilisateur=alice).count() == 10
    assert connexion.second_facteur(session=str(presenter(alice)), code=codes[1].replace("-", ""), ip=IP) is None
    travailler()
    assert [un.split("\n")[0] for un in textes(boite, alice.courriel)] == ["Votre compte"] * 3


def test_all_my_sessions_are_closed_at_once(base: None) -> None:
    alice = personne()
    moi = entree(alice)
    usine.ouvrir_session(alice)
    reponse = usine.client(moi.cle).post("/mon-compte/fermer-les-sessions/")
    assert reponse["Location"] == "/connexion/?fin=toutes"
    assert sessions_ouvertes(alice) == 0
    assert not Avis.objects.using(OWNER).filter(utilisateur=alice).exists(), "nobody is alarmed"


def test_it_was_not_me_tells_the_administrators_and_the_caisse_that_leads(boite: Boite) -> None:
    Caisse.objects.using(OWNER).filter(code="441").update(courriel="partenaires@caf441.example")
    organisme = usine.organisme(caisse_id="441")
    alice, chloe, ancien = (usine.utilisateur(organisme, role) for role in (Role.AGENT, Role.ADMINISTRATEUR, Role.ADMINISTRATEUR))
    ailleurs = personne(Role.ADMINISTRATEUR)
    adresses = [f"{usine.unique('qui')}@partenaire.example" for _ in range(3)]
    for une, courriel in zip((alice, chloe, ancien), adresses, strict=True):
        Utilisateur.objects.using(OWNER).filter(pk=une.pk).update(courriel=courriel)
    Utilisateur.objects.using(OWNER).filter(pk=ancien.pk).update(fin=timezone.localdate() - timedelta(days=1))
    assert usine.client(usine.ouvrir_session(alice)[0]).post("/session/pas-moi/")["Location"] == "/connexion/?fin=signalement"
    travailler()
    assert [len(textes(boite, adresse)) for adresse in (*adresses, ailleurs.courriel, "partenaires@caf441.example")] == [0, 1, 0, 0, 1]
    recu = textes(boite, adresses[1])[0]
    assert recu.startswith("Un compte à vérifier\n")
    assert alice.identifiant in recu
    assert "http" not in recu


def entrer(alice: Utilisateur, navigateur: Client) -> None:
    """Sign in by the two pages."""
    oublier_le_code(alice)
    navigateur.post("/connexion/", {"identifiant": alice.identifiant, "mot_de_passe": MOT_DE_PASSE})
    assert navigateur.post("/connexion/code/", {"code": code()})["Location"] == "/"


def test_a_device_that_never_saw_me_is_told_by_mail_once(boite: Boite) -> None:
    alice, bob = personne(), personne()
    poste, autre_poste = Client(REMOTE_ADDR=IP), Client(REMOTE_ADDR=IP)
    for une, navigateur in ((alice, poste), (alice, poste), (bob, poste), (alice, poste), (alice, autre_poste)):
        entrer(une, navigateur)
    travailler()
    assert [len(textes(boite, une.courriel)) for une in (alice, bob)] == [2, 1]
    recu = textes(boite, alice.courriel)[0]
    assert "192.0.2.0/24" in recu
    assert "heure de Paris" in recu
    assert "http" not in recu


def test_the_cookie_of_a_device_says_nobody_s_name_and_cannot_be_forged(base: None) -> None:
    alice = personne()
    poste = Client(REMOTE_ADDR=IP)
    entrer(alice, poste)
    cookie = poste.cookies[APPAREIL]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert int(cookie["max-age"]) == 365 * 86_400
    contenu = str(signing.loads(cookie.value, salt=compte.SEL))
    assert str(alice.pk) not in (contenu, *contenu.strip("[]'").split("', '"))
    assert alice.identifiant not in contenu
    assert compte.reconnaitre_appareil(cookie=cookie.value, utilisateur=alice.pk)[0]
    autre_fin = "B" if cookie.value.endswith("A") else "A"
    for forge in (cookie.value[:-1] + autre_fin, signing.dumps([str(alice.pk)], salt=compte.SEL), signing.dumps(4, salt=compte.SEL), "x"):
        assert not compte.reconnaitre_appareil(cookie=forge, utilisateur=alice.pk)[0]


def test_a_device_remembers_a_bounded_number_of_people(base: None) -> None:
    cookie = ""
    for numero in range(1, 23):
        cookie = compte.reconnaitre_appareil(cookie=cookie, utilisateur=numero)[1]
    assert [compte.reconnaitre_appareil(cookie=cookie, utilisateur=numero)[0] for numero in (1, 2, 3, 22)] == [False, False, True, True]


def test_a_former_key_is_withdrawn_once_seeds_are_encrypted_again(base: None, settings: LazySettings) -> None:
    alice = personne()
    ancienne, nouvelle_cle = settings.ENVIRONNEMENT.cles_chiffrement[0], Fernet.generate_key().decode()

    def cles(*valeurs: str) -> None:
        settings.ENVIRONNEMENT = settings.ENVIRONNEMENT.model_copy(update={"cles_chiffrement": list(valeurs)})

    def graine() -> bytes:
        return chiffrement.dechiffrer(FacteurTotp.objects.using(OWNER).get(utilisateur=alice).graine_chiffree)

    cles(nouvelle_cle, ancienne)
    avant = FacteurTotp.objects.using(OWNER).get(utilisateur=alice).graine_chiffree
    dit = recrypter("--simulation")
    assert "Simulation" in dit
    assert FacteurTotp.objects.using(OWNER).get(utilisateur=alice).graine_chiffree == avant
    try:
        recrypter()
        cles(nouvelle_cle)
        assert graine() == GRAINE
        cles(ancienne)
        with pytest.raises(InvalidToken):
            graine()
    finally:
        cles(ancienne, nouvelle_cle)
        recrypter()
    cles(ancienne)
    assert graine() == GRAINE


def recrypter(*options: str) -> str:
    """Run the command as the owner; seeds of other tests that no key reads do not stop it."""
    sortie = StringIO()

    def courir() -> None:
        with suppress(SystemExit):
            call_command("recrypter_graines", *options, stdout=sortie)

    with sous_le_role("proprietaire"):
        en_fil(courir)
    return sortie.getvalue()
