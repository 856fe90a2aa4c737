"""The caisses: their contact, which the public page and the letters show."""

from typing import Any

from django.contrib import admin
from django.db import connections, router, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.journal.auteur import Auteur
from cdap.administration.base import AdminCaf
from cdap.barriere import auteur
from conventions.models import Caisse


@admin.register(Caisse)
class CaisseAdmin(AdminCaf):
    """The list is the code's (`conventions.reference`): neither a caisse is added here, nor renamed."""

    list_display = ("nom", "code", "courriel", "telephone")
    search_fields = ("nom", "code")
    fields = ("code", "nom", "courriel", "telephone", "adresse")
    readonly_fields = ("code", "nom")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The release brings a new caisse."""
        return False

    def perimetre(self, lignes: QuerySet[Any], caisses: tuple[str, ...]) -> QuerySet[Any]:
        """Return the operator's own caisses."""
        return lignes.filter(code__in=caisses)

    def enregistrer(self, request: Any, objet: Any, form: Any, creation: bool) -> None:
        """Change the contact."""
        modifier(caisse=objet, par=auteur(request))


def modifier(*, caisse: Caisse, par: Auteur) -> None:
    """Write the contact of a caisse, and its trace."""
    alias = router.db_for_write(Caisse)
    with transaction.atomic(using=alias):
        caisse.save(using=alias, update_fields=["courriel", "telephone", "adresse"])
        with connections[alias].cursor() as curseur:
            curseur.execute(
                "select cdap.journal_tracer(%s, 'convention', 'caisse_modifier', 'accorde', %s, null, %s::inet)",
                [par.session, f"caisse:{caisse.code}", par.ip],
            )
