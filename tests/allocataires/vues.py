"""What the tests of the presentation read: a dossier as a view gives it to a profile, and the parts of its page. No database."""

from datetime import UTC, datetime
from typing import Any

from allocataires.fiche import FICHE, Fiche
from allocataires.presentation import presenter
from allocataires.presentation.vue import Section, Vue

MAINTENANT = datetime(2026, 11, 22, 13, 31, tzinfo=UTC)
TICKET = "7f4e2b1a-52c9-4d0f-9a35-0c1e8b7d6f42"
CLAIRE = {
    "civilite": "MME", "nom_naissance": "DUBOIS", "nom_usage": "MARTIN", "prenoms": "Claire", "date_naissance": "1989-02-25", "sexe": "F",
}  # fmt: skip
CHLOE = {"nom_naissance": "DUBOIS", "prenoms": "Chloé", "date_naissance": "2015-10-05", "sexe": "F", "a_charge": True}


def lue(profil: str = "T1", **rubriques: Any) -> Fiche:
    """What a view would give to that profile."""
    tete = {"profil": profil, "caisse": "921", "numero": "9900002", "fournisseur": "CNAF", "donnees_au": "2026-11-22T05:02:00Z"}
    return FICHE.validate_python(tete | {"identite": {"responsable": CLAIRE}} | rubriques)


def vue(profil: str = "T1", **rubriques: Any) -> Vue:
    return presenter(lue(profil, **rubriques), aujourd_hui=MAINTENANT)


def section(page: Vue, nom: str) -> Section:
    return next(une for une in page.sections if une.id == nom)


def faits(page: Vue, nom: str) -> dict[str, str]:
    return {libelle: valeur.replace("\u00a0", " ") for libelle, valeur in section(page, nom).faits}


def essentiels(page: Vue) -> dict[str, tuple[str, str]]:
    return {un.libelle: (un.valeur.replace("\u00a0", " "), un.precision.replace("\u00a0", " ")) for un in page.essentiels}


def rangs(page: Vue, nom: str) -> list[tuple[str, ...]]:
    return [tuple(cellule.replace("\u00a0", " ") for cellule in ligne) for ligne in section(page, nom).tableaux[0].lignes]


def textes(page: Vue) -> str:
    return repr(page).replace("\\xa0", " ")
