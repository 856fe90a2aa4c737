"""Exports of the journal: asked with a reason, decided by a second person, downloaded for a day (`sql/exports.sql`)."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from audit.controle import lectures, mots, tableurs
from audit.controle.lectures import DossierVu, Genre, Lecture, LectureFinie, Trace, appeler
from audit.controle.temps import pour_tableur
from audit.journal.auteur import Auteur

Format = Literal["csv", "xlsx"]
ECRIRE: dict[str, Callable[[Sequence[tableurs.Feuille]], Iterator[bytes]]] = {"csv": tableurs.en_csv, "xlsx": tableurs.en_xlsx}
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
COLONNES = (
    "Instant (Paris)", "Personne", "Identifiant", "Organisme", "Groupe", "Profil", "Famille", "Acte", "Résultat", "Motif", "Objet",
    "Caisse", "Numéro", "Ticket", "Adresse IP",
)  # fmt: skip
COLONNES_HEURES = ("Heure (Paris)", "Demandes", "Refus", "Dossiers ouverts", "Impressions et extraits")
COLONNES_COMPTE = ("Caisse", "Numéro", "Premier accès (Paris)", "Dernier accès (Paris)", "Actes", "Impressions et extraits", "Profils")


@dataclass(frozen=True, slots=True)
class Export:
    """An export that this person asked for, or may decide, or has decided."""

    id: UUID
    mien: bool
    genre: Genre
    format: Format
    motif: str
    justification: str
    demandeur: str
    demande: datetime
    fin: datetime
    decision: Literal["approuve", "refuse"] | None
    decideur: str | None
    decide: datetime | None
    criteres: dict[str, str]


def demander(*, par: Auteur, lecture: UUID, format: Format, justification: str) -> UUID:
    """Ask for the export of a reading. Raises LectureFinie, DemandeMalFormee."""
    [(export,)] = appeler("select cdap.export_demander(%s, %s, %s, %s, %s::inet)", par.session, lecture, format, justification, par.ip)
    if export is None:
        raise LectureFinie
    return UUID(str(export))


def decider(*, par: Auteur, export: UUID, accord: bool) -> bool:
    """Approve or refuse; False when it is not for this person, or decided already."""
    [(fait,)] = appeler("select cdap.export_decider(%s, %s, %s, %s::inet)", par.session, export, accord, par.ip)
    return bool(fait)


def lister(*, session: str) -> tuple[Export, ...]:
    """Return what this person asked for, may decide or has decided, the most recent first."""
    lignes = appeler("select * from cdap.exports(%s)", session)
    return tuple(Export(*(*ligne[:-1], json.loads(ligne[-1]))) for ligne in lignes)


def ouvrir(*, par: Auteur, export: UUID) -> Lecture:
    """Return the reading that gives the rows of an export, traced. Raises LectureFinie: not this person's, not approved, or over."""
    [(lecture,)] = appeler("select cdap.export_ouvrir(%s, %s, %s::inet)", par.session, export, par.ip)
    if lecture is None:
        raise LectureFinie
    return lectures.etat(session=par.session, lecture=lecture)


def octets(*, session: str, lecture: Lecture, format: str) -> Iterator[bytes]:
    """Return the file, as it goes."""
    if lecture.genre == "compte":
        return ECRIRE[format]((("Dossiers", _dossiers(session, lecture)), ("Volumes par heure", _heures(session, lecture))))
    return ECRIRE[format]((("Traces", _traces(session, lecture)),))


def _traces(session: str, lecture: Lecture) -> Iterator[tableurs.Ligne]:
    yield COLONNES
    yield from map(_trace, lectures.toutes_les_traces(session=session, lecture=lecture.id))


def _dossiers(session: str, lecture: Lecture) -> Iterator[tableurs.Ligne]:
    yield COLONNES_COMPTE
    yield from map(_dossier, lectures.tous_les_dossiers(session=session, lecture=lecture.id))


def _heures(session: str, lecture: Lecture) -> Iterator[tableurs.Ligne]:
    yield COLONNES_HEURES
    for h in lectures.heures(session=session, lecture=lecture.id):
        yield (pour_tableur(h.debut), str(h.demandes), str(h.refus), str(h.dossiers), str(h.copies))
    lectures.etat(session=session, lecture=lecture.id)  # as for the rows: raise rather than end before the end


def _trace(t: Trace) -> tableurs.Ligne:
    return (
        pour_tableur(t.ts), t.personne or "", t.identifiant or "", t.organisme or "", t.groupe or "", t.profil or "",
        mots.famille(t.famille), mots.acte(t.famille, t.action), mots.issue(t.issue),
        mots.motif(t.motif, f"{t.famille}.{t.action}"), t.objet, t.caisse or "", t.numero or "", str(t.ticket or ""), t.ip or "",
    )  # fmt: skip


def _dossier(d: DossierVu) -> tableurs.Ligne:
    return (d.caisse, d.numero, pour_tableur(d.premiere), pour_tableur(d.derniere), str(d.actes), str(d.copies), " ".join(d.profils))
