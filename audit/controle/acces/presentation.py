"""What the page and the letter of a right of access show: plain, final data."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from allocataires.formats import date_fr, heure_fr, nombre
from allocataires.presentation.vue import Colonne, Tableau
from audit.controle import mots
from audit.controle.acces import Acces, Consultation
from conventions.reference import CAISSES, PROFILS

COLONNES = ("Date et heure", "Organisme", "Profil", "Motif", "Ce qui a été fait")


@dataclass(frozen=True, slots=True)
class Lettre:
    """What the letter says."""

    caisse: str
    adresse: str
    reference: str
    date: str
    dossier: str
    autres_numeros: tuple[str, ...]
    recue: str
    jusque: str
    tableau: Tableau | None
    nommes: bool


def reference(lettre: UUID) -> str:
    """Return what the officer and the holder call a letter; its traces begin with the same digits."""
    return f"DA-{lettre.hex[:8].upper()}"


def echeance(recue: date) -> date:
    """Return the last day to answer: one month after the request was received (GDPR 12.3)."""
    annee, mois = (recue.year, recue.month + 1) if recue.month < len(calendar.month_name) - 1 else (recue.year + 1, 1)
    return date(annee, mois, min(recue.day, calendar.monthrange(annee, mois)[1]))


def faits(demandee: Acces) -> tuple[tuple[str, str], ...]:
    """Return what the officer reads above the list."""
    return (
        ("Dossier", demandee.numeros[0]),
        *([("Autres numéros du même dossier", "\n".join(demandee.numeros[1:]))] if demandee.numeros[1:] else []),
        ("Demande reçue le", f"{date_fr(demandee.recue)}, à répondre avant le {date_fr(echeance(demandee.recue))} inclus"),
        ("Motif inscrit au journal", mots.motif("droit_acces")),
        ("La lettre s’arrête au", heure_fr(demandee.jusque)),
        ("Dans la lettre", nombre(demandee.listees, "consultation")),
        ("Organismes protégés", f"{nombre(demandee.protegees, 'consultation')}, dont la lettre ne dit rien"),
        ("Trop récent", f"{nombre(demandee.recentes, 'consultation')}, à demander plus tard"),
        ("Sans dossier montré", f"{nombre(demandee.refusees, 'demande')} de partenaires, hors de la lettre"),
    )


def tableau(consultations: Iterable[Consultation], total: int, *, agents: bool = False) -> Tableau:
    """Return the list, with a column for the agents if they are named."""
    colonnes = (*COLONNES, "Agent") if agents else COLONNES
    return Tableau(
        f"{nombre(total, 'consultation')}, de la plus ancienne à la plus récente",
        tuple(Colonne(nom) for nom in colonnes),
        tuple(_ligne(une, agents) for une in consultations),
    )


def _ligne(une: Consultation, agents: bool) -> tuple[str, ...]:
    fiche = PROFILS.get(une.profil)
    suites = [texte for fait, texte in ((une.imprime, "imprimé"), (une.extrait, "extrait en PDF")) if fait]
    ligne = (
        heure_fr(une.quand),
        une.organisme,
        fiche.libelle if fiche else une.profil,
        mots.motif(une.motif),
        ", ".join(["Dossier ouvert", *suites]),
    )
    return (*ligne, une.agent or "") if agents else ligne


def lettre(demandee: Acces, consultations: tuple[Consultation, ...], id: UUID, jour: date, nommes: bool) -> Lettre:
    """Return what the letter says, of that day."""
    return Lettre(
        caisse=CAISSES.get(demandee.caisse, "Caisse d’allocations familiales").replace("Caf", "Caisse d’allocations familiales", 1),
        adresse=demandee.adresse,
        reference=reference(id),
        date=date_fr(jour),
        dossier=demandee.numeros[0],
        autres_numeros=demandee.numeros[1:],
        recue=date_fr(demandee.recue),
        jusque=heure_fr(demandee.jusque),
        tableau=tableau(consultations, len(consultations), agents=nommes) if consultations else None,
        nommes=nommes,
    )
