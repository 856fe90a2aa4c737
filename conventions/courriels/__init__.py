"""The mails of the app, which a worker finds here; none asks for anything that a page does not ask too."""

from conventions.courriels import conventions, demandes

__all__ = ["conventions", "demandes"]
