"""Bulletins d'adhésion: the two administrators of a convention, signed by the person and by the legal representative."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Bulletin, Convention
from conventions.models.contrats import RANGS
from conventions.services.ecriture import acter, base, ecriture, enregistrer, reprendre

Etat = Bulletin.Etat
TERME = "Terme échu."


def recevoir(
    *, convention: Convention, par: Auteur, debut: date, rang: int | None = None, remplace: Bulletin | None = None, **champs: Any
) -> Bulletin:
    """Record a bulletin at the first free rank, or at that of the administrator whom it replaces for a while.

    Raises Refus: two administrators are named already, a replacement without an end, of somebody else's, or of a replaced person.
    """
    _pas_a_venir(champs.get("signature_personne"), champs.get("signature_representant"))
    with ecriture():
        convention = reprendre(convention)
        if convention.resiliation is not None:
            raise Refus("Cette convention est résiliée.")
        if remplace is not None and champs.get("fin") is None:
            raise Refus("Un remplacement a une date de fin.", "fin")
        libre = remplace.rang if remplace else rang or _rang_libre(convention)
        bulletin = enregistrer(Bulletin(convention=convention, rang=libre, remplace=remplace, debut=debut, **champs))
        acter(par=par, genre="bulletin_recevoir", organisme=convention.organisme, convention=convention, bulletin=bulletin)
    return bulletin


def _rang_libre(convention: Convention) -> int:
    tenus = convention.bulletins.exclude(etat__in=[Etat.REFUSE, Etat.CLOS]).filter(remplace=None)
    libre = next((un for un in RANGS if un not in set(tenus.values_list("rang", flat=True))), None)
    if libre is None:
        raise Refus("Cette convention a déjà ses deux administrateurs. Clôturez d’abord le bulletin de celui qui part.")
    return libre


def modifier(*, bulletin: Bulletin, par: Auteur, **champs: Any) -> Bulletin:
    """Correct what a bulletin says, until it is validated."""
    with ecriture():
        bulletin = reprendre(bulletin)
        if bulletin.etat not in (Etat.RECU, Etat.CONTROLE):
            raise Refus(f"Ce bulletin est {bulletin.get_etat_display()} : il ne se modifie plus.")
        for nom, valeur in champs.items():
            setattr(bulletin, nom, valeur)
        enregistrer(bulletin)
        convention = bulletin.convention
        acter(
            par=par,
            genre="bulletin_modifier",
            organisme=convention.organisme,
            convention=convention,
            bulletin=bulletin,
            champs=sorted(champs),
        )
    return bulletin


def signer(*, bulletin: Bulletin, partie: str, le: date, par: Auteur) -> Bulletin:
    """Record the signature of the `personne` or of the legal `representant`, dated. Raises Refus: already signed, a date to come."""
    if partie not in ("personne", "representant"):
        raise ValueError(partie)
    champ = f"signature_{partie}"
    _pas_a_venir(le)
    with ecriture():
        bulletin = reprendre(bulletin)
        if bulletin.etat not in (Etat.RECU, Etat.CONTROLE):
            raise Refus(f"Ce bulletin est {bulletin.get_etat_display()}.")
        if getattr(bulletin, champ) is not None:
            raise Refus("Cette signature est déjà enregistrée.", champ)
        setattr(bulletin, champ, le)
        enregistrer(bulletin)
        convention = bulletin.convention
        acter(par=par, genre="signer", organisme=convention.organisme, convention=convention, bulletin=bulletin, effet=le, partie=partie)
    return bulletin


def controler(*, bulletin: Bulletin, par: Auteur) -> Bulletin:
    """Say that the function agrees with what the contract opens."""
    return _avancer(bulletin, (Etat.RECU,), Etat.CONTROLE, "bulletin_controler", par)


def valider(*, bulletin: Bulletin, par: Auteur) -> Bulletin:
    """Accept the administrator: the account is opened by the background task. Raises Refus when a signature is missing."""
    return _avancer(bulletin, (Etat.RECU, Etat.CONTROLE), Etat.VALIDE, "bulletin_valider", par)


def refuser(*, bulletin: Bulletin, motif: str, par: Auteur) -> Bulletin:
    """Refuse; the rank is free again."""
    return _avancer(bulletin, (Etat.RECU, Etat.CONTROLE), Etat.REFUSE, "bulletin_refuser", par, motif)


def clore(*, bulletin: Bulletin, motif: str, par: Auteur) -> Bulletin:
    """End an administrator's bulletin; the rank is free again."""
    return _avancer(bulletin, (Etat.VALIDE,), Etat.CLOS, "bulletin_clore", par, motif)


def expires() -> QuerySet[Bulletin]:
    """Return the bulletins whose last day has passed, and that still hold a rank."""
    ouverts = Bulletin.objects.using(base()).exclude(etat__in=[Etat.REFUSE, Etat.CLOS])
    return ouverts.filter(fin__lt=horloge.jour()).order_by("pk")


def expirer(*, bulletin: Bulletin, par: Auteur) -> Bulletin:
    """Free the rank of a bulletin whose last day has passed."""
    if bulletin.etat == Etat.VALIDE:
        return _avancer(bulletin, (Etat.VALIDE,), Etat.CLOS, "bulletin_clore", par, TERME)
    return _avancer(bulletin, (Etat.RECU, Etat.CONTROLE), Etat.REFUSE, "bulletin_refuser", par, TERME)


def _pas_a_venir(*jours: date | None) -> None:
    if any(jour is not None and jour > horloge.jour() for jour in jours):
        raise Refus("Une signature n’est pas datée d’un jour à venir.", "signature")


def _avancer(bulletin: Bulletin, depuis: tuple[str, ...], vers: str, genre: str, par: Auteur, motif: str = "") -> Bulletin:
    with ecriture():
        bulletin = reprendre(bulletin)
        if bulletin.etat not in depuis:
            raise Refus(f"Ce bulletin est {bulletin.get_etat_display()}.")
        if vers == Etat.VALIDE:
            if bulletin.signature_personne is None or bulletin.signature_representant is None:
                raise Refus("Enregistrez d’abord les deux signatures : celle de la personne et celle du représentant légal.")
            if bulletin.convention.resiliation is not None:
                raise Refus("Cette convention est résiliée.")
            bulletin.validation = horloge.maintenant()
        bulletin.etat = vers
        enregistrer(bulletin, ["etat", "validation"] if vers == Etat.VALIDE else ["etat"])
        convention = bulletin.convention
        acter(par=par, genre=genre, organisme=convention.organisme, convention=convention, bulletin=bulletin, motif=motif)
    return bulletin
