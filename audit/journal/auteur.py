"""Who acts, as the services and the journal know it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Auteur:
    """The actor of a service: the key of the live session, the person, the address. All empty for a process."""

    session: str = ""
    utilisateur: int | None = None
    ip: str = ""
