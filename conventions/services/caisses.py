"""Caisses: their contact and who signs for them. The list itself is the code's."""

from typing import Any

from audit.journal.actions import Famille
from audit.journal.auteur import Auteur
from audit.journal.services import tracer
from conventions.models import Caisse
from conventions.services.ecriture import base, ecriture, enregistrer, reprendre

MODIFIABLES = ("courriel", "telephone", "adresse", "directeur")


def modifier(*, caisse: Caisse, par: Auteur, **champs: Any) -> Caisse:
    """Change the contact, or the name of who signs the acts."""
    with ecriture():
        caisse = reprendre(caisse)
        for nom in MODIFIABLES:
            setattr(caisse, nom, champs.get(nom, getattr(caisse, nom)))
        enregistrer(caisse, MODIFIABLES)
        tracer(par=par, famille=Famille.CONVENTION, action="caisse_modifier", objet=f"caisse:{caisse.code}", base=base())
    return caisse
