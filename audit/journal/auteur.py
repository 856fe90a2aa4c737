"""Who does a thing, for those who write and trace it."""

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
