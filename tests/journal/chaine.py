"""Chaining until everything is chained: a transaction of another test, in another database of the server, holds rows back a while."""

import time

from audit.journal import services


def tout_enchainer() -> int:
    """Chain until the chain lacks nothing; return how many rows it took. Fails after fifteen seconds."""
    total, limite = services.enchainer(), time.monotonic() + 15
    while services.surveiller() is not None:
        assert time.monotonic() < limite, "la chaîne attend une transaction qui ne finit pas"
        time.sleep(0.02)
        total += services.enchainer()
    return total
