"""The dashboard of an administrator: what asks for something, and who can help."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet

from audit.journal import horloge
from conventions.models import Organisme
from habilitations.lectures.utilisateurs import ETATS, conditions, de_l_organisme
from habilitations.models import LigneRevue, Mesure, RetraitFacteur, Revue
from habilitations.services.administrateurs import rangs
from habilitations.services.identifiants import limite_des_retraits

A_VOIR = ("a_activer", "jamais", "sans_groupe", "expire", "dormant")


@dataclass(frozen=True, slots=True)
class Compte:
    """How many people are in a state that asks for something."""

    etat: str
    libelle: str
    nombre: int


@dataclass(frozen=True, slots=True)
class Retrait:
    """A lost second factor, to confirm or to refuse."""

    pk: int
    personne: str
    demande: datetime
    demande_par: int
    par: str
    motif: str


@dataclass(frozen=True, slots=True)
class RevueOuverte:
    """The yearly review, and how many people are still to be confirmed."""

    ouverture: date
    total: int
    attendues: int


@dataclass(frozen=True, slots=True)
class Administrateur:
    """Who administers at a rank; `remplacant` holds it until `remplace_au`."""

    rang: int
    nom: str
    fonction: str
    remplacant: str
    remplace_au: date | None


@dataclass(frozen=True, slots=True)
class Caf:
    """The caisse that leads, when both administrators are blocked."""

    nom: str
    courriel: str
    telephone: str


@dataclass(frozen=True, slots=True)
class Tableau:
    """The dashboard."""

    actifs: int
    comptes: list[Compte]
    retraits: list[Retrait]
    questions: list[Mesure]
    revue: RevueOuverte | None
    administrateurs: list[Administrateur]
    caf: Caf


def lire(organisme: int) -> Tableau:
    """Return the dashboard."""
    etats = conditions()
    nombres = de_l_organisme(organisme).aggregate(**{nom: Count("pk", filter=etats[nom]) for nom in (*A_VOIR, "actif")})
    caisse = Organisme.objects.only("id", "caisse").select_related("caisse").get(pk=organisme).caisse
    return Tableau(
        actifs=nombres["actif"],
        comptes=[Compte(nom, ETATS[nom], nombres[nom]) for nom in A_VOIR],
        retraits=[retrait(un) for un in retraits(organisme)],
        questions=list(questions(organisme)),
        revue=_revue(organisme),
        administrateurs=_administrateurs(organisme),
        caf=Caf(caisse.nom, caisse.courriel, caisse.telephone),
    )


def questions(organisme: int) -> QuerySet[Mesure]:
    """Return the questions that wait for an answer: the most urgent first."""
    attendues = Mesure.objects.filter(organisme=organisme, genre=Mesure.Genre.QUESTION, levee=None, repondue=None)
    return attendues.order_by(F("echeance").asc(nulls_last=True), "posee")


def retraits(organisme: int) -> QuerySet[RetraitFacteur]:
    """Return the withdrawals that wait for a decision."""
    depuis = limite_des_retraits(horloge.maintenant())
    demandes = RetraitFacteur.objects.filter(utilisateur__organisme=organisme, decide=None, demande__gte=depuis).order_by("demande")
    colonnes = ("demande", "demande_par", "motif", *(f"utilisateur__{nom}" for nom in ("id", "nom", "prenom", "organisme", "role")))
    nom = {"par_prenom": F("demande_par__prenom"), "par_nom": F("demande_par__nom")}
    return demandes.select_related("utilisateur").only(*colonnes).annotate(**nom)


def retrait(un: RetraitFacteur) -> Retrait:
    """Return a withdrawal, as a page shows it."""
    annote = vars(un)
    par = f"{annote['par_prenom']} {annote['par_nom']}" if annote["par_nom"] else "la Caf"
    return Retrait(un.pk, str(un.utilisateur), un.demande, un.demande_par_id, par, un.motif)


def _revue(organisme: int) -> RevueOuverte | None:
    attendue = Q(lignes__decision__in=LigneRevue.Decision.a_decider())
    ouverte = Revue.objects.filter(organisme=organisme, cloture=None).annotate(
        total=Count("lignes"), attendues=Count("lignes", filter=attendue)
    )
    ligne = ouverte.values_list("ouverture", "total", "attendues").first()
    return RevueOuverte(*ligne) if ligne else None


def _administrateurs(organisme: int) -> list[Administrateur]:
    confirmes = [un for un in rangs(organisme) if not un.en_attente]
    return [
        Administrateur(
            un.rang, str(un.bulletin), un.bulletin.fonction, str(un.remplacant) if un.remplacant and un.repose else "",
            un.remplacant.fin if un.remplacant and un.repose else None,
        )
        for un in confirmes
    ]  # fmt: skip
