"""People: agents and administrators of a partner, the CAF's own staff."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from conventions.models import Datee
from conventions.models.communs import DuPerimetre, une_ligne


class Role(models.TextChoices):
    """What a person is for the portal (design §6)."""

    AGENT = "agent", "agent"
    ADMINISTRATEUR = "administrateur", "administrateur du partenaire"
    CAF = "caf", "opérateur de la Caf"
    CONTROLEUR = "controleur", "contrôleur de la Caf"
    DPO = "dpo", "délégué à la protection des données"


class Cause(models.TextChoices):
    """Why an account is suspended, hence who may lift it: the partner's administrators lift nothing of what the CAF decided."""

    ADMINISTRATEUR = "administrateur", "par un administrateur"
    CAF = "caf", "par la Caf"
    DORMANCE = "dormance", "sans connexion depuis longtemps"
    REVUE = "revue", "non confirmée à la revue annuelle"
    FIN = "fin", "compte clos"


class UtilisateurQuerySet(DuPerimetre["Utilisateur"]):
    """Visibility: for the CAF, partners' people by the caisses of their organisation; for an administrator, the own organisation's."""

    CHEMINS = ("organisme__caisse", "organisme__conventions__contrats__caisses")


class UtilisateurManager(BaseUserManager["Utilisateur"]):
    """The people that the role of the connection may see."""

    def get_queryset(self) -> UtilisateurQuerySet:
        """Return them with what limits them further, without the columns that neither the web nor the CAF may read."""
        return UtilisateurQuerySet(self.model, using=self._db).defer("password", "charte")


class Utilisateur(AbstractBaseUser, Datee):
    """A person. `organisme` is set for partners, `caisses` (the perimeter) for CAF operators and controllers."""

    identifiant = models.CharField("identifiant", max_length=60, unique=True)
    nom = models.CharField("nom", max_length=100)
    prenom = models.CharField("prénom", max_length=100)
    courriel = models.EmailField("courriel professionnel")
    fonction = models.CharField("fonction", max_length=100, blank=True, validators=[une_ligne])
    service = models.CharField("service", max_length=100, blank=True, validators=[une_ligne])
    temporaire = models.BooleanField("mission temporaire", default=False, help_text="Remplaçant, stagiaire, contrat court.")
    creation = models.DateTimeField("compte créé", db_default=Now())
    derniere_connexion = models.DateField("dernière connexion", null=True, blank=True)
    suspension_cause = models.CharField("cause de la suspension", max_length=20, choices=Cause, blank=True)
    role = models.CharField("rôle", max_length=20, choices=Role)
    organisme = models.ForeignKey(
        "conventions.Organisme", models.PROTECT, verbose_name="organisme", related_name="utilisateurs", null=True, blank=True
    )
    bulletin = models.OneToOneField(
        "conventions.Bulletin", models.PROTECT, verbose_name="bulletin d’adhésion", related_name="compte", null=True, blank=True
    )
    mot_de_passe_provisoire = models.BooleanField("mot de passe provisoire", default=False)
    mot_de_passe_fin = models.DateTimeField(
        "fin du mot de passe provisoire", null=True, blank=True, help_text="Passé cet instant, il n'ouvre plus rien."
    )
    charte = models.CharField("charte acceptée", blank=True, help_text="Version de la charte que la personne a acceptée.")
    caisses = models.ManyToManyField("conventions.Caisse", verbose_name="périmètre", related_name="+", blank=True)
    last_login = None  # a day is enough to tell an account that sleeps; the journal tells the rest

    USERNAME_FIELD = "identifiant"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UtilisateurManager] = UtilisateurManager()

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
            # The rank is the bulletin's, of which a convention has two at most: an administrator without one would be a third.
            models.CheckConstraint(
                condition=Q(bulletin__isnull=True) & ~Q(role=Role.ADMINISTRATEUR) | Q(bulletin__isnull=False, role=Role.ADMINISTRATEUR),
                name="habilitations_utilisateur_rang",
                violation_error_message="Un administrateur est nommé par un bulletin d’adhésion.",
            ),
            models.UniqueConstraint(
                "organisme",
                Lower("courriel"),
                condition=Q(role=Role.AGENT) & ~Q(suspension_cause=Cause.FIN),
                name="habilitations_utilisateur_courriel",
                violation_error_message="Cette adresse est déjà celle d’une autre personne de l’organisme : chacun a la sienne.",
            ),
            models.CheckConstraint(
                condition=Q(temporaire=False) | Q(fin__isnull=False),
                name="habilitations_utilisateur_temporaire",
                violation_error_message="Une mission temporaire a une date de fin.",
            ),
        ]

    @property
    def close(self) -> bool:
        """Return whether the account has ended for good: only the CAF opens it again."""
        return self.suspension_cause == Cause.FIN

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"
