"""Figures of what the portal does: counted by the worker, read by who controls, told to everybody as totals (`sql/chiffres.sql`)."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from audit.controle.lectures import appeler
from habilitations.conditions import AgentRequest
from habilitations.lectures.commun import numero_de_page

PAR_PAGE = 50
PAGES_MAX = 10_000
JOURS_PAR_APPEL = 7


@dataclass(frozen=True, slots=True)
class Compte:
    """How many acts of a kind, in a month, under a profile (« »: none), with that outcome."""

    mois: date
    profil: str
    acte: str
    issue: str
    nombre: int


@dataclass(frozen=True, slots=True)
class CompteAlertes:
    """How many alerts raised in a month stand in that state."""

    mois: date
    etat: str
    nombre: int


@dataclass(frozen=True, slots=True)
class Chiffres:
    """The last months of a perimeter. `compte` is the last day that was counted, None before the first; `fin`, the last that could be."""

    debut: date
    fin: date
    compte: date | None
    actes: tuple[Compte, ...]
    alertes: tuple[CompteAlertes, ...]
    revues_ouvertes: int
    revues_en_retard: int
    revues_terminees: int


@dataclass(frozen=True, slots=True)
class Organisme:
    """What an organisation did; « » is nobody's. `revue` is « », `ouverte` or `en_retard`."""

    nom: str
    consultations: int
    refus: int
    copies: int
    alertes: int
    revue: str


@dataclass(frozen=True, slots=True)
class Transparence:
    """The public totals. A number is None below five, which nobody wrote down."""

    fait: datetime
    organismes: int | None
    utilisateurs: int | None
    verifie: datetime | None
    intact: bool
    revue: date | None
    mois: tuple[tuple[date, int | None, int | None, int | None, int | None], ...]


def compter() -> None:
    """Count the days that are over, a few in a transaction, then the public totals. Called by the worker."""
    while _valeur("select cdap.chiffres_compter(%s)", JOURS_PAR_APPEL) == JOURS_PAR_APPEL:
        pass
    _valeur("select cdap.transparence_compter()")


def lire(request: AgentRequest) -> Chiffres:
    """Return the figures of who asks, and leave the trace of this reading."""
    session = request.acces.cle
    actes = appeler("select * from cdap.chiffres_mois(%s, %s::inet)", session, request.ip)
    [(texte,)] = appeler("select cdap.chiffres_suivi(%s, %s)::text", session, settings.ENVIRONNEMENT.revue_suspension_jours)
    suivi = json.loads(texte)
    return Chiffres(
        debut=date.fromisoformat(suivi["debut"]),
        fin=date.fromisoformat(suivi["fin"]),
        compte=_jour(suivi["compte"]),
        actes=tuple(Compte(*ligne) for ligne in actes),
        alertes=tuple(CompteAlertes(date.fromisoformat(une["mois"]), une["etat"], une["nombre"]) for une in suivi["alertes"]),
        revues_ouvertes=suivi["revues"]["ouvertes"],
        revues_en_retard=suivi["revues"]["en_retard"],
        revues_terminees=suivi["revues"]["terminees"],
    )


def organismes(request: AgentRequest, numero: str) -> tuple[tuple[Organisme, ...], int, int]:
    """Return a page of the organisations, its number, and how many there are."""
    page = min(numero_de_page(numero), PAGES_MAX)
    lignes = appeler(
        "select * from cdap.chiffres_organismes(%s, %s, %s, %s)",
        request.acces.cle, settings.ENVIRONNEMENT.revue_suspension_jours, (page - 1) * PAR_PAGE, PAR_PAGE,
    )  # fmt: skip
    return tuple(Organisme(*champs) for *champs, _ in lignes), page, lignes[0][-1] if lignes else 0


def transparence() -> Transparence | None:
    """Return the public totals, or None before the worker's first count."""
    with connection.cursor() as curseur:
        curseur.execute("select fait, chiffres::text from cdap.transparence()")
        fait, texte = curseur.fetchone()
    if fait is None:
        return None
    lu = json.loads(texte)
    verification = lu["verification"]
    return Transparence(
        fait=fait,
        organismes=lu["organismes"],
        utilisateurs=lu["utilisateurs"],
        verifie=datetime.fromisoformat(verification["instant"]) if verification else None,
        intact=bool(verification and verification["intact"]),
        revue=_jour(lu["revue"]),
        mois=tuple((date.fromisoformat(un["mois"]), un["consultations"], un["refus"], un["alertes"], un["mesures"]) for un in lu["mois"]),
    )


def _jour(texte: str | None) -> date | None:
    return date.fromisoformat(texte) if texte else None


def _valeur(sql: str, *parametres: int) -> Any:
    with connection.cursor() as curseur:
        curseur.execute(sql, list(parametres))
        return curseur.fetchone()[0]
