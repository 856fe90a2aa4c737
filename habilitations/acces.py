"""Who asks, as the database says it at each request: the session, the person, what is in force today. Nothing is remembered."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from django.db import connection

from habilitations.models import Role

CHARTE = "2026-1"


class Etat(IntEnum):
    """The gate's states (design §6): where a person stands, see `_etat`. Only the last two let anybody into the portal."""

    MOT_DE_PASSE = 1
    CODE = 2
    RENOUVELLEMENT = 3
    CHARTE = 4
    ENROLEMENT = 5
    SANS_HABILITATION = 6
    OUVERT = 7


@dataclass(frozen=True, slots=True)
class Habilitation:
    """A group under which the person may act today."""

    groupe: int
    libelle: str
    service: str
    profil: str
    caisses: tuple[str, ...]
    codes: tuple[str, ...]
    telephone_exige: bool


@dataclass(frozen=True, slots=True)
class Administration:
    """The person administers their organisation today, at this rank; `delegation` is False while the CAF has taken it back."""

    rang: int
    remplacant: bool
    delegation: bool


@dataclass(frozen=True, slots=True)
class Maintenance:
    """The portal is closed to everybody but the CAF's staff, for `secondes` more."""

    titre: str
    texte: str
    fin: datetime
    secondes: int


@dataclass(frozen=True, slots=True)
class Acces:
    """A live session and its person; durations are seconds.

    `caisses` is the perimeter of the CAF's own people; `services` are those of the organisation's contracts in force; `nouveautes` is how
    many of the dossiers that the person follows have changed.
    """

    cle: str
    utilisateur: int
    identifiant: str
    nom: str
    prenom: str
    courriel: str
    role: Role
    organisme: str
    organisme_id: int | None
    caisses: tuple[str, ...]
    etat: Etat
    services: tuple[str, ...]
    habilitations: tuple[Habilitation, ...]
    donnees: dict[str, Any]
    secondes: int
    secondes_absolues: int
    consultation_suspendue: bool = False
    administre: Administration | None = None
    maintenance: Maintenance | None = None
    nouveautes: int = 0

    @property
    def consultations(self) -> tuple[Habilitation, ...]:
        """Return the habilitations that open dossiers."""
        return tuple(une for une in self.habilitations if une.service == "cdap")


@dataclass(frozen=True, slots=True)
class SessionMorte:
    """A session that was closed, and why: expiree, evincee, deconnexion, signalement, suspendue."""

    cause: str


@dataclass(frozen=True, slots=True)
class ConnexionPrecedente:
    """The person's connection before this one, and the failures since."""

    quand: datetime
    reseau: str
    echecs: int


class TropDeFormulaires(Exception):
    """Too many forms came from an address in a minute."""


def lire(cle: str, *, formulaire_de: str | None = None) -> Acces | SessionMorte | None:
    """Return who holds this session's key; a dead session says why; an unknown key gives None. It counts as activity.

    `formulaire_de` is the address that sends a form, counted in the same round trip. Raises TropDeFormulaires.
    """
    with connection.cursor() as curseur:
        curseur.execute("select cdap.session_page(%s, %s::inet)::text", [cle, formulaire_de])
        (texte,) = curseur.fetchone()
    if texte is None:
        return None
    page = json.loads(texte)
    if "trop" in page:
        raise TropDeFormulaires
    if "morte" in page:
        return SessionMorte(page["morte"])
    habilitations = tuple(
        Habilitation(**(une | {"caisses": tuple(une["caisses"]), "codes": tuple(une["codes"])})) for une in page["habilitations"]
    )
    return Acces(
        cle=cle,
        utilisateur=page["utilisateur"],
        identifiant=page["identifiant"],
        courriel=page["courriel"],
        nom=page["nom"],
        prenom=page["prenom"],
        role=Role(page["role"]),
        organisme=page["organisme"] or "",
        organisme_id=page["organisme_id"],
        caisses=tuple(page["caisses"]),
        etat=_etat(page),
        services=tuple(page["services"]),
        habilitations=habilitations,
        donnees=page["donnees"],
        secondes=page["secondes"],
        secondes_absolues=page["secondes_absolues"],
        consultation_suspendue=page["consultation_suspendue"],
        administre=Administration(**page["administre"]) if page["administre"] else None,
        maintenance=_maintenance(page["maintenance"]),
        nouveautes=page["nouveautes"],
    )


def compter_formulaire(ip: str) -> None:
    """Count a form of somebody who shows no session. Raises TropDeFormulaires."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.formulaire_admis(%s::inet)", [ip])
        (admis,) = curseur.fetchone()
    if not admis:
        raise TropDeFormulaires


def oublier_formulaires() -> None:
    """Delete the counts that serve no more. Called by the worker."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.formulaires_menage()")


def _maintenance(page: dict[str, Any] | None) -> Maintenance | None:
    return Maintenance(**(page | {"fin": datetime.fromisoformat(page["fin"])})) if page else None


def _etat(page: dict[str, Any]) -> Etat:
    """Return the first step that is missing.

    Who has a second factor proves it before anything else: a stolen password must neither accept the charter nor choose another
    password. The provisional one comes first of all, for it serves once and the session that used it is the only one to stand there.
    """
    if page["mot_de_passe_provisoire"]:
        return Etat.MOT_DE_PASSE
    if page["enrole"] and not page["verifiee"]:
        return Etat.CODE
    if page["verifiee"] and page["mot_de_passe_a_changer"]:
        return Etat.RENOUVELLEMENT
    if page["charte"] != CHARTE or page["charte_ancienne"]:
        return Etat.CHARTE
    if not page["enrole"]:
        return Etat.ENROLEMENT
    if page["role"] in (Role.AGENT, Role.ADMINISTRATEUR) and not page["habilitations"] and not page["administre"]:
        return Etat.SANS_HABILITATION
    return Etat.OUVERT


def fermer(*, cle: str, cause: str, ip: str) -> None:
    """Close the session; with the cause `signalement`, all those of the person, and an alert is raised."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.session_fermer(%s, %s, %s::inet)", [cle, cause, ip])


def retenir(*, cle: str, **donnees: str | int | None) -> None:
    """Keep small values from one page to the next."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.session_retenir(%s, %s::jsonb)", [cle, json.dumps(donnees)])


def connexion_precedente(cle: str) -> ConnexionPrecedente | None:
    """Return the connection before this one, or None for a first one."""
    with connection.cursor() as curseur:
        curseur.execute("select quand, host(ip), echecs from cdap.session_precedente(%s)", [cle])
        ligne = curseur.fetchone()
    return ConnexionPrecedente(quand=ligne[0], reseau=ligne[1] or "", echecs=ligne[2]) if ligne else None
