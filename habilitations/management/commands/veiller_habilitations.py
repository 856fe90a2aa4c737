"""`manage.py veiller_habilitations`: what the worker does each night, by hand; see `habilitations.services.dormance` and `revues`."""

from typing import Any

from audit.journal.commandes import CommandeDatee
from habilitations.models import Decision
from habilitations.services import comptes, dormance, revues


class Command(CommandeDatee):
    help = "Écrit à ceux qui commencent, avertit et suspend les comptes sans connexion, ouvre et fait avancer les revues annuelles."

    def agir(self, *args: Any, **options: Any) -> int:
        """Do the night's work, and say each decision."""
        dernier = Decision.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        echecs = comptes.annoncer_les_debuts() + dormance.nuit() + revues.nuit()
        for decision in Decision.objects.filter(pk__gt=dernier, auteur=None).select_related("organisme").order_by("pk"):
            cible = f", utilisateur {decision.utilisateur_id}" if decision.utilisateur_id else ""
            self.stdout.write(f"{decision} : {decision.organisme}{cible}.")
        return echecs
