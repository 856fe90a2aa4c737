"""Signing in: sessions, second factors, tries that are counted."""

from django.db import models

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
