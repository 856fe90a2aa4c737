"""The pages of the data-protection officer: proofs, registers, and the record of processing. The rights are SQL (`sql/dpo.sql`)."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from allocataires.oppositions import Opposition, Origine
from audit.controle.lectures import annoncer, appeler
from habilitations.conditions import AgentRequest
from habilitations.lectures.commun import numero_de_page

PAR_PAGE = 50
LECTEURS_JOURS = 28
PAGES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Preuves:
    """How the journal's proof stands: the last day sealed, how many days wait for a seal or for their end, the last verifications."""

    scelle: date | None
    attendent: int
    retenus: int
    verifications: tuple[tuple[datetime, bool], ...]


@dataclass(frozen=True, slots=True)
class Temoin:
    """The oldest row of a table, None when it is empty; `attend`: it should be gone."""

    ancienne: datetime | None
    attend: bool


@dataclass(frozen=True, slots=True)
class Destruction:
    """A day of the journal that is gone: how many traces, the hash that ended its chain, the seal's key and signature or « », and when."""

    jour: date
    traces: int
    hachage: str
    cle: str
    signature: str
    fait: datetime


@dataclass(frozen=True, slots=True)
class Lecteur:
    """Who reads the journal: how many readings and exports, the last when."""

    personne: str
    role: str
    lectures: int
    exports: int
    derniere: datetime


def preuves(request: AgentRequest) -> Preuves:
    """Return how the proof stands, and leave the trace of this reading."""
    [(texte,)] = appeler("select cdap.dpo_preuves(%s, %s::inet)::text", request.acces.cle, request.ip)
    lu = json.loads(texte)
    return Preuves(
        scelle=date.fromisoformat(lu["scelle"]) if lu["scelle"] else None,
        attendent=lu["attendent"],
        retenus=lu["retenus"],
        verifications=tuple((datetime.fromisoformat(une["instant"]), une["intact"]) for une in lu["verifications"]),
    )


def conservation(request: AgentRequest) -> dict[str, Temoin]:
    """Return the oldest row of each table that something ends."""
    return {nom: Temoin(*reste) for nom, *reste in appeler("select * from cdap.dpo_conservation(%s)", request.acces.cle)}


def destructions(request: AgentRequest, numero: str) -> tuple[tuple[Destruction, ...], int, int]:
    """Return a page of the proofs of destruction, its number, and how many there are."""
    page = _page(numero)
    lignes = appeler("select * from cdap.dpo_destructions(%s, %s, %s)", request.acces.cle, (page - 1) * PAR_PAGE, PAR_PAGE)
    return tuple(Destruction(*champs) for *champs, _ in lignes), page, lignes[0][-1] if lignes else 0


def lecteurs(request: AgentRequest) -> tuple[Lecteur, ...]:
    """Return who has read the journal lately, the most assiduous first."""
    return tuple(Lecteur(*ligne) for ligne in appeler("select * from cdap.dpo_lecteurs(%s, %s)", request.acces.cle, LECTEURS_JOURS))


def oppositions_comptes(request: AgentRequest) -> tuple[tuple[str, int, int], ...]:
    """Return, for each caisse of the register, how many oppositions are open and how many were lifted."""
    return tuple(
        (caisse, ouvertes, levees)
        for caisse, ouvertes, levees in appeler("select * from cdap.dpo_oppositions_comptes(%s)", request.acces.cle)
    )


def oppositions(request: AgentRequest, numero: str) -> tuple[tuple[Opposition, ...], int, int]:
    """Return a page of the register, its number, and how many rows there are; leave the trace of this reading."""
    page = _page(numero)
    annoncer(session=request.acces.cle, organisme=None, objet="oppositions", ip=request.ip)
    lignes = appeler("select * from cdap.dpo_oppositions(%s, %s, %s)", request.acces.cle, (page - 1) * PAR_PAGE, PAR_PAGE)
    return (
        tuple(Opposition(cle, caisse, fin, Origine(origine), *dates) for cle, caisse, fin, origine, *dates, _ in lignes),
        page,
        lignes[0][-1] if lignes else 0,
    )


def _page(numero: str) -> int:
    return min(numero_de_page(numero), PAGES_MAX)
