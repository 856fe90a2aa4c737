"""A partner, its administrator and their browser."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.journal.auteur import Auteur
from habilitations.models import Affectation, Decision, Groupe, Utilisateur
from tests import usine
from tests.usine import OWNER

JOUR = date(2026, 1, 1).isoformat()


class Monde:
    """A partner, its administrator and their browser."""

    def __init__(self, profil: str = "T1", codes: tuple[str, ...] = ()) -> None:
        self.alice = usine.agent(profil, codes=codes)
        self.organisme = self.alice.organisme
        self.contrat = self.alice.contrat
        self.par: Auteur = usine.administrateur(self.organisme)
        self.navigateur: Client = usine.client(self.par.session)

    def lire(self, nom: str, **arguments: Any) -> str:
        reponse = self.navigateur.get(reverse(nom, kwargs=arguments))
        assert reponse.status_code == 200, (nom, reponse.status_code)
        return reponse.content.decode()

    def envoyer(self, nom: str, donnees: dict[str, Any] | None = None, **arguments: Any) -> HttpResponse:
        return self.navigateur.post(reverse(nom, kwargs=arguments), donnees or {})  # type: ignore[return-value]

    def personne(self, **champs: Any) -> Utilisateur:
        return usine.utilisateur(self.organisme, **champs)

    def identite(self, **champs: Any) -> dict[str, Any]:
        """What one types to create a person."""
        return {
            "prenom": "Bob", "nom": "Exemple", "courriel": f"{usine.unique('bob')}@ville.example", "fonction": "Assistant social",
            "service": "Service social", "debut": JOUR, **champs,
        }  # fmt: skip

    def decisions(self, **de: Any) -> list[str]:
        return list(Decision.objects.using(OWNER).filter(organisme=self.organisme, **de).order_by("pk").values_list("genre", flat=True))

    def refus(self) -> list[tuple[str, str]]:
        """The refusals that the journal keeps of the administrator."""
        traces = usine.traces(acteur=self.par.utilisateur, issue="refuse")
        return [(une["famille"], une["action"]) for une in traces]

    def etat(self) -> list[Any]:
        """Everything that a partner could have changed of this one."""
        personnes = Utilisateur.objects.using(OWNER).filter(organisme=self.organisme).order_by("pk")
        colonnes = ("pk", "nom", "courriel", "role", "organisme", "fin", "suspension", "password", "mot_de_passe_provisoire", "bulletin")
        groupes = Groupe.objects.using(OWNER).filter(contrat=self.contrat).order_by("pk")
        rattachements = Affectation.objects.using(OWNER).filter(groupe__contrat=self.contrat).order_by("pk")
        return [
            list(personnes.values_list(*colonnes)), list(groupes.values_list("pk", "libelle", "debut", "fin", "suspension", "codes_acces")),
            list(rattachements.values_list("pk", "debut", "fin", "suspension")), self.decisions(),
        ]  # fmt: skip
