"""What several pages share: labels, pages of a list, the history of decisions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from audit.journal import horloge
from habilitations.models import Decision

PAR_PAGE = 25
HISTOIRE_MAX = 100


@dataclass(frozen=True, slots=True)
class Etiquette:
    """A label and its tone."""

    texte: str
    ton: Literal["", "ok", "attention", "stop"] = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `requete` keeps what was searched from one page to the next."""

    lignes: tuple[Any, ...]
    numero: int
    nombre: int
    total: int
    requete: str = ""

    @property
    def precedente(self) -> int | None:
        """Return the number of the page before, or None."""
        return self.numero - 1 if self.numero > 1 else None

    @property
    def suivante(self) -> int | None:
        """Return the number of the page after, or None."""
        return self.numero + 1 if self.numero < self.nombre else None


def numero_de_page(texte: str) -> int:
    """Return the page that an address asks for; the first, for what is no number."""
    return max(int(texte), 1) if texte.isascii() and texte.isdecimal() and len(texte) < 6 else 1


def paginer(lignes: QuerySet[Any], numero: str, criteres: dict[str, str]) -> tuple[QuerySet[Any], dict[str, Any]]:
    """Return the rows of a page, and what its `Page` says of them; a page that does not exist is the nearest one."""
    total = lignes.count()
    nombre = max(1, -(-total // PAR_PAGE))
    rang = min(numero_de_page(numero), nombre)
    requete = urlencode({nom: valeur for nom, valeur in criteres.items() if valeur})
    return lignes[(rang - 1) * PAR_PAGE : rang * PAR_PAGE], {"numero": rang, "nombre": nombre, "total": total, "requete": requete}


@dataclass(frozen=True, slots=True)
class Fait:
    """A decision: when, what, about whom or what, by whom, why."""

    instant: datetime
    libelle: str
    objet: str
    par: str
    motif: str


def histoire(*, organisme: int, **de: int) -> list[Fait]:
    """Return the last decisions about a person or a group, the most recent first; who is not of the organisation is « la Caf »."""
    decisions = Decision.objects.filter(organisme=organisme, **de)
    lignes = decisions.order_by("-instant", "-pk").values_list(
        "instant",
        "genre",
        "utilisateur__prenom",
        "utilisateur__nom",
        "groupe__libelle",
        "auteur_id",
        "auteur__prenom",
        "auteur__nom",
        "motif",
    )
    libelles = dict(Decision._meta.get_field("genre").flatchoices)
    faits = []
    for instant, genre, prenom, nom, groupe, auteur, auteur_prenom, auteur_nom, motif in lignes[:HISTOIRE_MAX]:
        objet = groupe if "utilisateur" in de or not prenom else f"{prenom} {nom}"
        par = f"{auteur_prenom} {auteur_nom}" if auteur_nom else ("La Caf" if auteur else "Automatique")
        faits.append(Fait(instant, libelles.get(genre, genre), objet or "", par, motif))
    return faits


def vivante(prefixe: str = "") -> Q:
    """Return the condition of what has not ended nor been suspended; it may begin later."""
    encore = Q(**{f"{prefixe}fin": None}) | Q(**{f"{prefixe}fin__gte": horloge.jour()})
    return encore & Q(**{f"{prefixe}suspension": None})


def etat_date(debut: date, fin: date | None, suspension: datetime | None, jour: date) -> Etiquette:
    """Return where something dated stands."""
    if suspension is not None and fin is not None and fin <= jour:
        return Etiquette("Clos", "stop")
    if suspension is not None:
        return Etiquette("Suspendu", "stop")
    if fin is not None and fin < jour:
        return Etiquette("Terminé", "stop")
    if debut > jour:
        return Etiquette("À venir", "attention")
    return Etiquette("En vigueur", "ok")
