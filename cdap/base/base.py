"""A connection that the server has closed is one on which something can be read: its farewell, or the end of the stream.

Django asks « select 1 » at the beginning of each request, a round trip for nothing. The socket says the same without one; what it cannot
know (a cable that was cut), « select 1 » only learns by waiting as long as the next statement would.
"""

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """See the module."""

    def is_usable(self) -> bool:
        """Return whether the server is still there and waits for a transaction, without asking it anything."""
        if self.connection is None or self.connection.closed or self.connection.info.transaction_status != TransactionStatus.IDLE:
            return False
        prise = select.poll()
        prise.register(self.connection.fileno(), select.POLLIN)
        return not prise.poll(0)
