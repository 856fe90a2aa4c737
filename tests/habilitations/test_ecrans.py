"""The screens of a partner's administrator: what they show, what they change, what they refuse."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from habilitations.models import Affectation, Mesure, RetraitFacteur, Utilisateur
from tests import usine
from tests.habilitations.monde import JOUR, Monde
from tests.usine import OWNER


@pytest.fixture
def chez_a(base: None) -> Monde:
    return Monde()


@pytest.fixture
def chez_b(base: None) -> Monde:
    return Monde()


def test_every_page_opens(chez_a: Monde) -> None:
    alice = chez_a.alice
    question = _question(chez_a)
    retrait = RetraitFacteur.objects.using(OWNER).create(
        utilisateur=alice.utilisateur,
        demande=timezone.now(),
        demande_par=usine.personne(usine.administrateur(chez_a.organisme)),
        motif="Perdu",
    )
    pages = {
        "habilitations": {}, "groupes": {}, "groupe_creer": {}, "utilisateurs": {}, "utilisateur_creer": {},
        "groupe": {"groupe": alice.groupe.pk}, "groupe_modifier": {"groupe": alice.groupe.pk}, "groupe_rattacher": {"groupe": alice.groupe.pk},
        "groupe_apercu": {"groupe": alice.groupe.pk}, "utilisateur": {"utilisateur": alice.utilisateur.pk},
        "utilisateur_modifier": {"utilisateur": alice.utilisateur.pk}, "utilisateur_fonction": {"utilisateur": alice.utilisateur.pk},
        "utilisateur_rattacher": {"utilisateur": alice.utilisateur.pk}, "rattachement_retirer": {"affectation": alice.affectation.pk},
        "reponse": {"question": question.pk}, "retrait_decider": {"retrait": retrait.pk},
    }  # fmt: skip
    for nom, arguments in pages.items():
        chez_a.lire(nom, **arguments)
    for acte in ("suspendre", "lever", "clore"):
        chez_a.lire("groupe_acte", groupe=alice.groupe.pk, acte=acte)
    for acte in ("suspendre", "lever", "clore", "renvoyer", "reinitialiser", "debloquer", "retirer-facteur"):
        chez_a.lire("utilisateur_acte", utilisateur=alice.utilisateur.pk, acte=acte)


ETRANGERS = [
    ("groupe_modifier", "groupe"), ("groupe_rattacher", "groupe"), ("utilisateur_modifier", "utilisateur"), ("utilisateur_fonction", "utilisateur"),
    ("utilisateur_rattacher", "utilisateur"), ("rattachement_retirer", "affectation"),
]  # fmt: skip


@pytest.mark.parametrize(("nom", "de"), ETRANGERS)
def test_what_is_another_partner_s_does_not_exist_and_the_try_is_traced(chez_a: Monde, chez_b: Monde, nom: str, de: str) -> None:
    avant = chez_b.etat()
    for pk in (getattr(chez_b.alice, de).pk, 999_999_999):
        assert chez_a.navigateur.get(reverse(nom, kwargs={de: pk})).status_code == 404
        assert chez_a.envoyer(nom, chez_a.identite(motif="x"), **{de: pk}).status_code == 404
    assert chez_b.etat() == avant
    assert len(chez_a.refus()) == 2, "a POST of each"


def test_nor_do_acts_pages_and_previews_reach_another_partner(chez_a: Monde, chez_b: Monde) -> None:
    avant = chez_b.etat()
    for nom, arguments in (
        ("groupe", {"groupe": chez_b.alice.groupe.pk}), ("groupe_apercu", {"groupe": chez_b.alice.groupe.pk}),
        ("utilisateur", {"utilisateur": chez_b.alice.utilisateur.pk}),
    ):  # fmt: skip
        assert chez_a.navigateur.get(reverse(nom, kwargs=arguments)).status_code == 404
    for acte in ("suspendre", "lever", "clore"):
        assert chez_a.envoyer("groupe_acte", {"motif": "x"}, groupe=chez_b.alice.groupe.pk, acte=acte).status_code == 404
    for acte in ("suspendre", "clore", "reinitialiser", "renvoyer", "debloquer", "retirer-facteur"):
        assert chez_a.envoyer("utilisateur_acte", {"motif": "x"}, utilisateur=chez_b.alice.utilisateur.pk, acte=acte).status_code == 404
    assert (
        chez_a.navigateur.get(reverse("utilisateur_acte", kwargs={"utilisateur": chez_a.alice.utilisateur.pk, "acte": "x"})).status_code
        == 404
    )
    assert chez_b.etat() == avant


def test_ids_of_another_partner_in_a_list_are_no_choice(chez_a: Monde, chez_b: Monde) -> None:
    carl = chez_a.personne()
    avant = chez_a.etat(), chez_b.etat()
    siens, autres = str(chez_a.alice.groupe.pk), str(chez_b.alice.groupe.pk)
    for choisis in ([autres], [siens, autres], ["999999999"], ["1 or 1=1"], ["\x00"]):
        reponse = chez_a.envoyer("utilisateur_rattacher", {"choisis": choisis, "debut": JOUR}, utilisateur=carl.pk)
        assert "Choisissez dans la liste." in reponse.content.decode()
    for personnes in ([chez_b.alice.utilisateur.pk], [carl.pk, chez_b.alice.utilisateur.pk]):
        reponse = chez_a.envoyer("groupe_rattacher", {"choisis": personnes, "debut": JOUR}, groupe=chez_a.alice.groupe.pk)
        assert "Choisissez dans la liste." in reponse.content.decode()
    assert (chez_a.etat(), chez_b.etat()) == avant
    assert set(chez_a.refus()) == {("habilitation", "affecter")}
    assert len(chez_a.refus()) == 7


def test_fields_that_the_form_has_not_change_nothing(chez_a: Monde, chez_b: Monde) -> None:
    de_trop = {
        "role": "administrateur", "organisme": chez_b.organisme.pk, "bulletin": 1, "password": "x", "mot_de_passe": "x", "identifiant": "root",
        "caisses": "921", "charte": "x", "suspension_cause": "",
    }  # fmt: skip
    saisie = chez_a.identite(**de_trop)
    assert chez_a.envoyer("utilisateur_creer", saisie).status_code == 303
    bob = Utilisateur.objects.using(OWNER).get(courriel=saisie["courriel"])
    assert (bob.role, bob.organisme_id, bob.bulletin_id, bob.charte, bob.mot_de_passe_provisoire) == (
        "agent",
        chez_a.organisme.pk,
        None,
        "",
        True,
    )
    assert (bob.identifiant.startswith("b.exemple."), bob.has_usable_password()) == (True, False)


@pytest.mark.parametrize("champ", ["prenom", "nom", "fonction", "service", "courriel"])
@pytest.mark.parametrize("poison", ["\r\nBcc: tous@ville.example", "\nX: y", "\x00", "a\x1bb"])
def test_nothing_of_a_header_goes_through_a_name_or_an_address(chez_a: Monde, champ: str, poison: str) -> None:
    avant = chez_a.etat()
    saisie = chez_a.identite()
    saisie[champ] += poison + ("x" if champ != "courriel" else "@ville.example")
    assert chez_a.envoyer("utilisateur_creer", saisie).status_code == 200
    assert chez_a.etat() == avant


def test_a_double_submission_makes_one_person(chez_a: Monde) -> None:
    saisie = chez_a.identite(groupes=[chez_a.alice.groupe.pk])
    assert chez_a.envoyer("utilisateur_creer", saisie).status_code == 303
    seconde = chez_a.envoyer("utilisateur_creer", {**saisie, "courriel": saisie["courriel"].upper()})
    assert "Cette adresse est déjà celle d’une autre personne" in seconde.content.decode()
    bob = Utilisateur.objects.using(OWNER).get(courriel=saisie["courriel"])
    assert Affectation.objects.using(OWNER).filter(utilisateur=bob).count() == 1
    assert chez_a.decisions(utilisateur=bob) == ["compte.creer", "habilitation.affecter"]
    assert ("compte", "creer") in chez_a.refus()


def test_a_form_that_is_stale_overwrites_nothing(chez_a: Monde) -> None:
    alice = chez_a.alice
    adresse = reverse("groupe_modifier", kwargs={"groupe": alice.groupe.pk})
    vu = chez_a.navigateur.get(adresse).context["form"]["vu"].value()
    saisie = {"libelle": "Autre nom", "debut": "2020-01-01", "vu": vu}
    assert chez_a.navigateur.post(adresse, saisie).status_code == 303
    assert "Une autre personne a modifié cette fiche" in chez_a.navigateur.post(adresse, {**saisie, "libelle": "Encore"}).content.decode()
    assert "Autre nom" in chez_a.lire("groupe", groupe=alice.groupe.pk)


def test_a_delegation_taken_back_leaves_pages_to_read(chez_a: Monde) -> None:
    alice = chez_a.alice
    question = _question(chez_a)
    Mesure.objects.using(OWNER).create(
        genre="delegation", organisme=chez_a.organisme, posee=timezone.now(), posee_par=question.posee_par, motif="x"
    )
    avant = chez_a.etat()
    for nom, arguments in (
        ("habilitations", {}),
        ("groupes", {}),
        ("utilisateurs", {}),
        ("utilisateur", {"utilisateur": alice.utilisateur.pk}),
    ):
        page = chez_a.lire(nom, **arguments)
        assert "La Caf a repris la gestion de vos habilitations." in page
        assert "/creer/" not in page
        assert "/modifier/" not in page
    ecrans: tuple[tuple[str, dict[str, Any]], ...] = (
        ("groupe_creer", {}), ("utilisateur_creer", {}), ("utilisateurs_importer", {}), ("utilisateur_modifier", {"utilisateur": alice.utilisateur.pk}),
        ("groupe_acte", {"groupe": alice.groupe.pk, "acte": "clore"}), ("utilisateur_acte", {"utilisateur": alice.utilisateur.pk, "acte": "clore"}),
        ("rattachement_retirer", {"affectation": alice.affectation.pk}),
    )  # fmt: skip
    for nom, ou in ecrans:
        assert chez_a.envoyer(nom, chez_a.identite(motif="x", libelle="x"), **ou).status_code == 403
    assert chez_a.etat() == avant
    assert len(chez_a.refus()) == 7
    assert chez_a.envoyer("reponse", {"reponse": "Nous sommes deux."}, question=question.pk).status_code == 303, (
        "a question is still answered"
    )


def _question(chez: Monde) -> Mesure:
    posee_par = usine.personne(usine.operateur("921"))
    return Mesure.objects.using(OWNER).create(
        genre="question", organisme=chez.organisme, posee=timezone.now(), posee_par=posee_par, motif="Combien d’agents ?"
    )


def test_a_question_is_answered_once_and_by_its_own_partner(chez_a: Monde, chez_b: Monde) -> None:
    question = _question(chez_a)
    assert "Combien d’agents ?" in chez_a.lire("habilitations")
    assert "Combien d’agents ?" not in chez_b.lire("habilitations")
    assert chez_b.envoyer("reponse", {"reponse": "x"}, question=question.pk).status_code == 404
    assert chez_a.envoyer("reponse", {"reponse": "  "}, question=question.pk).status_code == 200
    assert chez_a.envoyer("reponse", {"reponse": "Deux."}, question=question.pk).status_code == 303
    assert chez_a.envoyer("reponse", {"reponse": "Trois."}, question=question.pk).status_code == 404
    question.refresh_from_db(using=OWNER)
    assert (question.reponse, question.repondue_par_id) == ("Deux.", chez_a.par.utilisateur)
    assert chez_a.decisions() == ["habilitation.question_repondre"]


def test_a_lost_factor_takes_two_people(chez_a: Monde) -> None:
    alice, denis = chez_a.alice, usine.administrateur(chez_a.organisme)
    assert (
        chez_a.envoyer(
            "utilisateur_acte", {"motif": "Téléphone perdu"}, utilisateur=alice.utilisateur.pk, acte="retirer-facteur"
        ).status_code
        == 303
    )
    retrait = RetraitFacteur.objects.using(OWNER).get(utilisateur=alice.utilisateur)
    adresse = reverse("retrait_decider", kwargs={"retrait": retrait.pk})
    assert "Vous avez demandé ce retrait" in chez_a.navigateur.get(adresse).content.decode()
    assert "Une autre personne" in chez_a.navigateur.post(adresse, {"decision": "accorder"}).content.decode()
    assert usine.client(alice.cle).post(adresse, {"decision": "accorder"}).status_code == 403
    assert usine.valeur("select count(*) from habilitations_facteurtotp where utilisateur_id = %s", [alice.utilisateur.pk]) == 1
    assert usine.client(denis.session).post(adresse, {"decision": "accorder"}).status_code == 303
    assert usine.valeur("select count(*) from habilitations_facteurtotp where utilisateur_id = %s", [alice.utilisateur.pk]) == 0
    assert usine.client(alice.cle).get("/")["Location"].startswith("/connexion/")
    assert chez_a.decisions(utilisateur=alice.utilisateur) == ["compte.otp_retirer_demander", "compte.otp_retirer"]


def _requetes(chez: Monde, adresse: str) -> int:
    with CaptureQueriesContext(connection) as vues:
        assert chez.navigateur.get(adresse).status_code == 200
    return len(vues)


def _peupler(chez: Monde, combien: int) -> None:
    """Make many people of the organisation, attached, and a group for one in ten."""
    foule = usine.unique("foule")
    usine.executer(
        "insert into habilitations_utilisateur (password, identifiant, nom, prenom, courriel, fonction, service, temporaire, creation, "
        "suspension_cause, role, organisme_id, mot_de_passe_provisoire, mot_de_passe_a_changer, charte, debut) select '!', %s || '.' || n, "
        "'Foule', 'N' || n, 'n' || n || '@' || %s || '.example', '', '', false, now(), '', 'agent', %s, false, false, '', '2020-01-01' "
        "from generate_series(1, %s) n",
        [foule, foule, chez.organisme.pk, combien],
    )
    usine.executer(
        "insert into habilitations_affectation (utilisateur_id, groupe_id, debut) select id, %s, '2020-01-01' from habilitations_utilisateur "
        "where identifiant like %s || '.%%'",
        [chez.alice.groupe.pk, foule],
    )
    usine.executer(
        "insert into habilitations_groupe (libelle, contrat_id, profil_id, debut) "
        "select 'Groupe ' || n, %s, 'T1', '2020-01-01' from generate_series(1, %s) n",
        [chez.contrat.pk, combien // 10],
    )


def test_a_page_costs_the_same_for_ten_people_and_for_a_thousand(chez_a: Monde) -> None:
    adresses = [
        *(reverse(nom) for nom in ("habilitations", "groupes", "utilisateurs", "utilisateur_creer", "groupe_creer")),
        reverse("utilisateurs") + "?q=foule&etat=actif&page=1", reverse("groupe", kwargs={"groupe": chez_a.alice.groupe.pk}),
        reverse("groupe_rattacher", kwargs={"groupe": chez_a.alice.groupe.pk}),
    ]  # fmt: skip
    _peupler(chez_a, 10)
    avant = {adresse: _requetes(chez_a, adresse) for adresse in adresses}
    _peupler(chez_a, 990)
    assert {adresse: _requetes(chez_a, adresse) for adresse in adresses} == avant


def test_the_list_is_searched_filtered_and_paged(chez_a: Monde) -> None:
    dormant = chez_a.personne(nom="Dormeur", derniere_connexion="2026-01-01")
    seul = chez_a.personne(nom="Seul", derniere_connexion=timezone.localdate(), fin=timezone.localdate() + timedelta(days=30))
    clos = chez_a.personne(nom="Parti", suspension="2026-01-01T00:00Z", suspension_cause="fin", fin="2026-01-01")
    suspendu = chez_a.personne(nom="Puni", suspension="2026-01-01T00:00Z", suspension_cause="administrateur")
    neuf = chez_a.personne(nom="Neuf", mot_de_passe_provisoire=True, derniere_connexion=None)

    def trouves(**criteres: Any) -> set[str]:
        page = chez_a.navigateur.get(reverse("utilisateurs"), criteres).context["page"]
        return {ligne.nom.split()[0] for ligne in page.lignes}

    assert trouves(etat="dormant") == {"Dormeur"}
    assert trouves(etat="expire") == {"Seul"}
    assert trouves(etat="clos") == {"Parti"}
    assert trouves(etat="suspendu") == {"Puni"}
    assert trouves(etat="a_activer") == {"Neuf"}
    assert trouves(etat="jamais") == {"Modèle", "Neuf"}
    assert trouves(etat="sans_groupe") == {"Dormeur", "Seul", "Neuf"}
    assert trouves(groupe=chez_a.alice.groupe.pk) == {"Modèle"}
    for q in ("dormeur", dormant.identifiant, dormant.courriel, "Alice Dormeur"):
        assert trouves(q=q) == {"Dormeur"}, q
    assert trouves(q="100%") == set()
    assert trouves(etat="inconnu", groupe="x", q="\x00") == {"Dormeur", "Seul", "Parti", "Puni", "Neuf", "Modèle"}
    assert {seul.pk, clos.pk, suspendu.pk, neuf.pk} <= {pk for (pk, *_) in chez_a.etat()[0]}
    _peupler(chez_a, 60)
    page = chez_a.navigateur.get(reverse("utilisateurs"), {"q": "foule", "page": "2"})
    assert (len(page.context["page"].lignes), page.context["page"].total) == (25, 60)
    assert "?q=foule&amp;page=3" in page.content.decode()
    for hors in ("0", "-1", "99999999", "x", "9" * 5):
        assert chez_a.navigateur.get(reverse("utilisateurs"), {"page": hors}).status_code == 200
