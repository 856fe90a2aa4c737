"""The pages of the CAF's staff; Django imports this module, each of the others registers its own."""

from cdap.administration import annonces, bulletins, caisses, conventions, demandes, documents, mesures, organismes, personnes

__all__ = ["annonces", "bulletins", "caisses", "conventions", "demandes", "documents", "mesures", "organismes", "personnes"]
