"""Lists applied: first tried for good and rolled back, so that the report says what would happen; then all of it, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from habilitations.lectures.commun import vivante
from habilitations.listes import Ligne
from habilitations.models import Groupe, Role, Utilisateur
from habilitations.services import utilisateurs
from habilitations.services.ecriture import base, ecriture

GENRE = "compte.creer"


@dataclass(frozen=True, slots=True)
class Resultat:
    """What a line would do, or why it cannot."""

    numero: int
    qui: str
    texte: str
    bon: bool


def essayer(*, par: Auteur, organisme: int, lignes: Iterable[Ligne]) -> list[Resultat]:
    """Return the report of a list, in the caller's transaction, of which nothing stays: no account, no mail, no trace."""
    with transaction.atomic(using=base()):
        groupes = _groupes(organisme)
        resultats = [_essayer(par, organisme, groupes, ligne) for ligne in lignes]
        transaction.set_rollback(True, using=base())
    return resultats


def appliquer(*, par: Auteur, organisme: int, lignes: Iterable[Ligne]) -> None:
    """Apply every line, or none. Raises Refus, which names the first line that cannot be."""
    with ecriture(par=par, genre=GENRE, organisme=organisme):
        groupes = _groupes(organisme)
        for ligne in lignes:
            try:
                _appliquer(par, organisme, groupes, ligne)
            except Refus as refus:
                raise Refus(f"Ligne {ligne.numero} : {refus.phrase} Rien n’a été fait.") from refus


def _essayer(par: Auteur, organisme: int, groupes: dict[str, list[Groupe]], ligne: Ligne) -> Resultat:
    try:
        texte = _appliquer(par, organisme, groupes, ligne)
    except Refus as refus:
        return Resultat(ligne.numero, ligne.qui, refus.phrase, bon=False)
    return Resultat(ligne.numero, ligne.qui, texte, bon=True)


def _appliquer(par: Auteur, organisme: int, groupes: dict[str, list[Groupe]], ligne: Ligne) -> str:
    """Do what a line asks; return it in words."""
    if ligne.erreurs:
        raise Refus(" ".join(ligne.erreurs))
    if ligne.action == "clore":
        return _clore(par, organisme, ligne)
    valeurs = dict(ligne.valeurs)
    choisis = [_groupe(groupes, nom) for nom in valeurs.pop("groupes")]
    utilisateurs.creer_et_rattacher(par=par, organisme=organisme, groupes=choisis, **valeurs)
    dans = f", rattaché à {', '.join(str(groupe) for groupe in choisis)}" if choisis else ", sans groupe"
    return f"Compte créé{dans}."


def _clore(par: Auteur, organisme: int, ligne: Ligne) -> str:
    siens = Utilisateur.objects.using(base()).filter(organisme=organisme, role=Role.AGENT).only(*utilisateurs.COLONNES)
    personne = siens.filter(identifiant__iexact=ligne.valeurs["identifiant"]).first()
    if personne is None:
        raise Refus("Aucun agent de votre organisme n’a cet identifiant.")
    utilisateurs.clore(par=par, utilisateur=personne, motif=ligne.valeurs["motif"])
    return f"Compte de {personne} clos."


def _groupes(organisme: int) -> dict[str, list[Groupe]]:
    """Return the living groups of the organisation by their name; two contracts may have one of the same name."""
    trouves: dict[str, list[Groupe]] = {}
    for groupe in Groupe.objects.using(base()).filter(vivante(), contrat__convention__organisme=organisme).select_related("profil"):
        trouves.setdefault(groupe.libelle.casefold(), []).append(groupe)
    return trouves


def _groupe(groupes: dict[str, list[Groupe]], nom: str) -> Groupe:
    de_ce_nom = groupes.get(nom.casefold(), [])
    if len(de_ce_nom) != 1:
        raise Refus(f"Le groupe « {nom[:100]} » n’existe pas." if not de_ce_nom else f"Deux groupes s’appellent « {nom[:100]} ».")
    return de_ce_nom[0]
