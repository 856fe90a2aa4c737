"""The mails about accounts and accesses, written when they leave; the worker imports this module."""

from habilitations.courriels import administrateurs, comptes, decisions, revues

__all__ = ["administrateurs", "comptes", "decisions", "revues"]
