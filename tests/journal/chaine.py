"""Chaining until everything is chained: a transaction of another test, in another database of the server, holds rows back a while."""

import time
from collections.abc import Callable

from audit.journal import services


def tout_enchainer() -> int:
    """Chain until the chain lacks nothing; return how many rows it took. Fails after fifteen seconds."""
    total = services.enchainer()

    def fini() -> bool:
        nonlocal total
        if services.surveiller() is None:
            return True
        total += services.enchainer()
        return services.surveiller() is None

    attendre(fini)
    return total


def attendre(condition: Callable[[], bool]) -> None:
    """Wait for a condition; fail after a minute, for other databases of the server hold the chain too."""
    limite = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limite, "la chaîne attend une transaction qui ne finit pas"
        time.sleep(0.02)
