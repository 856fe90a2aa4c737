"""The accounts of administrators follow their bulletins: opened when one is validated, ended when it is closed (design §2)."""

import logging
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, ProgrammingError, connection, connections, router, transaction
from django.db.models import Exists, OuterRef, Q

from audit.journal import horloge
from audit.journal import services as journal
from audit.journal.actions import Famille
from audit.journal.auteur import PROCESSUS
from conventions.erreurs import Refus
from conventions.models import Bulletin
from envois import services as envois
from envois.models import Envoi
from habilitations.identifiants import nommer
from habilitations.models import Cause, Role, Utilisateur

logger = logging.getLogger(__name__)


def suivre_les_bulletins() -> int:
    """End the accounts of closed bulletins, then open those of validated ones; return how many bulletins failed.

    Ends come first: a convention whose administrator is replaced never has three. Two runs at once share the bulletins.
    """
    echecs = 0
    encore_ouvert = Q(compte__suspension=None) | Q(compte__fin=None) | Q(compte__fin__gt=horloge.jour())
    a_clore = Bulletin.objects.filter(encore_ouvert, etat=Bulletin.Etat.CLOS, compte__isnull=False)
    a_ouvrir = Bulletin.objects.filter(etat=Bulletin.Etat.VALIDE, compte_ouvert=None, convention__resiliation=None)
    for bulletins, faire in ((a_clore, _clore), (a_ouvrir, _ouvrir)):
        for numero in bulletins.order_by("pk").values_list("pk", flat=True):
            try:
                faire(numero)
            except Exception as erreur:
                echecs += 1
                logger.error("comptes : le bulletin %d n'a pas pu être suivi (%s)", numero, type(erreur).__name__)
    return echecs


def _ouvrir(numero: int) -> None:
    """Open the account of a validated bulletin, and queue its two mails: one says the identifier, the other the password."""
    with transaction.atomic():
        bulletin = Bulletin.objects.select_for_update(of=("self",)).select_related("convention").get(pk=numero)
        if bulletin.etat != Bulletin.Etat.VALIDE or bulletin.compte_ouvert is not None:
            return
        personne = _creer(bulletin)
        bulletin.compte_ouvert = horloge.maintenant()
        bulletin.save(update_fields=["compte_ouvert"])
        _tracer(personne, Famille.COMPTE, "creer")
        _tracer(personne, Famille.HABILITATION, "admin_designer")
        if personne.debut <= horloge.jour():
            _annoncer(personne.pk)


def _annoncer(utilisateur: int) -> None:
    """Queue the identifier, and apart from it the provisional password."""
    envois.confier(modele="habilitations.identifiant", objet=utilisateur)
    envois.confier(modele="habilitations.mot_de_passe_provisoire", objet=utilisateur)


def annoncer_les_debuts() -> int:
    """Write to those whose account was made ahead and begins today; return how many failed. Twice is as once."""
    deja = Envoi.objects.filter(modele="habilitations.identifiant", objet=OuterRef("pk"))
    jamais_entres = Utilisateur.objects.filter(mot_de_passe_provisoire=True, mot_de_passe_fin=None, derniere_connexion=None)
    attendus = jamais_entres.filter(~Exists(deja), organisme__isnull=False, suspension=None, debut__lte=horloge.jour())
    echecs = 0
    for numero in attendus.order_by("pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                if Utilisateur.objects.select_for_update().filter(pk=numero).filter(~Exists(deja)).exists():
                    _annoncer(numero)
        except DatabaseError as erreur:
            echecs += 1
            logger.error("comptes : le compte %d n'a pas pu être annoncé (%s)", numero, type(erreur).__name__)
    return echecs


def _creer(bulletin: Bulletin) -> Utilisateur:
    personne = Utilisateur(
        nom=bulletin.nom, prenom=bulletin.prenom, courriel=bulletin.courriel, fonction=bulletin.fonction, service=bulletin.service,
        role=Role.ADMINISTRATEUR, organisme_id=bulletin.convention.organisme_id, bulletin=bulletin, debut=bulletin.debut,
        fin=bulletin.fin, password=make_password(None), mot_de_passe_provisoire=True,
    )  # fmt: skip
    return nommer(personne)


def _clore(numero: int) -> None:
    """End at once the account of a closed bulletin: its session dies at its next request."""
    with transaction.atomic():
        personne = Utilisateur.objects.select_for_update().only("id", "debut", "fin", "suspension", "organisme_id").get(bulletin=numero)
        fin = max(personne.debut, horloge.jour())
        if personne.suspension is not None and personne.fin is not None and personne.fin <= fin:
            return
        Utilisateur.objects.filter(pk=personne.pk).update(
            suspension=personne.suspension or horloge.maintenant(),
            suspension_cause=Cause.FIN,
            fin=fin if personne.fin is None else min(personne.fin, fin),
        )
        _tracer(personne, Famille.HABILITATION, "admin_retirer")
        _tracer(personne, Famille.COMPTE, "fin")


def _tracer(personne: Utilisateur, famille: Famille, action: str) -> None:
    journal.tracer(
        par=PROCESSUS, famille=famille, action=action, objet=f"utilisateur:{personne.pk}", organisme=personne.organisme_id,
        base=connection.alias,
    )  # fmt: skip


def relever_les_acces() -> int:
    """Record the accesses that the passing of time opened or closed; return how many periods changed."""
    with connection.cursor() as curseur:
        curseur.execute("select organisme from cdap.acces_a_relever() as organisme")
        organismes = [organisme for (organisme,) in curseur.fetchall()]
    return sum(_relever(organisme) for organisme in organismes)


def _relever(organisme: int) -> int:
    """One organisation a transaction: none waits for the others."""
    with connection.cursor() as curseur:
        curseur.execute("select cdap.acces_relever(%s)", [organisme])
        return int(curseur.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Transfert:
    """What a merger moved: people, groups, and the accounts that it ended."""

    utilisateurs: int
    groupes: int
    fins: int


def transferer(*, session: str, de: int, vers: int, utilisateurs: bool, groupes: bool) -> Transfert:
    """Move the people and groups of a merged organisation to the one that absorbed it, in the caller's transaction.

    Raises Refus when the session is not that of an operator of the caisses that lead both.
    """
    with connections[router.db_for_write(Utilisateur)].cursor() as curseur:
        try:
            curseur.execute("select * from cdap.habilitations_transferer(%s, %s, %s, %s, %s)", [session, de, vers, utilisateurs, groupes])
        except ProgrammingError as erreur:
            raise Refus("Une fusion revient à un opérateur des caisses qui gèrent les deux organismes.") from erreur
        return Transfert(*curseur.fetchone())
