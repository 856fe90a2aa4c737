"""What several models share: dates of effect, signatures, the perimeter of a CAF operator."""

from collections.abc import Iterable
from typing import Self, TypeVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

EN_VIGUEUR_DU_AU = Q(fin__isnull=True) | Q(fin__gte=F("debut"))

# One line each: what they hold goes into the headers of mails and into documents.
une_ligne = RegexValidator(r"\A[^\x00-\x1f\x7f]*\Z", "Écrivez sur une seule ligne, sans caractère de commande.")


M = TypeVar("M", bound=models.Model)


class DuPerimetre(models.QuerySet[M]):
    """Rows that an operator of some caisses may see; `CHEMIN` says through which fields a row belongs to a caisse."""

    CHEMINS: tuple[str, ...] = ()

    def du_perimetre(self, caisses: Iterable[str]) -> Self:
        """Return the rows of these caisses, each once."""
        condition = Q(pk__in=[])
        for chemin in self.CHEMINS:
            trouvees = self.model._base_manager.filter(**{f"{chemin}__in": tuple(caisses)}).values("pk")
            condition |= Q(pk__in=trouvees)
        return self.filter(condition)


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


class Signee(Datee):
    """An act that binds once both parties have signed it, until it ends or is terminated."""

    signature_partenaire = models.DateField("signée par le partenaire le", null=True, blank=True)
    signature_caf = models.DateField("signée par la Caf le", null=True, blank=True)
    resiliation = models.DateTimeField("résiliation", null=True, blank=True, help_text="Instant de la résiliation ; elle ne se lève pas.")
    version = models.PositiveIntegerField(
        "version", default=1, help_text="Augmente à chaque changement : deux personnes ne s'écrasent pas."
    )

    class Meta(Datee.Meta):
        abstract = True
