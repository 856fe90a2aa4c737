"""Accepting a request: a first convention with its contracts, or an amendment of the living one."""

from collections.abc import Collection
from datetime import date

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.etats import EtatDemande
from conventions.models import Caisse, Contrat, Convention, Demande, DemandeCaisse, Organisme, Profil, Service
from conventions.models.organismes import IDENTITE
from conventions.services import contrats, conventions, documents, organismes
from conventions.services.demandes import avancer, organisme_de, reprendre_pour
from conventions.services.ecriture import ecriture


def convention_de(demande: Demande) -> Convention | None:
    """Return the convention that the request would amend: that of its organisation, neither ended nor terminated."""
    organisme = organisme_de(demande)
    if organisme is None:
        return None
    return organisme.conventions.filter(resiliation__isnull=True, fin__gte=horloge.jour()).order_by("debut", "pk").first()


def accepter(
    *,
    demande: Demande,
    version: int,
    perimetre: Collection[str],
    debut: date,
    par: Auteur,
    reponse: str = "",
    duree_mois: int = 12,
    preavis_mois: int = 3,
    tacite_reconduction: bool = True,
) -> Convention:
    """Prepare the first convention of an organisation and its contracts, limited to the caisses that accepted.

    Raises Refus: a part waits or the lead caisse's is refused, or the organisation has a living convention already.
    """
    with ecriture():
        demande = reprendre_pour(demande, version, perimetre)
        caisses = _caisses_acceptees(demande)
        en_cours = convention_de(demande)
        if en_cours is not None:
            raise Refus(f"Cet organisme a déjà une convention ({en_cours.numero}) : acceptez cette demande comme une modification.")
        organisme = organisme_de(demande) or _creer_organisme(demande, par)
        _verifier_gestion(organisme, perimetre)
        convention = conventions.ouvrir(
            organisme=organisme, debut=debut, par=par, duree_mois=duree_mois, preavis_mois=preavis_mois,
            tacite_reconduction=tacite_reconduction,
        )  # fmt: skip
        for service in demande.services.all():
            _ouvrir_contrat(convention, service, demande, caisses, par)
        _conclure(demande, convention, Demande.Genre.NOUVELLE, reponse, par)
    return convention


def accepter_modification(*, demande: Demande, version: int, perimetre: Collection[str], par: Auteur, reponse: str = "") -> Convention:
    """Add to the living convention what the request asks: contracts of new services; profiles, caisses and users of the others.

    Raises Refus: a part waits or the lead caisse's is refused, or the organisation has no living convention.
    """
    with ecriture():
        demande = reprendre_pour(demande, version, perimetre)
        caisses = _caisses_acceptees(demande)
        convention = convention_de(demande)
        if convention is None:
            raise Refus("Cet organisme n’a pas de convention en cours : acceptez cette demande comme une première convention.")
        _verifier_gestion(convention.organisme, perimetre)
        for service in demande.services.all():
            contrat = _contrat_vivant(convention, service)
            if contrat is None:
                _ouvrir_contrat(convention, service, demande, caisses, par)
            else:
                _etendre(contrat, demande, caisses, par)
        _conclure(demande, convention, Demande.Genre.AVENANT, reponse, par)
    return convention


def _caisses_acceptees(demande: Demande) -> list[Caisse]:
    parts = {part.caisse: part.etat for part in demande.parts.select_related("caisse")}
    attente = [caisse.nom for caisse, etat in parts.items() if etat == DemandeCaisse.Etat.EN_ATTENTE]
    if attente:
        raise Refus(f"Ces caisses n’ont pas encore répondu : {', '.join(attente)}.")
    acceptees = [caisse for caisse, etat in parts.items() if etat == DemandeCaisse.Etat.ACCEPTEE]
    if demande.caisse not in acceptees:
        raise Refus(f"{demande.caisse} refuse sa part : la demande entière est à refuser.")
    return acceptees


def _creer_organisme(demande: Demande, par: Auteur) -> Organisme:
    identite = {nom: getattr(demande, nom) for nom in IDENTITE}
    return organismes.creer(
        caisse=demande.caisse, par=par, courriel=demande.demandeur_courriel, telephone=demande.demandeur_telephone, **identite
    )


def _verifier_gestion(organisme: Organisme, perimetre: Collection[str]) -> None:
    """A partner's acts are those of the caisse that manages it, whichever caisse a request was sent to."""
    if organisme.caisse_id not in perimetre:
        raise Refus(
            f"Cet organisme est géré par {organisme.caisse} : refusez cette demande en invitant le demandeur à la déposer auprès d’elle."
        )


def _contrat_vivant(convention: Convention, service: Service) -> Contrat | None:
    contrats_du_service = convention.contrats.filter(service=service, resiliation__isnull=True).order_by("pk")
    return next((un for un in contrats_du_service if un.fin is None or un.fin >= horloge.jour()), None)


def _ouvrir_contrat(convention: Convention, service: Service, demande: Demande, caisses: list[Caisse], par: Auteur) -> None:
    contrats.ouvrir(
        convention=convention, service=service, profils=_profils(service, demande), caisses=caisses,
        debut=max(convention.debut, horloge.jour()), effectif_max=demande.effectif, par=par,
    )  # fmt: skip


def _etendre(contrat: Contrat, demande: Demande, caisses: list[Caisse], par: Auteur) -> None:
    """Add, never take away: what a contract opens already stays."""
    contrats.modifier(
        contrat=contrat, version=None, motif=f"Demande {demande.numero}", par=par,
        profils=[*{*contrat.profils.all(), *_profils(contrat.service, demande)}], caisses=[*{*contrat.caisses.all(), *caisses}],
        effectif_max=None if contrat.effectif_max is None else max(contrat.effectif_max, demande.effectif),
    )  # fmt: skip


def _profils(service: Service, demande: Demande) -> list[Profil]:
    return list(demande.profils.all()) if service.pk == Service.CDAP else []


def _conclure(demande: Demande, convention: Convention, genre: str, reponse: str, par: Auteur) -> None:
    demande.genre, demande.reponse = genre, reponse.strip()
    demande.organisme, demande.convention = convention.organisme, convention
    avancer(demande, EtatDemande.ACCEPTEE, "demande_accepter", par)
    documents.demander_actes(convention=convention, par=par)
