"""Handing work to the worker, in the caller's transaction: rolled back with it, the work was never asked for."""

import json

from django.db import connections, router

from envois.models import Envoi


def confier(*, modele: str, objet: int) -> None:
    """Queue the mail `modele` (« conventions.demande_confirmer ») about the object of that number."""
    _appeler("select cdap.envoi_confier(%s, %s)", [modele, objet])


def confier_tache(*, tache: str, **arguments: int | str) -> None:
    """Queue a task by its name; its arguments are identifiers and codes, never names, addresses or texts."""
    _appeler("select cdap.tache_confier(%s, %s::jsonb)", [tache, json.dumps(arguments)])


def reprendre() -> int:
    """Give back to the queue the tasks of dead workers; return how many. Called by the worker."""
    return int(_appeler("select cdap.taches_reprendre()", []))


def _appeler(sql: str, parametres: list[int | str]) -> int:
    with connections[router.db_for_write(Envoi)].cursor() as curseur:
        curseur.execute(sql, parametres)
        return curseur.fetchone()[0] or 0
