"""Which database role answers: the one of the process, or another for the length of a block (design §4.5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

_alias: ContextVar[str | None] = ContextVar("alias", default=None)


@contextmanager
def sur(alias: str) -> Iterator[None]:
    """Send every read and write of the ORM to this alias; what is between is rendered there too, or it would fall back on `default`."""
    jeton = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(jeton)


class Routeur:
    """Django's router. Outside a block it says nothing, and Django follows the row at hand, then `default`."""

    def db_for_read(self, model: type[Model], **indices: Any) -> str | None:
        """Return the alias of the block, if there is one."""
        return _alias.get()

    def db_for_write(self, model: type[Model], **indices: Any) -> str | None:
        """Return the same: a role that may not write is told so by PostgreSQL."""
        return _alias.get()

    def allow_migrate(self, db: str, app_label: str, **indices: Any) -> bool:
        """Allow the process's own role: the others are roles of the same database, which cannot even read what was migrated."""
        return db == DEFAULT_DB_ALIAS
