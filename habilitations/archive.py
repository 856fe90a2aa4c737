"""Who had access at an instant: periods that are kept for good (`sql/acces.sql`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, router

from habilitations.models import Utilisateur

ACCES = """
select l.organisme, a.nom, a.prenom, a.groupe, a.profil, a.caisses, a.codes, a.du, a.au
from unnest(%s::bigint[]) as l(organisme) cross join lateral cdap.acces_au(%s, l.organisme, %s) a
order by a.nom, a.prenom, a.utilisateur, a.groupe, a.du
"""


@dataclass(frozen=True, slots=True)
class AccesPasse:
    """What somebody could consult; `au` is None while it lasts."""

    organisme: int
    nom: str
    prenom: str
    groupe: str
    profil: str
    caisses: tuple[str, ...]
    codes: tuple[str, ...]
    du: datetime
    au: datetime | None


def acces_au(*, session: str, organismes: Sequence[int], instant: datetime) -> tuple[AccesPasse, ...]:
    """Return who had access through these organisations; nothing of one outside the perimeter of the session's operator."""
    with connections[router.db_for_read(Utilisateur)].cursor() as curseur:
        curseur.execute(ACCES, [list(organismes), session, instant])
        return tuple(
            AccesPasse(organisme, nom, prenom, groupe, profil, tuple(caisses), tuple(codes), du, au)
            for organisme, nom, prenom, groupe, profil, caisses, codes, du, au in curseur.fetchall()
        )
