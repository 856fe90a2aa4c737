"""The closed lists of Python, as the database knows them: written once."""

from collections.abc import Iterable, Sequence


def connue(fonction: str, parametres: Sequence[str], lignes: Iterable[Sequence[str]]) -> str:
    """Return the SQL of `cdap.<fonction>`: is what it is given one of these lines? A null is unknown, as everywhere in SQL."""
    declares = ", ".join(f"{nom} text" for nom in parametres)
    valeurs = ", ".join("(" + ", ".join(f"'{valeur}'" for valeur in ligne) + ")" for ligne in lignes)
    entete = f"create function cdap.{fonction}({declares}) returns boolean language sql immutable as"
    return f"{entete} $f$ select ({', '.join(parametres)}) in ({valeurs}) $f$;"


def une_a_une(valeurs: Iterable[str]) -> list[tuple[str]]:
    """Return a line for each value, for a list of single words."""
    return [(valeur,) for valeur in valeurs]
