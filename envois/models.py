"""What was sent, or is to be: which kind of mail, about what, and how it went. No address, no text, no personal data."""

from django.db import models
from django.db.models import Q


class Envoi(models.Model):
    """One mail. It is written by `cdap.envoi_confier` alone, in the transaction of what it announces; the worker marks it."""

    class Etat(models.TextChoices):
        A_ENVOYER = "a_envoyer", "à envoyer"
        ENVOYE = "envoye", "envoyé"
        A_REFAIRE = "a_refaire", "à refaire"
        ABANDONNE = "abandonne", "abandonné"
        SANS_OBJET = "sans_objet", "sans objet"

    OUVERTS = (Etat.A_ENVOYER, Etat.A_REFAIRE)

    modele = models.CharField("modèle", max_length=100, help_text="Nom du courriel, par exemple « conventions.demande_confirmer ».")
    objet = models.BigIntegerField("objet", help_text="Identifiant de ce dont le courriel parle.")
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.A_ENVOYER)
    essais = models.PositiveIntegerField("essais", default=0)
    cree = models.DateTimeField("créé le")
    dernier_essai = models.DateTimeField("dernier essai", null=True, blank=True)
    envoye = models.DateTimeField("envoyé le", null=True, blank=True)

    class Meta:
        verbose_name = "envoi"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(etat__in=["a_envoyer", "envoye", "a_refaire", "abandonne", "sans_objet"]), name="envois_envoi_etat"
            ),
            models.CheckConstraint(
                condition=Q(etat="envoye", envoye__isnull=False) | (~Q(etat="envoye") & Q(envoye__isnull=True)), name="envois_envoi_envoye"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.modele} n° {self.objet}"
