"""The calculators through HTTP: blank and untraced, on a dossier through the door, nothing in an address, nothing read unseen."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from allocataires.matrice.foyer import FOYER
from allocataires.presentation.outils import AGES, PARTICIPATION, QUOTIENT
from tests import usine
from tests.allocataires.demandeur import Demandeur
from tests.usine import OWNER

QF = {"adultes": "2", "enfants": "2", "ressources": "24 000 €", "prestations": "152,25"}
PF = {"accueil": "collectif", "enfants": "2", "ressources": "36000", "heures": "120"}
SUR_LE_DOSSIER = [("rechercher", "demande"), ("consulter", "accorde")]


def texte(reponse: Any) -> str:
    assert reponse.status_code == 200, reponse.status_code
    return str(reponse.content.decode()).replace("\u00a0", " ")


def pf() -> dict[str, str]:
    return PF | {"jour": timezone.localdate().isoformat()}


def test_a_blank_form_answers_on_its_own_page_and_leaves_no_trace(base: None) -> None:
    alice = usine.agent("T8", codes=("00123",))
    navigateur = usine.client(alice.cle)
    assert "Participation familiale" in texte(navigateur.get(reverse("outils")))
    for nom, donnees, attendu in (
        (QUOTIENT, QF, "717 €"),
        (PARTICIPATION, pf(), "1,55 € par heure"),
        (AGES, {"naissances": "05/10/2015", "adultes": "1", "jour": pf()["jour"]}, "2,5"),
    ):
        adresse = reverse("outil", args=[nom])
        assert attendu not in texte(navigateur.get(adresse))
        reponse = navigateur.post(adresse, donnees)
        assert attendu in texte(reponse)
        assert reponse["Cache-Control"] == "no-store, private"
        # What was typed does not come by the address: it would stay in the logs.
        assert attendu not in texte(navigateur.get(adresse, donnees))
    assert usine.traces(acteur=alice.utilisateur.pk) == []
    assert navigateur.get(reverse("outil", args=["impots"])).status_code == 404


def test_mistakes_are_summed_up_and_the_page_stays_usable(base: None) -> None:
    alice = usine.agent("T1")
    page = texte(usine.client(alice.cle).post(reverse("outil", args=[QUOTIENT]), QF | {"enfants": "-1", "ressources": "<b>"}))
    assert "<title>Erreur : Quotient familial" in page.replace("\n", "")
    assert 'href="#id_enfants"' in page
    assert "<b>" not in page.split("<main", 1)[1].split("<aside", 1)[0]
    assert 'value="152,25"' in page
    assert "Résultat" not in page


def test_a_reading_on_a_dossier_is_traced_and_what_is_typed_after_is_not(base: None) -> None:
    bob = Demandeur("T2", **FOYER)
    adresse = f"{bob.adresse}outils/{PARTICIPATION}/"
    assert f'href="{adresse}"' in texte(bob.navigateur.get(bob.adresse))
    page = texte(bob.navigateur.get(adresse))
    assert "0,85 € par heure" in page, "24 680 € a year, two children, one of whom has the AEEH"
    assert "Document confidentiel" in page
    assert FOYER["identite"]["responsable"]["nom_usage"] not in page
    tracees = [*SUR_LE_DOSSIER, ("section", "accorde"), ("section", "accorde")]
    assert bob.traces() == tracees
    assert "Reprendre celles du dossier" not in page
    retour = texte(bob.navigateur.post(adresse, pf()))
    assert "1,55 € par heure" in retour
    assert "Reprendre celles du dossier" in retour, "what the page says of the dossier is no longer there: say why"
    assert "Calcul fait avec les valeurs du formulaire" in retour
    faux = texte(bob.navigateur.post(adresse, pf() | {"ressources": "-1"}))
    assert "Le calcul n’est pas fait" in faux
    assert "Calcul fait" not in faux
    assert bob.traces() == tracees


def test_a_profile_is_given_what_it_sees_and_no_more(base: None) -> None:
    """Near misses: the same dossier, by profiles that do not see its resources, its benefits, or anything of it."""
    for profil, vus, caches in (
        ("T1", ("24680", "1916,06", "612"), ()),
        ("T4", ('value="2"',), ("24680", "1916,06")),
        ("T8", ("aucune des données de ce calcul",), ("24680", "1916,06", "214,6", "612", "Maxence")),
    ):
        une = Demandeur(profil, **FOYER)
        page = texte(une.navigateur.get(f"{une.adresse}outils/{QUOTIENT}/")).split("<main", 1)[1]
        for mot in vus:
            assert mot in page, (profil, mot)
        for mot in caches:
            assert mot not in page, (profil, mot)
        assert une.traces()[-1] == ("section", "accorde")


def test_a_sheet_to_print_has_its_own_trace_its_watermark_and_the_name(base: None) -> None:
    bob = Demandeur("T2", **FOYER)
    adresse = f"{bob.adresse}outils/{PARTICIPATION}/imprimer/"
    assert "1 au moins" in texte(bob.navigateur.post(adresse, pf() | {"enfants": "0"}))
    assert bob.traces() == SUR_LE_DOSSIER, "a mistake prints nothing"
    page = texte(bob.navigateur.post(adresse, pf()))
    for attendu in (
        "Document confidentiel", str(bob.ticket), bob.agent.organisme.raison_sociale, FOYER["identite"]["responsable"]["nom_usage"], "1,55 € par heure",
        "Barème national des participations familiales (EAJE), version du",
    ):  # fmt: skip
        assert attendu in page, attendu
    assert bob.traces() == [*SUR_LE_DOSSIER, ("imprimer", "accorde")]
    reponse = bob.navigateur.get(adresse)
    assert (reponse.status_code, reponse.headers["Allow"]) == (405, "POST")
    assert "Cette adresse ne s’ouvre pas directement" in reponse.content.decode()


def test_an_expired_a_foreign_and_a_lost_ticket_are_one_404(base: None) -> None:
    bob, autre = Demandeur("T2", **FOYER), usine.agent("T2")
    etranger, adresse = usine.client(autre.cle), f"{bob.adresse}outils/{PARTICIPATION}/"

    def ferme(navigateur: Any) -> None:
        assert navigateur.get(adresse).status_code == 404
        assert navigateur.post(adresse, pf()).status_code == 404
        for donnees in (pf(), {}):
            assert navigateur.post(f"{adresse}imprimer/", donnees).status_code == 404

    ferme(etranger)
    assert bob.traces()[-1] == ("imprimer", "ticket_etranger")
    assert bob.navigateur.get(f"{bob.adresse}outils/impots/").status_code == 404
    assert bob.traces().count(("section", "accorde")) == 0, "a calculator that does not exist opens no door"
    usine.executer("update allocataires_consultation set fin = debut + interval '1 second' where ticket = %s", [bob.ticket])
    usine.executer(
        "update allocataires_consultation set debut = debut - interval '1 hour', fin = fin - interval '1 hour' where ticket = %s",
        [bob.ticket],
    )
    ferme(bob.navigateur)
    assert bob.traces()[-1] == ("imprimer", "ticket_expire")


def test_a_right_that_has_ended_opens_no_calculator(base: None) -> None:
    bob = Demandeur("T2", **FOYER)
    bob.agent.affectation.__class__.objects.using(OWNER).filter(pk=bob.agent.affectation.pk).update(
        fin=timezone.localdate().replace(year=2020)
    )
    reponse = bob.navigateur.get(f"{bob.adresse}outils/{PARTICIPATION}/")
    assert reponse.status_code == 403, "the right is gone, and the page says so"
    assert ("section", "accorde") not in bob.traces()
