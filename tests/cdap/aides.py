"""Messages to a caisse, made by the functions that the portal calls; and who learns two profiles."""

from conventions.models import Profil
from habilitations.models import Affectation, Groupe
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


def deux_profils() -> str:
    """Return the session of an agent of T1 and of T2."""
    alice = usine.agent("T1")
    alice.contrat.profils.add(Profil.objects.using(usine.OWNER).get(pk="T2"))
    creches = Groupe.objects.using(usine.OWNER).create(libelle="Crèches", contrat=alice.contrat, profil_id="T2", debut=usine.DEBUT)
    Affectation.objects.using(usine.OWNER).create(utilisateur=alice.utilisateur, groupe=creches, debut=usine.DEBUT)
    return alice.cle
