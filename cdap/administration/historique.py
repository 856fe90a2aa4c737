"""Who changed which field of the configuration, and when: django-auditlog's entries, signed by us and told in French.

Its middleware is not used: it believes the first address of X-Forwarded-For, and the client's own correlation id.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from auditlog.models import LogEntry
from auditlog.receivers import _create_log_entry, check_disable, log_create, log_delete, make_log_m2m_changes
from auditlog.registry import auditlog
from django.conf import settings
from django.db.models import Model, QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from audit.journal.auteur import courant
from cdap import routeur
from conventions.models import Bulletin, Caisse, CodeAcces, Contrat, Convention, Organisme
from habilitations.models import Affectation, Groupe, Utilisateur

# Never kept, whatever the model: the entries are in clear, and live longer than what they tell of.
SECRETS = frozenset({"password", "graine_chiffree", "empreinte"})


@dataclass(frozen=True, slots=True)
class Suivi:
    """A model whose history is kept: all its fields but the secrets and `sauf`, and those of its `relations` to many."""

    modele: type[Model]
    sauf: frozenset[str] = field(default=frozenset())
    relations: tuple[str, ...] = ()


SUIVIS = (
    Suivi(Caisse),
    Suivi(Organisme),
    Suivi(Convention),
    Suivi(Contrat, relations=("profils", "caisses")),
    Suivi(CodeAcces),
    Suivi(Bulletin, sauf=frozenset({"courriel", "telephone"})),
    Suivi(Groupe, relations=("codes_acces",)),
    Suivi(Affectation),
    Suivi(Utilisateur, sauf=frozenset({"courriel"}), relations=("caisses",)),
)


def suivre_la_configuration() -> None:
    """Connect auditlog to the models of `SUIVIS`. Called once, when Django is ready."""
    # auditlog reads and writes through the default alias; each of its receivers is made to follow the row that is saved.
    auditlog._signals = {
        pre_save: _sur_sa_base(_suivre_la_modification),
        post_save: _sur_sa_base(log_create),
        post_delete: _sur_sa_base(log_delete),
    }
    for suivi in SUIVIS:
        auditlog.register(suivi.modele, include_fields=champs(suivi))
        for relation in suivi.relations:
            m2m_changed.connect(_sur_sa_base(make_log_m2m_changes(relation)), sender=getattr(suivi.modele, relation).through, weak=False)
    pre_save.connect(_signer, sender=LogEntry)


def champs(suivi: Suivi) -> list[str]:
    """Return the fields whose changes are kept."""
    return [champ.name for champ in suivi.modele._meta.concrete_fields if champ.name not in SECRETS | suivi.sauf]


def _sur_sa_base(recepteur: Callable[..., None]) -> Callable[..., None]:
    @wraps(recepteur)
    def suivre(*args: Any, using: str, **kwargs: Any) -> None:
        with routeur.sur(using):
            recepteur(*args, using=using, **kwargs)

    return suivre


@check_disable  # type: ignore[untyped-decorator]
def _suivre_la_modification(sender: Any, instance: Any, update_fields: Any = None, **_: Any) -> None:
    """Keep what is changed, as auditlog's `log_update` does; but read nothing else of the row, of which a role may not see everything."""
    if instance._state.adding or instance.pk is None:
        return
    lus = update_fields or auditlog.get_model_fields(sender)["include_fields"]
    ancienne = sender._default_manager.only(*lus).filter(pk=instance.pk).first()
    _create_log_entry(
        action=LogEntry.Action.UPDATE,
        instance=instance,
        sender=sender,
        diff_old=ancienne,
        diff_new=instance,
        fields_to_check=update_fields,
        use_json_for_changes=settings.AUDITLOG_STORE_JSON_CHANGES,
    )


def _signer(instance: Any, **_: Any) -> None:
    par = courant()
    instance.actor_id, instance.remote_addr = par.utilisateur, par.ip or None


def entrees(objet: Model) -> QuerySet[Any]:
    """Return the history of a row, the last change first, with the names of those who made them."""
    # Not the whole person: cdap_caf may not read the other columns.
    trouvees: QuerySet[Any] = (
        LogEntry.objects.get_for_object(objet)
        .select_related("actor")
        .only("timestamp", "action", "changes", "remote_addr", "actor__prenom", "actor__nom")
        .order_by("-timestamp", "-pk")
    )
    return trouvees
