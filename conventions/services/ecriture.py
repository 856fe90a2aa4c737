"""What every write shares: one transaction on the right database, a row locked as it is now, its act and its trace."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, router, transaction

from audit.journal import horloge
from audit.journal import services as journal
from audit.journal.actions import Famille
from audit.journal.auteur import Auteur
from conventions.erreurs import DejaModifie, Refus
from conventions.models import Acte, Bulletin, CodeAcces, Contrat, Convention, Demande, Organisme

M = TypeVar("M", bound=models.Model)
# What the database refuses by itself (sql/actes.sql), in words.
REGLES = {
    "conventions_demande_suite": "Cette demande a déjà avancé : rechargez la page pour voir son état.",
    "conventions_contrat_dans_convention": "Les dates du contrat sortent de celles de sa convention.",
    "conventions_codeacces_profil": "Ce profil n’est pas au contrat, ou ne demande pas de code d’accès.",
    "conventions_contrat_profil_et_codes": "Retirez d’abord les codes d’accès de ce profil.",
    "conventions_bulletin_remplace": "Un remplaçant tient le rang d’un administrateur validé de la même convention.",
    "conventions_codeacces_valeur": "Un code d’accès a de 1 à 12 chiffres ou lettres majuscules.",
}


def base() -> str:
    """Return the alias under which the caller writes."""
    return router.db_for_write(Acte)


@contextmanager
def ecriture() -> Iterator[None]:
    """Open the transaction of a service; what the database refuses becomes a Refus."""
    try:
        with transaction.atomic(using=base()):
            yield
    except IntegrityError as erreur:
        raise Refus(_phrase(erreur)) from erreur


def _phrase(erreur: IntegrityError) -> str:
    nom = getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", None) or ""
    if nom in REGLES:
        return REGLES[nom]
    for modele in (Organisme, Convention, Contrat, CodeAcces, Bulletin, Demande):
        for contrainte in modele._meta.constraints:
            if contrainte.name == nom:
                return str(contrainte.get_violation_error_message())
    return "Cet enregistrement en contredit un autre. Vérifiez les dates et recommencez."


def reprendre(objet: M, version: int | None = None) -> M:
    """Return the row of `objet`, locked, as it is now. Raises DejaModifie when it is no longer the `version` that was shown."""
    frais = type(objet)._default_manager.using(base()).select_for_update().get(pk=objet.pk)
    if version is not None and frais.version != version:  # type: ignore[attr-defined]
        raise DejaModifie
    return frais


def enregistrer(objet: M, champs: Iterable[str] | None = None) -> M:
    """Validate and save a row, or only these fields of it; its version, when it has one, goes up. Raises Refus, with the field."""
    if objet.pk is not None and hasattr(objet, "version"):
        objet.version += 1
    try:
        objet.clean_fields()
    except ValidationError as erreur:
        champ, messages = next(iter(erreur.message_dict.items()))
        raise Refus(messages[0], champ) from erreur
    objet.save(using=base(), update_fields=champs)
    return objet


def acter(
    *,
    par: Auteur,
    genre: str,
    organisme: Organisme | None = None,
    demande: Demande | None = None,
    convention: Convention | None = None,
    contrat: Contrat | None = None,
    bulletin: Bulletin | None = None,
    effet: date | None = None,
    motif: str = "",
    **detail: Any,
) -> Acte:
    """Write the permanent act and its trace, in the caller's transaction. The trace names what it is about, never who or why."""
    acte = Acte(
        genre=genre, instant=horloge.maintenant(), effet=effet, organisme=organisme, demande=demande, convention=convention,
        contrat=contrat, bulletin=bulletin, auteur_id=par.utilisateur, motif=motif, detail=detail,
    )  # fmt: skip
    acte.save(using=base())
    cible = next(un for un in (bulletin, contrat, convention, demande, organisme) if un is not None)
    journal.tracer(
        par=par,
        famille=Famille.CONVENTION,
        action=genre,
        objet=f"{cible._meta.model_name}:{cible.pk}",
        organisme=organisme.pk if organisme else None,
        base=base(),
    )
    return acte
