"""How a French reader is shown dates, hours, amounts and telephones (AC-25). The spaces that must not break do not break.

`cdap.templatetags.cdap` gives these functions to the templates under the same names.
"""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
INSECABLE = "\u00a0"
CENTIME = Decimal("0.01")
CHIFFRES = str.maketrans({",": INSECABLE, ".": ",", "-": "−"})  # from the English of Python
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
DATE_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def date_fr(valeur: date | str | None) -> str:
    """Return « 5 novembre 2026 », or « » for nothing.

    A text is an ISO date whose month or day may be 00: « mai 2020 (jour inconnu) », « 2020 (mois et jour inconnus) ». A text of
    another form comes back unchanged.
    """
    if not valeur:
        return ""
    if not isinstance(valeur, str):
        ce_jour = _a_paris(valeur) if isinstance(valeur, datetime) else valeur
        return _jour_fr(ce_jour.year, ce_jour.month, ce_jour.day)
    trouve = DATE_ISO.fullmatch(valeur)
    if not trouve or int(trouve[2]) > len(MOIS):
        return valeur
    annee, mois, jour = (int(partie) for partie in trouve.groups())
    if not mois:
        return f"{annee} (mois et jour inconnus)"
    if not jour:
        return f"{MOIS[mois - 1]} {annee} (jour inconnu)"
    return _jour_fr(annee, mois, jour)


def _jour_fr(annee: int, mois: int, jour: int) -> str:
    return f"{'1er' if jour == 1 else jour} {MOIS[mois - 1]} {annee}"


def est_complete(valeur: str) -> bool:
    """Return whether an ISO date has its month and its day."""
    return bool(DATE_ISO.fullmatch(valeur)) and "-00" not in valeur


def mois_fr(valeur: date | None) -> str:
    """Return « novembre 2026 », or « » for nothing."""
    return f"{MOIS[valeur.month - 1]} {valeur.year}" if valeur else ""


def heure_fr(valeur: datetime | None) -> str:
    """Return the day and the hour in Paris: « 22 novembre 2026 à 6 h 02 », or « » for nothing."""
    if valeur is None:
        return ""
    local = _a_paris(valeur)
    return f"{date_fr(local.date())} à {local.hour}{INSECABLE}h{INSECABLE}{local.minute:02d}"


def montant(valeur: Decimal | float | None) -> str:
    """Return « 412,50 € », or « » for nothing. Whole numbers are whole euros: « 24 000 € »."""
    if valeur is None:
        return ""
    exact = valeur if isinstance(valeur, (Decimal, int)) else Decimal(str(valeur))
    texte = f"{exact:,d}" if isinstance(exact, int) else f"{exact.quantize(CENTIME, ROUND_HALF_UP) + 0:,}"  # « + 0 »: no minus zero
    return f"{texte.translate(CHIFFRES)}{INSECABLE}€"


def telephone(valeur: str | None) -> str:
    """Return a ten-digit number in groups of two; a number of another form comes back unchanged."""
    if not valeur:
        return ""
    chiffres = re.sub(r"[\s.\-]", "", valeur)
    return INSECABLE.join(re.findall("..", chiffres)) if re.fullmatch(r"0[0-9]{9}", chiffres) else valeur


def nombre(combien: int, singulier: str, pluriel: str = "") -> str:
    """Return « 1 enfant », « 2 enfants »: the plural is the singular with an s unless it is given."""
    return f"{combien}{INSECABLE}{singulier if combien < 2 else pluriel or singulier + 's'}"


def insecables(phrase: str) -> str:
    """Return a sentence whose high punctuation and quotation marks do not leave their words at the end of a line."""
    return re.sub(r" (?=[:;?!»])|(?<=«) ", INSECABLE, phrase)


def _a_paris(instant: datetime) -> datetime:
    return instant.astimezone(PARIS) if instant.tzinfo else instant
