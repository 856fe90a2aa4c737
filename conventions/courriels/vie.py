"""The mails about conventions, written when they leave. They inform and ask for nothing; each is about an act."""

from conventions.models import Acte
from conventions.services.conventions import derniere_denonciation
from envois.modeles import Message, modele, rediger


@modele("conventions.reconduction")
def reconduction(acte: int) -> Message | None:
    """Tell the partner that its convention is renewed; nothing when it has ended, or ends otherwise, meanwhile."""
    return _au_partenaire(acte, "reconduction", "Votre convention est reconduite")


@modele("conventions.preavis")
def preavis(acte: int) -> Message | None:
    """Tell the partner until when it may denounce its convention; nothing when it has done so, or when the day is past."""
    return _au_partenaire(acte, "preavis", "Votre convention arrive à son terme")


def _au_partenaire(numero: int, gabarit: str, sujet: str) -> Message | None:
    acte = Acte.objects.select_related("convention__organisme__caisse").get(pk=numero)
    convention = acte.convention
    assert convention is not None  # noqa: S101 (the services say so)
    organisme = convention.organisme
    dernier_jour = derniere_denonciation(convention)
    annonce = convention.fin if acte.genre == "reconduire" else dernier_jour
    vivante = convention.denonciation is None and convention.resiliation is None
    if not organisme.courriel or not vivante or acte.effet != annonce:
        return None
    return rediger(
        f"conventions/courriels/{gabarit}.txt",
        sujet=sujet,
        destinataire=organisme.courriel,
        acte=acte,
        convention=convention,
        organisme=organisme,
        caisse=organisme.caisse,
        dernier_jour=dernier_jour,
    )
