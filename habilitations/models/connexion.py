"""Signing in: sessions, second factors and what replaces them, tries that are counted, what the person is told."""

from django.db import models
from django.db.models import Q

from habilitations.models.personnes import Utilisateur


class Session(models.Model):
    """A live session, known by the SHA-256 of its key: the database never holds what the cookie holds (design §6)."""

    empreinte = models.BinaryField("empreinte de la clé", max_length=32, unique=True)
    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, verbose_name="utilisateur", related_name="sessions")
    verifiee = models.BooleanField("second facteur vérifié", default=False)
    debut = models.DateTimeField("début")
    derniere_activite = models.DateTimeField("dernière activité")
    fin = models.DateTimeField("fin", help_text="La session n'ouvre plus rien après cet instant.")
    fermee = models.CharField("fermée", blank=True, help_text="Pourquoi elle a été fermée ; vide, elle ne l'a pas été.")
    donnees = models.JSONField("données", default=dict, blank=True)
    ip = models.GenericIPAddressField("adresse", null=True, blank=True)
    graine_proposee = models.TextField("graine chiffrée proposée à l'enrôlement", blank=True)
    reauthentification = models.DateTimeField(
        "dernière confirmation", null=True, blank=True, help_text="La personne vient de redonner son mot de passe et un code."
    )

    class Meta:
        verbose_name = "session"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Session {self.pk}"


class FacteurTotp(models.Model):
    """The second factor of a person: a TOTP seed (RFC 6238, 160 bits, 30 s, 6 digits), encrypted; `dernier_pas` was used last."""

    utilisateur = models.OneToOneField(Utilisateur, models.CASCADE, verbose_name="utilisateur", related_name="facteur")
    graine_chiffree = models.TextField("graine chiffrée")
    dernier_pas = models.BigIntegerField("dernier pas utilisé", default=0)

    class Meta:
        verbose_name = "second facteur"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Second facteur {self.pk}"


class CodeSecours(models.Model):
    """One of the ten recovery codes of a person: 100 random bits, of which the database keeps the SHA-256; each serves once."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, verbose_name="utilisateur", related_name="codes_secours")
    empreinte = models.BinaryField("empreinte", max_length=32)
    utilisation = models.DateTimeField("utilisé", null=True, blank=True)

    class Meta:
        verbose_name = "code de secours"
        verbose_name_plural = "codes de secours"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["utilisateur", "empreinte"], name="habilitations_codesecours_unique")]

    def __str__(self) -> str:
        return f"Code de secours {self.pk}"


class Tentative(models.Model):
    """One try at a password or at a code, counted before it is judged. `cle` is a hash of what was typed, known or not (CN-06)."""

    cle = models.BinaryField("empreinte de l'identifiant saisi", max_length=32)
    ip = models.GenericIPAddressField("adresse")
    instant = models.DateTimeField("instant")
    reussie = models.BooleanField("réussie", default=False)

    class Meta:
        verbose_name = "tentative"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["cle", "instant"], name="habilitations_tentative_cle"),
            models.Index(fields=["ip", "instant"], name="habilitations_tentative_ip"),
        ]

    def __str__(self) -> str:
        return f"Tentative {self.pk}"


class Recuperation(models.Model):
    """Somebody asked for a new password or for their identifiers. `utilisateur` is empty when what was typed is nobody's."""

    class Genre(models.TextChoices):
        MOT_DE_PASSE = "mot_de_passe", "mot de passe oublié"
        IDENTIFIANT = "identifiant", "identifiant perdu"

    genre = models.CharField("genre", max_length=20, choices=Genre)
    cle = models.BinaryField("empreinte de ce qui a été saisi", max_length=32)
    ip = models.GenericIPAddressField("adresse")
    instant = models.DateTimeField("instant")
    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, verbose_name="utilisateur", related_name="+", null=True, blank=True)
    jeton = models.BinaryField("empreinte du jeton du lien", max_length=32, null=True, blank=True, unique=True)
    jeton_fin = models.DateTimeField("fin du lien", null=True, blank=True)

    class Meta:
        verbose_name = "récupération"
        verbose_name_plural = "récupérations"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["cle", "instant"], name="habilitations_recup_cle"),
            models.Index(fields=["ip", "instant"], name="habilitations_recup_ip"),
        ]

    def __str__(self) -> str:
        return f"Récupération {self.pk}"


class Avis(models.Model):
    """What a person, or a caisse, is told by mail about an account: kept for the mail that says it, which names nothing secret."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, verbose_name="compte concerné", related_name="+")
    destinataire = models.ForeignKey(Utilisateur, models.CASCADE, verbose_name="destinataire", related_name="+", null=True, blank=True)
    caisse = models.ForeignKey("conventions.Caisse", models.CASCADE, verbose_name="caisse", related_name="+", null=True, blank=True)
    instant = models.DateTimeField("instant")
    ip = models.GenericIPAddressField("adresse", null=True, blank=True)

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(destinataire__isnull=False, caisse__isnull=True) | Q(destinataire__isnull=True, caisse__isnull=False),
                name="habilitations_avis_destinataire",
            ),
        ]

    def __str__(self) -> str:
        return f"Avis {self.pk}"
