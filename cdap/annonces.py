"""Announcements: what a page shows of them, and how the CAF publishes and withdraws one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, connections, router

from audit.journal.auteur import Auteur
from cdap.models import Annonce
from conventions.models import Caisse
from habilitations.perimetre import dans_le_perimetre


@dataclass(frozen=True, slots=True)
class Affiche:
    """An announcement as a page shows it; `caisse` is empty when it is for all, `en_cours` false when it is told ahead."""

    caisse: str
    titre: str
    texte: str
    debut: datetime
    fin: datetime
    en_cours: bool


@dataclass(frozen=True, slots=True)
class Affiches:
    """What is announced to a person, the most recent first."""

    maintenances: tuple[Affiche, ...]
    messages: tuple[Affiche, ...]
    actualites: tuple[Affiche, ...]


def lire(session: str = "") -> Affiches:
    """Return what is announced to the holder of this session, or to anybody: one statement."""
    with connection.cursor() as curseur:
        curseur.execute("select * from cdap.annonces(%s)", [session])
        lignes = curseur.fetchall()

    def du_genre(genre: Annonce.Genre) -> tuple[Affiche, ...]:
        return tuple(Affiche(*champs) for son_genre, *champs in lignes if son_genre == genre)

    return Affiches(*map(du_genre, (Annonce.Genre.MAINTENANCE, Annonce.Genre.MESSAGE_DU_JOUR, Annonce.Genre.ACTUALITE)))


def publier(
    *, genre: Annonce.Genre, titre: str, texte: str, debut: datetime, fin: datetime, par: Auteur, caisse: Caisse | None = None
) -> int:
    """Publish an announcement for all the caisses, or for one of the operator's perimeter; return its number.

    Raises HorsPerimetre, DataError (an empty or too long text, an end that is past), IntegrityError (an end before the beginning, a
    caisse for what is not news).
    """
    parametres = [par.session, str(genre), caisse.pk if caisse else None, titre, texte, debut, fin, par.ip]
    with dans_le_perimetre(), connections[router.db_for_write(Annonce)].cursor() as curseur:
        curseur.execute("select cdap.annonce_publier(%s, %s, %s, %s, %s, %s, %s, %s::inet)", parametres)
        return int(curseur.fetchone()[0])


def retirer(*, annonce: int, par: Auteur) -> bool:
    """Withdraw an announcement; False when it was withdrawn already, or is over. Raises HorsPerimetre, which an unknown one is too."""
    with dans_le_perimetre(), connections[router.db_for_write(Annonce)].cursor() as curseur:
        curseur.execute("select cdap.annonce_retirer(%s, %s, %s::inet)", [par.session, annonce, par.ip])
        return bool(curseur.fetchone()[0])
