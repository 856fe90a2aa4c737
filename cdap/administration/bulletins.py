"""Bulletins d'adhésion: who administers for the partner, signed twice, checked, validated."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet

from cdap.administration.actions import action_motivee
from cdap.administration.documents import PREPARER, AvecDocuments
from cdap.administration.formulaires import FormulaireSansMotif, FormulaireSignature
from conventions.models import Bulletin
from conventions.services import bulletins
from habilitations.conditions import auteur
from habilitations.models import Utilisateur

IDENTITE = ("nom", "prenom", "fonction", "service", "courriel", "telephone", "debut", "fin")
ETAT = (
    "partenaire", "rang", "remplace", "propose_par", "etat", "signature_personne", "signature_representant", "validation", "compte_ouvert",
)  # fmt: skip


def ouvert(bulletin: Bulletin) -> bool:
    """Does it wait for the CAF?"""
    return bulletin.etat in (Bulletin.Etat.RECU, Bulletin.Etat.CONTROLE)


class FiltrePropose(admin.SimpleListFilter):
    """Those that an administrator proposes, and that wait for the CAF."""

    title = "proposition"
    parameter_name = "propose"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the only choice."""
        return [("oui", "proposés par un administrateur, à confirmer")]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep them."""
        return queryset.filter(etat=Bulletin.Etat.RECU, propose_par__isnull=False) if self.value() else queryset


@admin.register(Bulletin)
class BulletinAdmin(AvecDocuments):
    """Two administrators at most for a convention. The account is opened in the background, once the bulletin is validated."""

    list_display = ("personne", "partenaire", "rang", "etat", "debut", "fin", "compte_ouvert")
    list_filter = ("etat", FiltrePropose)
    search_fields = ("nom", "prenom", "convention__organisme__raison_sociale")
    autocomplete_fields = ("convention", "remplace")
    titre_ajout = "Recevoir un bulletin d’adhésion"
    actions = (
        *(
            action_motivee(
                f"Enregistrer la signature {de_qui}",
                partial(bulletins.signer, partie=partie),
                objet="bulletin",
                formulaire=FormulaireSignature,
                quand=lambda bulletin, champ=f"signature_{partie}": ouvert(bulletin) and getattr(bulletin, champ) is None,  # type: ignore[misc]
            )
            for partie, de_qui in (("personne", "de la personne"), ("representant", "du représentant légal"))
        ),
        action_motivee(
            "Contrôler la fonction",
            bulletins.controler,
            objet="bulletin",
            formulaire=FormulaireSansMotif,
            quand=lambda bulletin: bulletin.etat == Bulletin.Etat.RECU,
        ),
        action_motivee("Valider", bulletins.valider, objet="bulletin", formulaire=FormulaireSansMotif, quand=ouvert),
        action_motivee("Refuser", bulletins.refuser, objet="bulletin", quand=ouvert),
        action_motivee("Clore", bulletins.clore, objet="bulletin", quand=lambda bulletin: bulletin.etat == Bulletin.Etat.VALIDE),
        PREPARER,
    )

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Return the bulletins with what they name; never more of a person than the name."""
        lignes = super().get_queryset(request).select_related("convention__organisme", "remplace")
        return lignes.prefetch_related(Prefetch("propose_par", Utilisateur.objects.only("nom", "prenom")))

    @admin.display(description="personne")
    def personne(self, bulletin: Bulletin) -> str:
        """Return the name."""
        return str(bulletin)

    @admin.display(description="partenaire")
    def partenaire(self, bulletin: Bulletin) -> str:
        """Return for whom."""
        return str(bulletin.convention.organisme)

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        """Return who it is, then where the bulletin stands."""
        return ("convention", "remplace", *IDENTITE) if obj is None else (*ETAT, *IDENTITE)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """A validated bulletin is not changed."""
        if obj is None:
            return ()
        return ETAT if ouvert(obj) else (*ETAT, *IDENTITE)

    def enregistrer(self, request: Any, objet: Any, form: Any, creation: bool) -> None:
        """Receive a bulletin, or complete it."""
        donnees = {nom: form.cleaned_data[nom] for nom in IDENTITE if nom in form.cleaned_data}
        if creation:
            objet.pk = bulletins.recevoir(
                convention=form.cleaned_data["convention"], remplace=form.cleaned_data["remplace"], par=auteur(request), **donnees
            ).pk
        elif donnees:
            bulletins.modifier(bulletin=objet, par=auteur(request), **donnees)
