"""The life of a convention: prepared, sent, signed by both, renewed tacitly, suspended and lifted, denounced, terminated."""

from calendar import monthrange
from datetime import date, timedelta

from django.conf import settings

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Acte, Contrat, Convention, Organisme
from conventions.services.ecriture import acter, ecriture, enregistrer, reprendre
from envois import services as envois

MOTIF_RECONDUCTION = "Tacite reconduction : aucune dénonciation reçue avant le préavis."


def ajouter_mois(jour: date, mois: int) -> date:
    """Return the same day `mois` months later (or earlier), or the last day of that month."""
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, monthrange(annee, rang + 1)[1]))


def derniere_denonciation(convention: Convention) -> date:
    """Return the last day on which the convention may still be denounced for its present end."""
    return _dernier_jour(convention, _fin(convention))


def ouvrir(
    *,
    organisme: Organisme,
    debut: date,
    par: Auteur,
    duree_mois: int = 12,
    preavis_mois: int = 3,
    tacite_reconduction: bool = True,
    origine: str = Convention.Origine.CDAP,
    fin: date | None = None,
) -> Convention:
    """Prepare a convention; it opens nothing until both have signed. Raises Refus when one covers the period already."""
    with ecriture():
        organisme = reprendre(organisme)
        if organisme.fusionne_dans_id is not None:
            raise Refus("Cet organisme a été fusionné dans un autre, qui porte désormais la convention.")
        convention = enregistrer(
            Convention(
                organisme=organisme,
                origine=origine,
                debut=debut,
                fin=fin or ajouter_mois(debut, duree_mois) - timedelta(days=1),
                duree_mois=duree_mois,
                preavis_mois=preavis_mois,
                tacite_reconduction=tacite_reconduction,
            )
        )
        acter(par=par, genre="convention_ouvrir", organisme=organisme, convention=convention, effet=debut)
    return convention


def envoyer(*, convention: Convention, par: Auteur) -> Convention:
    """Record that the acts were sent to the partner for signature."""
    with ecriture():
        convention = reprendre(convention)
        if convention.envoi is not None:
            raise Refus("Cette convention a déjà été envoyée.")
        convention.envoi = horloge.jour()
        enregistrer(convention)
        acter(par=par, genre="convention_envoyer", organisme=convention.organisme, convention=convention)
    return convention


def signer(*, acte: Convention | Contrat, partie: str, le: date, par: Auteur) -> Convention | Contrat:
    """Record the signature of one party (`partenaire` or `caf`), dated. Raises Refus: already signed, a date to come, a closed act."""
    if partie not in ("partenaire", "caf"):
        raise ValueError(partie)
    champ = f"signature_{partie}"
    with ecriture():
        acte = reprendre(acte)
        convention = acte if isinstance(acte, Convention) else acte.convention
        if acte.resiliation is not None or convention.resiliation is not None:
            raise Refus("Cet acte est résilié.")
        if getattr(acte, champ) is not None:
            raise Refus("Cette signature est déjà enregistrée.", champ)
        if le > horloge.jour():
            raise Refus("Une signature n’est pas datée d’un jour à venir.", champ)
        setattr(acte, champ, le)
        enregistrer(acte)
        contrat = acte if isinstance(acte, Contrat) else None
        acter(par=par, genre="signer", organisme=convention.organisme, convention=convention, contrat=contrat, effet=le, partie=partie)
    return acte


def suspendre(*, acte: Convention | Contrat, motif: str, par: Auteur) -> Convention | Contrat:
    """Close at once what the act opens, « à titre conservatoire »."""
    with ecriture():
        acte = reprendre(acte)
        if acte.suspension is not None or acte.resiliation is not None:
            raise Refus("Cet acte est déjà suspendu ou résilié.")
        acte.suspension = horloge.maintenant()
        enregistrer(acte)
        _acter(acte, "suspendre", par, motif)
    return acte


def lever(*, acte: Convention | Contrat, motif: str, par: Auteur) -> Convention | Contrat:
    """End the suspension."""
    with ecriture():
        acte = reprendre(acte)
        if acte.suspension is None or acte.resiliation is not None:
            raise Refus("Cet acte n’est pas suspendu, ou il est résilié.")
        acte.suspension = None
        enregistrer(acte)
        _acter(acte, "lever", par, motif)
    return acte


def denoncer(*, convention: Convention, recue_le: date, motif: str, par: Auteur) -> Convention:
    """Record a denunciation: the convention ends at the end of the first term whose notice was still open when it was received.

    So a letter received in time and recorded late takes back the renewals made meanwhile, and one received too late counts for the
    next term.
    """
    with ecriture():
        convention = reprendre(convention)
        if convention.denonciation is not None or convention.resiliation is not None:
            raise Refus("Cette convention est déjà dénoncée ou résiliée.")
        if recue_le > horloge.jour():
            raise Refus("La dénonciation n’est pas datée d’un jour à venir.", "denonciation")
        avant, convention.fin = convention.fin, _terme(convention, recue_le)
        convention.denonciation = recue_le
        enregistrer(convention)
        acter(
            par=par, genre="denoncer", organisme=convention.organisme, convention=convention, effet=convention.fin, motif=motif,
            recue_le=str(recue_le), ancienne_fin=str(avant),
        )  # fmt: skip
    return convention


def resilier(*, acte: Convention | Contrat, motif: str, par: Auteur) -> Convention | Contrat:
    """End the act for good, at once: the very next request is refused."""
    with ecriture():
        acte = reprendre(acte)
        if acte.resiliation is not None:
            raise Refus("Cet acte est déjà résilié.")
        acte.resiliation = horloge.maintenant()
        enregistrer(acte)
        _acter(acte, "resilier", par, motif)
    return acte


def reconduire(*, convention: Convention, par: Auteur) -> list[Acte]:
    """Renew a convention whose notice has passed without denunciation, as many terms as it takes; return one act a renewal.

    It is renewed as soon as nobody can denounce it any more for its present end, so that a night without task cuts nobody. The
    partner is told once, of the last end.
    """
    actes = []
    with ecriture():
        convention = reprendre(convention)
        while a_reconduire(convention):
            avant, convention.fin = convention.fin, _suivante(convention, _fin(convention))
            acte = acter(
                par=par, genre="reconduire", organisme=convention.organisme, convention=convention, effet=convention.fin,
                motif=MOTIF_RECONDUCTION, ancienne_fin=str(avant),
            )  # fmt: skip
            actes.append(acte)
        if actes:
            enregistrer(convention)
            envois.confier(modele="conventions.reconduction", objet=actes[-1].pk)
    return actes


def annoncer_preavis(*, convention: Convention, par: Auteur) -> Acte | None:
    """Tell the partner, once a term, that the last day to denounce comes near; return the act, or None when it is not the time."""
    with ecriture():
        convention = reprendre(convention)
        dernier = derniere_denonciation(convention)
        if not preavis_proche(convention):
            return None
        if convention.actes.filter(genre="preavis_annoncer", effet=dernier).exists():
            return None
        acte = acter(par=par, genre="preavis_annoncer", organisme=convention.organisme, convention=convention, effet=dernier)
        envois.confier(modele="conventions.preavis", objet=acte.pk)
    return acte


def se_reconduit(convention: Convention) -> bool:
    """Return whether the convention is renewed at its end if nothing happens: signed by both before that end, and still alive."""
    if convention.signature_partenaire is None or convention.signature_caf is None:
        return False
    a_temps = max(convention.signature_partenaire, convention.signature_caf) <= _fin(convention)
    return convention.tacite_reconduction and a_temps and convention.denonciation is None and convention.resiliation is None


def preavis_proche(convention: Convention) -> bool:
    """Return whether the last day of denunciation is near enough to be announced, and not past."""
    dernier = derniere_denonciation(convention)
    annonce = dernier - timedelta(days=settings.ENVIRONNEMENT.preavis_information_jours)
    return se_reconduit(convention) and annonce <= horloge.jour() <= dernier


def a_reconduire(convention: Convention) -> bool:
    """Return whether nobody can denounce the convention any more for its present end."""
    return se_reconduit(convention) and horloge.jour() > derniere_denonciation(convention)


def _terme(convention: Convention, recue_le: date) -> date:
    """Return the end at which a denunciation received that day stops the convention."""
    passees = sorted(date.fromisoformat(acte.detail["ancienne_fin"]) for acte in convention.actes.filter(genre="reconduire"))
    fin = next((une for une in passees if recue_le <= _dernier_jour(convention, une)), _fin(convention))
    while convention.tacite_reconduction and recue_le > _dernier_jour(convention, fin):
        fin = _suivante(convention, fin)
    return fin


def _fin(convention: Convention) -> date:
    assert convention.fin is not None  # noqa: S101 (the database says so)
    return convention.fin


def _dernier_jour(convention: Convention, fin: date) -> date:
    return ajouter_mois(fin, -convention.preavis_mois)


def _suivante(convention: Convention, fin: date) -> date:
    """A term of whole months begins the day after the end: from 1 January to 31 December, and again."""
    return ajouter_mois(fin + timedelta(days=1), convention.duree_mois) - timedelta(days=1)


def _acter(acte: Convention | Contrat, genre: str, par: Auteur, motif: str) -> None:
    convention = acte if isinstance(acte, Convention) else acte.convention
    acter(
        par=par, genre=genre, organisme=convention.organisme, convention=convention, contrat=acte if isinstance(acte, Contrat) else None,
        motif=motif,
    )  # fmt: skip
