"""The pages of the CAF's staff; Django imports this module, each of the others registers its own."""

from cdap.administration import caisses

__all__ = ["caisses"]
