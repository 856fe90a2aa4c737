"""What gives access: the convention, the contract of each service, the scope codes, the bulletins of the administrators."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value

from conventions.models.catalogue import Caisse, Profil, Service
from conventions.models.communs import DuPerimetre, Signee, une_ligne
from conventions.models.organismes import Organisme

TOUT = Value("[]")
DATES = (Func(F("debut"), F("fin"), TOUT, function="daterange"), "&&")
# Where a convention or a contract stands (views `cdap.convention_etat`, `cdap.contrat_etat`).
ETATS = {
    "projet": "projet",
    "envoye": "chez le partenaire",
    "signe_partenaire": "signature de la Caf attendue",
    "signe_caf": "signature du partenaire attendue",
    "a_venir": "signatures faites, à venir",
    "actif": "en vigueur",
    "suspendu": "suspension",
    "denonce": "en vigueur, dénonciation reçue",
    "resilie": "résiliation",
    "expire": "terme échu",
}


class _Etat(Func):
    """Where a row stands, read in the view that derives it."""

    template = "(select e.etat from cdap.%(acte)s_etat e where e.%(acte)s_id = %(expressions)s)"
    output_field = models.CharField()


class ConventionQuerySet(DuPerimetre["Convention"]):
    """Visibility, and where each stands."""

    CHEMINS = ("organisme__caisse", "contrats__caisses")

    def avec_etat(self) -> Self:
        """Add `etat`, one of ETATS, as the database derives it today."""
        return self.annotate(etat=_Etat(F("pk"), acte="convention"))


class Convention(Signee):
    """The convention d'accès of an organisation, valid for all its services (domain §3.1); renewed tacitly until denounced."""

    class Origine(models.TextChoices):
        """Where the convention comes from: signed here, or taken over from Cafpro until a given day."""

        CDAP = "cdap", "CDAP"
        CAFPRO = "cafpro", "Cafpro (transitoire)"

    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme", related_name="conventions")
    origine = models.CharField("origine", max_length=10, choices=Origine, default=Origine.CDAP)
    duree_mois = models.PositiveSmallIntegerField("durée, en mois", default=12)
    preavis_mois = models.PositiveSmallIntegerField("préavis, en mois", default=3)
    tacite_reconduction = models.BooleanField("tacite reconduction", default=True)
    envoi = models.DateField("envoyée au partenaire le", null=True, blank=True)
    denonciation = models.DateField("dénoncée le", null=True, blank=True, help_text="Date de réception ; la convention cesse à sa fin.")

    etat: str  # given by `avec_etat()`

    objects = ConventionQuerySet.as_manager()

    class Meta(Signee.Meta):
        verbose_name = "convention"
        ordering = ["pk"]
        constraints = [
            *Signee.Meta.constraints,
            models.CheckConstraint(condition=Q(fin__isnull=False), name="conventions_convention_fin"),
            models.CheckConstraint(
                condition=Q(duree_mois__gte=1, preavis_mois__gte=0, preavis_mois__lt=F("duree_mois")),
                name="conventions_convention_preavis",
                violation_error_message="Le préavis est plus court que la durée.",
            ),
            ExclusionConstraint(
                name="conventions_convention_une_seule",
                expressions=[(Func(F("organisme_id"), F("organisme_id"), TOUT, function="int8range"), "&&"), DATES],
                condition=Q(resiliation__isnull=True),
                violation_error_message="Cet organisme a déjà une convention sur cette période.",
            ),
        ]

    @property
    def numero(self) -> str:
        """Return the number that the acts bear."""
        return f"CV-{self.pk:06d}"

    @property
    def gestionnaire(self) -> str:
        """Return that of the partner."""
        return self.organisme.gestionnaire

    def __str__(self) -> str:
        return f"Convention {self.numero}"


class ContratQuerySet(DuPerimetre["Contrat"]):
    """Visibility, and where each stands, its convention considered."""

    CHEMINS = ("convention__organisme__caisse", "caisses")

    def avec_etat(self) -> Self:
        """Add `etat`, one of ETATS, as the database derives it today."""
        return self.annotate(etat=_Etat(F("pk"), acte="contrat"))


class Contrat(Signee):
    """The contract of one service: it bounds the profiles, the caisses and the scope codes that groups may hold.

    Without an end it lasts as long as its convention.
    """

    convention = models.ForeignKey(Convention, models.PROTECT, verbose_name="convention", related_name="contrats")
    service = models.ForeignKey(Service, models.PROTECT, verbose_name="service", related_name="contrats")
    profils = models.ManyToManyField(Profil, verbose_name="profils", related_name="contrats", blank=True)
    caisses = models.ManyToManyField(Caisse, verbose_name="caisses", related_name="contrats", blank=True)
    effectif_max = models.PositiveIntegerField("nombre maximal d’utilisateurs", null=True, blank=True)
    telephone_exige = models.BooleanField(
        "téléphone exigé", default=False, help_text="L'agent donne aussi le téléphone de l'allocataire, et il doit concorder."
    )

    etat: str  # given by `avec_etat()`

    objects = ContratQuerySet.as_manager()

    class Meta(Signee.Meta):
        verbose_name = "contrat de service"
        verbose_name_plural = "contrats de service"
        ordering = ["pk"]
        constraints = [
            *Signee.Meta.constraints,
            ExclusionConstraint(
                name="conventions_contrat_un_par_service",
                expressions=[
                    (Func(F("convention_id"), F("convention_id"), TOUT, function="int8range"), "&&"),
                    (Func(F("service_id"), F("service_id"), TOUT, function="plage_texte"), "&&"),
                    DATES,
                ],
                condition=Q(resiliation__isnull=True),
                violation_error_message="Cette convention a déjà un contrat pour ce service sur cette période.",
            ),
        ]

    def __str__(self) -> str:
        return f"Contrat CT-{self.pk:06d}"

    @property
    def gestionnaire(self) -> str:
        """Return that of the partner."""
        return self.convention.gestionnaire


class CodeAccesQuerySet(DuPerimetre["CodeAcces"]):
    """Visibility."""

    CHEMINS = ("contrat__convention__organisme__caisse", "contrat__caisses")


class CodeAcces(models.Model):
    """A scope code given by the CAF to a contract for one profile: code bailleur, RSA partner or instructor code (domain §1.6)."""

    contrat = models.ForeignKey(Contrat, models.PROTECT, verbose_name="contrat", related_name="codes_acces")
    profil = models.ForeignKey(Profil, models.PROTECT, verbose_name="profil", related_name="+")
    valeur = models.CharField("code", max_length=12)
    retrait = models.DateTimeField("retiré", null=True, blank=True)

    objects = CodeAccesQuerySet.as_manager()

    class Meta:
        verbose_name = "code d'accès"
        verbose_name_plural = "codes d'accès"
        ordering = ["valeur", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contrat", "profil", "valeur"],
                condition=Q(retrait__isnull=True),
                name="conventions_codeacces_unique",
                violation_error_message="Ce code est déjà accordé à ce contrat.",
            ),
            models.CheckConstraint(condition=Q(valeur__regex=r"^[0-9A-Z]{1,12}$"), name="conventions_codeacces_valeur"),
        ]

    def __str__(self) -> str:
        return self.valeur

    @property
    def gestionnaire(self) -> str:
        """Return that of the partner."""
        return self.contrat.gestionnaire


# A convention has two administrators at most.
RANGS = (1, 2)


class BulletinQuerySet(DuPerimetre["Bulletin"]):
    """Visibility."""

    CHEMINS = ("convention__organisme__caisse", "convention__contrats__caisses")


class Bulletin(models.Model):
    """The bulletin d'adhésion of one of the two administrators, signed by the person and by the legal representative."""

    class Etat(models.TextChoices):
        """Received, checked (function ↔ profiles), validated: the account may be opened; refused or closed: the rank is free."""

        RECU = "recu", "reçu"
        CONTROLE = "controle", "contrôlé"
        VALIDE = "valide", "validé"
        REFUSE = "refuse", "refusé"
        CLOS = "clos", "clos"

    convention = models.ForeignKey(Convention, models.PROTECT, verbose_name="convention", related_name="bulletins")
    remplace = models.ForeignKey(
        "self", models.PROTECT, verbose_name="remplace", related_name="remplacements", null=True, blank=True,
        help_text="L’administrateur dont la personne tient le rang entre les deux dates ; ses droits reposent pendant ce temps.",
    )  # fmt: skip
    propose_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="proposé par", related_name="+", null=True, blank=True
    )
    rang = models.PositiveSmallIntegerField("rang", help_text="1 ou 2 : une convention a deux administrateurs au plus.")
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.RECU)
    nom = models.CharField("nom", max_length=100, validators=[une_ligne])
    prenom = models.CharField("prénom", max_length=100, validators=[une_ligne])
    fonction = models.CharField("fonction", max_length=100, validators=[une_ligne])
    service = models.CharField("service", max_length=100, blank=True, validators=[une_ligne])
    courriel = models.EmailField("courriel professionnel nominatif")
    telephone = models.CharField("téléphone", max_length=20, blank=True, validators=[une_ligne])
    debut = models.DateField("début")
    fin = models.DateField("fin prévue", null=True, blank=True)
    signature_personne = models.DateField("signé par la personne le", null=True, blank=True)
    signature_representant = models.DateField("signé par le représentant légal le", null=True, blank=True)
    validation = models.DateTimeField("validé", null=True, blank=True)
    compte_ouvert = models.DateTimeField("compte ouvert", null=True, blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = "bulletin d’adhésion"
        verbose_name_plural = "bulletins d’adhésion"
        ordering = ["convention", "rang", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rang__in=RANGS),
                name="conventions_bulletin_rang",
                violation_error_message="Une convention a deux administrateurs au plus.",
            ),
            models.UniqueConstraint(
                fields=["convention", "rang"],
                condition=~Q(etat__in=["refuse", "clos"]) & Q(remplace__isnull=True),
                name="conventions_bulletin_rang_unique",
                violation_error_message="Ce rang est déjà pris : une convention a deux administrateurs au plus.",
            ),
            models.UniqueConstraint(
                fields=["remplace"],
                condition=~Q(etat__in=["refuse", "clos"]),
                name="conventions_bulletin_un_remplacement",
                violation_error_message="Cette personne a déjà un remplaçant.",
            ),
            models.CheckConstraint(
                condition=Q(remplace__isnull=True) | Q(fin__isnull=False),
                name="conventions_bulletin_remplacement_dates",
                violation_error_message="Un remplacement a une date de fin.",
            ),
            models.CheckConstraint(
                condition=~Q(etat="valide")
                | Q(signature_personne__isnull=False, signature_representant__isnull=False, validation__isnull=False),
                name="conventions_bulletin_signatures",
                violation_error_message="Un bulletin se valide signé par la personne et par le représentant légal.",
            ),
            models.CheckConstraint(
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="conventions_bulletin_dates",
                violation_error_message="La fin précède le début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def gestionnaire(self) -> str:
        """Return that of the partner."""
        return self.convention.gestionnaire
