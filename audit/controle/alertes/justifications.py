"""What an agent is told of an alert, and answers; what an administrator knows of the organisation's. As the web role, by session."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from audit.controle.alertes import Preuve, mots, preuves


@dataclass(frozen=True, slots=True)
class Justification:
    """A question that was put to the person, or a suspension that followed: why, about what, until when."""

    pk: int
    phrase: str
    quand: datetime
    question: str
    echeance: date | None
    suspendue: bool
    attendue: bool
    preuves: tuple[Preuve, ...]


def lister(session: str) -> tuple[Justification, ...]:
    """Return what this person is asked to explain, the most urgent first."""
    with connection.cursor() as curseur:
        curseur.execute("select j::text from cdap.justifications(%s) j", [session])
        lues = [json.loads(texte) for (texte,) in curseur.fetchall()]
    return tuple(
        Justification(
            pk=lu["id"],
            phrase=mots.PHRASES[lu["phrase"]],
            quand=datetime.fromisoformat(lu["quand"]),
            question=lu["question"] or "",
            echeance=date.fromisoformat(lu["echeance"]) if lu["echeance"] else None,
            suspendue=lu["etat"] == "suspendue",
            attendue=lu["etat"] == "justification_demandee" and not lu["repondue"],
            preuves=preuves(lu["preuves"]),
        )
        for lu in lues
    )


def attendues(session: str) -> int:
    """Return how many questions wait for this person's answer."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.justifications_attendues(%s)", [session])
        return int(curseur.fetchone()[0])


def repondre(*, session: str, pk: int, cas: str, texte: str, ip: str) -> bool:
    """Answer a question; False when none waits for this person's answer any more."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.justification_repondre(%s, %s, %s, %s, %s::inet)", [session, pk, cas, texte, ip])
        return bool(curseur.fetchone()[0])


def suspension_regle(session: str) -> str | None:
    """Return what stops this person's consultation: a limit, « controle », « sondage », « campagne »; None when nothing does."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.suspension_regle(%s)", [session])
        regle: str | None = curseur.fetchone()[0]
    return regle


def de_l_organisme(session: str) -> list[tuple[str, int]]:
    """Return how many alerts the organisation that this person administers has, by state in words; nothing of whom they are about."""
    with connection.cursor() as curseur:
        curseur.execute("select etat, nombre from cdap.alertes_de_l_organisme(%s)", [session])
        nombres = dict(curseur.fetchall())
    return [(mot.texte, nombres[etat]) for etat, mot in mots.ETATS.items() if nombres.get(etat)]
