"""What the household earns and does: the yearly base, its detail, the quarterly declarations, what the calculation reduces."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.presentation.mots import Lexique, majuscule, periode, personne
from allocataires.presentation.regard import Regard, compte, connu
from allocataires.presentation.vue import Colonne, Faits, Repli, Section, Tableau

TITRE, TITRE_AVEC_ACTIVITE = "Ressources", "Ressources et activité"
TRIMESTRE = 3


def ressources(regard: Regard) -> Section:
    """Return « Ressources »."""
    lue, lexique = regard.lue, Lexique()
    base = (lue.ressources or r.Ressources()).base_ressources_annuelles
    trimestres = list(_trimestres(regard, lexique))
    tableaux = (_annuelles(regard, lexique), *trimestres[:1], _ajustements(regard, lexique), _activites(regard, lexique))
    return Section(
        id="ressources",
        titre=TITRE_AVEC_ACTIVITE if regard.voit("activites") else TITRE,
        faits=_base(regard, base) if base is not None and connu(base) else (),
        tableaux=tuple(tableau for tableau in tableaux if tableau.lignes),
        replis=tuple(Repli(f"Voir la déclaration précédente : {_mois_couverts(un)}", un) for un in trimestres[1:]),
        termes=lexique.termes,
    )


def _base(regard: Regard, base: r.BaseRessources) -> Faits:
    return regard.faits(
        ("ressources.base_ressources_annuelles.valeur", "Base annuelle de ressources", formats.montant(base.valeur)),
        ("ressources.base_ressources_annuelles.annee_calcul", "Année des ressources", compte(base.annee_calcul)),
    )


def _annuelles(regard: Regard, lexique: Lexique) -> Tableau:
    lignes = sorted(regard.lue.ressources_annuelles or (), key=lambda une: -une.annee)
    return regard.tableau(
        "Ressources annuelles, par personne et par nature",
        (
            ("ressources_annuelles.nature", Colonne("Nature"), lambda une: lexique.mot(codes.NATURES, une.nature)),
            ("ressources_annuelles.personne", Colonne("Personne"), lambda une: personne(regard.lue, une.personne)),
            ("ressources_annuelles.annee", Colonne("Année"), lambda une: str(une.annee)),
            ("ressources_annuelles.montant", Colonne("Montant", montant=True), lambda une: _valeur(une.nature, une.montant)),
        ),
        lignes,
    )


def _trimestres(regard: Regard, lexique: Lexique) -> Iterator[Tableau]:
    """Yield a table for each declaration, the latest first: three months that end with the last one declared, then the three before."""
    declarees = regard.lue.ressources_trimestrielles or ()
    dernier = max((_rang(une) for une in declarees), default=0)
    par_trimestre: dict[int, list[r.RessourceTrimestrielle]] = defaultdict(list)
    for une in declarees:
        par_trimestre[(dernier - _rang(une)) // TRIMESTRE].append(une)
    for numero, lignes in sorted(par_trimestre.items()):
        fin = dernier - numero * TRIMESTRE
        yield _trimestre(regard, lexique, lignes, [fin - 2, fin - 1, fin])


def _trimestre(regard: Regard, lexique: Lexique, declarees: list[r.RessourceTrimestrielle], rangs: list[int]) -> Tableau:
    montants: dict[tuple[str, str], dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for une in declarees:
        montants[une.nature, une.personne][_rang(une)] += une.montant
    mois = [formats.mois_fr(date(rang // 12, rang % 12 + 1, 1)) for rang in rangs]
    return Tableau(
        f"Déclaration trimestrielle, {mois[0]} à {mois[-1]}",
        (Colonne("Nature"), Colonne("Personne"), *(Colonne(majuscule(un), montant=True) for un in mois)),
        tuple(
            (
                lexique.mot(codes.NATURES, nature) or "",
                personne(regard.lue, place),
                *(_valeur(nature, par_mois[rang]) if rang in par_mois else "–" for rang in rangs),
            )
            for (nature, place), par_mois in montants.items()
        ),
    )


def _mois_couverts(tableau: Tableau) -> str:
    return tableau.legende.partition(", ")[2]


def _rang(une: r.RessourceTrimestrielle) -> int:
    return une.annee * 12 + une.mois - 1


def _valeur(nature: str, montant: Decimal) -> str:
    """Return euros, or a plain number for the natures that count something else."""
    return f"{montant.normalize():f}".replace(".", ",") if nature in codes.NOMBRES else formats.montant(montant)


def _ajustements(regard: Regard, lexique: Lexique) -> Tableau:
    return regard.tableau(
        "Abattements et neutralisations",
        (
            ("ajustements.nature", Colonne("Nature"), lambda un: lexique.mot(codes.AJUSTEMENTS, un.nature)),
            ("ajustements.personne", Colonne("Personne"), lambda un: personne(regard.lue, un.personne)),
            ("ajustements.debut", Colonne("Période"), lambda un: majuscule(periode(un.debut, un.fin))),
            ("ajustements.montant", Colonne("Montant", montant=True), lambda un: formats.montant(un.montant)),
        ),
        regard.lue.ajustements or (),
    )


def _activites(regard: Regard, lexique: Lexique) -> Tableau:
    return regard.tableau(
        "Activités",
        (
            ("activites.activite", Colonne("Activité"), lambda une: lexique.mot(codes.ACTIVITES, une.activite)),
            ("activites.personne", Colonne("Personne"), lambda une: personne(regard.lue, une.personne)),
            ("activites.debut", Colonne("Période"), lambda une: majuscule(periode(une.debut, une.fin))),
        ),
        regard.lue.activites or (),
    )
