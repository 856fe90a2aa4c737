"""What agents see and say of their own requests, through functions that know the session."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from conventions import reference

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


@dataclass(frozen=True, slots=True)
class Page:
    """A page of requests, the most recent first; its address keeps nothing else (`requete`)."""

    lignes: tuple[Ligne, ...]
    numero: int
    nombre: int
    total: int
    requete: str = ""

    @property
    def precedente(self) -> int | None:
        """Return the number of the page before, or None."""
        return self.numero - 1 if self.numero > 1 else None

    @property
    def suivante(self) -> int | None:
        """Return the number of the page after, or None."""
        return self.numero + 1 if self.numero < self.nombre else None


def lister(*, session: str, numero: str, par_page: int) -> Page:
    """Return a page of the person's own requests of six months; a page that is no number is the first."""
    rang = min(int(numero), PAGES_MAX) if numero.isascii() and numero.isdecimal() and len(numero) < 6 else 1
    rang = max(rang, 1)
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
