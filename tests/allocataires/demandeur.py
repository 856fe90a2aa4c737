"""An agent who asks for the extract of the dossier on the screen, and the worker who prints it."""

from typing import Any
from uuid import UUID

from django.test import Client

from allocataires import extraits
from conventions import reference
from tests import usine
from tests.allocataires.test_consultation_http import demander as rechercher
from tests.allocataires.test_porte_decision import CHAMPS, CODES
from tests.conventions.documents import comme


class Demandeur:
    """An agent who has a dossier on the screen."""

    def __init__(self, profil: str = "T1", code: str | None = None, **champs: Any) -> None:
        code = code or CODES.get(profil)
        self.agent = usine.agent(profil, codes=(code,) if code else ())
        self.numero = usine.dossier(**CHAMPS.get(profil, {}) | champs)
        self.navigateur = usine.client(self.agent.cle)
        demande: dict[str, Any] = {"motif": reference.PROFILS[profil].motifs[0][0]}
        if code:
            demande |= {"code_acces": code, "non_opposition": None}
        self.adresse: str = rechercher(self.agent, self.numero, self.navigateur, **demande)["Location"]
        self.ticket = UUID(self.adresse.strip("/").split("/")[-1])
        assert self.navigateur.get(self.adresse).status_code == 200

    def presser(self, mois: str = "") -> Any:
        return self.navigateur.post(f"{self.adresse}extrait/", {"mois": mois})

    def page(self, navigateur: Client | None = None) -> Any:
        return (navigateur or self.navigateur).get(f"{self.adresse}extrait/")

    def pdf(self, navigateur: Client | None = None) -> Any:
        return (navigateur or self.navigateur).get(f"{self.adresse}extrait/pdf/")

    def traces(self) -> list[tuple[str, str]]:
        return [(trace["action"], trace["issue"]) for trace in usine.traces(ticket=self.ticket)]

    def ligne(self) -> dict[str, Any] | None:
        with usine.connexion("proprietaire") as pg:
            curseur = pg.execute("select to_jsonb(e) from allocataires_extrait e where ticket = %s", [self.ticket])
            trouve = curseur.fetchone()
        return trouve[0] if trouve else None

    def imprimer(self) -> None:
        """Do what the worker does, as its role."""
        comme("worker", lambda: extraits.produire(ticket=self.ticket))

    def obtenir(self, mois: str = "") -> bytes:
        """Press, print, download."""
        assert self.presser(mois).status_code == 303
        self.imprimer()
        reponse = self.pdf()
        assert reponse.status_code == 200
        octets: bytes = reponse.content
        return octets
