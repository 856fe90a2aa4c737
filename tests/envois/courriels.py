"""Mails that only the tests know. The object's number is in the address, so that each test recognises its own."""

from django.db import connection

from envois.modeles import Message, modele


def adresse(objet: int) -> str:
    """Return the address to which the mail about an object goes."""
    return f"agent{objet}@partenaire.example"


@modele("essais.simple")
def simple(objet: int) -> Message:
    return Message(adresse(objet), "Votre demande est déposée", f"Bonjour,\nvoici l'objet {objet}.\n")


@modele("essais.disparu")
def disparu(objet: int) -> None:
    return None


@modele("essais.ecrit")
def ecrit(objet: int) -> Message:
    """Write in the transaction of the sending, as a mail that makes a secret does."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', %s)", [f"essai:{objet}"])
    return simple(objet)


@modele("essais.deux_lignes")
def deux_lignes(objet: int) -> Message:
    return Message(adresse(objet), "Bonjour\nBcc: tous@partenaire.example", "")


@modele("essais.en_panne")
def en_panne(objet: int) -> Message:
    raise LookupError(adresse(objet))
