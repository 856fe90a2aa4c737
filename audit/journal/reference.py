"""What the journal is held against: the seals of the table and those of the published file, judged before anything is believed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from audit.journal.sceaux import JOUR, LigneIllisible, Sceau, Trousseau


@dataclass(frozen=True, slots=True)
class Defaut:
    """One thing that does not hold: where, and what is wrong."""

    lieu: str
    raison: str
    jour: date | None = None

    def __str__(self) -> str:
        return f"{self.lieu} : {self.raison}"


@dataclass(slots=True)
class Reference:
    """The seals that are believed, by day in their order; each signature that a day may start from; what is wrong with the others."""

    par_jour: dict[date, list[Sceau]] = field(default_factory=lambda: defaultdict(list))
    places: dict[bytes, int] = field(default_factory=dict)
    defauts: list[Defaut] = field(default_factory=list)

    def du_jour(self, jour: date) -> list[Sceau]:
        """Return the seals of a day."""
        return self.par_jour.get(jour, [])

    def clos(self) -> list[date]:
        """Return the days that have their last seal, in order."""
        return sorted(jour for jour, scelles in self.par_jour.items() if any(un.genre == JOUR for un in scelles))

    def peut_ouvrir(self, signature: bytes, jour: date) -> bool:
        """Say whether a day may start from the seal of this signature: one that is known, and was made before the day's own."""
        place = self.places.get(signature)
        siens = self.du_jour(jour)
        return place is not None and (not siens or place < self.places[siens[0].signature])

    def _croire(self, sceau: Sceau) -> None:
        if sceau not in self.par_jour[sceau.jour]:
            self.par_jour[sceau.jour].append(sceau)


def etablir(*, table: Sequence[Sceau], fichier: Path | None, trousseau: Trousseau) -> Reference:
    """Return the reference made of the table's seals and, when there is one, of the file's, which prevails. Raises OSError."""
    reference = Reference()
    publies = _lire(fichier, reference.defauts) if fichier else []
    for place, sceau in enumerate([*publies, *table]):
        reference.places.setdefault(sceau.signature, place)
    for source, suite in (("dans le fichier", publies), ("dans la base", table)):
        _juger(reference, source, suite, trousseau)
    if fichier:
        _comparer(reference.defauts, table, publies)
    return reference


def _lire(fichier: Path, defauts: list[Defaut]) -> list[Sceau]:
    lus = []
    for rang, ligne in enumerate(fichier.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        try:
            lus.append(Sceau.lire(ligne))
        except LigneIllisible:
            defauts.append(Defaut(f"fichier, ligne {rang}", "ce n'est pas un scellement"))
    return lus


def _juger(reference: Reference, source: str, suite: Iterable[Sceau], trousseau: Trousseau) -> None:
    """Believe the seals of good signature; name the others, and those that do not follow the one before."""
    precedent = b""
    for sceau in suite:
        raison = trousseau.defaut(sceau)
        if raison is None:
            reference._croire(sceau)
            raison = "ne suit pas le précédent : des scellements ont disparu" if sceau.precedent != precedent else None
        if raison:
            reference.defauts.append(Defaut(f"{sceau}, {source}", raison, sceau.jour))
        precedent = sceau.signature


def _comparer(defauts: list[Defaut], table: Sequence[Sceau], publies: Sequence[Sceau]) -> None:
    """Name what the file has and the table has not; and the reverse, but for the last seals, which are about to be published."""
    en_base, au_dehors = set(table), set(publies)
    defauts += [Defaut(str(sceau), "publié, mais absent de la base", sceau.jour) for sceau in publies if sceau not in en_base]
    communs = [place for place, sceau in enumerate(table) if sceau in au_dehors]
    if table and not communs:
        defauts.append(Defaut("fichier", "il ne porte aucun des scellements de la base"))
    connus = table[: max(communs, default=0)]
    defauts += [Defaut(str(sceau), "absent du fichier publié", sceau.jour) for sceau in connus if sceau not in au_dehors]


def jours_manquants(clos: Sequence[date], connus: Iterable[date]) -> list[date]:
    """Return the days, before the last one that is closed, that should be closed and are not."""
    if not clos:
        return []
    attendus = {clos[0] + timedelta(days=i) for i in range((clos[-1] - clos[0]).days)} | {jour for jour in connus if jour < clos[-1]}
    return sorted(attendus - set(clos))
