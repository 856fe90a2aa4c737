"""What every write of habilitations shares: one transaction in the actor's name, its decision, its trace, refusals included."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, IntegrityError, connections, models, router, transaction

from audit.journal import horloge
from audit.journal import services as journal
from audit.journal.actions import Famille, Issue
from audit.journal.auteur import Auteur, au_nom_de
from conventions.erreurs import Refus
from habilitations.models import Affectation, Decision, Groupe, Mesure, Renouvellement, RetraitFacteur, Revue, Utilisateur

logger = logging.getLogger(__name__)
NON_CONFIRMEE = "Cette personne n’a pas été confirmée à la revue annuelle : confirmez-la dans la revue."
# What the database refuses by itself (sql/decisions.sql), in words.
REGLES = {
    "habilitations_groupe_stable": "Un groupe garde son contrat et son profil : créez-en un autre.",
    "habilitations_groupe_profil": "Ce profil n’est pas au contrat.",
    "habilitations_groupe_code": "Ce code d’accès n’est pas accordé à ce contrat.",
    "habilitations_affectation_interne": "Ce groupe n’est pas de l’organisme de cette personne.",
    "habilitations_effectif": "Le contrat a déjà le nombre d’utilisateurs convenu. Retirez quelqu’un, ou demandez un avenant à votre Caf.",
    "conventions_bulletin_rang_unique": (
        "Votre organisme a déjà ses deux administrateurs. Pour une absence, nommez un remplaçant ; "
        "pour un départ, l’un des deux part d’abord."
    ),
    "conventions_bulletin_un_remplacement": "Cette personne a déjà un remplaçant, ou un remplaçant est déjà proposé.",
    "conventions_bulletin_remplace": "Un remplaçant tient le rang d’un administrateur en fonction.",
    "habilitations_envois_du_jour": (
        "Cinq envois ont déjà été faits aujourd’hui pour cette personne. Attendez demain, ou vérifiez avec elle son adresse."
    ),
    "habilitations_suspension_gardee": "La Caf a suspendu ou clos ce compte : elle seule peut le rouvrir.",
    "habilitations_suspension_revue": NON_CONFIRMEE,
}
# What the row policies say of a row of somebody else: it is not there, or it may not be written (sql/espace.sql).
PAS_PERMIS = "Vous n’avez pas le droit de faire cela. Rechargez la page : ce qu’elle montre a peut-être changé."
DROIT_INSUFFISANT = "42501"
MODELES = (Utilisateur, Groupe, Affectation, Mesure, RetraitFacteur, Renouvellement, Revue)


def base() -> str:
    """Return the alias under which the caller writes."""
    return router.db_for_write(Decision)


@contextmanager
def en_session(par: Auteur) -> Iterator[None]:
    """Open a transaction in which the web role sees and writes what the person administers (`sql/espace.sql`)."""
    with transaction.atomic(using=base()), au_nom_de(par):
        with connections[base()].cursor() as curseur:
            curseur.execute("select set_config('cdap.session', %s, true)", [par.session])
        yield


@contextmanager
def ecriture(*, par: Auteur, genre: str, organisme: int | None, objet: str = "") -> Iterator[None]:
    """Open the transaction of a service. What a rule refuses becomes a Refus, leaves nothing behind, and is traced."""
    try:
        with en_session(par):
            yield
    except (Refus, ObjectDoesNotExist, DatabaseError) as erreur:
        phrase = _phrase(erreur)
        if phrase is None:
            raise
        tracer_refus(par=par, genre=genre, organisme=organisme, objet=objet)
        if isinstance(erreur, Refus):
            raise
        raise Refus(phrase) from erreur


def tracer_refus(*, par: Auteur, genre: str, organisme: int | None, objet: str = "") -> None:
    """Trace what was refused to this person."""
    famille, _, action = genre.partition(".")
    journal.tracer(par=par, famille=Famille(famille), action=action, objet=objet, organisme=organisme, issue=Issue.REFUSE, base=base())


def _phrase(erreur: Exception) -> str | None:
    """Return what a refusal says; None for what is no refusal but a failure."""
    if isinstance(erreur, Refus):
        return erreur.phrase
    if isinstance(erreur, ObjectDoesNotExist):
        return PAS_PERMIS
    if isinstance(erreur, IntegrityError):
        return _regle(erreur)
    if getattr(erreur.__cause__, "sqlstate", None) != DROIT_INSUFFISANT:
        return None
    logger.warning("écriture refusée par la base : %s", type(erreur).__name__)
    return PAS_PERMIS


def _regle(erreur: IntegrityError) -> str:
    nom = getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", None) or ""
    if nom in REGLES:
        return REGLES[nom]
    for modele in MODELES:
        for contrainte in modele._meta.constraints:
            if contrainte.name == nom:
                return str(contrainte.get_violation_error_message())
    return "Cet enregistrement en contredit un autre. Rechargez la page et recommencez."


def valider(objet: models.Model, *sauf: str) -> None:
    """Check the fields of a row. Raises Refus, with the field."""
    non_lus = objet.get_deferred_fields()  # reading them may be refused, and nobody changed them
    try:
        objet.clean_fields(exclude={*sauf, *(champ.name for champ in objet._meta.concrete_fields if champ.attname in non_lus)})
    except ValidationError as erreur:
        champ, messages = next(iter(erreur.message_dict.items()))
        raise Refus(messages[0], champ) from erreur


def decider(
    *,
    par: Auteur,
    genre: str,
    organisme: int | None,
    utilisateur: Utilisateur | None = None,
    groupe: Groupe | None = None,
    motif: str = "",
    **detail: Any,
) -> Decision:
    """Write a decision and its trace, in the caller's transaction. Raises Refus when the reason does not fit on a line."""
    decision = Decision(
        genre=genre, instant=horloge.maintenant(), organisme_id=organisme, utilisateur=utilisateur, groupe=groupe,
        auteur_id=par.utilisateur, motif=" ".join(motif.split()), detail=detail,
    )  # fmt: skip
    valider(decision, "organisme", "utilisateur", "groupe", "auteur")
    decision.save(using=base(), force_insert=True)
    famille, _, action = genre.partition(".")
    cible = utilisateur or groupe
    objet = f"{cible._meta.model_name}:{cible.pk}" if cible else f"organisme:{organisme}"
    journal.tracer(par=par, famille=Famille(famille), action=action, objet=objet, organisme=organisme, base=base())
    return decision


def motif_exige(motif: str) -> str:
    """Return the reason, trimmed. Raises Refus when there is none: whoever loses a right may ask why."""
    if not motif.strip():
        raise Refus("Indiquez pourquoi.", "motif")
    return " ".join(motif.split())
