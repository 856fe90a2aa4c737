"""The calculators: what each asks, works out, and takes from a dossier."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from allocataires.fiche import Fiche
from allocataires.outils import remplir, resultats
from allocataires.outils.forms import AgesForm, CalculForm, ParticipationForm, QuotientForm
from allocataires.presentation.outils import AGES, PARTICIPATION, QUOTIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Outil:
    """A calculator: its name in the addresses, its title, a sentence, how it works in a few more, and its three functions."""

    nom: str
    titre: str
    phrase: str
    explications: tuple[tuple[str, str], ...]
    feuille: str
    formulaire: type[CalculForm]
    calculer: Callable[[dict[str, Any], date], resultats.Resultat]
    remplir: Callable[[Fiche, date], remplir.Remplissage]


OUTILS = {
    outil.nom: outil
    for outil in (
        Outil(
            nom=PARTICIPATION,
            titre="Participation familiale",
            phrase="Le tarif horaire d’une crèche financée par la Caf, et l’estimation du mois.",
            explications=(
                (
                    "Comment il se calcule",
                    "Les ressources mensuelles du foyer, entre un plancher et un plafond, multipliées par un taux d’effort qui baisse avec "
                    "le nombre d’enfants.",
                ),
                (
                    "Un enfant ouvrant droit à l’AEEH",
                    "Chacun fait descendre le taux d’un cran, même si ce n’est pas lui qui est accueilli.",
                ),
                (
                    "Ressources non connues",
                    "Le tarif est celui du plafond, jusqu’à ce que la famille justifie ses ressources.",
                ),
            ),
            feuille="Devis de participation familiale",
            formulaire=ParticipationForm,
            calculer=resultats.de_la_participation,
            remplir=remplir.la_participation,
        ),
        Outil(
            nom=QUOTIENT,
            titre="Quotient familial",
            phrase="La formule de la Caf, pas à pas, et d’où peut venir un écart.",
            explications=(
                (
                    "Comment il se calcule",
                    "Les ressources annuelles divisées par douze, plus les prestations du mois, le tout divisé par le nombre de parts.",
                ),
                (
                    "Les parts",
                    "Deux pour les parents, qu’ils soient un ou deux ; une demie pour chacun des deux premiers enfants, une pour le "
                    "troisième, une demie ensuite ; une demie de plus par enfant ouvrant droit à l’AEEH.",
                ),
                ("Celui de la Caf fait foi", "Ce calcul explique ; il ne remplace pas le quotient donné par la Caf."),
            ),
            feuille="Calcul du quotient familial",
            formulaire=QuotientForm,
            calculer=resultats.du_quotient,
            remplir=remplir.le_quotient,
        ),
        Outil(
            nom=AGES,
            titre="Âges et parts",
            phrase="Les âges à une date, les parts du foyer, et les prochains anniversaires qui changent un droit.",
            explications=(
                ("Une naissance incomplète", "L’âge et l’anniversaire sont donnés entre deux bornes : rien n’est inventé."),
                ("Né un 29 février", "L’anniversaire tombe le 1er mars quand février n’a que 28 jours."),
                ("Date d’effet", "Un droit change souvent au début du mois de l’anniversaire ou du suivant : la Caf le dit."),
            ),
            feuille="Âges et parts",
            formulaire=AgesForm,
            calculer=resultats.des_ages,
            remplir=remplir.les_ages,
        ),
    )
}
