"""What is paid, held back and owed. The amount of a payment stands next to its day: a narrow screen then shows both."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from math import ceil
from typing import Any

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.fiche import CreanceLue
from allocataires.presentation.mots import Lexique, majuscule, mois_paye, periode
from allocataires.presentation.regard import Regard
from allocataires.presentation.vue import Colonne, Groupe, Repli, Section, Tableau

MOIS_MONTRES = 12  # of the 24 that a dossier keeps; the older ones wait to be unfolded


def paiements(regard: Regard) -> Section:
    """Return « Paiements »."""
    lexique = Lexique()
    colonnes = (
        ("paiements.date_paiement", Colonne("Date"), _jour),
        ("paiements.montant", Colonne("Montant", montant=True), lambda un: formats.montant(un.montant)),
        ("paiements.code", Colonne("Prestation"), lambda un: lexique.prestation(un.code)),
        ("paiements.mois", Colonne("Mois payé"), lambda un: mois_paye(un.annee, un.mois)),
        ("paiements.operation", Colonne("Opération"), lambda un: lexique.mot(codes.OPERATIONS, un.operation)),
    )
    tableaux, replis = _en_deux(regard, "Paiements à la famille", colonnes, regard.lue.paiements or ())
    return Section(id="paiements", titre="Paiements", tableaux=tableaux, replis=replis, termes=lexique.termes)


def paiements_tiers(regard: Regard) -> Section:
    """Return « Paiements à un tiers »."""
    lexique = Lexique()

    def a_qui(un: r.PaiementTiers) -> str:
        genre = lexique.mot(codes.TIERS, un.genre) or ""
        return ", ".join(mot for mot in (genre, un.nom, f"code {un.code_tiers}" if un.code_tiers else "") if mot)

    colonnes = (
        ("paiements_tiers.date_paiement", Colonne("Date"), _jour),
        ("paiements_tiers.montant", Colonne("Montant", montant=True), lambda un: formats.montant(un.montant)),
        ("paiements_tiers.code", Colonne("Prestation"), lambda un: lexique.prestation(un.code)),
        ("paiements_tiers.mois", Colonne("Mois payé"), lambda un: mois_paye(un.annee, un.mois)),
        ("paiements_tiers.genre", Colonne("À qui"), a_qui),
    )
    tableaux, replis = _en_deux(regard, "Paiements à un tiers", colonnes, regard.lue.paiements_tiers or ())
    return Section(id="paiements-tiers", titre="Paiements à un tiers", tableaux=tableaux, replis=replis, termes=lexique.termes)


def _en_deux(
    regard: Regard, legende: str, colonnes: Iterable[tuple[str, Colonne, Callable[[Any], str | None]]], lus: Sequence[Any]
) -> tuple[tuple[Tableau, ...], tuple[Repli, ...]]:
    """Return the payments of the last twelve months, and the older ones folded."""
    lus = sorted(lus, key=lambda un: un.date_paiement, reverse=True)
    if not lus:
        return (), ()
    depuis = _un_an_avant(lus[0].date_paiement)
    recents, anciens = [un for un in lus if un.date_paiement > depuis], [un for un in lus if un.date_paiement <= depuis]
    colonnes = tuple(colonnes)
    tableau = regard.tableau(f"{legende}, du plus récent au plus ancien", colonnes, recents)
    if not anciens:
        return (tableau,), ()
    combien = formats.nombre(len(anciens), "paiement plus ancien", "paiements plus anciens")
    return (tableau,), (Repli(f"Voir {combien}", regard.tableau(f"{legende}, plus anciens", colonnes, anciens)),)


def _un_an_avant(jour: date) -> date:
    rang = jour.year * 12 + jour.month - 1 - MOIS_MONTRES
    return date(rang // 12, rang % 12 + 1, min(jour.day, 28))


def _jour(un: r.Paiement | r.PaiementTiers) -> str:
    return formats.date_fr(un.date_paiement).replace(" ", formats.INSECABLE, 1)


def retenues(regard: Regard) -> Section:
    """Return « Retenues »."""
    lues, lexique = regard.lue.retenues or (), Lexique()
    tableau = regard.tableau(
        "Sommes retenues chaque mois sur les prestations",
        (
            ("retenues.code", Colonne("Prestation"), lambda une: lexique.prestation(une.code)),
            ("retenues.debut", Colonne("Période"), lambda une: majuscule(periode(une.debut, une.fin))),
            ("retenues.montant", Colonne("Montant mensuel", montant=True), lambda une: formats.montant(une.montant)),
        ),
        lues,
    )
    return Section(id="retenues", titre="Retenues", tableaux=(tableau,) if lues else (), termes=lexique.termes)


def creances(regard: Regard) -> Section:
    """Return « Créances »: the total, then each debt with what is paid back."""
    lues, lexique = regard.lue.creances or (), Lexique()
    if not lues:
        return Section(id="creances", titre="Créances")
    total = (("Reste dû en tout", formats.montant(sum(une.solde for une in lues))),) if len(lues) > 1 else ()
    return Section(
        id="creances",
        titre="Créances",
        precision="Sommes que la famille doit à la Caf",
        faits=total,
        groupes=tuple(_creances(regard, lexique, lues)),
        termes=lexique.termes,
    )


def _creances(regard: Regard, lexique: Lexique, lues: Iterable[CreanceLue]) -> Iterator[Groupe]:
    for une in lues:
        nature, prestation = lexique.mot(codes.CREANCES, une.nature), lexique.prestation(une.prestation)
        motif = lexique.mot(codes.MOTIFS_INDU, une.motif)
        faits = regard.faits(
            ("creances.prestation", "Prestation", prestation),
            ("creances.motif", "Motif", f"{motif} ({une.motif})" if une.motif in codes.MOTIFS_INDU else motif),
            ("creances.debut", "Période du trop-perçu", majuscule(periode(une.debut, une.fin))),
            ("creances.date_implantation", "Constatée le", formats.date_fr(une.date_implantation)),
            ("creances.montant_initial", "Montant initial", formats.montant(une.montant_initial)),
            ("creances.solde", "Reste dû", formats.montant(une.solde)),
            ("creances.mensualite", "Remboursement", _echeancier(une)),
        )
        connue = une.nature in codes.CREANCES
        yield Groupe(nature if nature and connue else ", ".join(mot for mot in ("Trop-perçu", nature) if mot), faits)


def _echeancier(une: r.Creance) -> str | None:
    """Return what is paid back each month, and for how many months more at this pace."""
    if une.mensualite is None:
        return None
    par_mois = f"{formats.montant(une.mensualite)} par mois"
    if une.mensualite <= 0 or une.solde <= 0:
        return par_mois
    return f"{par_mois}, soit encore {formats.nombre(ceil(une.solde / une.mensualite), 'mois', 'mois')} à ce rythme"
