"""The yearly review, as an administrator reads it: constant queries, whatever the number of people."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, F, Prefetch, Q, QuerySet

from conventions.services.documents import ouvrir
from habilitations.models import Affectation, LigneRevue, Revue
from habilitations.services import revues
from habilitations.services.utilisateurs import COLONNES


@dataclass(frozen=True, slots=True)
class Personne:
    """Somebody to confirm, and what they may do."""

    ligne: int
    utilisateur: int
    nom: str
    fonction: str
    groupes: str
    derniere_connexion: date | None
    suspendue: bool


@dataclass(frozen=True, slots=True)
class Decidee:
    """Somebody already reviewed."""

    utilisateur: int
    nom: str
    decision: str
    instant: datetime
    par: str


@dataclass(frozen=True, slots=True)
class RevueEnCours:
    """The open review."""

    pk: int
    ouverture: date
    suspension: date
    cloture: date
    attendues: list[Personne]
    decidees: list[Decidee]


@dataclass(frozen=True, slots=True)
class RevuePassee:
    """A review that has ended; `preuve` says whether its PDF is made."""

    pk: int
    ouverture: date
    cloture: datetime
    total: int
    confirmees: int
    preuve: bool


def de_l_organisme(organisme: int) -> QuerySet[Revue]:
    """Return the reviews of an organisation."""
    return Revue.objects.filter(organisme=organisme)


def lignes_a_decider(organisme: int) -> QuerySet[LigneRevue]:
    """Return the people who wait for an answer."""
    attendues = LigneRevue.objects.filter(revue__organisme=organisme, revue__cloture=None, decision__in=LigneRevue.Decision.a_decider())
    vivantes = Affectation.objects.filter(suspension=None).select_related("groupe")
    groupes = Prefetch("utilisateur__affectations", queryset=vivantes, to_attr="siennes")
    colonnes = ("decision", "revue__organisme", *(f"utilisateur__{nom}" for nom in COLONNES))
    return attendues.select_related("revue", "utilisateur").prefetch_related(groupes).only(*colonnes)


def en_cours(organisme: int) -> RevueEnCours | None:
    """Return the open review, or None."""
    revue = de_l_organisme(organisme).filter(cloture=None).first()
    if revue is None:
        return None
    suspension, cloture = revues.echeances(revue)
    return RevueEnCours(
        revue.pk, revue.ouverture, suspension, cloture, [_personne(une) for une in lignes_a_decider(organisme)], _decidees(revue)
    )


def passees(organisme: int) -> list[RevuePassee]:
    """Return the reviews that have ended, the last one first."""
    confirmee = Q(lignes__decision=LigneRevue.Decision.CONFIRMEE)
    finies = de_l_organisme(organisme).exclude(cloture=None)
    lues = finies.annotate(total=Count("lignes"), confirmees=Count("lignes", filter=confirmee))
    colonnes = ("pk", "ouverture", "cloture", "total", "confirmees", "document")
    return [
        RevuePassee(pk, ouverture, cloture, total, confirmees, document is not None)
        for pk, ouverture, cloture, total, confirmees, document in lues.values_list(*colonnes)
        if cloture is not None
    ]


def preuve(*, session: str, revue: int) -> bytes | None:
    """Return the PDF of a review, or None: not made, or another organisation's. Raises DocumentAltere."""
    with connection.cursor() as curseur:
        curseur.execute("select * from cdap.revue_document(%s, %s)", [session, revue])
        ligne = curseur.fetchone()
    return ouvrir(ligne[0], bytes(ligne[2]), ligne[1]) if ligne else None


def _personne(ligne: LigneRevue) -> Personne:
    lui = ligne.utilisateur
    groupes = ", ".join(f"{une.groupe.libelle} ({une.groupe.profil_id})" for une in vars(lui)["siennes"])
    suspendue = ligne.decision == LigneRevue.Decision.SUSPENDUE
    return Personne(ligne.pk, lui.pk, str(lui), lui.fonction, groupes, lui.derniere_connexion, suspendue)


def _decidees(revue: Revue) -> list[Decidee]:
    decidees = revue.lignes.exclude(decision__in=LigneRevue.Decision.a_decider()).annotate(
        par_nom=F("par__nom"), par_prenom=F("par__prenom")
    )
    libelles = dict(LigneRevue.Decision.choices)
    valeurs = decidees.values_list(
        "utilisateur", "utilisateur__prenom", "utilisateur__nom", "decision", "instant", "par_prenom", "par_nom"
    ).order_by("-instant", "-pk")
    return [
        Decidee(numero, f"{prenom} {nom}", libelles[decision], instant, f"{par_prenom} {par_nom}" if par_nom else "Automatique")
        for numero, prenom, nom, decision, instant, par_prenom, par_nom in valeurs
        if instant is not None
    ]
