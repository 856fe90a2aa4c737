"""The pages of the CAF's staff; Django imports this module, each of the others registers its own."""

from cdap.administration import bulletins, caisses, conventions, organismes

__all__ = ["bulletins", "caisses", "conventions", "organismes"]
