"""Who is who in a household, and what the flow says of each: identity, children, activities, resources."""

from calendar import monthrange
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from allocataires.flux.rsa import formes
from allocataires.flux.rsa.flot import Bloc

Objet = dict[str, Any]

ABATTEMENT_MONTANT = "MTPERSABANEURSA"
SEXES = {"1": "M", "2": "F"}


@dataclass(frozen=True, slots=True)
class Personne:
    """A person of the household, and the place that our rubriques give them."""

    place: str
    bloc: Bloc


def placer(foyer: Bloc) -> list[Personne]:
    """Return the persons with their places; nobody is `responsable` when the household has no grown-up who could be.

    DEM and RDO are responsible, and the one whom the flow says so (TOPRESPDOS) before the others; where it names none, as happens, the
    first CJT is. The next grown-up of these is the conjoint.
    """
    personnes = foyer.tous("Personne")
    roles = [{prestation.texte("ROLEPERS") for prestation in personne.tous("Prestations")} for personne in personnes]
    rangs = range(len(personnes))
    demandeurs = [rang for rang in rangs if roles[rang] & {"DEM", "RDO"}]
    demandeurs.sort(key=lambda rang: (not personnes[rang].un("DossierCAF").vrai("TOPRESPDOS"), "RDO" not in roles[rang]))
    adultes = demandeurs + [rang for rang in rangs if "CJT" in roles[rang] and rang not in demandeurs]
    places = dict(zip(adultes, ("responsable", "conjoint"), strict=False))
    enfants = {rang for rang in rangs if "ENF" in roles[rang] and rang not in adultes}
    return [Personne(places.get(rang, "enfant" if rang in enfants else "autre"), personnes[rang]) for rang in rangs]


def a_charge(personne: Personne) -> bool | None:
    """Return whether the person is a charge of the household for the family benefits (PFA)."""
    pfa = (prestation for prestation in personne.bloc.tous("Prestations") if prestation.texte("NATPREST") == "PFA")
    return next((prestation.vrai("TOPCHAPERS") for prestation in pfa), None)


def adulte(personne: Personne) -> Objet:
    """Return the identity of a grown-up."""
    lu = personne.bloc.un("Identification")
    return {"civilite": lu.texte("QUAL"), **_etat_civil(lu), "nir": formes.nir(lu.texte("NIR"))}


def enfant(personne: Personne) -> Objet:
    """Return a child."""
    return {**_etat_civil(personne.bloc.un("Identification")), "a_charge": a_charge(personne)}


def _etat_civil(lu: Bloc) -> Objet:
    nom, naissance, sexe = lu.texte("NOM"), lu.texte("NOMNAI"), lu.texte("SEXE")
    return {
        "nom_naissance": naissance or nom,
        "nom_usage": nom if naissance and nom != naissance else None,
        "prenoms": " ".join(prenom for champ in ("PRENOM", "PRENOM2", "PRENOM3") if (prenom := lu.texte(champ))) or None,
        "date_naissance": formes.naissance(lu.texte("DTNAI"), lu.texte("TYPEDTNAI")),
        "sexe": SEXES.get(sexe, formes.ILLISIBLE) if sexe else None,
    }


def activites(personnes: list[Personne]) -> list[Objet]:
    """Return what each person does."""
    return [
        {
            "activite": activite.texte("ACT"),
            "personne": personne.place,
            "debut": formes.jour(activite.texte("DDACT")),
            "fin": formes.jour(activite.texte("DFACT")),
        }
        for personne in personnes
        for activite in personne.bloc.tous("Activite")
    ]


def ressources(personnes: list[Personne]) -> list[Objet]:
    """Return the resources of each person, month by month and nature by nature."""
    lignes = []
    for personne in personnes:
        for mensuelles in personne.bloc.tous("Ressources", "RessourcesMensuelles"):
            annee, mois = _mois(mensuelles)
            lignes += [
                {
                    "annee": annee,
                    "mois": mois,
                    "personne": personne.place,
                    "nature": detail.texte("NATRESS"),
                    "montant": detail.texte("MTNATRESSMEN"),
                }
                for detail in mensuelles.tous("DetailRessourcesMensuelles")
            ]
    return lignes


def ajustements(personnes: list[Personne]) -> list[Objet]:
    """Return the resources that the calculation reduces or leaves out (ABANEU), a nature and a person at a time.

    The flow marks each resource of each month, and gives one amount a person: it is shown where the person has one nature alone.
    """
    lignes = []
    for personne in personnes:
        marques = sorted(
            (code, mois)
            for mensuelles in personne.bloc.tous("Ressources", "RessourcesMensuelles")
            if isinstance((mois := _mois(mensuelles))[0], int)
            for detail in mensuelles.tous("DetailRessourcesMensuelles")
            if (code := detail.texte("ABANEU"))
        )
        natures = {code for code, _ in marques}
        montant = personne.bloc.un("MontantCalculDroitRSAPersonne").texte(ABATTEMENT_MONTANT) if len(natures) == 1 else None
        for code, groupe in groupby(marques, key=lambda marque: marque[0]):
            periode = [mois for _, mois in groupe]
            (annee, dernier) = periode[-1]
            lignes.append(
                {
                    "nature": code,
                    "personne": personne.place,
                    "debut": f"{periode[0][0]}-{periode[0][1]:02d}-01",
                    "fin": f"{annee}-{dernier:02d}-{monthrange(annee, dernier)[1]}",
                    "montant": montant,
                }
            )
    return lignes


def _mois(mensuelles: Bloc) -> tuple[Any, Any]:
    """Return the year and the month of monthly resources, None twice when they are not given."""
    lu = formes.jour(mensuelles.un("GeneraliteRessourcesMensuelles").texte("MOISRESS"))
    if lu in (None, formes.ILLISIBLE) or not 1 <= int(lu[5:7]) <= 12:
        return lu, lu
    return int(lu[:4]), int(lu[5:7])
