"""What the CAF announces to those who use the portal. Nothing else of the portal itself is stored."""

from django.db import models
from django.db.models import F, Q


class Annonce(models.Model):
    """A piece of news, a message of the day or a maintenance, shown between two instants. Only news may be of one caisse."""

    class Genre(models.TextChoices):
        """What is announced; a maintenance closes the portal to everybody but the CAF's staff."""

        ACTUALITE = "actualite", "actualité"
        MESSAGE_DU_JOUR = "message_du_jour", "message du jour"
        MAINTENANCE = "maintenance", "maintenance"

    genre = models.CharField("genre", max_length=20, choices=Genre)
    caisse = models.ForeignKey(
        "conventions.Caisse",
        models.PROTECT,
        verbose_name="caisse",
        related_name="+",
        null=True,
        blank=True,
        help_text="Vide, l'annonce est pour toutes les caisses.",
    )
    titre = models.CharField("titre", max_length=120)
    texte = models.TextField("texte", max_length=2000, help_text="Du texte seul ; les retours à la ligne sont gardés.")
    debut = models.DateTimeField("début")
    fin = models.DateTimeField("fin")
    retiree = models.DateTimeField("retirée", null=True, blank=True)

    class Meta:
        verbose_name = "annonce"
        ordering = ["-debut", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")), name="cdap_annonce_dates", violation_error_message="La fin précède le début."
            ),
            models.CheckConstraint(
                condition=Q(genre="actualite") | Q(genre__in=["message_du_jour", "maintenance"], caisse__isnull=True),
                name="cdap_annonce_caisse",
                violation_error_message="Un message du jour ou une maintenance est pour toutes les caisses.",
            ),
        ]
        indexes = [models.Index(fields=["fin"], name="cdap_annonce_en_cours", condition=Q(retiree__isnull=True))]

    def __str__(self) -> str:
        return self.titre
