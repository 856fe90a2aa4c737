"""What agents see and say of their own requests, through functions that know the session."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from conventions import reference
from habilitations.lectures.commun import Page, numero_de_page

PAGES_MAX = 10_000
LIBELLES = {code: libelle for fiche in reference.PROFILS.values() for code, libelle in fiche.motifs}


@dataclass(frozen=True, slots=True)
class Ligne:
    """One request: when, which caisse, the last three digits, why, and whether a dossier was shown."""

    quand: datetime
    caisse: str
    fin_du_numero: str
    motif: str
    affichee: bool


def lister(*, session: str, numero: str, par_page: int) -> Page:
    """Return a page of the person's own requests of six months; a page that is no number is the first."""
    rang = min(numero_de_page(numero), PAGES_MAX)
    with connection.cursor() as curseur:
        curseur.execute("select * from cdap.mes_consultations(%s, %s, %s)", [session, (rang - 1) * par_page, par_page])
        lignes = curseur.fetchall()
    total = lignes[0][5] if lignes else 0
    return Page(
        lignes=tuple(Ligne(quand, caisse, fin, LIBELLES.get(motif, motif), affichee) for quand, caisse, fin, motif, affichee, _ in lignes),
        numero=rang,
        nombre=max(1, -(-total // par_page)),
        total=total,
    )


def est_affichee(*, session: str, ticket: UUID) -> bool:
    """Return whether the ticket is live, this session's, and showed a dossier."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.ticket_etat(%s, %s)", [session, ticket])
        return bool(curseur.fetchone()[0] == "affichee")


def signaler(*, session: str, ticket: UUID, genre: str, sujet: str, ip: str) -> bool:
    """Put a report in the queue of the dossier's caisse, traced; False when the ticket shows nothing to this session."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.signaler(%s, %s, %s, %s, %s::inet)", [session, ticket, genre, sujet, ip])
        return bool(curseur.fetchone()[0])
