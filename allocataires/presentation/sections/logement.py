"""The dwelling: how the household is housed, the aid, the rent that is not paid."""

from allocataires import codes, formats
from allocataires.fiche import LogementLu
from allocataires.presentation.mots import Lexique
from allocataires.presentation.regard import Regard, connu, oui_non
from allocataires.presentation.vue import Groupe, Section


def logement(regard: Regard) -> Section:
    """Return « Logement »."""
    lu, lexique = regard.lue.logement, Lexique()
    if lu is None or not connu(lu):
        return Section(id="logement", titre="Logement")
    faits = regard.faits(
        ("logement.statut_occupation", "Occupation", lexique.mot(codes.OCCUPATIONS, lu.statut_occupation)),
        ("logement.locataire", "Locataire", oui_non(lu.locataire)),
        ("logement.loyer", "Loyer mensuel", formats.montant(lu.loyer)),
        ("logement.type_aide", "Aide au logement", lexique.prestation(lu.type_aide)),
        ("logement.montant_aide", "Montant mensuel de l’aide", formats.montant(lu.montant_aide)),
        ("logement.date_ouverture_aide", "Aide ouverte depuis le", formats.date_fr(lu.date_ouverture_aide)),
        ("logement.destinataire_aide", "Aide versée à", lexique.mot(codes.DESTINATAIRES, lu.destinataire_aide)),
        ("logement.nom_bailleur", "Bailleur", lu.nom_bailleur),
        ("logement.code_bailleur", "Code bailleur", lu.code_bailleur),
        ("logement.reference_logement", "Référence du logement", lu.reference_logement),
        ("logement.est_adresse_du_dossier", "Adresse du dossier", _est_adresse(lu.est_adresse_du_dossier)),
    )
    return Section(id="logement", titre="Logement", faits=faits, groupes=_impaye(regard, lu), termes=lexique.termes)


def _est_adresse(valeur: bool | None) -> str | None:
    return None if valeur is None else "Celle de ce logement" if valeur else "Une autre que celle de ce logement"


def _impaye(regard: Regard, lu: LogementLu) -> tuple[Groupe, ...]:
    """Return the rent that is not paid and the plan to pay it, when one or the other is known."""
    if (lu.impaye_montant, lu.impaye_depuis, lu.plan_apurement) == (None, None, None):
        return ()
    faits = regard.faits(
        ("logement.impaye_montant", "Somme impayée", formats.montant(lu.impaye_montant)),
        ("logement.impaye_depuis", "Depuis le", formats.date_fr(lu.impaye_depuis)),
        ("logement.plan_apurement", "Plan d’apurement", oui_non(lu.plan_apurement)),
    )
    if lu.plan_apurement:
        faits += regard.faits(
            ("logement.plan_mensualite", "Mensualité du plan", formats.montant(lu.plan_mensualite)),
            ("logement.plan_fin", "Fin du plan", formats.date_fr(lu.plan_fin)),
        )
    return (Groupe("Impayé de loyer", faits),)
