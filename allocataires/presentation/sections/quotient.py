"""The quotient familial: this month's, the last 24, January's, or that of the month that the reader names."""

from datetime import date

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.codes import Mot
from allocataires.presentation import mois
from allocataires.presentation.mots import majuscule
from allocataires.presentation.regard import Regard
from allocataires.presentation.vue import AutreMois, Colonne, Faits, Groupe, Message, Repli, Section

TITRE = "Quotient familial"
CALCUL = Mot(
    "Quotient familial",
    "Les ressources d’une année, en général l’avant-dernière, divisées par douze, plus les prestations du mois, le tout divisé par le "
    "nombre de parts du foyer : deux pour les parents, une demie pour chacun des deux premiers enfants, une pour le troisième, une demie "
    "ensuite, et une demie de plus pour un enfant handicapé.",
    "Il peut différer de celui des impôts, et changer après coup quand la Caf apprend un fait : le mois du calcul le dit.",
)


def quotient(regard: Regard) -> Section:
    """Return « Quotient familial »."""
    lue = regard.lue
    mensuels = sorted(lue.quotients or (), key=lambda un: (un.annee, un.mois))
    groupes = (*_janvier(regard), *_demande(regard))
    autre_mois, messages = _autre_mois(regard) if regard.voit("quotient_demande") else (None, ())
    if lue.quotient is None and not mensuels and not groupes:
        return Section(id="quotient", titre=TITRE, autre_mois=autre_mois, messages=messages)
    tableau = regard.tableau(
        "Quotient familial, du mois le plus récent au plus ancien",
        (
            ("quotients.mois", Colonne("Mois"), lambda un: majuscule(mois.du_quotient(un))),
            ("quotients.mois_calcul", Colonne("Calculé en"), mois.du_calcul),
            ("quotients.valeur", Colonne("Quotient familial", montant=True), lambda un: majuscule(mois.valeur(un))),
        ),
        reversed(mensuels),
    )
    return Section(
        id="quotient",
        titre=TITRE,
        faits=_faits(lue.quotient) if lue.quotient else (),
        groupes=groupes,
        graphique=mois.graphique(mensuels),
        replis=(Repli(f"Voir les {formats.nombre(len(mensuels), 'mois', 'mois')} en tableau", tableau),) if mensuels else (),
        messages=messages,
        termes=(CALCUL,),
        autre_mois=autre_mois,
    )


def _faits(un: r.Quotient) -> Faits:
    """Return the value for its month, the month of its calculation, and what to do when it is not known."""
    calcul = mois.du_calcul(un)
    suite = codes.MOTIFS_QF_ABSENT[un.motif_absence].suite if un.valeur is None and un.motif_absence else ""
    return (
        (f"Pour {mois.du_quotient(un)}", majuscule(mois.valeur(un))),
        *((("Calculé en", calcul),) if calcul else ()),
        *((("Que faire", suite),) if suite else ()),
    )


def _janvier(regard: Regard) -> tuple[Groupe, ...]:
    if regard.lue.quotient_janvier is None:
        return ()
    return (Groupe("Au mois de janvier", _faits(regard.lue.quotient_janvier)),)


def _demande(regard: Regard) -> tuple[Groupe, ...]:
    un, demande = regard.lue.quotient_demande, mois.lire(regard.mois)
    if un is not None:
        return (Groupe("Le mois demandé", _faits(un)),)
    if demande is None or not regard.voit("quotient_demande"):
        return ()
    absent = ((f"Pour {formats.mois_fr(demande)}", "Non connu : la Caf n’a pas transmis de quotient pour ce mois"),)
    return (Groupe("Le mois demandé", absent),)


def _autre_mois(regard: Regard) -> tuple[AutreMois, tuple[Message, ...]]:
    """Return the last 24 months to choose from, and what is said of a month that is none."""
    rangs = range(regard.jour.year * 12 + regard.jour.month - 1, regard.jour.year * 12 + regard.jour.month - 1 - mois.MONTRES, -1)
    jours = [date(rang // 12, rang % 12 + 1, 1) for rang in rangs]
    demande = mois.lire(regard.mois)
    messages = (
        (Message("attention", "Ce mois n’est pas reconnu.", "Choisissez-le dans la liste : rien d’autre n’a été demandé."),)
        if regard.mois and demande is None
        else ()
    )
    choix = AutreMois(tuple((f"{jour:%Y-%m}", formats.mois_fr(jour)) for jour in jours), f"{demande:%Y-%m}" if demande else "")
    return choix, messages
