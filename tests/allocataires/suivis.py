"""What the tests of the follows share: a dossier, an import that changes it, an agent who follows it, what that agent was told."""

from typing import Any
from uuid import UUID

from allocataires import suivis
from allocataires.matrice.suivis import LIBELLES
from tests import usine
from tests.allocataires import porte
from tests.allocataires.flux.aides import ligne, numeros
from tests.allocataires.flux.test_chargement import importer
from tests.usine import IP, Agent

CODES = {"T5": ("092",)}
# What stands in the dossier when the follow begins; an import replaces it whole.
AVANT: dict[str, Any] = {
    "identite": {"responsable": {"nom_naissance": "EXEMPLE", "nir": "2880300000000", "nationalite": "F"}},
    "famille": {"situation": "MAR", "grossesse_debut": "2026-01-01"},
    "rsa": {"partenaire": "092", "etat": "2", "numero_demande": "00000000001"},
    "logement": {"loyer": 500, "montant_aide": 200},
    "droits": [{"code": "AF", "montant": 100, "depuis": "2025-01-01"}],
    "creances": [{"nature": "INK", "prestation": "RSA", "motif": "40", "solde": 10, "montant_initial": 10}],
    "paje": [{"code": "CMG", "montant": 100}],
    "ressources": {"base_ressources_annuelles": {"valeur": 10}},
    "paiements": [{"date_paiement": "2026-06-05", "code": code, "montant": 100} for code in ("RSA", "AF")],
}
JOURS = iter(range(1, 5000))
NUMEROS = numeros()


def envoyer(numero: str, rubriques: dict[str, Any] | None = None, caisse: str = "921", **champs: Any) -> None:
    """Import the dossier, later each time."""
    jour = next(JOURS)
    importer(
        ligne(
            numero,
            caisse,
            rubriques=AVANT if rubriques is None else rubriques,
            donnees_au=f"2026-07-06T06:{jour // 60:02d}:{jour % 60:02d}+02:00",
            **champs,
        )
    )


def agent(profil: str = "T1", **options: Any) -> Agent:
    return usine.agent(profil, codes=CODES.get(profil, ()), **options)


def affiche(alice: Agent, numero: str, telephone: str = "") -> UUID:
    """A ticket that has shown the dossier."""
    code = CODES.get(alice.groupe.profil_id, ("",))[0]
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero, code=code, telephone=telephone)
        assert ticket is not None
        assert porte.lire(pg, alice.cle, ticket) is not None
    return ticket


def tout_voir(cle: str) -> None:
    """Take as seen what the list shows now."""
    suivis.marquer_vus(session=cle, vus=suivis.lire_vus(un.montre for un in suivis.lister(session=cle)))


def suivre(alice: Agent, numero: str, telephone: str = "") -> UUID:
    """Follow it; return the reference."""
    assert suivis.suivre(session=alice.cle, ticket=affiche(alice, numero, telephone), motif=porte.motif(alice), ip=IP) in (
        "suivi",
        "renouvele",
    )
    return suivis.lister(session=alice.cle)[0].reference


def suivi(profil: str = "T1", **champs: Any) -> tuple[Agent, str]:
    """An agent who follows a fresh dossier, and its number."""
    alice, numero = agent(profil), next(NUMEROS)
    envoyer(numero, **champs)
    suivre(alice, numero)
    return alice, numero


def dits(alice: Agent) -> set[str]:
    """The rubriques that the agent was told of, by the names of the columns."""
    noms = {libelle: nom for nom, libelle in LIBELLES.items()}
    return {noms[un.rubrique] for une in suivis.lister(session=alice.cle) for un in une.changements}


def nouveaux(alice: Agent) -> int:
    """What the menu counts."""
    return int(usine.valeur("select cdap.nouveautes(%s)", [alice.utilisateur.pk]))


def change(rubrique: str, **feuilles: Any) -> dict[str, Any]:
    """What an import brings when some leaves of a rubrique, or of the first object of a list, have changed."""
    ancien = AVANT[rubrique]
    nouveau = [ancien[0] | feuilles, *ancien[1:]] if isinstance(ancien, list) else ancien | feuilles
    return AVANT | {rubrique: nouveau}
