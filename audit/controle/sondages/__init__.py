"""Samplings: the plain data that the pages show. The draw, the rights and the deadlines are SQL (`sql/sondages.sql`)."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections

from allocataires.consultations import LIBELLES
from audit.controle.lectures import annoncer
from audit.controle.sondages import mots
from habilitations.conditions import AgentRequest
from habilitations.lectures.commun import Etiquette

ALIAS = "controle"


@dataclass(frozen=True, slots=True)
class Question:
    """A consultation drawn, as its agent reads it."""

    pk: int
    quand: datetime
    ticket: str
    motif: str
    echeance: date
    attendue: bool
    en_retard: bool
    cas: str
    texte: str
    reponse: datetime | None


@dataclass(frozen=True, slots=True)
class Reponse:
    """An answer that an administrator confirms; `soi`: it is the own one, somebody else confirms it."""

    pk: int
    agent: str
    quand: datetime
    cas: str
    texte: str
    reponse: datetime
    soi: bool


@dataclass(frozen=True, slots=True)
class Bilan:
    """A month of an organisation: counts."""

    organisme: int
    nom: str
    consultations: int
    tirees: int
    repondues: int
    confirmees: int
    contestees: int
    a_confirmer: int
    en_retard: int
    au_controle: int


@dataclass(frozen=True, slots=True)
class Tiree:
    """A consultation drawn, as a controller reads it: without the dossier."""

    pk: int
    organisme: str
    agent: str
    quand: datetime
    ticket: str
    motif: str
    echeance: date
    etat: Etiquette
    suspendu: bool
    cas: str
    texte: str
    verdict: str
    par: str
    au_controle: bool


@dataclass(frozen=True, slots=True)
class Volumes:
    """How many dossiers an organisation opened in a month; `profils` is empty when it would tell of one person."""

    mois: date
    total: int
    profils: tuple[tuple[str, int], ...]


def questions(session: str) -> tuple[Question, ...]:
    """Return what was drawn of this person's consultations: what waits for an answer first."""
    return tuple(
        Question(
            pk=lu["id"],
            quand=datetime.fromisoformat(lu["quand"]),
            ticket=lu["ticket"],
            motif=LIBELLES.get(lu["motif"], lu["motif"]),
            echeance=date.fromisoformat(lu["echeance"]),
            attendue=lu["reponse"] is None,
            en_retard=lu["etat"] == "en_retard",
            cas=mots.CAS.get(lu["cas"] or "", ""),
            texte=lu["texte"],
            reponse=_instant(lu["reponse"]),
        )
        for lu in _portail("select j::text from cdap.sondages_de_l_agent(%s) j", [session])
    )


def attendues(session: str) -> int:
    """Return how many answers this person still owes."""
    return int(_valeur("select cdap.sondages_attendus(%s)", [session]))


def repondre(*, session: str, pk: int, cas: str, texte: str, ip: str) -> bool:
    """Say which case it was; False when nothing waits for this person's answer any more."""
    return bool(_valeur("select cdap.sondage_repondre(%s, %s, %s, %s, %s::inet)", [session, pk, cas, texte, ip]))


def a_confirmer(session: str) -> tuple[Reponse, ...]:
    """Return the answers that wait for an administrator of the organisation."""
    return tuple(
        Reponse(
            pk=lu["id"],
            agent=lu["agent"],
            quand=datetime.fromisoformat(lu["quand"]),
            cas=mots.CAS.get(lu["cas"], lu["cas"]),
            texte=lu["texte"],
            reponse=datetime.fromisoformat(lu["reponse"]),
            soi=lu["soi"],
        )
        for lu in _portail("select j::text from cdap.sondages_a_confirmer(%s) j", [session])
    )


def trancher(request: AgentRequest, pk: int, *, verdict: str, motif: str, base: str) -> str:
    """Confirm or contest; return « fait », or why it was refused: « inconnu », « soi », « etat » or « attente »."""
    parametres = [request.acces.cle, pk, verdict, motif, request.ip]
    return str(_valeur("select cdap.sondage_trancher(%s, %s, %s, %s, %s::inet)", parametres, base))


def mois(request: AgentRequest) -> list[date]:
    """Return the months that have a draw, the last one first."""
    return [jour for (jour,) in _lignes("select * from cdap.sondages_mois(%s)", [request.acces.cle], ALIAS)]


def bilans(request: AgentRequest, un_mois: date) -> tuple[Bilan, ...]:
    """Return a month, by organisation of the controller's perimeter; this reading is traced."""
    return tuple(
        Bilan(*ligne) for ligne in _lignes("select * from cdap.sondages(%s, %s, %s::inet)", [request.acces.cle, un_mois, request.ip], ALIAS)
    )


def tirees(request: AgentRequest, organisme: int, un_mois: date) -> tuple[Tiree, ...]:
    """Return what was drawn of an organisation; nothing outside the perimeter. This reading is traced."""
    annoncer(session=request.acces.cle, organisme=organisme, objet=f"sondages:{un_mois:%Y-%m}", ip=request.ip)
    parametres = [request.acces.cle, organisme, un_mois]
    lues = _lignes("select j::text from cdap.sondages_de_l_organisme(%s, %s, %s) j", parametres, ALIAS)
    return tuple(
        Tiree(
            pk=lu["id"],
            organisme=lu["organisme"],
            agent=lu["agent"],
            quand=datetime.fromisoformat(lu["quand"]),
            ticket=lu["ticket"],
            motif=LIBELLES.get(lu["motif"], lu["motif"]),
            echeance=date.fromisoformat(lu["echeance"]),
            etat=mots.ETATS[lu["etat"]],
            suspendu=lu["suspendu"] and lu["reponse"] is None,
            cas=mots.CAS.get(lu["cas"] or "", ""),
            texte=lu["texte"],
            verdict=lu["verdict_motif"],
            par=lu["par"] or "",
            au_controle=lu["au_controle"],
        )
        for lu in (json.loads(texte) for (texte,) in lues)
    )


def volumes(session: str) -> tuple[Volumes, ...]:
    """Return how many dossiers the organisation that this person administers has opened, the last month first. Nothing by agent."""
    totaux: dict[date, int] = {}
    profils: dict[date, list[tuple[str, int]]] = defaultdict(list)
    for un_mois, profil, nombre in _lignes("select * from cdap.volumes_de_l_organisme(%s)", [session]):
        if profil is None:
            totaux[un_mois] = nombre
        else:
            profils[un_mois].append((profil, nombre))
    return tuple(Volumes(un_mois, total, tuple(profils[un_mois])) for un_mois, total in totaux.items())


def _instant(texte: str | None) -> datetime | None:
    return datetime.fromisoformat(texte) if texte else None


def _portail(sql: str, parametres: list[Any]) -> list[dict[str, Any]]:
    return [json.loads(texte) for (texte,) in _lignes(sql, parametres)]


def _valeur(sql: str, parametres: list[Any], base: str = "default") -> Any:
    [(valeur,)] = _lignes(sql, parametres, base)
    return valeur


def _lignes(sql: str, parametres: list[Any], base: str = "default") -> list[tuple[Any, ...]]:
    """Run a statement as the web role, or as cdap_controle, committed by itself."""
    with connections[base].cursor() as curseur:
        curseur.execute(sql, parametres)
        return list(curseur.fetchall())
