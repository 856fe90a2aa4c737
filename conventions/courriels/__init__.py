"""The mails about requests and conventions, written when they leave; the worker imports this module."""

from conventions.courriels import demandes, vie

__all__ = ["demandes", "vie"]
