"""AS WHOM: users, sessions, groups and attachments.

An access exists only through contract → group (profile) → attachment → user (CN-40); the view `habilitation_en_vigueur`
(`sql/`) derives it, for the door, the gate and the screens alike.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from conventions.models import Datee


class Role(models.TextChoices):
    """What a person is for the portal (design §6)."""

    AGENT = "agent", "agent"
    ADMINISTRATEUR = "administrateur", "administrateur du partenaire"
    CAF = "caf", "opérateur de la Caf"
    CONTROLEUR = "controleur", "contrôleur de la Caf"
    DPO = "dpo", "délégué à la protection des données"


class Utilisateur(AbstractBaseUser, Datee):
    """A person. `organisme` is set for partners, `caisses` (the perimeter) for CAF operators and controllers."""

    identifiant = models.CharField("identifiant", max_length=60, unique=True)
    nom = models.CharField("nom", max_length=100)
    prenom = models.CharField("prénom", max_length=100)
    courriel = models.EmailField("courriel professionnel")
    role = models.CharField("rôle", max_length=20, choices=Role)
    organisme = models.ForeignKey(
        "conventions.Organisme", models.PROTECT, verbose_name="organisme", related_name="utilisateurs", null=True, blank=True
    )
    bulletin = models.OneToOneField(
        "conventions.Bulletin", models.PROTECT, verbose_name="bulletin d’adhésion", related_name="compte", null=True, blank=True
    )
    mot_de_passe_provisoire = models.BooleanField("mot de passe provisoire", default=False)
    mot_de_passe_fin = models.DateTimeField(
        "fin du mot de passe provisoire", null=True, blank=True, help_text="Il ne sert plus après cet instant, ni après avoir servi."
    )
    mot_de_passe_a_changer = models.BooleanField(
        "mot de passe à changer", default=False, help_text="La Caf a demandé d'en choisir un autre à la prochaine connexion."
    )
    charte = models.CharField("charte acceptée", blank=True, help_text="Version de la charte que la personne a acceptée.")
    charte_acceptation = models.DateTimeField("charte acceptée le", null=True, blank=True)
    caisses = models.ManyToManyField("conventions.Caisse", verbose_name="périmètre", related_name="+", blank=True)
    last_login = None  # the journal tells the previous connection, not a column

    USERNAME_FIELD = "identifiant"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[BaseUserManager["Utilisateur"]] = BaseUserManager()  # type: ignore[assignment]

    class Meta(Datee.Meta):
        verbose_name = "utilisateur"
        ordering = ["nom", "prenom", "pk"]
        constraints = [
            *Datee.Meta.constraints,
            models.UniqueConstraint(Lower("identifiant"), name="habilitations_utilisateur_identifiant"),
            models.CheckConstraint(
                condition=Q(role__in=[Role.AGENT, Role.ADMINISTRATEUR], organisme__isnull=False)
                | Q(role__in=[Role.CAF, Role.CONTROLEUR, Role.DPO], organisme__isnull=True),
                name="habilitations_utilisateur_organisme",
                violation_error_message="Un agent ou un administrateur dépend d'un organisme, et lui seul.",
            ),
            models.CheckConstraint(
                condition=Q(bulletin__isnull=True) | Q(role=Role.ADMINISTRATEUR), name="habilitations_utilisateur_bulletin"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"


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


class Groupe(Datee):
    """Agents of one organisation who work under one profile of one contract, with some of its scope codes."""

    libelle = models.CharField("libellé", max_length=100)
    contrat = models.ForeignKey("conventions.Contrat", models.PROTECT, verbose_name="contrat", related_name="groupes")
    profil = models.ForeignKey("conventions.Profil", models.PROTECT, verbose_name="profil", related_name="+")
    codes_acces = models.ManyToManyField("conventions.CodeAcces", verbose_name="codes d'accès", related_name="groupes", blank=True)
    membres = models.ManyToManyField(Utilisateur, verbose_name="membres", related_name="groupes", through="Affectation")

    class Meta(Datee.Meta):
        verbose_name = "groupe"
        ordering = ["libelle", "pk"]

    def __str__(self) -> str:
        return self.libelle


class Affectation(Datee):
    """The attachment of a user to a group (« rattachement », domain §3.3)."""

    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="utilisateur", related_name="affectations")
    groupe = models.ForeignKey(Groupe, models.PROTECT, verbose_name="groupe", related_name="affectations")

    class Meta(Datee.Meta):
        verbose_name = "affectation"
        ordering = ["pk"]
        constraints = [
            *Datee.Meta.constraints,
            models.UniqueConstraint(
                fields=["utilisateur", "groupe"],
                name="habilitations_affectation_unique",
                violation_error_message="Cette personne est déjà rattachée à ce groupe.",
            ),
        ]

    def __str__(self) -> str:
        return f"Affectation {self.pk}"
