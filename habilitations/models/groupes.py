"""Groups by profile, and who is attached to them."""

from django.db import models

from audit.journal import horloge
from conventions.models import Datee
from habilitations.models.personnes import Utilisateur


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

    @property
    def clos(self) -> bool:
        """Return whether the group has ended for good: a suspension that has an end is no longer lifted."""
        return self.suspension is not None and self.fin is not None and self.fin <= horloge.jour()

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
