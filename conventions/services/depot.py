"""Requests, on the applicant's side: the three functions that the web role may call (`sql/demandes.sql`)."""

import json
from typing import Any, cast
from uuid import UUID

from django.db import connection


def deposer(*, demande: dict[str, Any], ip: str) -> bool:
    """Write a draft, which a mail asks to confirm; say whether it was, or whether too much was asked already from there."""
    return bool(_appeler("select cdap.demande_deposer(%s::jsonb, %s::inet)", [json.dumps(demande), ip]) == "a_confirmer")


def confirmer(*, jeton: str, ip: str) -> UUID | None:
    """Turn the draft of that link into a request; return the reference that follows it, or None: unknown, used and expired alike."""
    return cast(UUID | None, _appeler("select cdap.demande_confirmer(%s, %s::inet)", [jeton, ip]))


def suivre(*, reference: UUID) -> dict[str, Any] | None:
    """Return where a request stands, or None: unknown, or not confirmed yet."""
    texte = _appeler("select cdap.demande_suivre(%s)::text", [reference])
    return cast(dict[str, Any], json.loads(texte)) if texte else None


def _appeler(sql: str, parametres: list[str | UUID]) -> Any:
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        return curseur.fetchone()[0]
