"""Who protects the household, and what it has to do."""

from datetime import date

from allocataires import codes, formats
from allocataires.presentation.mots import Lexique, majuscule, periode
from allocataires.presentation.regard import Regard, connu
from allocataires.presentation.vue import Colonne, Message, Section


def protection(regard: Regard) -> Section:
    """Return « Mesure de protection »."""
    lue, lexique = regard.lue.protection, Lexique()
    if lue is None or not connu(lue):
        return Section(id="protection", titre="Mesure de protection")
    faits = regard.faits(
        ("protection.nature", "Mesure", lexique.mot(codes.PROTECTIONS, lue.nature)),
        ("protection.mandataire", "Exercée par", lue.mandataire),
        ("protection.debut", "Période", majuscule(periode(lue.debut, lue.fin))),
    )
    return Section(id="protection", titre="Mesure de protection", faits=faits, termes=lexique.termes)


def echeances(regard: Regard) -> Section:
    """Return « Échéances »."""
    lues, lexique = sorted(regard.lue.echeances or (), key=lambda une: une.date_limite), Lexique()
    tableau = regard.tableau(
        "Ce que la famille doit faire",
        (
            ("echeances.nature", Colonne("Démarche"), lambda une: lexique.mot(codes.ECHEANCES, une.nature)),
            ("echeances.date_limite", Colonne("Avant le"), lambda une: formats.date_fr(une.date_limite)),
            ("echeances.date_limite", Colonne("État"), lambda une: "À venir" if une.date_limite >= regard.jour else "Dépassée"),
        ),
        lues,
    )
    declarations = [une for une in lues if une.nature == "DTR"]
    return Section(
        id="echeances",
        titre="Échéances",
        tableaux=(tableau,) if lues else (),
        messages=tuple(_declaration(une.date_limite, regard.jour) for une in declarations[:1]),
        termes=lexique.termes,
    )


def _declaration(limite: date, jour: date) -> Message:
    attendue = "attendue" if limite >= jour else "qui était attendue"
    return Message(
        "attention",
        f"Déclaration trimestrielle {attendue} avant le {formats.date_fr(limite)}.",
        formats.insecables(
            "Sans elle, la prestation qui en dépend peut être suspendue : l’allocataire déclare ses ressources dans « Mon compte » ou à "
            "l’accueil de la Caf."
        ),
    )
