"""The four facts at the top of a dossier: those that each profile comes for."""

from collections.abc import Callable

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.fiche import FamilleLue
from allocataires.presentation.mois import du_calcul, du_quotient, pourquoi_absent
from allocataires.presentation.regard import NON_CONNU, Regard, compte, oui_non
from allocataires.presentation.vue import Essentiel

DROITS_NOMMES = 4
AEEH = "allocation d’éducation de l’enfant handicapé"


def _famille(regard: Regard) -> FamilleLue:
    return regard.lue.famille or FamilleLue()


def _foyer(regard: Regard) -> Essentiel:
    famille = _famille(regard)
    couple = famille.couple if famille.situation is None else famille.situation in codes.EN_COUPLE
    enfants = famille.nombre_enfants_a_charge
    morceaux = [] if couple is None else ["couple" if couple else "personne seule"]
    if enfants is not None:
        morceaux.append(formats.nombre(enfants, "enfant") if enfants else "sans enfant")
    texte = ", ".join(morceaux) or NON_CONNU
    return Essentiel("Foyer", texte[0].upper() + texte[1:], "à charge au sens des prestations" if enfants else "")


def _quotient(regard: Regard) -> Essentiel:
    quotient = regard.lue.quotient
    if quotient is None:
        return Essentiel("Quotient familial", NON_CONNU)
    mois, calcul = du_quotient(quotient), du_calcul(quotient)
    if quotient.valeur is None:
        return Essentiel("Quotient familial", NON_CONNU, f"{mois} : {pourquoi_absent(quotient)}")
    return Essentiel(
        "Quotient familial", formats.montant(quotient.valeur), mois if calcul in (None, mois) else f"{mois}, calculé en {calcul}"
    )


def _base_ressources(regard: Regard) -> Essentiel:
    base = (regard.lue.ressources or r.Ressources()).base_ressources_annuelles or r.BaseRessources()
    annee = f"ressources de l’année {base.annee_calcul}" if base.annee_calcul else ""
    return Essentiel("Base annuelle de ressources", formats.montant(base.valeur) or NON_CONNU, annee)


def _droits(regard: Regard) -> Essentiel:
    noms = [codes.PRESTATIONS_COURTES.get(droit.code, droit.code) for droit in regard.lue.droits or ()]
    if not noms:
        return Essentiel("Droits ouverts", "Aucun connu")
    reste = len(noms) - DROITS_NOMMES
    texte = ", ".join(noms[:DROITS_NOMMES])
    return Essentiel("Droits ouverts", texte[0].upper() + texte[1:], f"et {formats.nombre(reste, 'autre')}" if reste > 0 else "")


def _dernier_paiement(regard: Regard) -> Essentiel:
    paiements = regard.lue.paiements or ()
    if not paiements:
        return Essentiel("Dernier paiement", "Aucun connu")
    jour = max(paiement.date_paiement for paiement in paiements)
    total = sum(paiement.montant for paiement in paiements if paiement.date_paiement == jour)
    return Essentiel("Dernier paiement", formats.montant(total), formats.date_fr(jour))


def _enfants_aeeh(regard: Regard) -> Essentiel:
    return Essentiel("Enfants ouvrant droit à l’AEEH", compte(_famille(regard).nombre_enfants_beneficiaire_aeeh) or NON_CONNU, AEEH)


def _aeeh(regard: Regard) -> Essentiel:
    return Essentiel("Un enfant ouvre droit à l’AEEH", oui_non(_famille(regard).aeeh) or NON_CONNU, AEEH)


def _commune(regard: Regard) -> Essentiel:
    commune = (regard.lue.adresse or r.Adresse()).code_postal_ville
    return Essentiel("Commune", commune or NON_CONNU, "déclarée par la famille" if commune else "")


def _actif(regard: Regard) -> Essentiel:
    actif = regard.lue.actif
    return Essentiel("Dossier", NON_CONNU if actif is None else "Actif" if actif else "Non actif")


def _rsa(regard: Regard) -> Essentiel:
    etat = (regard.lue.rsa or r.Rsa()).etat
    if etat is None:
        return Essentiel("RSA", NON_CONNU)
    if etat not in codes.ETATS_RSA:
        return Essentiel("RSA", "État inconnu", f"code {etat}")
    return Essentiel("RSA", codes.ETATS_RSA_COURTS[etat], codes.ETATS_RSA[etat].libelle)


def _montant_du_rsa(regard: Regard) -> Essentiel:
    montant = (regard.lue.rsa or r.Rsa()).montant
    return Essentiel("Montant du RSA", formats.montant(montant) or NON_CONNU, "par mois" if montant is not None else "")


def _aide_au_logement(regard: Regard) -> Essentiel:
    logement = regard.lue.logement or r.Logement()
    return Essentiel(
        "Aide au logement", formats.montant(logement.montant_aide) or "Aucune connue", codes.prestation(logement.type_aide) or ""
    )


def _loyer(regard: Regard) -> Essentiel:
    logement = regard.lue.logement or r.Logement()
    reference = f"logement {logement.reference_logement}" if logement.reference_logement else ""
    return Essentiel("Loyer", formats.montant(logement.loyer) or NON_CONNU, reference)


def _enfants_aide_au_logement(regard: Regard) -> Essentiel:
    return Essentiel(
        "Enfants à charge", compte(_famille(regard).nombre_enfants_aide_logement) or NON_CONNU, "au sens de l’aide au logement"
    )


ESSENTIELS: dict[str, tuple[Callable[[Regard], Essentiel], ...]] = {
    "T1": (_foyer, _quotient, _droits, _dernier_paiement),
    "T2": (_foyer, _base_ressources, _enfants_aeeh, _actif),
    "T3": (_foyer, _quotient, _aeeh, _actif),
    "T4": (_foyer, _quotient, _commune, _actif),
    "T5": (_foyer, _quotient, _rsa, _montant_du_rsa),
    "T8": (_aide_au_logement, _loyer, _enfants_aide_au_logement, _actif),
}
