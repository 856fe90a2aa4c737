"""How far each person has come in the short course for new agents."""

from django.db import models

from habilitations.models.personnes import Utilisateur


class Etape(models.TextChoices):
    """The steps, in their order: one is passed only after those before it (`sql/prise_en_main.sql`)."""

    NUMERO = "numero", "Trouver le numéro"
    MOTIF = "motif", "Choisir le motif"
    DOSSIER = "dossier", "Lire le dossier"
    REFUS = "refus", "Comprendre un refus"
    TRACE = "trace", "Savoir ce qui est tracé"


# Whoever has passed it has passed them all.
DERNIERE = Etape.TRACE


class PriseEnMain(models.Model):
    """A step that a person has passed, and when last. Written by `cdap.prise_en_main_passer` alone."""

    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="personne", related_name="etapes")
    etape = models.CharField("étape", max_length=16, choices=Etape)
    instant = models.DateTimeField("passée")

    class Meta:
        verbose_name = "étape de la prise en main"
        verbose_name_plural = "étapes de la prise en main"
        ordering = ["utilisateur", "instant", "pk"]
        constraints = [models.UniqueConstraint(fields=["utilisateur", "etape"], name="habilitations_priseenmain_unique")]

    def __str__(self) -> str:
        return self.get_etape_display()
