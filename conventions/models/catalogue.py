"""The reference data: caisses, services, profiles. `conventions.reference` is their source."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from conventions.models.communs import DuPerimetre
from conventions.reference import PROFILS, Fiche


class CaisseQuerySet(DuPerimetre["Caisse"]):
    """Visibility."""

    CHEMINS = ("code",)


class Caisse(models.Model):
    """A family-benefit fund (CAF), named by its three-digit code (NUMORG, domain §2.2)."""

    code = models.CharField("code", primary_key=True, validators=[RegexValidator(r"\A[0-9]{3}\Z")])
    nom = models.CharField("nom", max_length=100)
    courriel = models.EmailField("courriel des partenaires", blank=True)
    telephone = models.CharField("téléphone des partenaires", max_length=20, blank=True)
    adresse = models.CharField("adresse postale", max_length=200, blank=True)
    directeur = models.CharField(
        "directeur ou directrice", max_length=120, blank=True, help_text="Signe les conventions ; inscrit sur les actes."
    )

    objects = CaisseQuerySet.as_manager()

    class Meta:
        verbose_name = "caisse"
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{3}$"), name="conventions_caisse_code")]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"


class CodeHistorique(models.Model):
    """A code that a caisse bore before mergers; files and old letters still carry it (domain §2.2)."""

    code = models.CharField("code historique", primary_key=True, validators=[RegexValidator(r"\A[0-9]{3}\Z")])
    caisse = models.ForeignKey(Caisse, models.PROTECT, verbose_name="caisse", related_name="codes_historiques")

    class Meta:
        verbose_name = "code historique"
        verbose_name_plural = "codes historiques"
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{3}$"), name="conventions_codehistorique_code")]

    def __str__(self) -> str:
        return self.code


class Service(models.Model):
    """A service of « Mon Compte Partenaire » for which a contract is signed; CDAP is one of them."""

    CDAP = "cdap"
    code = models.SlugField("code", max_length=40, primary_key=True)
    libelle = models.CharField("libellé", max_length=100)
    description = models.CharField("description", max_length=200, blank=True)

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
        ordering = [Length("code"), "code"]  # T2 before T10
        constraints = [models.CheckConstraint(condition=Q(code__regex=r"^T[0-9]{1,2}$"), name="conventions_profil_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"

    @property
    def fiche(self) -> Fiche:
        """Return its purpose, legal basis, categories of staff and motives."""
        return PROFILS[self.code]
