"""A dossier of which each leaf holds a value of its own: what is seen of it on a page, and what must not be.

Made from the types of the format: a new leaf has its value at once, and a leaf of a new type fails until this file can make one.
"""

import dataclasses
import itertools
import re
import typing
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

from pydantic import TypeAdapter

from allocataires import formats
from allocataires import rubriques as r
from allocataires.presentation.regard import feuilles_vues
from allocataires.rubriques import formes

BAILLEUR, LOGEMENT, PARTENAIRE, INSTRUCTEUR = "ZQBAIL", "ZQLOGEMENT", "092", "092C05001"
NIR = {"identite.responsable.nir": "2640299777111", "identite.conjoint.nir": "1650399777222"}
ANNEE = datetime.now(formats.PARIS).year
Ligne = dict[str, Any]

# What a leaf must hold for the dossier to open, or for a line to belong to somebody. No test can look for these values.
IMPOSES: Ligne = {
    "logement.code_bailleur": BAILLEUR,
    "rsa.partenaire": PARTENAIRE,
    "rsa.instructeurs": [INSTRUCTEUR],
    "logement.reference_logement": LOGEMENT,
}
FAMILLES: tuple[Ligne, ...] = tuple({"code": code} for code in ("RSA", "APL", "AF", "PPA"))
LIGNES: dict[str, tuple[Ligne, ...]] = {
    "quotients": ({"annee": ANNEE, "mois": 1}, {"annee": ANNEE, "mois": 3}, {"annee": ANNEE - 1, "mois": 5}),
    "droits": FAMILLES * 2,  # two of each: a total is then neither of them
    "paiements": FAMILLES,
    "retenues": FAMILLES,
    "paiements_tiers": (
        {"code": "APL", "genre": "bailleur", "code_tiers": BAILLEUR},
        {"code": "APL", "genre": "bailleur"},
        {"code": "RSA", "genre": "mandataire"},
    ),
    "creances": (
        {"nature": "INK", "prestation": "RSA"},
        {"prestation": "APL", "reference_logement": LOGEMENT},
        {"prestation": "APL"},
    ),
}
MOIS_DEMANDE = f"{ANNEE}-03"
# The lines that a profile sees of a list which it does not see whole, by rubrique of the dossier.
PARTIES: dict[tuple[str, str], tuple[str, Callable[[Ligne], bool]]] = {
    ("T3", "quotients"): ("quotient_janvier", lambda ligne: ligne["mois"] == 1),
    ("T4", "quotients"): ("quotient_demande", lambda ligne: ligne["mois"] == 3),
    ("T5", "paiements"): ("paiements", lambda ligne: ligne["code"] == "RSA"),
    ("T5", "retenues"): ("retenues", lambda ligne: ligne["code"] == "RSA"),
    ("T5", "paiements_tiers"): ("paiements_tiers", lambda ligne: ligne["code"] == "RSA"),
    ("T5", "creances"): ("creances", lambda ligne: ligne["nature"] == "INK"),
    ("T8", "droits"): ("droits", lambda ligne: ligne["code"] == "APL"),
    ("T8", "retenues"): ("retenues", lambda ligne: ligne["code"] == "APL"),
    ("T8", "paiements_tiers"): ("paiements_tiers", lambda ligne: ligne["code_tiers"] == BAILLEUR),
    ("T8", "creances"): ("creances", lambda ligne: ligne["reference_logement"] == LOGEMENT),
}
# Seen, and said otherwise than by themselves: a sex in the grammar, a name of one piece only when there is no other, a month with its year.
AUTREMENT = ("sexe", "nom_complet", "mois", "mois_calcul")


@dataclasses.dataclass(frozen=True)
class Sentinelle:
    """A value that no other leaf holds: whose leaf, in which line of its rubrique, and how it may be written."""

    feuille: str
    ligne: int
    formes: frozenset[str]


class Fabrique:
    """Makes the dossier and remembers its sentinels."""

    def __init__(self) -> None:
        self.rang = itertools.count(1)
        self.annees = iter(range(1901, 1961))  # older than any date: a year is found in no other value
        self.sentinelles: list[Sentinelle] = []

    def rubriques(self) -> Ligne:
        """Return the rubriques, as the format has them."""
        faites = {champ.name: self._rubrique(champ) for champ in dataclasses.fields(r.Rubriques)}
        ADAPTATEUR.validate_python(faites)
        return faites

    def _rubrique(self, champ: Any) -> Any:
        quoi = classe(champ.type)
        assert quoi is not None, champ.name
        if "tuple" not in str(champ.type):
            return self._objet(quoi, champ.name, 0, {})
        return [self._objet(quoi, champ.name, rang, impose) for rang, impose in enumerate(LIGNES.get(champ.name, ({},)))]

    def _objet(self, quoi: Any, chemin: str, ligne: int, impose: Ligne) -> Ligne:
        objet: Ligne = {}
        for champ in dataclasses.fields(quoi):
            feuille = f"{chemin}.{champ.name}"
            dedans = classe(champ.type)
            if dedans is not None:
                objet[champ.name] = self._objet(dedans, feuille, ligne, {})
            elif champ.name in impose or feuille in IMPOSES:
                objet[champ.name] = impose.get(champ.name, IMPOSES.get(feuille))
            else:
                objet[champ.name], ecrite = self._valeur(feuille, champ)
                if ecrite:
                    self.sentinelles.append(Sentinelle(feuille, ligne, frozenset(ecrite)))
        return objet

    def _valeur(self, feuille: str, champ: Any) -> tuple[Any, set[str]]:
        """Return a value of the leaf's type, and how it may be written; a truth, a choice or a small number cannot be looked for."""
        rang, faits = next(self.rang), list(types(champ.type))
        if choix := next((typing.get_args(un) for un in faits if typing.get_origin(un) is typing.Literal), None):
            return choix[0], set()
        if bool in faits:
            return True, set()
        if feuille in NIR:
            return NIR[feuille], {NIR[feuille]}
        if formes.Montant in faits:
            exact = Decimal(rang) + Decimal("7000.13")
            return float(exact), {formats.montant(exact), str(exact)}
        if date in faits or formes.DateDeNaissance in faits:
            jour = date(1961, 1, 2) + timedelta(days=30 * rang)
            jour = jour if jour.day > 1 else jour + timedelta(days=1)
            return jour.isoformat(), {formats.date_fr(jour), jour.isoformat()}
        if formes.Annee in faits:
            annee = next(self.annees)
            return annee, {f"juillet {annee}", f">{annee}<"}  # with its month, or alone: a key may have the same digits
        if formes.Mois in faits or formes.Nombre in faits:
            return 7, set()
        if int in faits:
            return 70_000 + rang, {formats.montant(70_000 + rang), str(70_000 + rang)}
        if formes.Caisse in faits:
            return f"9{rang % 100:02d}", {f"(9{rang % 100:02d})"}
        if formes.Code in faits or formes.Texte in faits:
            return f"ZQ{rang}Z", {f"ZQ{rang}Z"}
        return self._d_un_motif(champ.name, rang)

    def _d_un_motif(self, nom: str, rang: int) -> tuple[str, set[str]]:
        if nom == "telephone":
            return "0199887766", {formats.telephone("0199887766"), "0199887766"}
        valeur = {"code_cog_insee_commune_naissance": f"98{rang:03d}", "numero_demande": f"ZQ{rang}Z"}[nom]
        return valeur, {valeur}


ADAPTATEUR: TypeAdapter[r.Rubriques] = TypeAdapter(r.Rubriques)


def types(annotation: Any) -> Iterator[Any]:
    """The annotation and what it is made of."""
    yield annotation
    for partie in typing.get_args(annotation):
        yield from types(partie)


def classe(annotation: Any) -> Any:
    """The dataclass of the format that an annotation is about, if any."""
    return next((un for un in types(annotation) if isinstance(un, type) and dataclasses.is_dataclass(un)), None)


def vue(une: Sentinelle, profil: str, rubriques: Ligne) -> bool:
    """Return whether a profile sees this leaf of this line."""
    rubrique, _, feuille = une.feuille.partition(".")
    nom, voit = PARTIES.get((profil, rubrique), (rubrique, lambda ligne: True))
    if f"{nom}.{feuille}" not in feuilles_vues(profil):
        return False
    return not isinstance(rubriques[rubrique], list) or voit(rubriques[rubrique][une.ligne])


def texte(contenu: bytes) -> str:
    """Return what a response says, with plain spaces and none around the tags."""
    return re.sub(r"\s*([<>])\s*", r"\1", unescape(contenu.decode()).replace("\u00a0", " "))


def dans(une: Sentinelle, page: str) -> bool:
    """Return whether a page says this value, however it is written; not inside a longer word, as the key of a form is."""
    return any(re.search(_motif(forme.replace("\u00a0", " ")), page) for forme in une.formes)


def _motif(forme: str) -> str:
    avant, apres = ("(?<![0-9A-Za-z-])", "(?![0-9A-Za-z-])")
    return (avant if forme[0].isalnum() else "") + re.escape(forme) + (apres if forme[-1].isalnum() else "")
