"""Messages to a caisse, made by the functions that the portal calls."""

from tests import usine
from tests.usine import IP, Agent


def message(alice: Agent, *, sujet: str = "acces", ticket: str | None = None, texte: str = "Mon groupe ne s’ouvre pas.") -> int:
    """Send a message as that agent; return its number."""
    with usine.connexion() as pg:
        sql = "select cdap.contact_envoyer(%s, %s, %s, %s, %s::inet)"
        assert pg.execute(sql, [alice.cle, sujet, ticket, texte, IP]).fetchone() == ("envoye",)
    return int(usine.valeur("select max(id) from cdap_contact where utilisateur_id = %s", [alice.utilisateur.pk]))


def repondre(numero: int, texte: str = "C’est réglé.", *caisses: str) -> None:
    """Answer a message as an operator of its caisse."""
    dora = usine.operateur(*(caisses or ("921",)))
    with usine.connexion("caf") as pg:
        sql = "select cdap.contact_traiter(%s, %s, 'repondre', %s, %s::inet)"
        assert pg.execute(sql, [dora.session, numero, texte, IP]).fetchone() == ("fait",)
