"""Campaigns about what functions justify: the plain data that the pages show. Rights and deadlines are SQL (`sql/campagnes.sql`)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import connections

from habilitations.conditions import AgentRequest
from habilitations.lectures.commun import Etiquette

ALIAS = "controle"
ETATS = {
    "attendue": Etiquette("À confirmer", "attention"),
    "confirmee": Etiquette("Confirmée", "ok"),
    "retiree": Etiquette("Retirée du groupe"),
    "suspendue": Etiquette("Consultation suspendue", "stop"),
}


@dataclass(frozen=True, slots=True)
class Ligne:
    """A person in a group. `soi`: the reader; `retirable`: the reader may take the person out on the page of the attachment."""

    pk: int
    organisme: str
    utilisateur: int
    affectation: int
    personne: str
    fonction: str
    groupe: str
    profil: str
    etat: Etiquette
    a_decider: bool
    soi: bool
    retirable: bool
    par: str


@dataclass(frozen=True, slots=True)
class Campagne:
    """A campaign and its lines."""

    pk: int
    motif: str
    profil: str
    ouverte: datetime | None
    echeance: date
    close: bool
    par: str
    lignes: tuple[Ligne, ...]

    @property
    def a_decider(self) -> int:
        """Return how many lines wait."""
        return sum(une.a_decider for une in self.lignes)

    @property
    def bilan(self) -> list[tuple[str, int]]:
        """Return how many lines stand where, in words."""
        return [(etat.texte, sum(une.etat is etat for une in self.lignes)) for etat in ETATS.values()]


@dataclass(frozen=True, slots=True)
class Resume:
    """A campaign in the list, with its counts in the perimeter."""

    pk: int
    motif: str
    profil: str
    ouverte: datetime
    echeance: date
    close: datetime | None
    organismes: int
    lignes: int
    confirmees: int
    retirees: int
    suspendues: int
    attendues: int


def organismes(request: AgentRequest) -> list[tuple[str, str]]:
    """Return the partners whom this controller may ask: number and name."""
    return [(str(pk), nom) for pk, nom in _lignes("select * from cdap.campagne_organismes(%s)", [request.acces.cle], ALIAS)]


def ouvrir(request: AgentRequest, *, organismes: list[int], profil: str, jours: int, motif: str) -> tuple[int | None, str]:
    """Open a campaign; return its number, or None and why: « perimetre » or « personne »."""
    parametres = [request.acces.cle, organismes, profil, jours, motif, request.ip]
    [(campagne, refus)] = _lignes("select * from cdap.campagne_ouvrir(%s, %s::bigint[], %s, %s, %s, %s::inet)", parametres, ALIAS)
    return campagne, refus or ""


def confirmer(request: AgentRequest, lignes: list[int], *, base: str) -> str:
    """Say that these functions justify these groups, all or none; return « fait », or « inconnue », « soi » or « etat »."""
    [(suite,)] = _lignes("select cdap.campagne_confirmer(%s, %s::bigint[], %s::inet)", [request.acces.cle, lignes, request.ip], base)
    return str(suite)


def lister(request: AgentRequest) -> tuple[Resume, ...]:
    """Return the campaigns of the perimeter, the last one first; this reading is traced."""
    lues = _lignes("select * from cdap.campagnes(%s, %s::inet)", [request.acces.cle, request.ip], ALIAS)
    return tuple(Resume(pk, motif, profil or "", *reste) for pk, motif, profil, *reste in lues)


def lire(request: AgentRequest, pk: int) -> Campagne | None:
    """Return a campaign as far as the perimeter goes, or None; this reading is traced."""
    lues = _lignes("select j::text from cdap.campagne_lire(%s, %s, %s::inet) j", [request.acces.cle, pk, request.ip], ALIAS)
    return next(iter(_campagnes(lues)), None)


def de_l_organisme(session: str) -> list[Campagne]:
    """Return the campaigns that wait for this administrator, the most urgent first."""
    return list(_campagnes(_lignes("select j::text from cdap.campagnes_de_l_organisme(%s) j", [session])))


def _campagnes(lues: Iterable[tuple[str]] | list[tuple[Any, ...]]) -> Iterable[Campagne]:
    for pk, groupe in groupby((json.loads(texte) for (texte,) in lues), key=lambda lu: lu["campagne"]):
        lignes = list(groupe)
        une = lignes[0]
        ouverte = une.get("ouverte")
        yield Campagne(
            pk=pk,
            motif=une["motif"],
            profil=une.get("profil_vise") or "",
            ouverte=datetime.fromisoformat(ouverte) if ouverte else None,
            echeance=date.fromisoformat(une["echeance"]),
            close=bool(une.get("close")),
            par=une.get("par") or "",
            # What the reader may decide comes first, in the order of the form's choices.
            lignes=tuple(sorted(map(_ligne, lignes), key=lambda ligne: not ligne.a_decider or ligne.soi)),
        )


def _ligne(lu: dict[str, Any]) -> Ligne:
    a_decider = lu["etat"] in ("attendue", "suspendue")
    return Ligne(
        pk=lu["ligne"],
        organisme=lu.get("organisme", ""),
        utilisateur=lu.get("utilisateur", 0),
        affectation=lu.get("affectation", 0),
        personne=lu["personne"],
        fonction=" – ".join(un for un in (lu["fonction"], lu["service"]) if un),
        groupe=lu["groupe"],
        profil=lu["profil"],
        etat=ETATS[lu["etat"]],
        a_decider=a_decider,
        soi=lu.get("soi", False),
        retirable=a_decider and lu.get("agent", False),
        par=lu.get("confirmee_par") or "",
    )


def _lignes(sql: str, parametres: list[Any], base: str = "default") -> list[tuple[Any, ...]]:
    """Run a statement as the web role, or as cdap_controle, committed by itself."""
    with connections[base].cursor() as curseur:
        curseur.execute(sql, parametres)
        return list(curseur.fetchall())
