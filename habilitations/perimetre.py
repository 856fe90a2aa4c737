"""The perimeter of a CAF operator, as PostgreSQL decides it (`sql/perimetre.sql`), seen from the services."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from psycopg import errors


class HorsPerimetre(Exception):
    """It is not for this person to do: not an operator of the CAF, or not of this caisse."""


@contextmanager
def dans_le_perimetre() -> Iterator[None]:
    """Say HorsPerimetre where `cdap.perimetre_exige` refuses."""
    try:
        yield
    except OperationalError as erreur:
        if isinstance(erreur.__cause__, errors.InvalidAuthorizationSpecification):
            raise HorsPerimetre from erreur
        raise
