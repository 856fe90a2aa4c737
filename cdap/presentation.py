"""Plain data for the pages of the portal itself."""

from dataclasses import dataclass

from django.urls import reverse

from allocataires.matrice import MATRICE, PROFILS
from conventions import reference
from conventions.models import Caisse
from habilitations.acces import Acces


@dataclass(frozen=True, slots=True)
class Tuile:
    """A service of the organisation; `url` is None when it is not part of this portal."""

    libelle: str
    description: str
    url: str | None


@dataclass(frozen=True, slots=True)
class CategorieDeProfessionnels:
    """A profile, as the public page describes it."""

    code: str
    libelle: str
    finalite: str
    base_legale: str
    rubriques: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a caisse."""

    code: str
    nom: str
    courriel: str
    telephone: str
    adresse: str


def services(qui: Acces) -> list[Tuile]:
    """Return one tile a service of the organisation's contracts; it opens for those who have a habilitation for it."""
    tuiles = []
    for code in sorted(qui.services):
        groupes = ", ".join(f"{une.libelle} ({une.profil})" for une in qui.habilitations if une.service == code)
        url = reverse("recherche") if code == "cdap" and qui.consultations else None
        groupes = groupes or "Vous n’avez pas d’habilitation pour ce service."
        tuiles.append(Tuile(reference.SERVICES[code][0], groupes, url))
    return tuiles


def profils() -> list[CategorieDeProfessionnels]:
    """Return the open profiles and the rubriques that the matrix grants them."""
    return [
        CategorieDeProfessionnels(
            code,
            reference.PROFILS[code].libelle,
            reference.PROFILS[code].finalite,
            reference.PROFILS[code].base_legale,
            tuple(rubrique.libelle for rubrique in MATRICE if any(rubrique.pour(code))),
        )
        for code in PROFILS
    ]


def contact(caisse: Caisse) -> Contact:
    """Return the contact of a caisse; each one's own telephone and address are set by the CAF."""
    return Contact(caisse.code, caisse.nom, caisse.courriel, caisse.telephone, caisse.adresse)
