"""The preview of a group: the very leaves of the real views, over a household that does not exist."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from django.urls import reverse

from allocataires import codes, formats
from allocataires.codes.feuilles import LIBRES
from allocataires.matrice import MATRICE, PROFILS, Ligne, Rubrique
from allocataires.matrice.foyer import FOYER
from allocataires.matrice.sql import FICTIF, apercu, vue
from allocataires.presentation.regard import feuilles_vues
from tests import usine
from tests.allocataires.sentinelles import AUTREMENT, texte
from tests.allocataires.test_codes import FERMES

CODES = {"T5": ("092",), "T8": ("00123",)}


def _colonnes(sql: str) -> str:
    """The part of a view that says what is shown."""
    trouve = re.search(r" as select\n(.*?)\n  from ", sql, re.DOTALL)
    assert trouve is not None
    return trouve[1]


@pytest.mark.parametrize("profil", PROFILS)
def test_a_preview_has_the_leaves_of_the_real_view(base: None, profil: str) -> None:
    reelles = _colonnes(vue(profil))
    for lu, fictif in FICTIF.items():
        reelles = reelles.replace(lu, fictif)
    assert _colonnes(apercu(profil)) == reelles
    colonnes = "select array_agg(column_name::text order by ordinal_position) from information_schema.columns where table_schema = 'cdap' and table_name = %s"
    assert usine.valeur(colonnes, [f"apercu_{profil.lower()}"]) == usine.valeur(colonnes, [f"fiche_{profil.lower()}"])


@pytest.mark.parametrize("profil", PROFILS)
def test_a_preview_touches_no_dossier(base: None, profil: str) -> None:
    tables = usine.valeur(
        "select array_agg(distinct refobjid::regclass::text) from pg_depend d join pg_rewrite r on r.oid = d.objid "
        "where r.ev_class = %s::regclass and refclassid = 'pg_class'::regclass and refobjid <> r.ev_class",
        [f"cdap.apercu_{profil.lower()}"],
    )
    assert tables is None


def _objets(rubrique: Rubrique) -> list[dict[str, Any]]:
    """What the household holds of a rubrique; one that the views make of another has what it is made of."""
    if rubrique.derivee:
        return list(FOYER["quotients"][:1]) if rubrique.nom.startswith("quotient") else []
    return FOYER[rubrique.nom] if rubrique.liste else [FOYER[rubrique.nom]]


def _valeurs(voulue: Callable[[Rubrique, Ligne], bool]) -> Iterator[tuple[str, Any]]:
    """The leaves of the household that are wanted: the path and the value, for each line of a list."""
    for rubrique in MATRICE:
        for objet in _objets(rubrique):
            for ligne in rubrique.lignes:
                if not ligne.calcul and voulue(rubrique, ligne):
                    valeur: Any = objet
                    for partie in ligne.feuille.split("."):
                        valeur = valeur.get(partie)
                    yield f"{rubrique.nom}.{ligne.feuille}", valeur


def test_every_leaf_of_the_matrix_has_a_value_in_the_household() -> None:
    for chemin, valeur in _valeurs(lambda rubrique, ligne: True):
        # Each of these two is what is said when another leaf is not known.
        if not chemin.endswith(("nom_complet", "motif_absence")):
            assert valeur is not None, chemin


def _formes(chemin: str, valeur: Any) -> set[str]:
    """How a page may write a value; nothing for a truth, a choice or a small number, which are not looked for."""
    if isinstance(valeur, bool) or valeur is None or chemin.endswith((*AUTREMENT, "pays")):  # France is not said
        return set()
    if chemin.endswith(("annee", "annee_calcul")):
        return {str(valeur)}
    if isinstance(valeur, int | float):
        return {formats.montant(valeur), formats.montant(Decimal(str(valeur)))} if valeur > 99 else set()
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", valeur):
        return {formats.date_fr(valeur), formats.mois_fr(date.fromisoformat(valeur))}
    if liste := (LIBRES | FERMES).get(chemin):
        return {valeur, codes.mot(liste, valeur) or ""}
    return {valeur, formats.telephone(valeur)} if len(valeur) > 3 else set()


def _page(profil: str) -> str:
    alice = usine.agent(profil, codes=CODES.get(profil, ()))
    navigateur = usine.client(usine.administrateur(alice.organisme).session)
    return texte(navigateur.get(reverse("groupe_apercu", kwargs={"groupe": alice.groupe.pk})).content)


@pytest.mark.parametrize("profil", PROFILS)
def test_the_preview_shows_each_leaf_that_the_profile_sees_and_no_byte_more(base: None, profil: str) -> None:
    avant = usine.valeur("select count(*) from allocataires_consultation")
    page = _page(profil)
    assert "Dossier fictif." in page
    vues = feuilles_vues(profil)
    entieres = list(_valeurs(lambda rubrique, ligne: f"{rubrique.nom}.{ligne.feuille}" in vues and profil not in rubrique.reduites))
    montrees = {forme.replace("\u00a0", " ") for chemin, valeur in entieres for forme in _formes(chemin, valeur)}
    for chemin, valeur in entieres:
        formes = {forme.replace("\u00a0", " ") for forme in _formes(chemin, valeur)} - {""}
        assert not formes or any(forme in page for forme in formes), chemin
    # The lines of a list that the profile does not see whole are looked for in test_aucun_octet, where no two hold the same value.
    cachees = list(_valeurs(lambda rubrique, ligne: not any(nom.startswith(f"{rubrique.nom}.") for nom in vues)))
    cachees += list(_valeurs(lambda rubrique, ligne: f"{rubrique.nom}.{ligne.feuille}" not in vues and not rubrique.derivee))
    textes = {valeur for _, valeur in cachees if isinstance(valeur, str) and len(valeur) > 3} - montrees
    assert len(textes) >= 3
    assert [un for un in textes if un in page and un not in _du_portail()] == []
    assert usine.valeur("select count(*) from allocataires_consultation") == avant
    for suite in ("imprimer/", "signaler/", "opposition/", "?mois="):
        assert suite not in page


@cache
def _du_portail() -> str:
    """What any page of the portal says."""
    return texte(usine.client(usine.agent("T1").cle).get(reverse("mes_consultations")).content)
