"""The preview of a group: the very leaves of the real views, over a household that does not exist."""

import re

import pytest
from django.urls import reverse

from allocataires.matrice import MATRICE, PROFILS
from allocataires.matrice.foyer import FOYER
from allocataires.matrice.sql import OPPOSITION, apercu, vue
from tests import usine

CODES = {"T5": ("092",), "T8": ("00123",)}


def _colonnes(sql: str) -> str:
    """The part of a view that says what is shown."""
    trouve = re.search(r" as select\n(.*?)\n  from ", sql, re.DOTALL)
    assert trouve is not None
    return trouve[1]


@pytest.mark.parametrize("profil", PROFILS)
def test_a_preview_has_the_leaves_of_the_real_view(base: None, profil: str) -> None:
    assert _colonnes(apercu(profil)) == _colonnes(vue(profil)).replace(OPPOSITION, "false")
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


def test_every_leaf_of_the_matrix_has_a_value_in_the_household() -> None:
    for rubrique in MATRICE:
        objet = FOYER[rubrique.nom][0] if rubrique.liste else FOYER[rubrique.nom]
        for ligne in rubrique.lignes:
            if ligne.calcul or ligne.feuille.endswith(("nom_complet", "motif_absence")):
                continue
            valeur = objet
            for partie in ligne.feuille.split("."):
                valeur = valeur[partie]
            assert valeur is not None, ligne.feuille


def _textes(profil: str, *, vus: bool) -> set[str]:
    """The texts of the leaves that a profile sees, or does not."""
    trouves = set()
    for rubrique in MATRICE:
        for objet in FOYER[rubrique.nom] if rubrique.liste else [FOYER[rubrique.nom]]:
            for ligne in rubrique.lignes:
                valeur = objet
                for partie in ligne.feuille.split("."):
                    valeur = valeur.get(partie, {}) if isinstance(valeur, dict) else {}
                if ligne.voit(profil) is vus and isinstance(valeur, str) and len(valeur) > 3:
                    trouves.add(valeur)
    return trouves


@pytest.mark.parametrize("profil", PROFILS)
def test_the_page_shows_what_the_profile_sees_and_no_byte_more(base: None, profil: str) -> None:
    alice = usine.agent(profil, codes=CODES.get(profil, ()))
    navigateur = usine.client(usine.administrateur(alice.organisme).session)
    avant = usine.valeur("select count(*) from allocataires_consultation")
    page = navigateur.get(reverse("groupe_apercu", kwargs={"groupe": alice.groupe.pk})).content.decode()
    assert "Dossier fictif." in page
    assert "FICTIF-USAGE" in page
    caches = _textes(profil, vus=False) - _textes(profil, vus=True)
    assert len(caches) >= 3
    for texte in caches:
        assert texte not in page, texte
    assert usine.valeur("select count(*) from allocataires_consultation") == avant
    for suite in ("imprimer/", "signaler/", "opposition/"):
        assert suite not in page
