"""Hours of Paris with what parts them from UTC: the journal speaks of nights when an hour comes twice."""

from datetime import date, datetime, time, timedelta

from allocataires.formats import INSECABLE, date_fr
from audit.journal.horloge import PARIS

UNE_HEURE = timedelta(hours=1)


def instant_fr(instant: datetime) -> str:
    """Return « 22 novembre 2026, 06:02:03 (UTC+1) »."""
    local = instant.astimezone(PARIS)
    return f"{date_fr(local.date())}, {local:%H:%M:%S}{INSECABLE}({_decalage(local)})"


def heure_fr(instant: datetime) -> str:
    """Return the hour that begins: « 22 novembre 2026, de 6 h à 7 h (UTC+1) »."""
    local, suivante = instant.astimezone(PARIS), (instant + UNE_HEURE).astimezone(PARIS)
    return f"{date_fr(local.date())}, de {local.hour}{INSECABLE}h à {suivante.hour}{INSECABLE}h ({_decalage(local)})"


def pour_tableur(instant: datetime) -> str:
    """Return « 2026-11-22 06:02:03+01:00 »."""
    return instant.astimezone(PARIS).isoformat(" ", "seconds")


def minuit(jour: date) -> datetime:
    """Return the instant when a day begins in Paris."""
    return datetime.combine(jour, time(), PARIS)


def periode(du: date, au: date) -> dict[str, str]:
    """Return the criteria of a period of whole days, both included."""
    return {"du": minuit(du).isoformat(), "au": minuit(au + timedelta(days=1)).isoformat()}


def _decalage(local: datetime) -> str:
    return f"UTC+{(local.utcoffset() or timedelta()) // UNE_HEURE}"
