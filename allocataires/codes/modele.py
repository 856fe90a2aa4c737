"""What is said of a code: its words, what they mean, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass

from allocataires import formats


@dataclass(frozen=True, slots=True)
class Mot:
    """A code in words: what is shown, what it means in plain French, and what the reader or the family can do (or « »)."""

    libelle: str
    sens: str
    suite: str = ""

    def __post_init__(self) -> None:
        """Keep together what French typography does not part."""
        for phrase in ("sens", "suite"):
            object.__setattr__(self, phrase, formats.insecables(getattr(self, phrase)))


Liste = Mapping[str, Mot]


def mot(liste: Liste, code: str | None) -> str | None:
    """Return the words of a code, « code X (inconnu) » when the list lacks it, None when there is no code."""
    if code is None:
        return None
    trouve = liste.get(code)
    return trouve.libelle if trouve else f"code {code} (inconnu)"
