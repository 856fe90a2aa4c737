"""« Qui a consulté ce dossier »: the answer to a right of access, as the data-protection officer asks for it (`sql/acces.sql`)."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from audit.controle.lectures import LectureFinie, LectureRefusee, appeler
from audit.journal.auteur import Auteur


@dataclass(frozen=True, slots=True)
class Acces:
    """What was asked, and what there is to answer.

    `numeros` are those under which the dossier went, the one that was typed first; `ecartes`, those where it divides, which are not
    followed. Of the consultations before `jusque`, `listees` are in the letter and `protegees` withheld; `recentes` are after it.
    `refusees` are the requests that showed nothing.
    """

    id: UUID
    caisse: str
    numero: str
    recue: date
    jusque: datetime
    debut: datetime
    fin: datetime
    numeros: tuple[str, ...]
    ecartes: tuple[str, ...]
    adresse: str
    listees: int
    protegees: int
    recentes: int
    refusees: int


@dataclass(frozen=True, slots=True)
class Consultation:
    """When, by which organisation, under which profile, why, and whether it was printed or extracted. `agent` is None unless asked for."""

    quand: datetime
    organisme: str
    profil: str
    motif: str
    imprime: bool
    extrait: bool
    agent: str | None = None


def demander(*, par: Auteur, caisse: str, numero: str, recue: date, identite: bool) -> UUID:
    """Ask, traced; return the reading. `identite`: that of who exercises the right was verified.

    Raises LectureRefusee (`non_habilite`, `inconnu`), DemandeMalFormee.
    """
    [(lecture, refus)] = appeler(
        "select * from cdap.acces_demander(%s, %s, %s, %s, %s, %s::inet)", par.session, caisse, numero, recue, identite, par.ip
    )
    if refus:
        raise LectureRefusee(refus)
    return UUID(str(lecture))


def etat(*, session: str, lecture: UUID) -> Acces:
    """Return what was asked and the counts. Raises LectureFinie."""
    lignes = appeler("select * from cdap.acces_etat(%s, %s)", session, lecture)
    if not lignes:
        raise LectureFinie
    texte, debut, fin, numeros, ecartes, adresse, *comptes = lignes[0]
    criteres: dict[str, Any] = json.loads(texte)
    recue, jusque = date.fromisoformat(criteres["recue"]), datetime.fromisoformat(criteres["au"])
    return Acces(
        lecture, criteres["caisse"], criteres["numero"], recue, jusque, debut, fin, tuple(numeros), tuple(ecartes), adresse or "", *comptes
    )


def lignes(*, session: str, lecture: UUID, rang: int, combien: int) -> tuple[Consultation, ...]:
    """Return consultations that the letter lists, the oldest first, without the agents."""
    return tuple(
        Consultation(*ligne) for ligne in appeler("select * from cdap.acces_lignes(%s, %s, %s, %s)", session, lecture, rang, combien)
    )
