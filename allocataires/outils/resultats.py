"""From a calculation to what the page shows: the answer, how it came, and where each number comes from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from allocataires import formats
from allocataires.calculs import ages, enfants, participation, quotient
from allocataires.calculs.bareme import Parametre, Version, bareme
from allocataires.calculs.parts import Part, parts, total
from allocataires.codes.prestations import PRESTATIONS, prestation
from allocataires.outils.champs import Naissance
from allocataires.presentation.vue import Colonne, Essentiel, Faits, Groupe, Message, Section, Tableau

ACCUEILS = {
    participation.Accueil.COLLECTIF: "Crèche collective ou micro-crèche",
    participation.Accueil.FAMILIAL: "Crèche familiale ou parentale",
}
ESTIMATION = "Estimation, sans valeur officielle : seule la Caf fixe les droits."


@dataclass(frozen=True, slots=True, kw_only=True)
class Resultat:
    """The answer in large, what must be said of it, and its sections. `version` names the scale."""

    version: str
    essentiels: tuple[Essentiel, ...]
    messages: tuple[Message, ...] = ()
    sections: tuple[Section, ...] = ()


def du_quotient(donnees: dict[str, Any], aujourd_hui: date) -> Resultat:
    """Return the quotient familial of a form that is valid."""
    calcul = quotient.calculer(
        jour=aujourd_hui,
        adultes=int(donnees["adultes"]),
        enfants=int(donnees["enfants"]),
        aeeh=int(donnees["aeeh"] or 0),
        ressources=donnees["ressources"],
        prestations=donnees["prestations"],
    )
    officiel = None if donnees["officiel"] is None else int(donnees["officiel"])
    faits = (
        ("Ressources annuelles", formats.montant(calcul.ressources)),
        ("Par mois, divisées par 12", formats.montant(calcul.mensuelles)),
        ("Prestations du mois", f"+ {formats.montant(calcul.prestations)}"),
        ("Somme", f"= {formats.montant(calcul.somme)}"),
        ("Divisée par le nombre de parts", f"÷ {_nombre(calcul.nombre_de_parts)}"),
        ("Quotient familial, sans les centimes", f"= {formats.montant(calcul.valeur)}"),
    )
    messages, causes = _ecart(calcul.valeur, officiel)
    return Resultat(
        version=calcul.version.libelle,
        essentiels=(
            Essentiel("Quotient familial calculé", formats.montant(calcul.valeur), ESTIMATION),
            *((Essentiel("Donné par la Caf", formats.montant(officiel)),) if officiel is not None else ()),
            Essentiel("Parts", _nombre(calcul.nombre_de_parts)),
        ),
        messages=messages,
        sections=(
            Section(id="calcul", titre="Le calcul, pas à pas", faits=faits, groupes=(Groupe("Parts du foyer", _parts(calcul.parts)),)),
            *causes,
            _sources(calcul.version),
        ),
    )


def _ecart(valeur: int, officiel: int | None) -> tuple[tuple[Message, ...], tuple[Section, ...]]:
    """Return what is said of the difference to the CAF's own value, and what may explain it."""
    if officiel is None:
        return (), ()
    if valeur == officiel:
        return (Message("ok", "Le calcul retrouve le quotient de la Caf.", "Les ressources, les prestations et les parts concordent."),), ()
    sens = "de plus" if valeur > officiel else "de moins"
    dit = Message(
        "attention",
        f"Le calcul donne {formats.montant(abs(valeur - officiel))} {sens} que la Caf.",
        "Celui de la Caf fait foi. Cherchez la cause ci-dessous avant de le mettre en doute.",
    )
    return (dit,), (Section(id="ecart", titre="D’où peut venir l’écart", faits=quotient.CAUSES),)


def de_la_participation(donnees: dict[str, Any], aujourd_hui: date) -> Resultat:
    """Return the fee of a form that is valid."""
    accueil = participation.Accueil(donnees["accueil"])
    enfants, aeeh = int(donnees["enfants"]), int(donnees["aeeh"] or 0)
    calcul = participation.calculer(
        jour=donnees["jour"],
        accueil=accueil,
        enfants=enfants,
        aeeh=aeeh,
        ressources=donnees["ressources"],
        heures=donnees["heures"],
    )
    faits = (
        ("Accueil", ACCUEILS[accueil]),
        ("Enfants à charge", formats.nombre(enfants, "enfant") + (f", dont {aeeh} ouvrant droit à l’AEEH" if aeeh else "")),
        ("Ressources annuelles", "Non connues" if donnees["ressources"] is None else formats.montant(donnees["ressources"])),
        *((("Par mois, divisées par 12", formats.montant(calcul.mensuelles)),) if calcul.mensuelles is not None else ()),
        ("Plancher", _plancher(calcul.plancher)),
        ("Plafond", f"{formats.montant(calcul.plafond)} par mois"),
        ("Ressources mensuelles retenues", formats.montant(calcul.retenues)),
        ("Taux d’effort selon les enfants", _taux(calcul.taux_selon_les_enfants)),
        *((("Taux d’effort, un cran plus bas par enfant ouvrant droit à l’AEEH", _taux(calcul.taux)),) if aeeh else ()),
        ("Tarif horaire, au centime", f"= {formats.montant(calcul.tarif)}"),
        *_mois(calcul),
    )
    return Resultat(
        version=calcul.version.libelle,
        essentiels=(
            Essentiel("Tarif horaire", f"{formats.montant(calcul.tarif)} par heure"),
            *_estimation(calcul),
            Essentiel("Barème", calcul.version.date, f"pour un accueil le {formats.date_fr(donnees['jour'])}"),
        ),
        messages=tuple(_bornes(calcul)),
        sections=(
            Section(id="calcul", titre="Le calcul, pas à pas", faits=faits),
            _sources(calcul.version, sans=(f"taux_{next(un for un in participation.Accueil if un is not accueil)}",)),
        ),
    )


def _plancher(bas: participation.Plancher) -> str:
    """Return the floor and what leads to it: « 814,62 € par mois », then 1,5 × 646,52 € = 969,78 €, less 16 %."""
    foyer = f"{_nombre(bas.deux_personnes)} × {formats.montant(bas.rsa_de_base)} (RSA) = {formats.montant(bas.rsa)}"
    logement = f"{_nombre(bas.forfait * 100)}{formats.INSECABLE}% ({formats.montant(bas.logement)}) pour le logement"
    return f"{formats.montant(bas.montant)} par mois\n{foyer}, moins {logement}"


def _mois(calcul: participation.Participation) -> tuple[tuple[str, str], ...]:
    if calcul.heures is None:
        return ()
    heures = f"{_nombre(calcul.heures)}{formats.INSECABLE}h"
    return (("Mois", f"{heures} × {formats.montant(calcul.tarif)} = {formats.montant(calcul.mensuel)}"),)


def _estimation(calcul: participation.Participation) -> tuple[Essentiel, ...]:
    if calcul.heures is None:
        return ()
    return (
        Essentiel(
            "Estimation du mois",
            formats.montant(calcul.mensuel),
            f"pour {_nombre(calcul.heures)}{formats.INSECABLE}heure{'s' if calcul.heures >= 2 else ''}",
        ),
    )


def _bornes(calcul: participation.Participation) -> Iterator[Message]:
    if calcul.borne is participation.Borne.INCONNUES:
        yield Message(
            "attention", "Prix plafond.", "Les ressources ne sont pas connues : ce tarif vaut jusqu’à ce que la famille les justifie."
        )
    elif calcul.borne is participation.Borne.PLANCHER:
        yield Message("", "Ressources sous le plancher.", f"Le tarif est celui de {formats.montant(calcul.plancher.montant)} par mois.")
    elif calcul.borne is participation.Borne.PLAFOND:
        yield Message(
            "",
            "Ressources au-dessus du plafond.",
            f"Le tarif est celui de {formats.montant(calcul.plafond)} par mois ; le gestionnaire peut, si son règlement le dit, appliquer "
            "le taux au-delà.",
        )


def des_ages(donnees: dict[str, Any], aujourd_hui: date) -> Resultat:
    """Return the ages, the parts and the next birthdays of a form that is valid."""
    jour: date = donnees["jour"]
    naissances: tuple[Naissance, ...] = donnees["naissances"]
    prevue: date | None = donnees["prevue"]
    version = bareme(quotient.BAREME).au(jour)
    limite = int(version.nombre("age_limite"))
    nombre = enfants.combien([une.date for une in naissances], prevue, jour, limite)
    liste = parts(version, adultes=int(donnees["adultes"]), enfants=nombre, aeeh=min(int(donnees["aeeh"] or 0), nombre))
    a_venir = sorted(
        ((un, _qui(rang, une)) for rang, une in enumerate(naissances, start=1) for un in ages.prochains(une.date, jour)),
        key=lambda paire: (paire[0].au_plus_tot, paire[0].au_plus_tard, paire[1]),
    )
    comptes_en_mots = f"{formats.nombre(nombre, 'enfant compté', 'enfants comptés')} le {formats.date_fr(jour)}"
    return Resultat(
        version=bareme(ages.BAREME).au(jour).libelle,
        essentiels=(
            Essentiel("Parts du quotient familial", _nombre(total(liste)), comptes_en_mots),
            _suivant(a_venir),
        ),
        messages=_presque_21(naissances, jour, limite),
        sections=(
            Section(id="ages", titre=f"Âges au {formats.date_fr(jour)}", tableaux=(_ages(naissances, prevue, jour, limite),)),
            Section(id="anniversaires", titre="Prochains anniversaires qui changent un droit", faits=_anniversaires(a_venir)),
            Section(id="parts", titre="Les parts, et pourquoi", faits=_parts(liste)),
            _sources(version, sans=("prestations_exclues",)),
        ),
    )


def _suivant(a_venir: list[tuple[ages.Anniversaire, str]]) -> Essentiel:
    un, qui = next((paire for paire in a_venir if not paire[0].sans_effet), (None, ""))
    if un is None:
        return Essentiel("Prochain anniversaire qui compte", "Aucun")
    return Essentiel("Prochain anniversaire qui compte", _quand(un), f"{qui}, {formats.nombre(un.age, 'an')}")


def _presque_21(naissances: Iterable[Naissance], jour: date, limite: int) -> tuple[Message, ...]:
    """Say that a child is counted whose birth leaves a doubt."""
    if any(ages.ages(une.date, jour)[0] < limite <= ages.ages(une.date, jour)[1] for une in naissances):
        return (Message("attention", "Un âge n’est pas sûr.", f"Un enfant est compté dans les parts, et a peut-être déjà {limite} ans."),)
    return ()


def _qui(rang: int, une: Naissance) -> str:
    return une.prenom or f"Enfant{formats.INSECABLE}{rang}"


def _age(naissance: str, jour: date) -> str:
    """Return « 7 ans », « 4 mois », « Moins d’un an », « 5 ou 6 ans », « Pas encore né »."""
    (debut, fin), (moins, plus) = ages.bornes(naissance), ages.ages(naissance, jour)
    if debut > jour:
        return "Pas encore né"
    if debut == fin and plus < 1:
        mois = (jour.year - debut.year) * 12 + jour.month - debut.month - (jour.day < debut.day)
        return f"{mois}{formats.INSECABLE}mois"
    if plus < 1:
        return f"Moins d’un{formats.INSECABLE}an"
    return formats.nombre(plus, "an") if moins == plus else f"{max(moins, 0)} ou {formats.nombre(plus, 'an')}"


def _ages(naissances: Iterable[Naissance], prevue: date | None, jour: date, limite: int) -> Tableau:
    colonnes = (Colonne("Enfant"), Colonne("Naissance"), Colonne("Âge"), Colonne("Compte dans les parts"))
    lignes = [
        (_qui(rang, une), formats.date_fr(une.date), _age(une.date, jour), _oui(enfants.compte(une.date, jour, limite)))
        for rang, une in enumerate(naissances, start=1)
    ]
    if prevue is not None:
        compte = _oui(enfants.compte_a_naitre(prevue, jour, limite))
        lignes.append(("Enfant à naître", f"Prévue le {formats.date_fr(prevue)}", _age(prevue.isoformat(), jour), compte))
    return Tableau("Enfants, dans l’ordre de la saisie", colonnes, tuple(lignes))


def _oui(compte: bool) -> str:
    return "Oui" if compte else "Non"


def _quand(un: ages.Anniversaire) -> str:
    """Return « 5 octobre 2029 », « octobre 2029 (jour inconnu) », « 2029 (mois et jour inconnus) », or two days."""
    tot, tard = un.au_plus_tot, un.au_plus_tard
    if tot == tard:
        return formats.date_fr(tot)
    if (tot.year, tot.day) == (tard.year, 1) and (tard + timedelta(days=1)).day == 1:
        if tot.month == tard.month:
            return formats.date_fr(f"{tot:%Y-%m}-00")
        if (tot.month, tard.month) == (1, 12):
            return formats.date_fr(f"{tot:%Y}-00-00")
    return f"entre le {formats.date_fr(un.au_plus_tot)} et le {formats.date_fr(un.au_plus_tard)}"


def _anniversaires(a_venir: Iterable[tuple[ages.Anniversaire, str]]) -> Faits:
    return tuple((f"{_quand(un)}\n{qui}, {formats.nombre(un.age, 'an')}", f"{un.droit}\n{_reference(un.reference)}") for un, qui in a_venir)


def _parts(liste: Iterable[Part]) -> Faits:
    return tuple((part.raison, formats.insecables(f"{_nombre(part.valeur)} part{'s' if part.valeur >= 2 else ''}")) for part in liste)


def _sources(version: Version, sans: tuple[str, ...] = ()) -> Section:
    faits = tuple(
        (un.libelle, f"{_valeur(un)}\ndepuis le {formats.date_fr(un.depuis)}. {_reference(un.reference)}.")
        for nom, un in version.parametres.items()
        if nom not in sans
    )
    return Section(id="sources", titre="Les sources", precision=version.libelle, faits=faits)


def _valeur(un: Parametre) -> str:
    return " · ".join(_nommee(texte) if texte.isalpha() else f"{Decimal(texte):,f}".translate(formats.CHIFFRES) for texte in un.valeur)


def _nommee(code: str) -> str:
    return prestation(code) or code if code in PRESTATIONS else code


def _reference(texte: str) -> str:
    return formats.insecables(texte).replace(" €", f"{formats.INSECABLE}€").replace("L. ", f"L.{formats.INSECABLE}")


def _nombre(valeur: Decimal) -> str:
    """Return « 2,5 », « 3 », « 120,25 »."""
    return f"{valeur.normalize():f}".replace(".", ",")


def _taux(valeur: Decimal) -> str:
    return f"{valeur:f}{formats.INSECABLE}%".replace(".", ",")
