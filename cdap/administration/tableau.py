"""The board: where the requests and the conventions of the operator's caisses stand, each figure leading to its list."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse

from conventions.etats import EtatDemande
from conventions.models import Bulletin, Convention, Demande
from conventions.models.contrats import ETATS


@dataclass(frozen=True, slots=True)
class Case:
    """A figure of the board."""

    libelle: str
    nombre: int
    url: str


@dataclass(frozen=True, slots=True)
class Colonne:
    """What the figures count."""

    titre: str
    cases: tuple[Case, ...]


def tableau(caisses: tuple[str, ...]) -> tuple[Colonne, ...]:
    """Return the board: three queries, whatever the number of rows. States without a row are left out."""
    demandes = dict(_comptes(Demande.objects.du_perimetre(caisses)))
    conventions = dict(_comptes(Convention.objects.du_perimetre(caisses).avec_etat()))
    bulletins = dict(_comptes(Bulletin.objects.du_perimetre(caisses)))
    return (
        _colonne("Demandes", "demande", EtatDemande.choices, demandes, "etat__exact"),
        _colonne("Conventions", "convention", list(ETATS.items()), conventions, "etat"),
        _colonne("Bulletins d’adhésion", "bulletin", Bulletin.Etat.choices, bulletins, "etat__exact"),
    )


def _comptes(lignes: Any) -> Any:
    return lignes.order_by().values_list("etat").annotate(nombre=Count("pk"))


def _colonne(titre: str, modele: str, etats: Any, comptes: dict[str, int], parametre: str) -> Colonne:
    liste = reverse(f"admin:conventions_{modele}_changelist")
    return Colonne(
        titre,
        tuple(Case(str(libelle), comptes[etat], f"{liste}?{parametre}={etat}") for etat, libelle in etats if comptes.get(etat)),
    )
