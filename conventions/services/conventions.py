"""The life of a convention: prepared, sent, signed by both, renewed tacitly, suspended and lifted, denounced, terminated."""

from calendar import monthrange
from datetime import date, timedelta

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Contrat, Convention, Organisme
from conventions.services.ecriture import acter, ecriture, enregistrer, reprendre

MOTIF_RECONDUCTION = "Tacite reconduction : aucune dénonciation reçue avant le préavis."


def ajouter_mois(jour: date, mois: int) -> date:
    """Return the same day `mois` months later (or earlier), or the last day of that month."""
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, monthrange(annee, rang + 1)[1]))


def derniere_denonciation(convention: Convention) -> date:
    """Return the last day on which the convention may still be denounced for its present end."""
    fin = convention.fin
    assert fin is not None  # noqa: S101 (the database says so)
    return ajouter_mois(fin, -convention.preavis_mois)


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
        if acte.resiliation is not None:
            raise Refus("Cet acte est résilié.")
        if getattr(acte, champ) is not None:
            raise Refus("Cette signature est déjà enregistrée.", champ)
        if le > horloge.jour():
            raise Refus("Une signature n’est pas datée d’un jour à venir.", champ)
        setattr(acte, champ, le)
        enregistrer(acte)
        convention = acte if isinstance(acte, Convention) else acte.convention
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
        if acte.suspension is None:
            raise Refus("Cet acte n’est pas suspendu.")
        acte.suspension = None
        enregistrer(acte)
        _acter(acte, "lever", par, motif)
    return acte


def denoncer(*, convention: Convention, recue_le: date, motif: str, par: Auteur) -> Convention:
    """Record a denunciation: the convention ends at its term and is not renewed.

    Received after the notice's last day it counts for the next term, for the present one is already renewed.
    """
    with ecriture():
        convention = reprendre(convention)
        if convention.denonciation is not None or convention.resiliation is not None:
            raise Refus("Cette convention est déjà dénoncée ou résiliée.")
        if recue_le > horloge.jour():
            raise Refus("La dénonciation n’est pas datée d’un jour à venir.", "denonciation")
        if convention.tacite_reconduction and recue_le > derniere_denonciation(convention):
            _prolonger(convention)
        convention.denonciation = recue_le
        enregistrer(convention)
        acter(par=par, genre="denoncer", organisme=convention.organisme, convention=convention, effet=convention.fin, motif=motif)
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


def reconduire(*, convention: Convention, par: Auteur) -> bool:
    """Renew a convention whose notice has passed without denunciation, as many terms as it takes; say whether it was.

    It is renewed as soon as nobody can denounce it any more for its present end, so that a night without task cuts nobody.
    """
    with ecriture():
        convention = reprendre(convention)
        if not _a_reconduire(convention):
            return False
        avant = convention.fin
        while _a_reconduire(convention):
            _prolonger(convention)
        enregistrer(convention)
        acter(
            par=par, genre="reconduire", organisme=convention.organisme, convention=convention, effet=convention.fin,
            motif=MOTIF_RECONDUCTION, ancienne_fin=str(avant),
        )  # fmt: skip
    return True


def _a_reconduire(convention: Convention) -> bool:
    signee = convention.signature_partenaire is not None and convention.signature_caf is not None
    vivante = convention.denonciation is None and convention.resiliation is None
    return convention.tacite_reconduction and signee and vivante and horloge.jour() > derniere_denonciation(convention)


def _prolonger(convention: Convention) -> None:
    """A term of whole months begins the day after the end: from 1 January to 31 December, and again."""
    assert convention.fin is not None  # noqa: S101 (the database says so)
    convention.fin = ajouter_mois(convention.fin + timedelta(days=1), convention.duree_mois) - timedelta(days=1)


def _acter(acte: Convention | Contrat, genre: str, par: Auteur, motif: str) -> None:
    convention = acte if isinstance(acte, Convention) else acte.convention
    acter(
        par=par, genre=genre, organisme=convention.organisme, convention=convention, contrat=acte if isinstance(acte, Contrat) else None,
        motif=motif,
    )  # fmt: skip
