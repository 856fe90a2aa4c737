"""Who does a thing, for those who write and trace it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Auteur:
    """A person, known by the key of their live session, and where they are; or a process, when everything is empty.

    The database reads the actor from the session; `utilisateur` only signs the acts that are kept for good.
    """

    session: str = ""
    utilisateur: int | None = None
    ip: str = ""


PROCESSUS = Auteur()
_courant: ContextVar[Auteur] = ContextVar("auteur", default=PROCESSUS)


@contextmanager
def au_nom_de(par: Auteur) -> Iterator[None]:
    """Let what records changes by itself (the history of the configuration) sign with this author in the block."""
    jeton = _courant.set(par)
    try:
        yield
    finally:
        _courant.reset(jeton)


def courant() -> Auteur:
    """Return in whose name the caller acts."""
    return _courant.get()
