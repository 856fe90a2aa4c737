"""The household: its situation, its children."""

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.fiche import FamilleLue
from allocataires.presentation.mots import Lexique
from allocataires.presentation.personnes import age, naissance, nom
from allocataires.presentation.regard import Regard, compte, connu, oui_non
from allocataires.presentation.vue import Colonne, Faits, Section

TITRE = "Famille"


def famille(regard: Regard) -> Section:
    """Return « Famille »."""
    lue, enfants, lexique = regard.lue.famille or FamilleLue(), regard.lue.enfants or (), Lexique()
    if not connu(lue) and not enfants:
        return Section(id="famille", titre=TITRE)
    tableau = regard.tableau(
        "Enfants du foyer",
        (
            ("enfants", Colonne("Enfant"), _enfant),
            ("enfants.date_naissance", Colonne("Naissance"), naissance),
            ("enfants.date_naissance", Colonne("Âge"), lambda un: age(un.date_naissance, regard.jour)),
            ("enfants.a_charge", Colonne("À charge"), lambda un: oui_non(un.a_charge)),
            ("enfants.residence_alternee", Colonne("Résidence alternée"), lambda un: oui_non(un.residence_alternee)),
            ("enfants.partage_prestations", Colonne("Prestations partagées"), lambda un: oui_non(un.partage_prestations)),
            ("enfants.beneficiaire_aeeh", Colonne("Ouvre droit à l’AEEH"), lambda un: oui_non(un.beneficiaire_aeeh)),
        ),
        enfants,
    )
    faits = _composition(regard, lue, lexique) if connu(lue) else ()
    return Section(id="famille", titre=TITRE, faits=faits, tableaux=(tableau,) if enfants else (), termes=lexique.termes)


def _enfant(un: r.Enfant) -> str:
    autre = f", nom de naissance : {un.nom_naissance}" if un.nom_usage and un.nom_naissance not in (None, un.nom_usage) else ""
    return nom(un) + autre


def _composition(regard: Regard, lue: FamilleLue, lexique: Lexique) -> Faits:
    situation = lexique.mot(codes.SITUATIONS, lue.situation)
    if situation and lue.situation_depuis:
        situation += f", depuis le {formats.date_fr(lue.situation_depuis)}"
    faits = regard.faits(
        ("famille.situation", "Situation familiale", situation),
        ("famille.couple", "Vie en couple", oui_non(lue.couple)),
        ("famille.nombre_enfants_a_charge", "Enfants à charge (prestations familiales)", compte(lue.nombre_enfants_a_charge)),
        ("famille.nombre_enfants_aide_logement", "Enfants à charge (aide au logement)", compte(lue.nombre_enfants_aide_logement)),
        ("famille.nombre_enfants_beneficiaire_aeeh", "Enfants ouvrant droit à l’AEEH", compte(lue.nombre_enfants_beneficiaire_aeeh)),
        ("famille.aeeh", "Un enfant ouvre droit à l’AEEH", oui_non(lue.aeeh)),
        ("famille.nombre_autres_personnes_a_charge", "Autres personnes à charge", compte(lue.nombre_autres_personnes_a_charge)),
    )
    grossesse = "\n".join(
        ligne
        for ligne in (
            f"Début le {formats.date_fr(lue.grossesse_debut)}" if lue.grossesse_debut else "",
            f"Naissance prévue le {formats.date_fr(lue.grossesse_date_prevue)}" if lue.grossesse_date_prevue else "",
        )
        if ligne
    )
    # A pregnancy that is not declared is not one that is not known.
    return (*faits, ("Grossesse déclarée", grossesse)) if grossesse else faits
