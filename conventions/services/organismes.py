"""Partners: created on a request or in the guided form, corrected, suspended."""

from typing import Any

from stdnum.fr import siret as siret_valide

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Caisse, Organisme
from conventions.services.ecriture import acter, base, ecriture, enregistrer, reprendre

MODIFIABLES = (
    "raison_sociale", "nature", "secteur", "zone", "adresse", "code_postal", "ville", "representant", "representant_qualite", "courriel",
    "telephone", "contact_dpo", "contact_securite", "numero_tiers", "protege",
)  # fmt: skip


def verifier_siret(saisie: str) -> str:
    """Return the 14 digits of a SIRET typed with blanks or not. Raises Refus: its key is wrong, or it is not one."""
    try:
        return str(siret_valide.validate(saisie))
    except siret_valide.ValidationError as erreur:
        raise Refus(
            "Ce SIRET n’existe pas : il a 14 chiffres, et le dernier contrôle les autres. Recopiez-le d’un avis de situation Sirene.",
            "siret",
        ) from erreur


def creer(*, caisse: Caisse, par: Auteur, siret: str | None, **champs: Any) -> Organisme:
    """Create a partner led by `caisse`. Raises Refus when another one bears this SIRET."""
    with ecriture():
        organisme = enregistrer(Organisme(caisse=caisse, siret=verifier_siret(siret) if siret else None, **champs))
        acter(par=par, genre="organisme_creer", organisme=organisme)
    return organisme


def modifier(*, organisme: Organisme, version: int, par: Auteur, **champs: Any) -> Organisme:
    """Change what may change without more ado; the SIRET has its own act."""
    with ecriture():
        organisme = reprendre(organisme, version)
        changes = [nom for nom in MODIFIABLES if nom in champs and getattr(organisme, nom) != champs[nom]]
        for nom in changes:
            setattr(organisme, nom, champs[nom])
        if changes:
            enregistrer(organisme)
            acter(par=par, genre="organisme_modifier", organisme=organisme, champs=changes)
    return organisme


def corriger_siret(*, organisme: Organisme, siret: str, motif: str, par: Auteur) -> Organisme:
    """Replace a wrong SIRET; the old one stays in the act. Raises Refus when another partner bears the new one: they may be merged."""
    nouveau = verifier_siret(siret)
    with ecriture():
        organisme = reprendre(organisme)
        if organisme.siret == nouveau:
            raise Refus("C’est déjà le SIRET de cet organisme.", "siret")
        if Organisme.objects.using(base()).filter(siret=nouveau).exists():
            raise Refus("Un autre organisme porte déjà ce SIRET. Si c’est le même partenaire, fusionnez-les.", "siret")
        ancien, organisme.siret = organisme.siret, nouveau
        enregistrer(organisme)
        acter(par=par, genre="siret_corriger", organisme=organisme, motif=motif, ancien=ancien, nouveau=nouveau)
    return organisme


def suspendre(*, organisme: Organisme, motif: str, par: Auteur) -> Organisme:
    """Close at once everything that the partner opens, « à titre conservatoire »."""
    with ecriture():
        organisme = reprendre(organisme)
        if organisme.suspension is not None:
            raise Refus("Cet organisme est déjà suspendu.")
        organisme.suspension = horloge.maintenant()
        enregistrer(organisme)
        acter(par=par, genre="suspendre", organisme=organisme, motif=motif)
    return organisme


def lever(*, organisme: Organisme, motif: str, par: Auteur) -> Organisme:
    """End the suspension: what was in force is so again, and nothing more."""
    with ecriture():
        organisme = reprendre(organisme)
        if organisme.suspension is None:
            raise Refus("Cet organisme n’est pas suspendu.")
        organisme.suspension = None
        enregistrer(organisme)
        acter(par=par, genre="lever", organisme=organisme, motif=motif)
    return organisme
