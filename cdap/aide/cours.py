"""« Prise en main »: the exercises of a new agent, on a household that does not exist. What is asked; the answers are in the open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from allocataires.presentation import Vue
from conventions.reference import PROFILS
from habilitations.models.prise_en_main import DERNIERE, Etape

# Written on the picture of `docs/guides/images/lettre.svg`: nobody's.
NUMERO_DE_LA_LETTRE = "9999999"


@dataclass(frozen=True, slots=True)
class Choix:
    """An answer; `pourquoi` is what is said to whoever chooses it wrongly."""

    code: str
    texte: str
    pourquoi: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answers, of which `juste` is the one."""

    phrase: str
    choix: tuple[Choix, ...]
    juste: str


@dataclass(frozen=True, slots=True)
class Progres:
    """When each step was last passed; `faite` is when the last one was, or None."""

    passees: Mapping[str, datetime]

    @property
    def faite(self) -> datetime | None:
        """Return when the course was ended, or None."""
        return self.passees.get(DERNIERE)

    @property
    def prochaine(self) -> Etape:
        """Return the first step not passed, or the first of all when they all are."""
        return next((etape for etape in Etape if etape not in self.passees), Etape.NUMERO)

    def ouverte(self, etape: Etape) -> bool:
        """Tell whether those before it are passed."""
        return all(avant in self.passees for avant in list(Etape)[: list(Etape).index(etape)])


# For each profile, what somebody comes for, and the motive that says it.
SITUATIONS = {
    "T1": ("Madame Fictif, que vous suivez, vous demande de l’aider à payer une facture d’énergie.", "aide_financiere"),
    "T2": ("Monsieur Exemple inscrit sa fille à la crèche : vous calculez ce que l’heure lui coûtera.", "participation_familiale"),
    "T3": ("La famille Fictif demande une aide pour un séjour d’été.", "aide_vacances"),
    "T4": ("Madame Fictif demande le tarif de la cantine pour son fils.", "tarification"),
    "T5": ("Monsieur Exemple, bénéficiaire du RSA, vient à son rendez-vous d’accompagnement.", "accompagnement"),
    "T8": ("Le locataire du logement fictif ne paie plus son loyer depuis deux mois : vous cherchez une solution avec lui.", "impaye"),
}
AUTRE_MOTIF = (
    "Ce motif dirait autre chose que ce que vous faites. Le motif est gardé six mois avec votre nom : choisissez celui de la situation."
)
REFUS = Question(
    "« Aucun dossier consultable ne correspond à cette demande. » Qu’en concluez-vous ?",
    (
        Choix(
            "inexistant", "La personne n’est pas allocataire.",
            "Peut-être, mais rien ne le dit : un numéro mal recopié ou une autre caisse donnent la même phrase.",
        ),
        Choix(
            "opposition", "La personne s’est opposée à la consultation.",
            "Rien ne permet de le savoir, et c’est voulu : la même phrase répond à tous les cas, pour ne rien révéler.",
        ),
        Choix("rien", "Rien : je vérifie le numéro et la caisse avec la personne, puis je m’adresse à la Caf."),
        Choix(
            "essayer", "J’essaie des numéros proches.",
            "Chaque demande est comptée et tracée : trop de demandes sans dossier suspendent la consultation et lèvent une alerte.",
        ),
    ),
    "rien",
)  # fmt: skip
TRACE = Question(
    "Un proche vous demande si son voisin touche une aide. Vous avez le numéro. Que se passe-t-il si vous regardez ?",
    (
        Choix(
            "invisible", "Rien, si je n’imprime pas et ne dis rien.",
            "Ouvrir suffit : la date, votre nom, votre organisme et le motif sont écrits avant même que la page s’affiche.",
        ),
        Choix(
            "administrateur", "Mon administrateur peut l’autoriser.",
            "Personne ne le peut : seul un suivi professionnel ouvre un dossier, pour un des motifs de votre profil.",
        ),
        Choix(
            "tracee", "C’est une faute : la consultation est tracée six mois, peut être contrôlée, et n’a aucun motif permis.",
        ),
    ),
    "tracee",
)  # fmt: skip


def progres(*, session: str) -> Progres:
    """Return how far this person has come."""
    with connection.cursor() as curseur:
        curseur.execute("select etape, instant from cdap.prise_en_main(%s)", [session])
        return Progres(dict(curseur.fetchall()))


def passer(*, session: str, etape: Etape, ip: str) -> bool:
    """Note, and trace, that a step is passed; False while one before it is not."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.prise_en_main_passer(%s, %s, %s::inet)", [session, str(etape), ip])
        return bool(curseur.fetchone()[0])


def motif(profil: str) -> Question:
    """Return the question of the motive, for that profile."""
    situation, juste = SITUATIONS[profil]
    choix = tuple(Choix(code, libelle, AUTRE_MOTIF) for code, libelle in PROFILS[profil].motifs)
    return Question(f"{situation} Quel motif choisissez-vous ?", choix, juste)


def lecture(vue: Vue) -> Question:
    """Return the question about the page of the fictional dossier: a figure of its head, among figures that are not there."""
    fait = vue.essentiels[1]
    relire = f"Relisez la ligne « {fait.libelle} », en haut du dossier : les chiffres essentiels de votre profil y sont réunis."
    autres = (Choix("autre", "1 234,00\u00a0€", relire), Choix("absent", "Le dossier ne le dit pas.", relire))
    choix = (autres[0], Choix("lu", fait.valeur), autres[1])
    return Question(f"Que lisez-vous sous « {fait.libelle} » ?", choix, "lu")
