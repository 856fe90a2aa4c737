"""Accounts of administrators: opened once for each validated bulletin, ended with it; two mails, and never both in one."""

import email
import email.policy
import re
import threading
from datetime import date, timedelta

import psycopg
import pytest
from django.contrib.auth.hashers import check_password
from django.db import connections, transaction
from django.utils import timezone

from audit.journal.auteur import Auteur
from conventions.models import Bulletin
from conventions.services import bulletins, conventions
from envois.models import Envoi
from habilitations import connexion, identifiants
from habilitations.courriels import comptes as courriels
from habilitations.models import Role, Utilisateur
from habilitations.services import comptes
from tests import horloge, usine
from tests.conventions.commande import en_worker
from tests.conventions.conftest import sur, vu
from tests.travail import Boite, sous_le_role_worker, travailler
from tests.usine import OWNER


@pytest.fixture(autouse=True)
def rien_d_autre(base: None) -> None:
    """Let no bulletin of another test wait for its account."""
    usine.executer("update conventions_bulletin set compte_ouvert = now() where compte_ouvert is null")


@pytest.fixture
def dora(base: None) -> Auteur:
    return usine.operateur("921")


def compte(bulletin: Bulletin) -> Utilisateur:
    return Utilisateur.objects.using(OWNER).get(bulletin=bulletin.pk)


def suivre() -> None:
    en_worker(comptes.suivre_les_bulletins)


def essayer(identifiant: str, mot_de_passe: str) -> bool:
    return connexion.premier_facteur(identifiant=identifiant, mot_de_passe=mot_de_passe, ip=usine.IP) is not None


def test_a_validated_bulletin_opens_its_account_and_queues_its_two_mails(base: None) -> None:
    bulletin = usine.bulletin(etat="valide", fin=date(2099, 12, 31))
    suivre()
    chloe = compte(bulletin)
    assert (chloe.role, chloe.organisme_id, chloe.debut, chloe.fin) == (
        Role.ADMINISTRATEUR,
        bulletin.convention.organisme_id,
        bulletin.debut,
        bulletin.fin,
    )
    assert (chloe.nom, chloe.prenom, chloe.courriel) == (bulletin.nom, bulletin.prenom, bulletin.courriel)
    assert (chloe.mot_de_passe_provisoire, chloe.has_usable_password(), chloe.charte) == (True, False, "")
    assert re.fullmatch(r"c\.specimen\.[a-z2-9]{5}", chloe.identifiant)
    assert Bulletin.objects.using(OWNER).get(pk=bulletin.pk).compte_ouvert is not None
    modeles = Envoi.objects.using(OWNER).filter(objet=chloe.pk, modele__startswith="habilitations.").values_list("modele", flat=True)
    assert sorted(modeles) == ["habilitations.identifiant", "habilitations.mot_de_passe_provisoire"]
    objet = f"utilisateur:{chloe.pk}"
    assert [(une["famille"], une["action"], une["acteur"], une["organisme"]) for une in usine.traces(objet=objet)] == [
        ("compte", "creer", None, chloe.organisme_id), ("habilitation", "admin_designer", None, chloe.organisme_id),
    ]  # fmt: skip


@pytest.mark.parametrize("etat", ["recu", "controle", "refuse", "clos"])
def test_a_bulletin_that_is_not_validated_opens_nothing(base: None, etat: str) -> None:
    bulletin = usine.bulletin(etat=etat)
    suivre()
    assert not Utilisateur.objects.using(OWNER).filter(bulletin=bulletin.pk).exists()


def test_a_terminated_convention_opens_no_account(base: None) -> None:
    bulletin = usine.bulletin(etat="valide", convention=usine.convention(resiliation=timezone.now()))
    suivre()
    assert not Utilisateur.objects.using(OWNER).filter(bulletin=bulletin.pk).exists()


def suivre_et_fermer() -> None:
    comptes.suivre_les_bulletins()
    connections.close_all()


def test_an_account_is_opened_once_however_many_workers_look(base: None) -> None:
    lignes = [usine.bulletin(etat="valide") for _ in range(4)]
    with sous_le_role_worker():
        fils = [threading.Thread(target=suivre_et_fermer) for _ in range(4)]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
    assert [Utilisateur.objects.using(OWNER).filter(bulletin=ligne.pk).count() for ligne in lignes] == [1] * 4
    for ligne in lignes:
        assert Envoi.objects.using(OWNER).filter(objet=compte(ligne).pk, modele__startswith="habilitations.").count() == 2


def test_an_account_that_fails_keeps_none_of_the_others_back(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    mauvais, bon = usine.bulletin(etat="valide"), usine.bulletin(etat="valide")
    veritable = identifiants.identifiant
    monkeypatch.setattr(identifiants, "identifiant", lambda prenom, nom: "x" * 200 if nom == "Trop" else veritable(prenom, nom))
    usine.executer("update conventions_bulletin set nom = 'Trop' where id = %s", [mauvais.pk])
    suivre()
    assert compte(bon)
    assert not Utilisateur.objects.using(OWNER).filter(bulletin=mauvais.pk).exists()
    assert Bulletin.objects.using(OWNER).get(pk=mauvais.pk).compte_ouvert is None
    monkeypatch.undo()
    suivre()
    assert compte(mauvais)


def test_an_identifier_that_is_taken_is_drawn_again(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pris = usine.utilisateur(usine.organisme(), Role.AGENT).identifiant
    tires = iter([pris.upper(), pris, "libre." + usine.unique()])
    monkeypatch.setattr(identifiants, "identifiant", lambda prenom, nom: next(tires))
    bulletin = usine.bulletin(etat="valide")
    suivre()
    assert compte(bulletin).identifiant.startswith("libre.")


@pytest.mark.parametrize(
    ("prenom", "nom", "lisible"),
    [
        ("Chloé", "Spécimen", "c.specimen"), ("Jean-Noël", "D’Été Œuvre", "j.deteuvre"), ("李", "小龍", "utilisateur"), ("", "O'Neil", "oneil"),
        ("Anne", "N" * 100, "a." + "n" * 38), ("<b>", "a@b;c\n", "b.abc"),
    ],
)  # fmt: skip
def test_an_identifier_is_readable_and_not_guessable(prenom: str, nom: str, lisible: str) -> None:
    tires = {identifiants.identifiant(prenom, nom) for _ in range(50)}
    assert len(tires) == 50
    assert {un.rpartition(".")[0] for un in tires} == {lisible}
    assert max(len(un) for un in tires) <= 60


def test_validating_asks_for_the_account_in_the_same_transaction(dora: Auteur, boite: Boite) -> None:
    bulletin = usine.bulletin()
    with sur("caf"):
        bulletins.valider(bulletin=vu(bulletin), par=dora)
    travailler()
    travailler()  # the mails that the first task has queued, unless it was quick
    chloe = compte(bulletin)
    un, deux = [
        email.message_from_bytes(recu.original_content or b"", policy=email.policy.default) for recu in boite.pour(bulletin.courriel)
    ]
    textes = sorted([un.get_content(), deux.get_content()], key=lambda texte: chloe.identifiant not in texte)
    avec_identifiant, avec_mot_de_passe = textes
    trouve = re.search(r"provisoire : (\S{16})\s", avec_mot_de_passe)
    assert trouve is not None
    assert (chloe.identifiant in avec_identifiant, chloe.identifiant in avec_mot_de_passe) == (True, False)
    assert trouve[1] not in avec_identifiant
    assert {un["subject"], deux["subject"]} == {"Votre compte (1/2)", "Votre compte (2/2)"}
    assert check_password(trouve[1], chloe.password)
    assert essayer(chloe.identifiant, trouve[1])
    assert usine.valeur("select count(*) from procrastinate_jobs where args::text like %s", [f"%{trouve[1]}%"]) == 0


def provisoire(personne: Utilisateur) -> str:
    """Return the password of the second mail, written as the worker does."""
    textes: list[str] = []

    def ecrire() -> None:
        with transaction.atomic():
            message = courriels.mot_de_passe_provisoire(personne.pk)
        textes.append(message.texte if message else "")

    en_worker(ecrire)
    trouve = re.search(r"provisoire : (\S+)\n", textes[0])
    return trouve[1] if trouve else ""


def test_a_provisional_password_dies_after_its_hours_and_a_new_one_kills_the_former(base: None) -> None:
    bulletin = usine.bulletin(etat="valide")
    suivre()
    chloe = compte(bulletin)
    premier = provisoire(chloe)
    second = provisoire(chloe)
    assert premier != second
    fin = compte(bulletin).mot_de_passe_fin
    assert fin is not None
    assert timedelta(hours=71, minutes=59) < fin - timezone.now() <= timedelta(hours=72)
    usine.executer("update habilitations_utilisateur set mot_de_passe_fin = now() - interval '1 second' where id = %s", [chloe.pk])
    assert not essayer(chloe.identifiant, second)
    usine.executer("update habilitations_utilisateur set mot_de_passe_fin = %s where id = %s", [fin, chloe.pk])
    assert not essayer(chloe.identifiant, premier)
    assert essayer(chloe.identifiant, second)
    assert not essayer(chloe.identifiant, second), "it serves once"
    usine.executer("update habilitations_utilisateur set mot_de_passe_provisoire = false where id = %s", [chloe.pk])
    assert essayer(chloe.identifiant, second), "a chosen password has no such end"
    assert provisoire(chloe) == "", "and the mail has nothing to say any more"


def test_a_closed_bulletin_ends_its_account_at_once(dora: Auteur) -> None:
    bulletin = usine.bulletin(etat="valide")
    suivre()
    chloe = compte(bulletin)
    mot_de_passe = provisoire(chloe)
    assert essayer(chloe.identifiant, mot_de_passe)
    with sur("caf"):
        bulletins.clore(bulletin=vu(bulletin), motif="mutation", par=dora)
    suivre()
    chloe = compte(bulletin)
    assert (chloe.fin, chloe.suspension is not None) == (timezone.localdate(), True)
    assert not essayer(chloe.identifiant, mot_de_passe)
    assert provisoire(chloe) == ""
    fins = [(une["famille"], une["action"]) for une in usine.traces(objet=f"utilisateur:{chloe.pk}") if une["famille"] != "connexion"][2:]
    assert fins == [("habilitation", "admin_retirer"), ("compte", "fin")]
    suivre()
    assert len(usine.traces(objet=f"utilisateur:{chloe.pk}", action="fin")) == 1


def test_an_account_suspended_before_its_bulletin_is_closed_ends_too(dora: Auteur) -> None:
    """Otherwise lifting that suspension would bring a former administrator back."""
    bulletin = usine.bulletin(etat="valide", fin=date(2099, 12, 31))
    suivre()
    usine.executer("update habilitations_utilisateur set suspension = now() where bulletin_id = %s", [bulletin.pk])
    with sur("caf"):
        bulletins.clore(bulletin=vu(bulletin), motif="mutation", par=dora)
    suivre()
    assert compte(bulletin).fin == timezone.localdate()


def test_an_account_that_was_to_begin_later_never_begins(dora: Auteur) -> None:
    demain = timezone.localdate() + timedelta(days=1)
    bulletin = usine.bulletin(etat="valide", debut=demain)
    suivre()
    with sur("caf"):
        bulletins.clore(bulletin=vu(bulletin), motif="renonce", par=dora)
    suivre()
    suivre()
    assert (compte(bulletin).fin, compte(bulletin).suspension is not None) == (demain, True)
    assert len(usine.traces(objet=f"utilisateur:{compte(bulletin).pk}", action="fin")) == 1


def test_a_convention_never_has_three_administrators_who_can_sign_in(dora: Auteur) -> None:
    convention = usine.convention()
    un, deux = usine.bulletin(etat="valide", convention=convention), usine.bulletin(etat="valide", convention=convention, rang=2)
    suivre()
    with sur("caf"):
        bulletins.clore(bulletin=vu(un), motif="mutation", par=dora)
        trois = bulletins.recevoir(
            convention=vu(convention), par=dora, debut=usine.DEBUT, nom="Fictif", prenom="Gaël", fonction="Directeur",
            courriel="gael@partenaire.example", signature_personne=usine.DEBUT, signature_representant=usine.DEBUT,
        )  # fmt: skip
        bulletins.valider(bulletin=trois, par=dora)
    suivre()
    vivants = Utilisateur.objects.using(OWNER).filter(bulletin__convention=convention.pk, suspension=None, fin=None)
    assert {une.bulletin_id for une in vivants} == {deux.pk, trois.pk}


def test_the_worker_reads_no_password(base: None) -> None:
    with usine.connexion("worker") as pg:
        for instruction in (
            "select password from habilitations_utilisateur",
            "select * from habilitations_utilisateur",
            "delete from habilitations_utilisateur",
            "update habilitations_utilisateur set role = 'caf'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                pg.execute(instruction)


def test_nights_and_accounts_agree_on_the_clock(base: None) -> None:
    """A bulletin validated today opens today, whatever the hour of UTC."""
    with horloge.a("2027-01-01T00:30"):
        bulletin = usine.bulletin(etat="valide", debut=date(2027, 1, 1))
        suivre()
        assert compte(bulletin).debut == date(2027, 1, 1)
        assert provisoire(compte(bulletin))


def test_terminating_a_convention_leaves_its_bulletins_as_they_were(dora: Auteur) -> None:
    bulletin = usine.bulletin(etat="valide")
    suivre()
    with sur("caf"):
        conventions.resilier(acte=vu(bulletin.convention), motif="x", par=dora)
    suivre()
    assert compte(bulletin).suspension is None
