"""What an answer of API Particulier says, in the words of the rubriques. Nothing is guessed: an empty field is left out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allocataires.rubriques import date_de_naissance

Objet = dict[str, Any]

IDENTITE_V2 = ("nom_complet", "sexe", "date_naissance")
IDENTITE_V3 = ("nom_naissance", "nom_usage", "prenoms", "sexe", "code_cog_insee_commune_naissance")
ROLES = ("responsable", "conjoint")
PARTICIPATION = ("nombre_enfants_a_charge", "nombre_enfants_beneficiaire_aeeh")
ADRESSE = {  # the words of version 2, and those of version 3, which are ours
    "identite": "destinataire",
    "complementIdentite": "complement_information",
    "complementIdentiteGeo": "complement_information_geographique",
    "numeroRue": "numero_libelle_voie",
    "lieuDit": "lieu_dit",
    "codePostalVille": "code_postal_ville",
    "pays": "pays",
}


class Refus(Exception):
    """An answer that is not loaded; the message is the reason."""


@dataclass(slots=True)
class Lu:
    """What one answer carries: rubriques, fields of the dossier itself, and what had to be left out."""

    rubriques: Objet = field(default_factory=dict)
    entete: Objet = field(default_factory=dict)
    avertissements: list[str] = field(default_factory=list)
    feuilles: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what is said of a rubrique, when it is not all of it

    @property
    def portees(self) -> frozenset[str]:
        """What the answer says something about."""
        entieres = (nom for nom in self.rubriques if nom not in self.feuilles)
        partielles = (f"{nom}.{feuille}" for nom in self.feuilles if nom in self.rubriques for feuille in self.feuilles[nom])
        return frozenset((*self.entete, *entieres, *partielles))


def version_2(donnees: Objet) -> Lu:
    """Return what an answer of version 2 carries. Its names are one string and stay one; its dates are DDMMYYYY."""
    lu = Lu(feuilles={"identite": _des_adultes(IDENTITE_V2)})
    _personnes(donnees, lu, _personne_v2)
    _adresse(donnees, lu, ADRESSE)
    if "quotientFamilial" in donnees:
        _quotient({"valeur": donnees["quotientFamilial"], "annee": donnees.get("annee"), "mois": donnees.get("mois")}, lu)
    return lu


def version_3(donnees: Objet) -> Lu:
    """Return what an answer of version 3 carries: quotient familial or participation familiale."""
    lu = Lu(feuilles={"identite": _des_adultes((*IDENTITE_V3, "date_naissance")), "famille": PARTICIPATION})
    _personnes(donnees, lu, _personne_v3)
    _adresse(donnees, lu, {nom: nom for nom in ADRESSE.values()})
    if donnees.get("quotient_familial") is not None:
        quotient = objet(donnees["quotient_familial"], "quotient_familial")
        lu.entete = _garder(quotient, {"fournisseur": "fournisseur"})
        _quotient(quotient, lu)
    if donnees.get("parametres_calcul_participation_familiale") is not None:
        _participation(objet(donnees["parametres_calcul_participation_familiale"], "parametres_calcul_participation_familiale"), lu)
    return lu


def _des_adultes(feuilles: tuple[str, ...]) -> tuple[str, ...]:
    return ("conjoint", *(f"{role}.{feuille}" for role in ROLES for feuille in feuilles))


def objet(valeur: Any, nom: str) -> Objet:
    """Return a JSON object; raise Refus, which names it, when it is something else."""
    if not isinstance(valeur, dict):
        raise Refus(f"{nom} : un objet est attendu")
    return valeur


def _liste(donnees: Objet, nom: str) -> list[Objet]:
    valeur = donnees[nom]
    if not isinstance(valeur, list):
        raise Refus(f"{nom} : un tableau est attendu")
    return [objet(element, f"{nom}[{rang}]") for rang, element in enumerate(valeur)]


def _garder(source: Objet, champs: dict[str, str]) -> Objet:
    """Return the fields that hold something, under our names."""
    return {nom: source[champ] for champ, nom in champs.items() if source.get(champ) not in (None, "")}


def _personnes(donnees: Objet, lu: Lu, personne: Callable[[Objet, str, Lu], Objet]) -> None:
    """The first allocataire is the responsable of the dossier, the second the conjoint (domain §1.4)."""
    allocataires = _liste(donnees, "allocataires")
    lu.rubriques["identite"] = {
        role: personne(allocataire, f"identite.{role}", lu) for role, allocataire in zip(ROLES, allocataires, strict=False)
    }
    if not any(nom.startswith("nom_") for nom in lu.rubriques["identite"]["responsable"]):
        raise Refus("le premier allocataire n'a pas de nom")
    if len(allocataires) > len(ROLES):
        lu.avertissements.append("allocataires : ceux qui suivent les deux premiers sont laissés de côté")
    if donnees.get("enfants") is not None:
        lu.rubriques["enfants"] = [personne(enfant, f"enfants[{rang}]", lu) for rang, enfant in enumerate(_liste(donnees, "enfants"))]


def _personne_v2(source: Objet, lieu: str, lu: Lu) -> Objet:
    texte = str(source.get("dateDeNaissance") or "")
    jour = re.fullmatch(r"([0-9]{2})([0-9]{2})([0-9]{4})", texte)
    iso = "-".join(reversed(jour.groups())) if jour else texte
    return _garder(source, {"nomPrenom": "nom_complet", "sexe": "sexe"}) | _naissance(iso, lieu, lu)


def _personne_v3(source: Objet, lieu: str, lu: Lu) -> Objet:
    return _garder(source, {nom: nom for nom in IDENTITE_V3}) | _naissance(source.get("date_naissance"), lieu, lu)


def _naissance(texte: Any, lieu: str, lu: Lu) -> Objet:
    """Return the date of birth, left out with a warning when it cannot be read: the dossier is worth more than its date."""
    if texte in (None, ""):
        return {}
    try:
        return {"date_naissance": date_de_naissance(texte)}
    except (TypeError, ValueError):
        lu.avertissements.append(f"{lieu}.date_naissance : date illisible, laissée de côté")
        return {}


def _adresse(donnees: Objet, lu: Lu, champs: dict[str, str]) -> None:
    if donnees.get("adresse") is not None and (adresse := _garder(objet(donnees["adresse"], "adresse"), champs)):
        lu.rubriques["adresse"] = adresse


def _quotient(source: Objet, lu: Lu) -> None:
    """The answer does not say why a quotient is unknown: `indisponible` is the reason that supposes nothing."""
    quotient = _garder(source, {nom: nom for nom in ("annee", "mois", "valeur", "annee_calcul", "mois_calcul")})
    lu.rubriques["quotient"] = quotient if "valeur" in quotient else quotient | {"motif_absence": "indisponible"}


def _participation(source: Objet, lu: Lu) -> None:
    if famille := _garder(source, {nom: nom for nom in PARTICIPATION}):
        lu.rubriques["famille"] = famille
    if source.get("base_ressources_annuelles") is not None:
        base = objet(source["base_ressources_annuelles"], "base_ressources_annuelles")
        if base := _garder(base, {nom: nom for nom in ("valeur", "annee_calcul")}):
            lu.rubriques["ressources"] = {"base_ressources_annuelles": base}
