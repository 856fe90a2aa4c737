"""WHAT: dossiers and their contents, a read-only copy whose master is the CAF's information system; and the imports that brought them.

No Python of the web reads dossiers or contents: its role may not. Requests, keys, reports and oppositions have no model for the same
reason; they live in the migrations `0002_porte` to `0004_opposition` and in `sql/`.
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
    opposition_au = models.DateTimeField("opposition dite au", null=True, blank=True)
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


class Mutation(models.Model):
    """A dossier went on under another number. The imports add links and take none away: oppositions follow them (`cdap.dossier_oppose`)."""

    pk = models.CompositePrimaryKey("caisse", "numero", "vers_caisse", "vers_numero")
    caisse = models.CharField("caisse")
    numero = models.CharField("numéro")
    vers_caisse = models.CharField("caisse de mutation")
    vers_numero = models.CharField("numéro de mutation")

    class Meta:
        verbose_name = "mutation"
        constraints = [
            models.CheckConstraint(
                condition=Q(caisse__regex=r"^[0-9]{3}$", numero__regex=r"^[0-9]{7}$")
                & Q(vers_caisse__regex=r"^[0-9]{3}$", vers_numero__regex=r"^[0-9]{7}$"),
                name="allocataires_mutation_cles",
            )
        ]
        indexes = [models.Index(fields=["vers_caisse", "vers_numero"], name="allocataires_mutation_vers")]

    def __str__(self) -> str:
        return f"{self.caisse} {self.numero} vers {self.vers_caisse} {self.vers_numero}"


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


class Import(models.Model):
    """One run: a file, from its first byte to its end. It says how many, never who."""

    class Etat(models.TextChoices):
        """`interrompu` may be taken up again; `refuse` has loaded nothing."""

        EN_COURS = "en_cours", "en cours"
        TERMINE = "termine", "terminé"
        INTERROMPU = "interrompu", "interrompu"
        REFUSE = "refuse", "refusé"

    fichier = models.CharField("fichier", max_length=255)
    empreinte = models.CharField("SHA-256", max_length=64, blank=True)
    forme = models.CharField("forme", max_length=20, blank=True)
    caisse = models.CharField("caisse donnée", max_length=3, blank=True)
    role = models.CharField("rôle", max_length=63)
    debut = models.DateTimeField("début")
    fin = models.DateTimeField("fin", null=True, blank=True)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.EN_COURS)
    motif = models.CharField("motif", max_length=300, blank=True)
    reprend = models.ForeignKey("self", models.PROTECT, verbose_name="reprend", related_name="+", null=True, blank=True)
    position = models.PositiveBigIntegerField("position", default=0)
    octets_faits = models.PositiveBigIntegerField("octets faits", default=0)
    octets_total = models.PositiveBigIntegerField("octets", default=0)
    lus = models.PositiveBigIntegerField("lus", default=0)
    crees = models.PositiveBigIntegerField("créés", default=0)
    mis_a_jour = models.PositiveBigIntegerField("mis à jour", default=0)
    ignores = models.PositiveBigIntegerField("ignorés", default=0)
    doublons = models.PositiveBigIntegerField("doublons", default=0)
    rejets = models.PositiveBigIntegerField("rejets", default=0)
    avertissements = models.PositiveBigIntegerField("avertissements", default=0)

    class Meta:
        verbose_name = "import"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(etat__in=["en_cours", "termine", "interrompu", "refuse"]), name="allocataires_import_etat"),
            models.CheckConstraint(
                condition=Q(etat="en_cours", fin__isnull=True) | (~Q(etat="en_cours") & Q(fin__isnull=False)),
                name="allocataires_import_fin",
            ),
        ]
        indexes = [
            models.Index(fields=["empreinte", "caisse"], name="allocataires_import_fichier"),
            models.Index(fields=["id"], condition=Q(etat="en_cours"), name="allocataires_import_ouverts"),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk}"


class LigneSignalee(models.Model):
    """A line that a run refused, or warned of. The reason names fields and rules; the line is encrypted, and goes after some days."""

    class Genre(models.TextChoices):
        """Refused, or loaded with something left out."""

        REJET = "rejet", "rejet"
        AVERTISSEMENT = "avertissement", "avertissement"

    course = models.ForeignKey(Import, models.PROTECT, verbose_name="import", related_name="lignes", db_column="import_id")
    rang = models.PositiveBigIntegerField("rang")
    genre = models.CharField("genre", max_length=13, choices=Genre)
    raison = models.CharField("raison", max_length=300)
    ligne = models.BinaryField("ligne chiffrée", null=True)
    creation = models.DateTimeField("création")

    class Meta:
        verbose_name = "ligne signalée"
        verbose_name_plural = "lignes signalées"
        ordering = ["pk"]
        indexes = [models.Index(fields=["creation"], condition=Q(ligne__isnull=False), name="allocataires_ligne_a_oublier")]

    def __str__(self) -> str:
        return f"Ligne signalée {self.pk}"
