"""How long a free text may be, and that none holds the number of a dossier: one rule, for the forms, the browsers and the database."""

import re
import unicodedata

from django.core.exceptions import ValidationError

# In characters: a message to the caisse or its answer, why an alert was raised, a reason, what a consultation was drawn for.
LONGUEURS = {"contact": 2000, "justification": 1000, "motif": 500, "sondage": 300}
CHIFFRES = 7
# Read alike by Python, by PostgreSQL and by the `pattern` of a browser.
NUMERO = rf"(?:[0-9][\s._\-–\u200b]*){{{CHIFFRES}}}"
# A line without a number, for the browser: it keeps one out of an address.
LIGNE_SANS_NUMERO = rf"(?!.*{NUMERO}).*"


def au_plus(genre: str) -> str:
    """Return « 2 000 caractères au plus »."""
    return f"{LONGUEURS[genre]:,} caractères au plus".replace(",", "\u00a0")


def contient_un_numero(texte: str) -> bool:
    """Tell whether a text holds as many digits in a row as a number of dossier, whatever parts them, be they wide."""
    return re.search(NUMERO, unicodedata.normalize("NFKC", texte)) is not None


def sans_numero(texte: str) -> None:
    """Refuse what looks like the number of a dossier. Raises ValidationError."""
    if contient_un_numero(texte):
        raise ValidationError(
            "N’écrivez ni numéro de dossier, ni téléphone : la référence de la consultation suffit. Une date s’écrit 29/11/2026."
        )


def sql() -> str:
    """Return the SQL functions by which the database refuses the same; a kind that it does not know is null."""
    longueurs = " ".join(f"when '{genre}' then {longueur}" for genre, longueur in LONGUEURS.items())
    return f"""create function cdap.contient_un_numero(p_texte text) returns boolean language sql immutable as
$f$ select normalize(p_texte, NFKC) ~ '{NUMERO}' $f$;
create function cdap.texte_recevable(p_genre text, p_texte text) returns boolean language sql immutable as
$f$ select length(p_texte) <= case p_genre {longueurs} end and not cdap.contient_un_numero(p_texte) $f$;"""
