"""Django's PostgreSQL, but for one thing: how a connection that is kept from one request to the next is known to be still open."""
