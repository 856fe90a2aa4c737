"""Documents: made by the worker or received signed; encrypted, never changed, never deleted (trigger in `sql/actes.sql`)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from conventions.models.communs import DuPerimetre
from conventions.models.contrats import Bulletin, Contrat, Convention
from conventions.models.demandes import Demande
from conventions.models.organismes import Organisme


class DocumentQuerySet(DuPerimetre["Document"]):
    """Visibility: those of the organisation, or of a request that has no organisation yet."""

    CHEMINS = ("organisme__caisse", "organisme__conventions__contrats__caisses", "demande__caisse", "demande__parts__caisse")


class Document(models.Model):
    """One PDF: what it is, its fingerprint, its encrypted bytes (Fernet, `CDAP_CLES_CHIFFREMENT`)."""

    class Genre(models.TextChoices):
        """Which act."""

        DEMANDE = "demande", "Formulaire de demande"
        CONVENTION = "convention", "Convention d’accès"
        CONTRAT = "contrat", "Contrat de service"
        BULLETIN = "bulletin", "Bulletin d’adhésion"
        NOTICE = "notice", "Notice d’information"
        PIECE = "piece", "Pièce jointe"
        REVUE = "revue", "Revue annuelle des habilitations"

        @classmethod
        def recus(cls) -> "tuple[Document.Genre, ...]":
            """Return those that a partner may send: the review is made here."""
            return tuple(genre for genre in cls if genre is not cls.REVUE)

    class Nature(models.TextChoices):
        """Blank copy (public), filled in by the portal, or received signed."""

        VIERGE = "vierge", "exemplaire vierge"
        PREREMPLI = "prerempli", "prérempli"
        SIGNE = "signe", "reçu du partenaire"

    genre = models.CharField("document", max_length=12, choices=Genre)
    nature = models.CharField("nature", max_length=10, choices=Nature)
    modele = models.CharField("version du modèle", max_length=20, blank=True)
    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme", related_name="documents", null=True, blank=True)
    demande = models.ForeignKey(Demande, models.PROTECT, verbose_name="demande", related_name="documents", null=True, blank=True)
    convention = models.ForeignKey(Convention, models.PROTECT, verbose_name="convention", related_name="documents", null=True, blank=True)
    contrat = models.ForeignKey(Contrat, models.PROTECT, verbose_name="contrat", related_name="documents", null=True, blank=True)
    bulletin = models.ForeignKey(Bulletin, models.PROTECT, verbose_name="bulletin", related_name="documents", null=True, blank=True)
    creation = models.DateTimeField("enregistré")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="+", null=True, blank=True)
    taille = models.PositiveIntegerField("taille, en octets")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    contenu = models.BinaryField("contenu chiffré")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        ordering = ["-creation", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="conventions_document_sha256"),
            models.UniqueConstraint(fields=["genre", "modele"], condition=Q(nature="vierge"), name="conventions_document_vierge"),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()}, {self.get_nature_display()}"
