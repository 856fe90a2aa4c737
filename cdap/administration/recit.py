"""The history of a row, told in French: an entry of auditlog becomes plain sentences."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, DateTimeField, Field, ForeignKey, Model

from cdap.administration.affichage import VIDE, texte

ACTES = {LogEntry.Action.CREATE: "Création", LogEntry.Action.UPDATE: "Modification", LogEntry.Action.DELETE: "Suppression"}
Nommer = Callable[[type[Model], set[str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Changement:
    """A field: what it was, what it is."""

    libelle: str
    avant: str
    apres: str


@dataclass(frozen=True, slots=True)
class Entree:
    """An act on a row."""

    quand: datetime
    qui: str
    adresse: str
    acte: str
    changements: tuple[Changement, ...]

    @property
    def avait(self) -> bool:
        """Tell whether something was there before."""
        return any(changement.avant not in ("", VIDE) for changement in self.changements)


def raconter(modele: type[Model], entrees: Iterable[Any], nommer: Nommer) -> list[Entree]:
    """Return the entries as the page shows them; `nommer` gives the names of the rows that the reader may see, by key."""
    entrees = list(entrees)
    noms = {champ.name: nommer(champ.related_model, cles) for champ, cles in _references(modele, entrees)}
    return [
        Entree(
            entree.timestamp,
            str(entree.actor) if entree.actor_id else "Traitement automatique",
            entree.remote_addr or "",
            ACTES[entree.action],
            tuple(_changements(modele, entree.changes or {}, noms)),
        )
        for entree in entrees
    ]


def _changements(modele: type[Model], changes: dict[str, Any], noms: dict[str, dict[str, str]]) -> Iterator[Changement]:
    ordre = [champ.name for champ in modele._meta.get_fields()]
    for nom, valeurs in sorted(
        changes.items(), key=lambda changement: ordre.index(changement[0]) if changement[0] in ordre else len(ordre)
    ):
        changement = _changement(modele, nom, valeurs, noms.get(nom, {}))
        if changement.avant != changement.apres:  # from nothing to an empty text
            yield changement


def _references(modele: type[Model], entrees: list[Any]) -> Iterable[tuple[Any, set[str]]]:
    for champ in modele._meta.concrete_fields:
        if isinstance(champ, ForeignKey):
            valeurs = {valeur for entree in entrees for valeur in (entree.changes or {}).get(champ.name, ())}
            if cles := {str(valeur) for valeur in valeurs - {None}}:
                yield champ, cles


def _changement(modele: type[Model], nom: str, valeurs: Any, noms: dict[str, str]) -> Changement:
    try:
        champ = modele._meta.get_field(nom)
    except FieldDoesNotExist:  # a field that the model no longer has
        return Changement(nom, *(texte(valeur) for valeur in valeurs))
    libelle = str(getattr(champ, "verbose_name", nom))
    if isinstance(valeurs, dict):  # a relation to many: what was added, or what was removed
        objets = ", ".join(valeurs["objects"])
        return Changement(libelle, "", objets) if valeurs["operation"] == "add" else Changement(libelle, objets, "")
    return Changement(libelle, *(_valeur(champ, valeur, noms) for valeur in valeurs))


def _valeur(champ: Any, valeur: Any, noms: dict[str, str]) -> str:
    if valeur is None or not isinstance(champ, Field):
        return texte(valeur)
    if isinstance(champ, ForeignKey):
        return noms.get(str(valeur), str(valeur))
    if isinstance(champ, DateTimeField):
        return texte(datetime.fromisoformat(valeur).replace(tzinfo=UTC))
    if isinstance(champ, DateField):
        return texte(date.fromisoformat(valeur))
    return texte(dict(champ.flatchoices).get(valeur, valeur))
