"""WHO MAY: organisations, conventions, service contracts, caisses and profiles.

Whether something is in force is derived in `sql/` (view `contrat_en_vigueur`), never stored. Foreign keys forbid deletion:
acts are permanent (design §4.4).
"""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

EN_VIGUEUR_DU_AU = Q(fin__isnull=True) | Q(fin__gte=F("debut"))


class Datee(models.Model):
    """Something that gives access between two days (Paris), both included, unless it is suspended."""

    debut = models.DateField("début")
    fin = models.DateField("fin", null=True, blank=True)
    suspension = models.DateTimeField("suspension", null=True, blank=True, help_text="Instant de la suspension ; vide, il n'y en a pas.")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=EN_VIGUEUR_DU_AU,
                name="%(app_label)s_%(class)s_dates",
                violation_error_message="La fin précède le début.",
            )
        ]


class Caisse(models.Model):
    """A family-benefit fund (CAF), named by its three-digit code (NUMORG, domain §2.2)."""

    code = models.CharField("code", primary_key=True, validators=[RegexValidator(r"\A[0-9]{3}\Z")])
    nom = models.CharField("nom", max_length=100)
    courriel = models.EmailField("courriel des partenaires", blank=True)
    telephone = models.CharField("téléphone des partenaires", max_length=20, blank=True)
    adresse = models.CharField("adresse postale", max_length=200, blank=True)

    class Meta:
        verbose_name = "caisse"
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{3}$"), name="conventions_caisse_code")]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"


class Service(models.Model):
    """A service of « Mon Compte Partenaire » for which a contract is signed; CDAP is one of them."""

    CDAP = "cdap"
    code = models.SlugField("code", max_length=40, primary_key=True)
    libelle = models.CharField("libellé", max_length=100)

    class Meta:
        verbose_name = "service"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.libelle


class Profil(models.Model):
    """A profile of consultation: the row of the catalogue. What it sees is code (`allocataires.matrice`)."""

    code = models.CharField("code", primary_key=True)
    libelle = models.CharField("libellé", max_length=120)
    actif = models.BooleanField("ouvert", default=False)
    code_acces_requis = models.BooleanField("code d'accès requis", default=False)

    class Meta:
        verbose_name = "profil"
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(code__regex=r"^T[0-9]{1,2}$"), name="conventions_profil_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class Organisme(models.Model):
    """A partner: a commune, a département, an association, a landlord…"""

    raison_sociale = models.CharField("raison sociale", max_length=200)
    suspension = models.DateTimeField("suspension", null=True, blank=True)

    class Meta:
        verbose_name = "organisme"
        ordering = ["raison_sociale", "pk"]

    def __str__(self) -> str:
        return self.raison_sociale


class Convention(Datee):
    """The convention d'accès of an organisation, valid for all its services (domain §3.1)."""

    organisme = models.OneToOneField(Organisme, models.PROTECT, verbose_name="organisme", related_name="convention")

    class Meta(Datee.Meta):
        verbose_name = "convention"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Convention {self.pk}"


class Contrat(Datee):
    """The contract of one service: it bounds the profiles, the caisses and the scope codes that groups may hold."""

    convention = models.ForeignKey(Convention, models.PROTECT, verbose_name="convention", related_name="contrats")
    service = models.ForeignKey(Service, models.PROTECT, verbose_name="service", related_name="contrats")
    profils = models.ManyToManyField(Profil, verbose_name="profils", related_name="contrats")
    caisses = models.ManyToManyField(Caisse, verbose_name="caisses", related_name="contrats")
    telephone_exige = models.BooleanField(
        "téléphone exigé", default=False, help_text="L'agent donne aussi le téléphone de l'allocataire, et il doit concorder."
    )

    class Meta(Datee.Meta):
        verbose_name = "contrat de service"
        verbose_name_plural = "contrats de service"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Contrat {self.pk} ({self.service_id})"


class CodeAcces(models.Model):
    """A scope code given by the CAF to a contract for one profile: code bailleur, RSA partner or instructor code (domain §1.6)."""

    contrat = models.ForeignKey(Contrat, models.PROTECT, verbose_name="contrat", related_name="codes_acces")
    profil = models.ForeignKey(Profil, models.PROTECT, verbose_name="profil", related_name="+")
    valeur = models.CharField("code")

    class Meta:
        verbose_name = "code d'accès"
        verbose_name_plural = "codes d'accès"
        ordering = ["valeur", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contrat", "profil", "valeur"],
                name="conventions_codeacces_unique",
                violation_error_message="Ce code est déjà accordé à ce contrat.",
            ),
            models.CheckConstraint(condition=Q(valeur__regex=r"^[0-9A-Z]{1,12}$"), name="conventions_codeacces_valeur"),
        ]

    def __str__(self) -> str:
        return self.valeur
