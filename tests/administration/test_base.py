"""The base of the pages, on a model made for it: perimeter, closed filters, refusals that lose nothing, versions."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from cdap.administration import filtres
from cdap.administration.base import CONFLIT
from cdap.administration.formulaires import AUTRE_PERSONNE
from tests import usine
from tests.administration import essai
from tests.administration.essai import Fiche, FicheAdmin, fiche
from tests.usine import OWNER

LISTE = "/essai/cdap/fiche/"


def operateur(*caisses: str) -> Client:
    return usine.client(usine.operateur(*caisses).session)


def saisie(**champs: Any) -> dict[str, Any]:
    return {"libelle": usine.unique("Fiche"), "actif": "on", "caisse": "921", "version_ouverte": "1", **champs}


def page(reponse: Any) -> str:
    texte: str = reponse.content.decode()
    return texte


def test_a_list_shows_the_perimeter_and_no_more(fiches: None) -> None:
    mienne, autre = fiche("921"), fiche("441")
    for recherche in ("", f"?q={mienne.libelle[:9]}", "?caisse__code__exact=441", "?caisse__exact=441", "?actif__exact=1"):
        assert autre.libelle not in page(operateur("921").get(LISTE + recherche))
    assert mienne.libelle in page(operateur("921").get(LISTE))
    assert autre.libelle in page(operateur("921", "441").get(LISTE + "?caisse__code__exact=441"))


def test_a_row_outside_the_perimeter_is_as_if_it_were_not(fiches: None) -> None:
    autre = fiche("441")
    for cle in (autre.pk, 999_999_999, "abc", 10**30):
        for suite in ("change", "history"):
            assert operateur("921").get(f"{LISTE}{cle}/{suite}/").status_code == 404
        assert operateur("921").post(f"{LISTE}{cle}/change/", saisie()).status_code == 404


def test_a_form_offers_the_perimeter_only_and_takes_nothing_else(fiches: None) -> None:
    tete_ailleurs, ligne = fiche("441"), fiche("921")
    navigateur = operateur("921", "641")
    formulaire = page(navigateur.get(f"{LISTE}{ligne.pk}/change/"))
    assert 'value="921"' in formulaire
    assert 'value="641"' in formulaire
    assert 'value="441"' not in formulaire
    for faux in ({"caisse": "441"}, {"chef": f"x [{tete_ailleurs.pk}]"}, {"voisines": ["441"]}):
        reponse = navigateur.post(f"{LISTE}{ligne.pk}/change/", saisie(**faux))
        assert reponse.status_code == 200
        assert "Erreur : " in page(reponse)
    assert navigateur.post(f"{LISTE}{ligne.pk}/change/", saisie(caisse="641", voisines=["921"])).status_code == 302


def test_a_filter_offers_the_perimeter_only(fiches: None) -> None:
    liste = page(operateur("921", "641").get(LISTE))
    assert "?caisse__code__exact=641" in liste
    assert "?caisse__code__exact=441" not in liste


def test_proposals_keep_to_the_perimeter(fiches: None) -> None:
    marque = usine.unique("Tete")
    mienne, _ = fiche("921", libelle=f"{marque} ici"), fiche("441", libelle=f"{marque} ailleurs")
    adresse = f"/essai/autocomplete/?app_label=cdap&model_name=fiche&field_name=chef&term={marque}"
    assert operateur("921").get(adresse).json()["results"] == [{"id": str(mienne.pk), "text": mienne.libelle}]
    for autre in ("field_name=secret", "field_name=responsable", "field_name=nulle_part", "model_name=session"):
        assert operateur("921").get(f"{adresse}&{autre}").status_code == 403


def test_a_row_is_found_by_its_name_and_reference(fiches: None) -> None:
    tete, ligne = fiche(), fiche()
    navigateur = operateur("921")
    for choix in (f"{tete} [{tete.pk}]", str(tete.pk)):
        assert navigateur.post(f"{LISTE}{ligne.pk}/change/", saisie(chef=choix, version_ouverte=_version(ligne))).status_code == 302
        assert Fiche.objects.using(OWNER).filter(pk=ligne.pk, chef=tete).exists()
    assert f"{tete} [{tete.pk}]" in page(navigateur.get(f"{LISTE}{ligne.pk}/change/"))
    assert "Personne [" not in page(navigateur.post(f"{LISTE}{ligne.pk}/change/", saisie(chef="Personne")))


@pytest.mark.parametrize(
    "filtre",
    [
        "secret__startswith=a", "responsable__password__startswith=scrypt", "responsable__sessions__empreinte__isnull=0", "chef__secret=a",
        "libelle__regex=a", "caisse__nom__startswith=C", "pk__in=1", "nulle_part=1", "voisines__code=441",
    ],
)  # fmt: skip
def test_an_address_asks_nothing_but_what_the_filters_make(fiches: None, filtre: str) -> None:
    assert operateur("921").get(f"{LISTE}?{filtre}").status_code == 400


@pytest.mark.parametrize("recherche", ["?_to_field=secret", "?_to_field=version"])
def test_a_row_is_known_by_its_key_only(fiches: None, recherche: str) -> None:
    assert operateur("921").get(LISTE + recherche).status_code == 400


@pytest.mark.parametrize(
    "recherche", ["?q=%00", "?p=99", "?p=a", "?o=9.a", "?caisse__code__exact=%00", "?debut__year=abc", "?all=", "?_popup=1"]
)
def test_an_absurd_address_is_no_failure(fiches: None, recherche: str) -> None:
    assert operateur("921").get(LISTE + recherche, follow=True).status_code in (200, 400)


def test_a_free_field_of_another_table_is_no_filter() -> None:
    with pytest.raises(ImproperlyConfigured):
        filtres.preparer(Fiche, ["responsable__nom"])
    assert filtres.preparer(Fiche, ["responsable__role", "libelle"]) == ["responsable__role", "libelle"]


def test_a_model_without_a_perimeter_is_shown_to_nobody(fiches: None) -> None:
    request: Any = RequestFactory().get("/essai/")
    request.acces = type("Acces", (), {"caisses": ("921",)})()
    with pytest.raises(ImproperlyConfigured, match="LogEntry"):
        FicheAdmin(Fiche, essai.site).choix(LogEntry, request)


def test_what_a_service_refuses_leaves_nothing_and_loses_nothing(fiches: None) -> None:
    ligne = fiche()
    reponse = operateur("921").post(f"{LISTE}{ligne.pk}/change/", saisie(libelle="refus d’essai", debut="2026-07-14"))
    assert "Ce libellé est refusé." in page(reponse)
    assert 'value="refus d’essai"' in page(reponse)
    assert 'value="2026-07-14"' in page(reponse)
    assert Fiche.objects.using(OWNER).get(pk=ligne.pk).libelle == ligne.libelle


def test_a_race_for_the_same_name_is_an_error_of_the_form(fiches: None) -> None:
    ligne = fiche()
    reponse = operateur("921").post(f"{LISTE}{ligne.pk}/change/", saisie(libelle=usine.unique("course")))
    assert CONFLIT in page(reponse)
    assert Fiche.objects.using(OWNER).get(pk=ligne.pk).libelle == ligne.libelle


def test_the_second_of_two_people_is_told_and_keeps_what_they_typed(fiches: None) -> None:
    ligne = fiche()
    premier, second = operateur("921"), operateur("921")
    assert premier.post(f"{LISTE}{ligne.pk}/change/", saisie(libelle=f"{ligne} A")).status_code == 302
    reponse = second.post(f"{LISTE}{ligne.pk}/change/", saisie(libelle=f"{ligne} B"))
    assert AUTRE_PERSONNE in page(reponse)
    assert f'value="{ligne} B"' in page(reponse)
    assert Fiche.objects.using(OWNER).get(pk=ligne.pk).libelle == f"{ligne} A"
    assert 'name="version_ouverte" value="2"' in page(reponse)
    assert second.post(f"{LISTE}{ligne.pk}/change/", saisie(libelle=f"{ligne} B", version_ouverte="2")).status_code == 302


@pytest.mark.parametrize("version", ["", "0", "abc"])
def test_a_form_without_its_version_is_told_too(fiches: None, version: str) -> None:
    ligne = fiche()
    assert AUTRE_PERSONNE in page(operateur("921").post(f"{LISTE}{ligne.pk}/change/", saisie(version_ouverte=version)))


def test_two_people_at_the_same_instant_do_not_overwrite_each_other(fiches: None) -> None:
    ligne = fiche()

    def enregistrer(nom: str) -> int:
        try:
            return operateur("921").post(f"{LISTE}{ligne.pk}/change/", saisie(libelle=f"{ligne} {nom}")).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as fils:
        assert sorted(fils.map(enregistrer, "ABCD")) == [200, 200, 200, 302]


def test_a_row_is_added_by_its_service(fiches: None) -> None:
    donnees = saisie()
    assert operateur("921").post(f"{LISTE}add/", donnees).status_code == 302
    ajoutee = Fiche.objects.using(OWNER).get(libelle=donnees["libelle"])
    assert ajoutee.version == 2  # the service has run


def test_a_page_without_a_service_writes_nothing(fiches: None) -> None:
    """A page that is only read answers as to somebody who may not write."""
    assert operateur("921").post("/essai/conventions/caisse/921/change/", {}).status_code == 403


def test_the_list_writes_plain_french(fiches: None) -> None:
    fiche(actif=False, debut="2026-07-14")
    liste = page(operateur("921").get(LISTE))
    assert "<td>non</td>" in liste
    assert "<td>14 juillet 2026</td>" in liste
    assert 'aria-sort="ascending"' in page(operateur("921").get(f"{LISTE}?o=1"))


def test_pages_ask_as_much_for_one_row_as_for_many(fiches: None) -> None:
    tete = fiche()
    for caisse, nombre in (("021", 1), ("031", 60)):
        for rang in range(nombre):
            fiche(caisse, chef=tete, libelle=f"{usine.unique('Fiche')} {rang}")
    comptes = []
    for caisse in ("021", "031"):
        navigateur = operateur(caisse)
        ligne = Fiche.objects.using(OWNER).filter(caisse=caisse).latest("pk")
        compte = []
        for adresse in (LISTE, f"{LISTE}?q=Fiche", f"{LISTE}{ligne.pk}/change/", f"{LISTE}{ligne.pk}/history/", f"{LISTE}add/"):
            navigateur.get(adresse)  # what a process learns once for all its pages is learnt
            with CaptureQueriesContext(connections["caf"]) as requetes:
                assert navigateur.get(adresse).status_code == 200
            compte.append(len(requetes))
        comptes.append(compte)
    assert comptes[0] == comptes[1]
    assert max(comptes[0]) <= 7


def test_no_page_says_a_word_of_english(fiches: None) -> None:
    ligne = fiche()
    navigateur = operateur("921")
    mots = ("Select", "Change", "Save", "Delete", "Filter", "Search", "Home", "History", "Yes", "None", "True", "False", " by ")
    for adresse in (LISTE, f"{LISTE}{ligne.pk}/change/", f"{LISTE}{ligne.pk}/history/", f"{LISTE}add/", "/essai/", "/essai/cdap/"):
        texte = page(navigateur.get(adresse)).split("<main", 1)[1]
        assert [mot for mot in mots if f">{mot}" in texte or f" {mot} " in texte] == [], adresse


def _version(ligne: Fiche) -> str:
    return str(Fiche.objects.using(OWNER).values_list("version", flat=True).get(pk=ligne.pk))
