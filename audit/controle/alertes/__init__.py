"""Alerts: what the worker does with them, and the plain data that the pages show. The rules and the rights are SQL (`sql/alertes*.sql`)."""

import json
import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.http import urlencode

from audit.controle.alertes import mots
from audit.controle.alertes.mots import Regle
from audit.controle.lectures import appeler
from habilitations.conditions import AgentRequest
from habilitations.lectures.commun import Etiquette, Page, numero_de_page

logger = logging.getLogger(__name__)

PAR_PAGE = 50
PAGES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Ligne:
    """An alert in the list."""

    pk: int
    code: str
    titre: str
    ouverte: datetime
    etat: Etiquette
    echeance: date | None
    agent: str
    organisme: str
    repondue: bool


@dataclass(frozen=True, slots=True)
class Preuve:
    """A trace that an alert rests on: its number, when, what, and the reference of the consultation or « »."""

    trace: int
    quand: datetime
    acte: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Acte:
    """A step of an alert: what, by whom (« » for the portal), why; `cas` is what an agent answers."""

    quand: datetime
    acte: str
    par: str
    cas: str
    motif: str


@dataclass(frozen=True, slots=True)
class Alerte:
    """An alert: `actions` are the steps that it may take now; `perdues`, how many of its traces can no longer be read.

    Not `entiere`: it concerns organisations of other caisses too, whose traces are not shown, and another person settles it.
    """

    pk: int
    code: str
    regle: Regle
    ouverte: datetime
    etat: Etiquette
    echeance: date | None
    repondue: bool
    agent: str
    organisme: str
    suspendue: bool
    entiere: bool
    preuves: tuple[Preuve, ...]
    perdues: int
    actes: tuple[Acte, ...]
    actions: tuple[str, ...]


def passer() -> int:
    """Raise what the journal's new traces deserve, remind and suspend those whose time to answer is over; return how many alerts."""
    with connection.cursor() as curseur:
        curseur.execute(
            "select levees, pannes from cdap.alertes_lever(make_interval(secs => %s))", [settings.ENVIRONNEMENT.alertes_secondes]
        )
        levees, pannes = curseur.fetchone()
        curseur.execute("select cdap.justifications_echues(), cdap.justifications_rappeler()")
        echues, _ = curseur.fetchone()
    for panne in pannes:
        regle, code = panne.split()
        logger.error("alertes : la règle %s a échoué (erreur %s de la base) ; elle relira les mêmes traces au passage suivant", regle, code)
    if levees or echues:
        logger.warning("alertes : %d levées, %d consultations suspendues faute de réponse", levees, echues)
    return int(levees)


def ouvrir(request: AgentRequest, alerte: int | None = None) -> UUID | None:
    """Leave the trace of a reading, of an alert or of their list, and return what shows it; None: this person does not see that alert."""
    [(lecture,)] = appeler("select cdap.alertes_ouvrir(%s, %s, %s::inet)", request.acces.cle, alerte, request.ip)
    return lecture and UUID(str(lecture))


def lister(request: AgentRequest, lecture: UUID | None, *, etat: str, regle: str, organisme: str, page: str) -> Page:
    """Return a page of the alerts of the controller's perimeter, newest first; a filter that is none shows everything."""
    rang = min(numero_de_page(page), PAGES_MAX)
    lignes = appeler(
        "select * from cdap.alertes(%s, %s, %s, %s, %s, %s, %s)",
        request.acces.cle, lecture, etat, regle, int(organisme) if organisme else None, (rang - 1) * PAR_PAGE, PAR_PAGE,
    )  # fmt: skip
    total = lignes[0][8] if lignes else 0
    return Page(
        lignes=tuple(
            Ligne(pk, code, mots.REGLES[code].titre, ouverte, mots.ETATS[un_etat], echeance, agent or "", _organisme(code, nom), repondue)
            for pk, code, ouverte, un_etat, echeance, agent, nom, repondue, _ in lignes
        ),
        numero=rang,
        nombre=max(1, -(-total // PAR_PAGE)),
        total=total,
        requete=urlencode({"etat": etat, "regle": regle, "organisme": organisme}),
    )


def organismes(request: AgentRequest, lecture: UUID | None) -> list[tuple[str, str]]:
    """Return the organisations of the perimeter that have alerts: number and name."""
    return [(str(pk), nom) for pk, nom in appeler("select * from cdap.alertes_organismes(%s, %s)", request.acces.cle, lecture)]


def lire(request: AgentRequest, pk: int) -> Alerte | None:
    """Return an alert, once the trace of this reading is committed; None outside the perimeter."""
    [(texte,)] = appeler("select cdap.alerte_lire(%s, %s)::text", request.acces.cle, ouvrir(request, pk))
    if texte is None:
        return None
    lu = json.loads(texte)
    return Alerte(
        pk=lu["id"],
        code=lu["regle"],
        regle=mots.REGLES[lu["regle"]],
        ouverte=datetime.fromisoformat(lu["ouverte"]),
        etat=mots.ETATS[lu["etat"]],
        echeance=_jour(lu["echeance"]),
        repondue=lu["repondue"],
        agent=lu["agent"] or "",
        organisme=_organisme(lu["regle"], lu["organisme"]),
        suspendue=lu["suspendue"],
        entiere=lu["entiere"],
        preuves=preuves(lu["preuves"]),
        perdues=lu["total"] - len(lu["preuves"]),
        actes=tuple(
            Acte(
                datetime.fromisoformat(un["quand"]), mots.ACTES[un["acte"]], un["par"] or "", mots.CAS.get(un["cas"] or "", ""), un["motif"]
            )
            for un in lu["actes"]
        ),
        actions=_actions(lu),
    )


def traiter(request: AgentRequest, pk: int, *, acte: str, motif: str, jours: int | None) -> str:
    """Take a step; return « fait », or why it was refused (`views.REFUS`), « inconnue » or « preuve »."""
    parametres = (request.acces.cle, pk, acte, motif, jours, request.ip)
    [(suite,)] = appeler("select cdap.alerte_traiter(%s, %s, %s, %s, %s, %s::inet)", *parametres)
    return str(suite)


def preuves(lues: list[dict[str, Any]]) -> tuple[Preuve, ...]:
    """Return the traces that SQL gives, in words."""
    return tuple(Preuve(un["trace"], datetime.fromisoformat(un["quand"]), _evenement(un), un["ticket"] or "") for un in lues)


def _evenement(lue: dict[str, Any]) -> str:
    if lue["defaillance"]:
        return f"{mots.DEFAILLANCES[lue['defaillance']]}{_precision(lue['objet'])}"
    action, issue = lue["action"], lue["issue"]
    mot = mots.EVENEMENTS.get(action, action)
    return f"{mot}, refusée" if action in ("rechercher", "consulter", "telecharger") and issue not in ("accorde", "demande") else mot


def _precision(objet: str) -> str:
    """Return which day or which rule a failure is about, in brackets, or « »."""
    if objet.startswith("regle:"):
        return f" ({objet.removeprefix('regle:')})"
    return f" ({date.fromisoformat(objet):%d/%m/%Y})" if objet[:1].isdigit() else ""


def _actions(lu: dict[str, Any]) -> tuple[str, ...]:
    """Return the steps that the state offers; SQL decides again (`alerte_traiter`)."""
    if not lu["entiere"]:
        return ()
    attend = lu["etat"] == "justification_demandee" and not lu["repondue"]
    possibles = {
        "demander": bool(lu["agent"]) and (lu["etat"] == "ouverte" or (lu["etat"] == "justification_demandee" and not attend)),
        "justifier": lu["etat"] in ("justification_demandee", "suspendue"),
        "suspendre": bool(lu["agent"]) and lu["etat"] in ("ouverte", "justification_demandee"),
        "clore": lu["etat"] in ("ouverte", "justification_demandee", "suspendue"),
    }
    return tuple(nom for nom, possible in possibles.items() if possible)


def _jour(texte: str | None) -> date | None:
    return date.fromisoformat(texte) if texte else None


def _organisme(code: str, nom: str | None) -> str:
    return nom or ("Le portail" if code == "J1" else "Plusieurs organismes")
