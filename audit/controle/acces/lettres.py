"""The letter: asked for and traced, written and encrypted by the web process, printed by the worker, gone after an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.template.loader import render_to_string

from audit.controle import acces
from audit.controle.acces import presentation
from audit.controle.acces.presentation import reference
from audit.controle.lectures import LectureFinie, appeler
from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions import chiffrement, confidentiel

TACHE = "controle.produire_lettre"
GABARIT = "controle/lettre_pdf.html"


@dataclass(frozen=True, slots=True)
class Lettre:
    """Where a letter stands, when it will be erased, since when it was asked for, why it names the agents or None, and its reading."""

    etat: Literal["en_preparation", "pret", "echec"]
    fin: datetime
    attente: timedelta
    noms: str | None
    lecture: UUID


def demander(*, par: Auteur, lecture: UUID, noms: str) -> UUID:
    """Ask for the letter, traced, and hand its page to the worker; return it. `noms` is why it names the agents, or « ».

    Raises LectureFinie, DemandeMalFormee.
    """
    [(lettre,)] = appeler("select cdap.lettre_demander(%s, %s, %s, %s::inet)", par.session, lecture, noms or None, par.ip)
    if lettre is None:
        raise LectureFinie
    page = confidentiel.confier(_page(session=par.session, lecture=lecture, lettre=lettre, noms=noms))
    appeler("select cdap.lettre_confier(%s, %s, %s::bytea)", par.session, lettre, page)
    return UUID(str(lettre))


def _page(*, session: str, lecture: UUID, lettre: UUID, noms: str) -> str:
    demandee = acces.etat(session=session, lecture=lecture)
    consultations = tuple(acces.Consultation(*ligne) for ligne in appeler("select * from cdap.lettre_lignes(%s, %s)", session, lettre))
    return render_to_string(GABARIT, {"lettre": presentation.lettre(demandee, consultations, lettre, horloge.jour(), bool(noms))})


def etat(*, session: str, lettre: UUID) -> Lettre:
    """Return where the letter stands. Raises LectureFinie: not this session's, or past its hour."""
    lignes = appeler("select * from cdap.lettre_etat(%s, %s)", session, lettre)
    if not lignes:
        raise LectureFinie
    return Lettre(*lignes[0])


def telecharger(*, par: Auteur, lettre: UUID) -> bytes:
    """Return the PDF; the trace is committed before a byte is read. Raises LectureFinie: not ready, not this session's, past its hour."""
    [(decision,)] = appeler("select cdap.lettre_telecharger(%s, %s, %s::inet)", par.session, lettre, par.ip)
    [(pdf,)] = appeler("select cdap.lettre_lire(%s, %s)", par.session, lettre) if decision else [(None,)]
    if pdf is None:
        raise LectureFinie
    return chiffrement.dechiffrer(bytes(pdf))


def nom_de_fichier(lettre: UUID) -> str:
    """Return the name of the file: the reference, never the number."""
    return f"droit-acces-{reference(lettre)}.pdf"


def produire(*, lettre: UUID) -> None:
    """Print the page of a letter, unless it is done or no longer wanted. Called by the worker."""
    page = _au_travailleur("select cdap.lettre_page(%s)", lettre)
    if page is not None:
        _au_travailleur("select cdap.lettre_rendre(%s, %s::bytea)", lettre, confidentiel.imprimer(bytes(page), GABARIT))


def _au_travailleur(sql: str, *parametres: Any) -> bytes | None:
    with connection.cursor() as curseur:
        curseur.execute(sql, list(parametres))
        valeur: bytes | None = curseur.fetchone()[0]
    return valeur or None
