"""The partners."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from conventions.models.catalogue import Caisse
from conventions.models.communs import DuPerimetre, une_ligne


class Nature(models.TextChoices):
    """Legal nature of a partner."""

    COMMUNE = "commune", "Commune"
    CCAS = "ccas", "CCAS ou CIAS"
    EPCI = "epci", "Intercommunalité"
    DEPARTEMENT = "departement", "Département"
    REGION = "region", "Région"
    ASSOCIATION = "association", "Association"
    BAILLEUR = "bailleur", "Bailleur social"
    ENSEIGNEMENT = "enseignement", "Établissement d’enseignement"
    SECURITE_SOCIALE = "securite_sociale", "Organisme de sécurité sociale"
    AUTRE = "autre", "Autre"


class Secteur(models.TextChoices):
    """Sector of activity, as the request asks for it (domain §3.1)."""

    ACTION_SOCIALE = "action_sociale", "Action sociale"
    PETITE_ENFANCE = "petite_enfance", "Petite enfance"
    VACANCES = "vacances", "Vacances et temps libres"
    ENSEIGNEMENT = "enseignement", "Enseignement"
    INSERTION = "insertion", "Insertion et RSA"
    LOGEMENT = "logement", "Logement"
    PROTECTION = "protection", "Protection juridique des majeurs"
    AUTRE = "autre", "Autre"


SIRET = RegexValidator(r"\A[0-9]{14}\Z", "Un SIRET a 14 chiffres.")
CODE_POSTAL = RegexValidator(r"\A[0-9]{5}\Z", "Un code postal a 5 chiffres.")


class Identite(models.Model):
    """Who an organisation is: said by the request, copied to the organisation when it is accepted."""

    raison_sociale = models.CharField("raison sociale", max_length=200, validators=[une_ligne])
    siret = models.CharField("SIRET", max_length=14, null=True, blank=True, validators=[SIRET])
    nature = models.CharField("nature juridique", max_length=20, choices=Nature, default=Nature.AUTRE)
    secteur = models.CharField("secteur d’activité", max_length=20, choices=Secteur, default=Secteur.AUTRE)
    zone = models.CharField("zone géographique d’intervention", max_length=200, blank=True, validators=[une_ligne])
    adresse = models.CharField("adresse du siège", max_length=200, blank=True, validators=[une_ligne])
    code_postal = models.CharField("code postal", max_length=5, blank=True, validators=[CODE_POSTAL])
    ville = models.CharField("ville", max_length=100, blank=True, validators=[une_ligne])
    representant = models.CharField("représentant légal", max_length=120, blank=True, validators=[une_ligne])
    representant_qualite = models.CharField("qualité du représentant légal", max_length=100, blank=True, validators=[une_ligne])

    class Meta:
        abstract = True


IDENTITE = tuple(champ.name for champ in Identite._meta.local_fields)


class OrganismeQuerySet(DuPerimetre["Organisme"]):
    """Visibility: the caisse that leads, and those of the contracts."""

    CHEMINS = ("caisse", "conventions__contrats__caisses")


class Organisme(Identite):
    """A partner: a commune, a département, an association, a landlord… `caisse` leads: it signs and manages the convention."""

    caisse = models.ForeignKey(Caisse, models.PROTECT, verbose_name="caisse gestionnaire", related_name="organismes")
    courriel = models.EmailField("courriel de contact", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True, validators=[une_ligne])
    contact_dpo = models.EmailField("contact protection des données", blank=True)
    contact_securite = models.EmailField("contact sécurité", blank=True)
    numero_tiers = models.CharField("n° de tiers", max_length=20, blank=True, validators=[une_ligne])
    protege = models.BooleanField(
        "organisme protégé",
        default=False,
        help_text="Aide aux victimes de violences, protection de l’enfance… : ses consultations ne figurent jamais dans la réponse à un "
        "droit d’accès, que pourrait lire la personne dont l’allocataire se protège.",
    )
    suspension = models.DateTimeField("suspension", null=True, blank=True)
    fusionne_dans = models.ForeignKey("self", models.PROTECT, verbose_name="fusionné dans", related_name="absorbes", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = OrganismeQuerySet.as_manager()

    class Meta:
        verbose_name = "organisme"
        ordering = ["raison_sociale", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret"], name="conventions_organisme_siret_unique", violation_error_message="Un organisme porte déjà ce SIRET."
            ),
            models.CheckConstraint(condition=Q(siret__isnull=True) | Q(siret__regex=r"^[0-9]{14}$"), name="conventions_organisme_siret"),
        ]

    def __str__(self) -> str:
        return self.raison_sociale

    @property
    def gestionnaire(self) -> str:
        """Return the code of the caisse that manages the partner and its acts; the other caisses concerned read."""
        return str(self.caisse_id)
