"""WHAT: dossiers and their contents, a read-only copy whose master is the CAF's information system.

No Python of the web reads these tables: its role may not. Requests, keys, reports and oppositions have no model for the same reason;
they live in the migrations `0002_porte` to `0004_opposition` and in `sql/`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Dossier(models.Model):
    """The key of a dossier and what the scope rules need (design §4.1). The number alone is not unique."""

    class Etat(models.TextChoices):
        """State of a dossier; `mute` and `clos` open nothing."""

        AFFILIE = "affilie", "affilié"
        SUSPENDU = "suspendu", "suspendu"
        RADIE = "radie", "radié"
        MUTE = "mute", "muté"
        CLOS = "clos", "clos"

    caisse = models.CharField("caisse")
    numero = models.CharField("numéro")
    etat = models.CharField("état", choices=Etat, default=Etat.AFFILIE)
    opposition = models.BooleanField("opposition", default=False)
    fournisseur = models.CharField("fournisseur", default="CNAF")
    code_bailleur = models.CharField("code bailleur", null=True, blank=True)
    partenaire_rsa = models.CharField("partenaire RSA", null=True, blank=True)
    instructeurs_rsa = ArrayField(models.CharField(), verbose_name="instructeurs RSA", default=list, blank=True)

    class Meta:
        verbose_name = "dossier"
        ordering = ["caisse", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "numero"], name="allocataires_dossier_cle"),
            models.CheckConstraint(condition=Q(caisse__regex=r"^[0-9]{3}$"), name="allocataires_dossier_caisse"),
            models.CheckConstraint(condition=Q(numero__regex=r"^[0-9]{7}$"), name="allocataires_dossier_numero"),
            models.CheckConstraint(
                condition=Q(etat__in=["affilie", "suspendu", "radie", "mute", "clos"]), name="allocataires_dossier_etat"
            ),
            models.CheckConstraint(condition=Q(fournisseur__in=["CNAF", "MSA"]), name="allocataires_dossier_fournisseur"),
        ]

    def __str__(self) -> str:
        return f"Dossier {self.pk}"


class Contenu(models.Model):
    """What a dossier holds: one JSONB column a rubrique, in the shapes of `allocataires.rubriques`."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, primary_key=True, verbose_name="dossier", related_name="contenu")
    donnees_au = models.DateTimeField("données au")
    identite = models.JSONField("identité", null=True)
    adresse = models.JSONField("adresse", null=True)
    contact = models.JSONField("contact", null=True)
    famille = models.JSONField("famille", null=True)
    enfants = models.JSONField("enfants", null=True)
    quotient = models.JSONField("quotient", null=True)
    quotients = models.JSONField("quotients", null=True)
    ressources = models.JSONField("ressources", null=True)
    droits = models.JSONField("droits", null=True)
    paiements = models.JSONField("paiements", null=True)
    creances = models.JSONField("créances", null=True)
    logement = models.JSONField("logement", null=True)
    rsa = models.JSONField("RSA", null=True)
    echeances = models.JSONField("échéances", null=True)
    affiliation = models.JSONField("affiliation", null=True)
    activites = models.JSONField("activités", null=True)
    ressources_annuelles = models.JSONField("ressources annuelles", null=True)
    ressources_trimestrielles = models.JSONField("ressources trimestrielles", null=True)
    ajustements = models.JSONField("ajustements des ressources", null=True)
    paje = models.JSONField("Paje", null=True)
    paiements_tiers = models.JSONField("paiements à un tiers", null=True)
    retenues = models.JSONField("retenues", null=True)
    rsa_composantes = models.JSONField("composantes du RSA", null=True)
    rsa_decisions = models.JSONField("décisions sur le RSA", null=True)
    protection = models.JSONField("mesure de protection", null=True)

    class Meta:
        verbose_name = "contenu"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Contenu du dossier {self.pk}"
