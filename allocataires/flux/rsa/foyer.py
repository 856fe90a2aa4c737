"""A household of the flow, in the words of the rubriques. Nothing is guessed: an empty element is a leaf that is not known."""

from typing import Any

from allocataires.flux.rsa import formes, personnes, prestation
from allocataires.flux.rsa.flot import Bloc
from allocataires.flux.rsa.personnes import Personne

Objet = dict[str, Any]

PERSONNE = ("civilite", "nom_naissance", "nom_usage", "prenoms", "date_naissance", "sexe", "nir")
ADRESSE = (
    "complement_information", "complement_information_geographique", "numero_libelle_voie", "lieu_dit", "code_postal_ville", "pays",
    "date_emmenagement",
)  # fmt: skip
FAMILLE = (
    "situation", "situation_depuis", "nombre_enfants_a_charge", "nombre_autres_personnes_a_charge", "grossesse_debut",
    "grossesse_date_prevue",
)  # fmt: skip
RSA = (
    "partenaire", "numero_demande", "etat", "date_demande", "montant", "montant_forfaitaire", "ressources_retenues",
    "prestations_retenues", "aide_logement_retenue", "droits_et_devoirs",
)  # fmt: skip
LISTES = ("enfants", "activites", "ressources_trimestrielles", "ajustements", "rsa_composantes", "rsa_decisions")
# What each household says something about: the rest of what is stored is kept.
PORTEES = frozenset(
    (
        *LISTES,
        *(f"identite.responsable.{feuille}" for feuille in PERSONNE),
        "identite.conjoint",
        *(f"identite.conjoint.{feuille}" for feuille in PERSONNE),
        *(f"adresse.{feuille}" for feuille in ADRESSE),
        *(f"famille.{feuille}" for feuille in FAMILLE),
        "affiliation.depuis",
        *(f"rsa.{feuille}" for feuille in RSA),
    )
)
MUTATION = ("caisse_cedante", "caisse_prenante", "date_mutation")
# A flow speaks of a move in the month of the move only: afterwards, what is known of it is kept.
PORTEES_MUTATION = PORTEES | {f"affiliation.{feuille}" for feuille in MUTATION}
MUTATIONS = (  # block, end of the names of its elements, date, our leaf
    ("OrganismeCedant", "CEDMUT", "DDARRMUT", "caisse_cedante"),
    ("OrganismePrenant", "PRENMUT", "DDDEPAMUT", "caisse_prenante"),
)
PAYS = {"FRA": "FRANCE"}


class Refus(Exception):
    """A household that is not loaded; the message is the reason."""


def cle(foyer: Bloc) -> tuple[str, str]:
    """Return the caisse and the number. Raises Refus when the flow does not say them."""
    organisme = foyer.un("IdentificationRSA", "Organisme")
    caisse = formes.caisse(organisme.texte("FONORG"), organisme.texte("NUMORG"))
    if caisse is None:
        raise Refus("Organisme : FONORG et NUMORG ne désignent pas une Caf")
    numero = formes.numero(organisme.texte("MATRICULE"))
    if numero is None:
        raise Refus("Organisme, MATRICULE : sept chiffres suivis de huit zéros sont attendus")
    return caisse, numero


def rubriques(foyer: Bloc) -> tuple[Objet, frozenset[str]]:
    """Return the rubriques of a household and what it carries. Raises Refus when nobody is responsible for it."""
    gens = personnes.placer(foyer)
    adultes = {personne.place: personne for personne in gens if personne.place in ("responsable", "conjoint")}
    if "responsable" not in adultes:
        raise Refus("Personne, ROLEPERS : aucune personne n'est responsable du dossier (DEM, RDO ou CJT)")
    mutation = _mutation(foyer)
    lues = {
        "identite": {place: personnes.adulte(personne) for place, personne in adultes.items()},
        "enfants": [personnes.enfant(personne) for personne in gens if personne.place == "enfant"],
        "famille": _famille(foyer, gens),
        "adresse": _adresse(foyer),
        "affiliation": {"depuis": formes.jour(adultes["responsable"].bloc.un("DossierCAF").texte("DDRATDOS")), **mutation},
        "activites": personnes.activites(gens),
        "ressources_trimestrielles": personnes.ressources(gens),
        "ajustements": personnes.ajustements(gens),
        "rsa": prestation.rsa(foyer),
        "rsa_composantes": prestation.composantes(foyer),
        "rsa_decisions": prestation.decisions(foyer),
    }
    return lues, PORTEES_MUTATION if mutation else PORTEES


def _famille(foyer: Bloc, gens: list[Personne]) -> Objet:
    situation = foyer.un("DonneesAdministratives", "SituationFamille")
    # A pregnancy whose end has a nature is over.
    grossesses = [bloc for bloc in foyer.tous("Personne", "Grossesse") if bloc.texte("NATFINGRO") is None]
    grossesse = grossesses[-1] if grossesses else Bloc()
    return {
        "situation": situation.texte("SITFAM"),
        "situation_depuis": formes.jour(situation.texte("DDSITFAM")),
        "nombre_enfants_a_charge": _a_charge(gens, "enfant"),
        "nombre_autres_personnes_a_charge": _a_charge(gens, "autre"),
        "grossesse_debut": formes.jour(grossesse.texte("DDGRO")),
        "grossesse_date_prevue": formes.jour(grossesse.texte("DFGRO")),
    }


def _a_charge(gens: list[Personne], place: str) -> int:
    return sum(personne.place == place and personnes.a_charge(personne) is True for personne in gens)


def _adresse(foyer: Bloc) -> Objet:
    """Return the current address (rank 01) in the lines of the Post Office."""
    for adresse in foyer.tous("DonneesAdministratives", "Adresse"):
        tronc = adresse.un("TroncCommunAdresse")
        if formes.nombre(tronc.texte("RGADR")) == 1:
            lue = _en_france(adresse.un("AdresseDetailleeFrance"), tronc.texte("PAYS")) | _hors_france(adresse.un("AdresseHorsFrance"))
            return {**lue, "date_emmenagement": formes.jour(tronc.texte("DTEMM"))}
    return {}


def _en_france(lue: Bloc, pays: str | None) -> Objet:
    code = lue.texte("CODEPOS")
    return {
        "complement_information": lue.texte("COMPLIDEADR"),
        "complement_information_geographique": lue.texte("COMPLADR"),
        "numero_libelle_voie": _ligne(lue.texte("NUMVOIE"), lue.texte("LIBTYPEVOIE"), lue.texte("NOMVOIE")),
        "lieu_dit": lue.texte("LIEUDIST"),
        "code_postal_ville": _ligne(code.zfill(5) if code else None, lue.texte("NOMCOM")),
        "pays": PAYS.get(pays or ""),
    }


def _hors_france(lue: Bloc) -> Objet:
    """Return the lines that are there: a household abroad has no detailed address, whose place these take."""
    lignes = dict(zip(ADRESSE, (lue.texte(f"LIBLIG{rang}ADR") for rang in range(2, 8)), strict=False))
    return {nom: texte for nom, texte in lignes.items() if texte}


def _ligne(*parties: str | None) -> str | None:
    return " ".join(partie for partie in parties if partie) or None


def _mutation(foyer: Bloc) -> Objet:
    """Return the last move between caisses that the flow tells: from another (Cedant) or to another (Prenant)."""
    dites = [
        (formes.jour(bloc.texte(date)), champ, formes.caisse(bloc.texte(f"FONORG{sens}"), bloc.texte(f"NUMORG{sens}")))
        for nom, sens, date, champ in MUTATIONS
        for bloc in foyer.tous("IdentificationRSA", nom)
    ]
    if not dites:
        return {}
    date, champ, caisse = max(dites, key=lambda dite: (dite[0] != formes.ILLISIBLE, dite[0] or ""))
    return {champ: caisse, "date_mutation": date}
