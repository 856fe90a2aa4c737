"""The benefits that are open: their list, or what a profile learns of them in brief; and those of a young child."""

from datetime import date

from allocataires import codes, formats
from allocataires.fiche import Prestations
from allocataires.presentation.mots import Lexique, majuscule, periode
from allocataires.presentation.regard import Regard, connu, oui_non
from allocataires.presentation.vue import Colonne, Faits, Section


def droits(regard: Regard) -> Section:
    """Return « Droits »."""
    lus, lexique = regard.lue.droits or (), Lexique()
    tableau = regard.tableau(
        "Prestations ouvertes",
        (
            ("droits.code", Colonne("Prestation"), lambda un: lexique.prestation(un.code)),
            ("droits.depuis", Colonne("Depuis"), lambda un: _depuis(un.depuis)),
            ("droits.montant", Colonne("Montant mensuel", montant=True), lambda un: formats.montant(un.montant)),
        ),
        lus,
    )
    prestations = regard.lue.prestations
    return Section(
        id="droits",
        titre="Droits",
        faits=_en_bref(regard, prestations) if prestations is not None and connu(prestations) else (),
        tableaux=(tableau,) if lus else (),
        termes=lexique.termes,
    )


def _en_bref(regard: Regard, lues: Prestations) -> Faits:
    return regard.faits(
        ("prestations.prestation_familiale", "Au moins une prestation familiale", oui_non(lues.prestation_familiale)),
        ("prestations.ars", "Allocation de rentrée scolaire (ARS)", oui_non(lues.ars)),
        ("prestations.total_rsa", "RSA, total par mois", formats.montant(lues.total_rsa)),
        ("prestations.total_prime_activite", "Prime d’activité, total par mois", formats.montant(lues.total_prime_activite)),
        ("prestations.total_logement", "Aides au logement, total par mois", formats.montant(lues.total_logement)),
        ("prestations.total_familiales", "Prestations familiales, total par mois", formats.montant(lues.total_familiales)),
        ("prestations.aah", "Allocation aux adultes handicapés (AAH)", oui_non(lues.aah)),
    )


def _depuis(jour: date | None) -> str:
    """A right opens with a month; a day in the middle of one is said."""
    return formats.mois_fr(jour) if jour and jour.day == 1 else formats.date_fr(jour)


def paje(regard: Regard) -> Section:
    """Return « Accueil du jeune enfant (Paje) »."""
    lues, lexique = regard.lue.paje or (), Lexique()
    tableau = regard.tableau(
        "Prestations pour un jeune enfant",
        (
            ("paje.code", Colonne("Prestation"), lambda une: lexique.prestation(une.code)),
            ("paje.mode_garde", Colonne("Mode de garde"), lambda une: lexique.mot(codes.MODES_DE_GARDE, une.mode_garde)),
            ("paje.debut", Colonne("Période"), lambda une: majuscule(periode(une.debut, une.fin))),
            ("paje.montant", Colonne("Montant mensuel", montant=True), lambda une: formats.montant(une.montant)),
        ),
        lues,
    )
    return Section(id="paje", titre="Accueil du jeune enfant (Paje)", tableaux=(tableau,) if lues else (), termes=lexique.termes)
