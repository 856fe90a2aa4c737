"""Who they are and how to reach them, in the forms of the exchange format. Nothing here can be somebody's."""

from typing import Any

from allocataires.fictif import noms
from allocataires.fictif.calendrier import le, premier
from allocataires.fictif.foyer import Adulte, Foyer
from allocataires.fictif.hasard import Hasard
from allocataires.fictif.logements import Logement
from allocataires.fictif.territoires import Territoire

# The numbers that Arcep keeps for fiction.
TELEPHONES = ("019900", "026191", "035301", "046571", "053649", "063998")
CIVILITES = {"F": "MME", "M": "MR"}
POLITESSES = {"F": "Madame", "M": "Monsieur"}
MOIS_INCONNU = 20  # how a NIR says it


def nir(sexe: str, annee: int, mois: int, ordre: int) -> str:
    """Return a NIR of the département 00, which does not exist, with its key."""
    numero = f"{1 if sexe == 'M' else 2}{annee % 100:02d}{mois:02d}00999{ordre:03d}"
    return f"{numero}{97 - int(numero) % 97:02d}"


def naissance(adulte: Adulte) -> str:
    """Return a date of birth, 00 for what is not known."""
    complete = le(adulte.naissance, adulte.jour)
    return complete if adulte.precision == "jour" else f"{complete[:7]}-00" if adulte.precision == "mois" else f"{complete[:4]}-00-00"


def identite(hasard: Hasard, foyer: Foyer, territoire: Territoire) -> dict[str, Any]:
    """Return the rubrique `identite`."""
    trouve = {"responsable": _adulte(hasard, foyer.responsable, territoire)}
    if foyer.conjoint:
        trouve["conjoint"] = _adulte(hasard, foyer.conjoint, territoire)
    return trouve


def _adulte(hasard: Hasard, adulte: Adulte, territoire: Territoire) -> dict[str, Any]:
    personne: dict[str, Any] = {"civilite": CIVILITES[adulte.sexe]}
    if adulte.d_un_bloc:
        personne["nom_complet"] = f"{adulte.nom_usage or adulte.nom_naissance} {adulte.prenoms}"
    else:
        personne["nom_naissance"] = adulte.nom_naissance
        if adulte.nom_usage:
            personne["nom_usage"] = adulte.nom_usage
        personne["prenoms"] = adulte.prenoms
    personne |= {"date_naissance": naissance(adulte), "sexe": adulte.sexe}
    if adulte.nationalite == "F":
        personne["code_cog_insee_commune_naissance"] = hasard.un(territoire.communes)
    personne["nationalite"] = adulte.nationalite
    if hasard.vrai(0.97):
        mois = MOIS_INCONNU if adulte.precision == "annee" else adulte.naissance % 12 + 1
        complet = nir(adulte.sexe, adulte.naissance // 12, mois, hasard.entre(1, 999))
        personne["nir"] = complet[:13] if hasard.vrai(0.1) else complet
    return personne


def joindre(hasard: Hasard, foyer: Foyer, logement: Logement, territoire: Territoire) -> dict[str, Any]:
    """Return the rubriques `adresse` and `contact`."""
    responsable = foyer.responsable
    nom = responsable.nom_usage or responsable.nom_naissance
    prenom = responsable.prenoms.split(" ")[0]
    adresse: dict[str, Any] = {"destinataire": f"{POLITESSES[responsable.sexe]} {prenom} {nom}"}
    if logement.statut in ("SRO", "SRG"):
        adresse["complement_information"] = "DOMICILIATION AU CCAS FICTIF"
    elif logement.statut in ("HGP", "HOP"):
        adresse["complement_information"] = f"CHEZ {hasard.un(noms.DEBUTS)}"
    elif hasard.vrai(0.3):
        adresse["complement_information_geographique"] = hasard.un(noms.COMPLEMENTS)
    adresse["numero_libelle_voie"] = f"{hasard.entre(1, 180)} {hasard.un(noms.VOIES)} {hasard.un(noms.LIEUX)}"
    adresse |= {"code_postal_ville": hasard.un(territoire.villes), "pays": "FRANCE", "date_emmenagement": premier(logement.emmenagement)}
    contact = {}
    if hasard.vrai(0.95):
        contact["telephone"] = f"{hasard.un(TELEPHONES)}{hasard.entre(0, 9_999):04d}"
    if hasard.vrai(0.85):
        contact["courriel"] = f"{noms.sans_accent(prenom)}.{noms.sans_accent(nom)}{hasard.entre(1, 99)}@allocataire.example"
    return {"adresse": adresse, **({"contact": contact} if contact else {})}


def enfants(hasard: Hasard, foyer: Foyer, territoire: Territoire) -> dict[str, Any]:
    """Return the rubrique `enfants`, the oldest first."""
    lignes: list[dict[str, Any]] = []
    for enfant in foyer.enfants:
        ligne: dict[str, Any] = {
            "nom_naissance": enfant.nom,
            "prenoms": enfant.prenoms,
            "date_naissance": le(enfant.naissance, enfant.jour),
            "sexe": enfant.sexe,
            "code_cog_insee_commune_naissance": hasard.un(territoire.communes),
            "a_charge": foyer.maintenant - enfant.naissance < 240,
            "residence_alternee": enfant.alternee,
        }
        if enfant.alternee:
            ligne["partage_prestations"] = True
        ligne["beneficiaire_aeeh"] = enfant.aeeh >= 0 and ligne["a_charge"]
        lignes.append(ligne)
    return {"enfants": lignes} if lignes else {}
