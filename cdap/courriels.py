"""The mail of the portal itself: an answer of the caisse waits. It says neither the question nor the answer."""

from django.db import connection

from conventions.models import Caisse
from envois.modeles import Message, lien, modele, rediger
from habilitations.models import Utilisateur


@modele("cdap.contact_repondu")
def contact_repondu(numero: int) -> Message | None:
    """Tell the author of a message that it is answered; nothing once the message is gone or the account closed."""
    with connection.cursor() as curseur:
        curseur.execute("select utilisateur_id from cdap_contact where id = %s and etat in ('repondue', 'close')", [numero])
        ligne = curseur.fetchone()
    if ligne is None:
        return None
    personne = Utilisateur.objects.only("id", "prenom", "nom", "courriel", "organisme", "suspension").get(pk=ligne[0])
    if personne.suspension is not None:
        return None
    return rediger(
        "cdap/courriels/contact_repondu.txt",
        sujet="Une réponse de votre Caf vous attend",
        destinataire=personne.courriel,
        personne=personne,
        reference=f"M-{numero}",
        adresse=lien("/aide/contact/"),
        caisse=Caisse.objects.filter(organismes=personne.organisme_id).first() if personne.organisme_id else None,
    )
