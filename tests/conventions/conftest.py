"""An operator of the CAF at work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from audit.journal.auteur import Auteur
from cdap import routeur
from conventions.models import Demande, DemandeCaisse
from conventions.services import demandes
from tests import usine
from tests.usine import OWNER


@dataclass(frozen=True, slots=True)
class Operateur:
    """A CAF operator and the caisses of the perimeter."""

    par: Auteur
    perimetre: tuple[str, ...]

    def fait(self, service: Callable[..., Any], demande: Demande, **champs: Any) -> Any:
        """Act on a request as it is now, or as it was seen when `version` says so, under the CAF's own role."""
        with routeur.sur("caf"):
            fraiche = Demande.objects.get(pk=demande.pk)
            return service(**{"demande": fraiche, "version": fraiche.version, "perimetre": self.perimetre, "par": self.par, **champs})

    def repondre(self, demande: Demande, caisse: str, accepte: bool = True, motif: str = "") -> None:
        """Answer for a caisse."""
        part = DemandeCaisse.objects.using("caf").get(demande=demande, caisse=caisse)
        self.fait(lambda demande, **champs: demandes.repondre_part(part=part, **champs), demande, accepte=accepte, motif=motif)


def operateur(*caisses: str) -> Operateur:
    """Return a fresh operator of these caisses."""
    cle, personne = usine.operateur(*caisses)
    return Operateur(Auteur(session=cle, utilisateur=personne.pk, ip=usine.IP), caisses)


def relire(demande: Demande) -> Demande:
    """Return the request as it is now."""
    return Demande.objects.using(OWNER).get(pk=demande.pk)


@pytest.fixture
def dora(base: None) -> Operateur:
    """Dora, operator of caisse 921."""
    return operateur("921")
