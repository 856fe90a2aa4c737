"""Requests, on the CAF's side: the caisse that leads handles them, each caisse answers its own part, the applicant is told each step.

`perimetre`: the caisses of the operator. `version`: the one that the operator saw; another since then is told (DejaModifie).
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import connections

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.etats import SUITES, EtatDemande
from conventions.models import Caisse, Demande, DemandeCaisse, Organisme, Profil, Service
from conventions.services.contrats import verifier
from conventions.services.ecriture import acter, base, ecriture, enregistrer, reprendre
from conventions.services.organismes import verifier_siret
from envois import services as envois

TEXTE_MAX = 1000


def prendre_en_charge(*, demande: Demande, version: int, perimetre: Collection[str], par: Auteur) -> Demande:
    """Begin to handle a request."""
    with ecriture():
        demande = reprendre_pour(demande, version, perimetre, EtatDemande.DEPOSEE)
        return avancer(demande, EtatDemande.EN_INSTRUCTION, "demande_instruire", par)


def demander_pieces(*, demande: Demande, version: int, perimetre: Collection[str], pieces: str, par: Auteur) -> Demande:
    """Ask the applicant for what is missing; the follow-up page shows the list."""
    pieces = texte_requis(pieces, "pieces", "Dites quelles pièces manquent.")
    with ecriture():
        demande = reprendre_pour(demande, version, perimetre, EtatDemande.EN_INSTRUCTION)
        demande.pieces = pieces
        return avancer(demande, EtatDemande.PIECES_DEMANDEES, "demande_pieces", par, pieces=pieces)


def reprendre_instruction(*, demande: Demande, version: int, perimetre: Collection[str], par: Auteur) -> Demande:
    """Record that what was missing has come."""
    with ecriture():
        demande = reprendre_pour(demande, version, perimetre, EtatDemande.PIECES_DEMANDEES)
        return avancer(demande, EtatDemande.EN_INSTRUCTION, "demande_completer", par)


def repondre_part(
    *, part: DemandeCaisse, version: int, perimetre: Collection[str], accepte: bool, par: Auteur, motif: str = ""
) -> DemandeCaisse:
    """Answer for one caisse, as long as the request is open; the applicant sees the reason of a refusal."""
    if part.caisse_id not in perimetre:
        raise Refus("Cette part revient à une autre caisse.")
    if not accepte and not motif.strip():
        raise Refus("Dites pourquoi la caisse refuse : le demandeur le lira.", "motif")
    with ecriture():
        demande = reprendre(part.demande, version)
        if not est_ouverte(demande):
            raise Refus(f"Cette demande est {demande.get_etat_display()} : sa réponse ne change plus.")
        part = reprendre(part)
        part.etat = DemandeCaisse.Etat.ACCEPTEE if accepte else DemandeCaisse.Etat.REFUSEE
        part.motif, part.instant = motif.strip(), horloge.maintenant()
        enregistrer(part)
        enregistrer(demande)
        genre = "caisse_accepter" if accepte else "caisse_refuser"
        acter(par=par, genre=genre, organisme=demande.organisme, demande=demande, motif=part.motif, caisse=part.caisse_id)
    return part


def refuser(*, demande: Demande, version: int, perimetre: Collection[str], reponse: str, par: Auteur) -> Demande:
    """Refuse the whole request, with an answer to the applicant."""
    reponse = texte_requis(reponse, "reponse", "Dites au demandeur pourquoi sa demande est refusée.")
    with ecriture():
        demande = reprendre_pour(demande, version, perimetre)
        demande.reponse = reponse
        return avancer(demande, EtatDemande.REFUSEE, "demande_refuser", par, reponse=reponse)


def saisir_courrier(
    *,
    recu: date,
    caisse: Caisse,
    caisses: Iterable[Caisse],
    services: Collection[Service],
    profils: Collection[Profil],
    perimetre: Collection[str],
    par: Auteur,
    siret: str | None = None,
    **champs: Any,
) -> Demande:
    """Record a request received by post: it needs no confirmation, and is acknowledged when it gives a mailbox."""
    if caisse.pk not in perimetre:
        raise Refus("Cette caisse n’est pas de votre périmètre.", "caisse")
    if recu > horloge.jour():
        raise Refus("Un courrier n’est pas reçu un jour à venir.", "courrier_recu")
    concernees = {une.pk: une for une in (caisse, *caisses)}
    verifier_souhaits(services, profils, concernees.values())
    maintenant = horloge.maintenant()
    with ecriture():
        demande = enregistrer(
            Demande(
                canal=Demande.Canal.COURRIER, etat=EtatDemande.DEPOSEE, creation=maintenant, depot=maintenant, courrier_recu=recu,
                caisse=caisse, siret=verifier_siret(siret) if siret else None, **champs,
            )
        )  # fmt: skip
        demande.services.set(services)
        demande.profils.set(profils)
        acter(par=par, genre="demande_recevoir", organisme=demande.organisme, demande=demande, effet=recu)
        envois.confier(modele="conventions.demande_deposee", objet=demande.pk)
        for une in concernees.values():
            part = enregistrer(DemandeCaisse(demande=demande, caisse=une))
            if une.pk not in perimetre:
                envois.confier(modele="conventions.demande_nouvelle", objet=part.pk)
    return demande


def traiter_courrier(*, demande: Demande, version: int, perimetre: Collection[str], par: Auteur) -> Demande:
    """Record that a request received by post has been dealt with."""
    with ecriture():
        demande = reprendre_pour(demande, version, perimetre)
        if demande.courrier_recu is None:
            raise Refus("Cette demande n’est pas venue par courrier.")
        if demande.courrier_traite is not None:
            raise Refus("Ce courrier est déjà traité.")
        demande.courrier_traite = horloge.jour()
        enregistrer(demande)
        acter(par=par, genre="demande_traiter", organisme=demande.organisme, demande=demande)
    return demande


def oublier_brouillons() -> int:
    """Delete the drafts that nobody confirmed in time (`CDAP_DEMANDE_BROUILLON_JOURS`); return how many."""
    with connections[base()].cursor() as curseur:
        curseur.execute("select cdap.demande_oublier_brouillons()")
        return int(curseur.fetchone()[0])


def est_ouverte(demande: Demande) -> bool:
    """Is it in the CAF's hands, and not answered yet?"""
    return demande.etat != EtatDemande.BROUILLON and bool(SUITES[demande.etat])


def reprendre_pour(demande: Demande, version: int, perimetre: Collection[str], etat: str | None = None) -> Demande:
    """Return the request, locked, for an operator of the caisse that leads it. Raises Refus: another caisse's, a draft, another state."""
    demande = reprendre(demande, version)
    if demande.caisse_id not in perimetre:
        raise Refus(f"Cette demande est instruite par {demande.caisse} : vous répondez pour la part de votre caisse.")
    if demande.etat == EtatDemande.BROUILLON or etat not in (None, demande.etat):
        raise Refus(f"Cette demande est {demande.get_etat_display()}.")
    return demande


def avancer(demande: Demande, etat: str, genre: str, par: Auteur, **detail: Any) -> Demande:
    """Write the new state, its act and the mail to the applicant. Raises Refus when it does not follow the present one."""
    if etat not in SUITES[demande.etat]:
        raise Refus(f"Cette demande est {demande.get_etat_display()}.")
    demande.etat = etat
    enregistrer(demande)
    acter(par=par, genre=genre, organisme=demande.organisme, demande=demande, convention=demande.convention, **detail)
    envois.confier(modele=f"conventions.demande_{etat}", objet=demande.pk)
    return demande


def texte_requis(texte: str, champ: str, manque: str) -> str:
    """Return a text for the applicant. Raises Refus when it is empty or too long."""
    texte = texte.strip()
    if not texte:
        raise Refus(manque, champ)
    if len(texte) > TEXTE_MAX:
        raise Refus(f"Écrivez {TEXTE_MAX} caractères au plus.", champ)
    return texte


def verifier_souhaits(services: Collection[Service], profils: Collection[Profil], caisses: Collection[Caisse]) -> None:
    """Profiles are those of CDAP, open, and go with it. Raises Refus, with the field."""
    if not services:
        raise Refus("Choisissez au moins un service.", "services")
    for service in services:
        verifier(service, profils, caisses)
    if profils and all(service.pk != Service.CDAP for service in services):
        raise Refus("Les profils sont ceux de CDAP : choisissez aussi ce service.", "services")


def organisme_de(demande: Demande) -> Organisme | None:
    """Return the partner that the request is about: the one it names, or the one that bears its SIRET, merged or not."""
    organisme = demande.organisme
    if organisme is None and demande.siret:
        organisme = Organisme.objects.using(base()).filter(siret=demande.siret).first()
    while organisme is not None and organisme.fusionne_dans is not None:
        organisme = organisme.fusionne_dans
    return organisme
