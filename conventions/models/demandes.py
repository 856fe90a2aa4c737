"""Requests: a partner's wish, from the public form or by post, until the CAF has answered."""

import uuid
from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q

from conventions.etats import EtatDemande
from conventions.models.catalogue import Caisse, Profil, Service
from conventions.models.communs import DuPerimetre, une_ligne
from conventions.models.contrats import Convention
from conventions.models.organismes import Identite, Organisme


class DemandeQuerySet(DuPerimetre["Demande"]):
    """Visibility: the caisse that leads and those whose part is asked; a draft is nobody's until its mail is confirmed."""

    CHEMINS = ("caisse", "parts__caisse")

    def du_perimetre(self, caisses: Iterable[str]) -> Self:
        """Return the requests of these caisses; a draft waits for its applicant."""
        return super().du_perimetre(caisses).exclude(etat=EtatDemande.BROUILLON)


class Demande(Identite):
    """What a partner asks: who asks, for which organisation, which services, profiles and caisses, for how many users."""

    class Genre(models.TextChoices):
        """A first request, or a change of a living convention."""

        NOUVELLE = "nouvelle", "Première convention"
        AVENANT = "avenant", "Modification d’une convention"

    class Canal(models.TextChoices):
        """How it came."""

        EN_LIGNE = "en_ligne", "en ligne"
        COURRIER = "courrier", "par courrier"

    reference = models.UUIDField("référence de suivi", unique=True, default=uuid.uuid4, editable=False)
    genre = models.CharField("nature de la demande", max_length=10, choices=Genre, default=Genre.NOUVELLE)
    canal = models.CharField("reçue", max_length=10, choices=Canal, default=Canal.EN_LIGNE)
    etat = models.CharField("état", max_length=20, choices=EtatDemande, default=EtatDemande.BROUILLON)
    version = models.PositiveIntegerField("version", default=1)
    demandeur_nom = models.CharField("nom", max_length=100, validators=[une_ligne])
    demandeur_prenom = models.CharField("prénom", max_length=100, validators=[une_ligne])
    demandeur_fonction = models.CharField("fonction", max_length=100, validators=[une_ligne])
    demandeur_courriel = models.EmailField("courriel professionnel", blank=True, help_text="Vide pour un courrier qui n’en donne pas.")
    demandeur_telephone = models.CharField("téléphone", max_length=20, blank=True, validators=[une_ligne])
    caisse = models.ForeignKey(Caisse, models.PROTECT, verbose_name="caisse principale", related_name="demandes")
    services = models.ManyToManyField(Service, verbose_name="services", related_name="+")
    profils = models.ManyToManyField(Profil, verbose_name="profils", related_name="+", blank=True)
    effectif = models.PositiveIntegerField("nombre d’utilisateurs estimé")
    precisions = models.TextField("précisions", max_length=1000, blank=True)
    creation = models.DateTimeField("créée")
    depot = models.DateTimeField("déposée", null=True, blank=True)
    courrier_recu = models.DateField("courrier reçu le", null=True, blank=True)
    courrier_traite = models.DateField("courrier traité le", null=True, blank=True)
    pieces = models.TextField("pièces demandées", max_length=1000, blank=True)
    reponse = models.TextField("réponse au demandeur", max_length=1000, blank=True)
    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme", related_name="demandes", null=True, blank=True)
    convention = models.ForeignKey(Convention, models.PROTECT, verbose_name="convention", related_name="demandes", null=True, blank=True)
    jeton = models.BinaryField("empreinte du lien de confirmation", max_length=32, null=True)
    jeton_fin = models.DateTimeField("fin du lien de confirmation", null=True, editable=False)
    ip = models.GenericIPAddressField("adresse du dépôt", null=True, editable=False)

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "demande"
        ordering = ["-creation", "-pk"]
        indexes = [
            models.Index(fields=["ip", "creation"], name="conventions_demande_ip"),
            models.Index(fields=["demandeur_courriel", "creation"], name="conventions_demande_courriel"),
            models.Index(fields=["jeton"], name="conventions_demande_jeton", condition=Q(jeton__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(etat__in=EtatDemande.values), name="conventions_demande_etat"),
            models.CheckConstraint(condition=Q(siret__isnull=True) | Q(siret__regex=r"^[0-9]{14}$"), name="conventions_demande_siret"),
            models.CheckConstraint(condition=Q(effectif__gte=1), name="conventions_demande_effectif"),
        ]

    @property
    def numero(self) -> str:
        """Return the number by which the CAF and the applicant speak of it; it opens nothing."""
        return f"D-{self.pk:06d}"

    @property
    def gestionnaire(self) -> str:
        """Return the code of the caisse that handles the request; the others answer their part."""
        return str(self.caisse_id)

    def __str__(self) -> str:
        return f"{self.numero} – {self.raison_sociale}"


class DemandeCaisse(models.Model):
    """The part of one caisse in a request over several départements: each accepts or refuses its own (domain §3.5)."""

    class Etat(models.TextChoices):
        """Its answer."""

        EN_ATTENTE = "en_attente", "en attente"
        ACCEPTEE = "acceptee", "acceptée"
        REFUSEE = "refusee", "refusée"

    demande = models.ForeignKey(Demande, models.PROTECT, verbose_name="demande", related_name="parts")
    caisse = models.ForeignKey(Caisse, models.PROTECT, verbose_name="caisse", related_name="+")
    etat = models.CharField("réponse", max_length=10, choices=Etat, default=Etat.EN_ATTENTE)
    motif = models.CharField("motif", max_length=500, blank=True)
    instant = models.DateTimeField("le", null=True, blank=True)

    class Meta:
        verbose_name = "part de la caisse"
        verbose_name_plural = "parts des caisses"
        ordering = ["caisse"]
        constraints = [models.UniqueConstraint(fields=["demande", "caisse"], name="conventions_demandecaisse_unique")]

    def __str__(self) -> str:
        return f"{self.caisse_id} : {self.get_etat_display()}"
