"""What a dossier fills in of a calculation: the leaves that the profile may see, and a word on the others."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from allocataires import codes
from allocataires import rubriques as r
from allocataires.calculs import participation
from allocataires.fiche import FamilleLue, Fiche
from allocataires.outils import enfants, prestations
from allocataires.outils.champs import PRENOM_MAX, ecrire, ecrire_date
from allocataires.outils.dossier import Champ, voit
from allocataires.presentation.vue import Message

A_DEMANDER = "À demander à la famille, puis à saisir."


@dataclass(frozen=True, slots=True)
class Remplissage:
    """What the form is filled in with, and what must be said of it."""

    valeurs: dict[str, str]
    avis: tuple[Message, ...]


def le_quotient(fiche: Fiche, jour: date) -> Remplissage:
    """Return what a dossier says of its quotient."""
    adultes, a_charge, aeeh = _foyer(fiche)
    nombre, sur_les_enfants = enfants.nombre(fiche, jour)
    recues, sur_les_prestations = prestations.lire(fiche, jour)
    connu = next((un for un in (fiche.quotient, fiche.quotient_demande, fiche.quotient_janvier) if un is not None), None)
    officiel = Champ("officiel", "le quotient de la Caf", "quotient", ecrire(connu.valeur if connu else None) or None)
    comptes = replace(a_charge, valeur=ecrire(nombre) or None)
    rempli = _remplir(fiche, (adultes, comptes, aeeh, _ressources(fiche), recues, officiel))
    return Remplissage(rempli.valeurs, (*rempli.avis, *sur_les_enfants, *sur_les_prestations, *_msa(fiche), *_ajuste(fiche)))


def la_participation(fiche: Fiche, jour: date) -> Remplissage:
    """Return what a dossier says of a fee. Resources that the profile may see and that the CAF does not know ask for the ceiling."""
    _, a_charge, aeeh = _foyer(fiche)
    ressources = _ressources(fiche)
    rempli = _remplir(fiche, (a_charge, aeeh, ressources))
    rempli.valeurs.update(accueil=participation.Accueil.COLLECTIF.value, jour=jour.isoformat())
    if voit(fiche.profil, ressources.feuille) and ressources.valeur is None:
        rempli.valeurs["inconnues"] = "on"
    return rempli


def les_ages(fiche: Fiche, jour: date) -> Remplissage:
    """Return what a dossier says of its children: those who are at charge, who count still, or of whom it is not said."""
    adultes, _, aeeh = _foyer(fiche)
    lus = enfants.lire(fiche, jour)
    lignes = [f"{_prenom(un)} {ecrire_date(un.date_naissance)}".strip() for un in lus.dates if un.date_naissance]
    rempli = _remplir(fiche, (Champ("naissances", "les enfants", "enfants.date_naissance", "\n".join(lignes) or None), adultes, aeeh))
    rempli.valeurs["jour"] = jour.isoformat()
    if lus.prevue:
        rempli.valeurs["prevue"] = lus.prevue.isoformat()
    return Remplissage(rempli.valeurs, (*rempli.avis, *enfants.sur_les_dates(fiche, lus)))


def _foyer(fiche: Fiche) -> tuple[Champ, Champ, Champ]:
    """Return the grown-ups, the children, and how many open the right to the AEEH."""
    famille = fiche.famille or FamilleLue()
    couple = famille.couple if famille.situation is None else famille.situation in codes.EN_COUPLE
    adultes = None if couple is None else "2" if couple else "1"
    reduit = voit(fiche.profil, "famille.couple")
    # T3 knows whether there is one, not how many: none is a number, some is not.
    aeeh = 0 if famille.aeeh is False else famille.nombre_enfants_beneficiaire_aeeh
    aucun = voit(fiche.profil, "famille.aeeh") and not famille.aeeh
    au_moins_un = " (il y en a au moins un)" if famille.aeeh else ""
    return (
        Champ("adultes", "les adultes du foyer", "famille.couple" if reduit else "famille.situation", adultes),
        Champ("enfants", "le nombre d’enfants", "famille.nombre_enfants_a_charge", ecrire(famille.nombre_enfants_a_charge) or None),
        Champ(
            "aeeh", f"le nombre d’enfants ouvrant droit à l’AEEH{au_moins_un}",
            "famille.aeeh" if aucun else "famille.nombre_enfants_beneficiaire_aeeh", ecrire(aeeh) or None,
        ),
    )  # fmt: skip


def _ressources(fiche: Fiche) -> Champ:
    base = (fiche.ressources or r.Ressources()).base_ressources_annuelles or r.BaseRessources()
    return Champ("ressources", "les ressources annuelles", "ressources.base_ressources_annuelles.valeur", ecrire(base.valeur) or None)


def _msa(fiche: Fiche) -> tuple[Message, ...]:
    if fiche.fournisseur != "MSA":
        return ()
    dit = "Elle calcule elle-même le quotient de ses ressortissants : le sien peut différer de ce calcul, et c’est lui qui fait foi."
    return (Message("attention", "Ce dossier vient de la Mutualité sociale agricole (MSA).", dit),)


def _ajuste(fiche: Fiche) -> tuple[Message, ...]:
    if not fiche.ajustements:
        return ()
    return (
        Message(
            "attention", "Ce dossier porte un abattement ou une neutralisation.", "La Caf ne retient alors qu’une part des ressources."
        ),
    )


def _remplir(fiche: Fiche, champs: Iterable[Champ]) -> Remplissage:
    """Return the fields of which the dossier says something, and name the others: those that the profile may not see, those not known."""
    champs = tuple(champs)
    vus = [champ for champ in champs if voit(fiche.profil, champ.feuille)]
    caches = [champ.mots for champ in champs if champ not in vus]
    inconnus = [champ.mots for champ in vus if champ.valeur is None]
    avis = []
    if not vus:
        avis.append(Message("attention", "Votre profil ne montre aucune des données de ce calcul.", "Le formulaire est vierge."))
    elif caches:
        avis.append(Message("", f"Votre profil ne montre {_ni(caches)}.", A_DEMANDER))
    if inconnus:
        avis.append(Message("attention", f"Le dossier ne dit {_ni(inconnus)}.", A_DEMANDER))
    return Remplissage({champ.nom: champ.valeur for champ in vus if champ.valeur is not None}, tuple(avis))


def _ni(mots: list[str]) -> str:
    """Return what is not there: « pas l’un », « ni l’un ni l’autre »."""
    return f"pas {mots[0]}" if len(mots) == 1 else " ".join(f"ni {un}" for un in mots)


def _prenom(enfant: r.Enfant) -> str:
    return (enfant.prenoms or enfant.nom_complet or "")[:PRENOM_MAX]
