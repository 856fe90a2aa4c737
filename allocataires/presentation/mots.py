"""The words of a section: its codes, of which it keeps the explanations, its periods and its people."""

from datetime import date

from allocataires import codes, formats
from allocataires.codes import Liste, Mot
from allocataires.fiche import Fiche


class Lexique:
    """What a section says of its codes; it remembers those that it says, to explain them once."""

    def __init__(self) -> None:
        self._dits: dict[str, Mot] = {}

    def mot(self, liste: Liste, code: str | None) -> str | None:
        """Return the words of a code, and keep its explanation."""
        if code is not None and code in liste:
            self._dits.setdefault(liste[code].libelle, liste[code])
        return codes.mot(liste, code)

    def prestation(self, code: str | None) -> str | None:
        """Return the name of a benefit and its code, and keep its explanation."""
        self.mot(codes.PRESTATIONS, code)
        return codes.prestation(code)

    @property
    def termes(self) -> tuple[Mot, ...]:
        """Return the explanations, in the order in which the words came."""
        return tuple(self._dits.values())


def majuscule(texte: str) -> str:
    """Return the text with a capital."""
    return texte[:1].upper() + texte[1:]


def periode(debut: date | None, fin: date | None) -> str:
    """Return « du 1er mai 2025 au 30 avril 2027 », « depuis le… », « jusqu’au… », or « »."""
    if debut and fin:
        return f"du {formats.date_fr(debut)} au {formats.date_fr(fin)}"
    if debut:
        return f"depuis le {formats.date_fr(debut)}"
    return f"jusqu’au {formats.date_fr(fin)}" if fin else ""


def mois_paye(annee: int | None, mois: int | None) -> str:
    """Return the month that a payment pays, « octobre 2026 », or « »."""
    return formats.mois_fr(date(annee, mois, 1)) if annee and mois else ""


def personne(lue: Fiche, place: str) -> str:
    """Return who it is in the household, by the role and by the first names where they are known: « Responsable (Camille) »."""
    role = codes.mot(codes.PLACES, place) or ""
    qui = getattr(lue.identite, place, None) if lue.identite else None
    return f"{role} ({qui.prenoms})" if qui is not None and qui.prenoms else role
