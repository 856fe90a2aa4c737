"""What a dossier fills in of a calculation: the leaves that the profile may see, and a word on the others."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.calculs import participation, quotient
from allocataires.codes.prestations import prestation
from allocataires.fiche import FamilleLue, Fiche, Prestations
from allocataires.matrice import MATRICE
from allocataires.outils.champs import PRENOM_MAX, ecrire, ecrire_date
from allocataires.presentation.regard import feuilles_vues
from allocataires.presentation.vue import Message

# A list of which the profile reads a part is no list of the benefits.
PARTIELLES = {rubrique.nom: frozenset(rubrique.reduites) for rubrique in MATRICE}
TOTAUX = ("total_rsa", "total_prime_activite", "total_logement", "total_familiales")


@dataclass(frozen=True, slots=True)
class Champ:
    """A field: its name in the form, in words, the leaf where it comes from, and what the dossier says of it (None: nothing)."""

    nom: str
    mots: str
    feuille: str
    valeur: str | None


@dataclass(frozen=True, slots=True)
class Remplissage:
    """What the form is filled in with, and what must be said of it."""

    valeurs: dict[str, str]
    avis: tuple[Message, ...]


def le_quotient(fiche: Fiche, jour: date) -> Remplissage:
    """Return what a dossier says of its quotient."""
    prestations, avis = _prestations(fiche, jour)
    connu = next((un for un in (fiche.quotient, fiche.quotient_demande, fiche.quotient_janvier) if un is not None), None)
    officiel = Champ("officiel", "le quotient de la Caf", "quotient", ecrire(connu.valeur if connu else None) or None)
    rempli = _remplir(fiche, (*_foyer(fiche), _ressources(fiche), prestations, officiel))
    return Remplissage(rempli.valeurs, (*rempli.avis, *avis, *_msa(fiche), *_ajuste(fiche)))


def la_participation(fiche: Fiche, jour: date) -> Remplissage:
    """Return what a dossier says of a fee. Resources that the profile may see and that the CAF does not know ask for the ceiling."""
    _, enfants, aeeh = _foyer(fiche)
    ressources = _ressources(fiche)
    rempli = _remplir(fiche, (enfants, aeeh, ressources))
    rempli.valeurs.update(accueil=participation.Accueil.COLLECTIF.value, jour=jour.isoformat())
    if _voit(fiche.profil, ressources.feuille) and ressources.valeur is None:
        rempli.valeurs["inconnues"] = "on"
    return rempli


def les_ages(fiche: Fiche, jour: date) -> Remplissage:
    """Return what a dossier says of its children: those who are at charge, or of whom it is not said."""
    adultes, _, aeeh = _foyer(fiche)
    enfants = [un for un in fiche.enfants or () if un.a_charge is not False]
    lignes = [f"{_prenom(un)} {ecrire_date(un.date_naissance)}".strip() for un in enfants if un.date_naissance]
    rempli = _remplir(fiche, (Champ("naissances", "les enfants", "enfants.date_naissance", "\n".join(lignes) or None), adultes, aeeh))
    rempli.valeurs["jour"] = jour.isoformat()
    sans_date = len(enfants) - len(lignes)
    tus = f"{formats.nombre(sans_date, 'enfant')} sans date de naissance connue : ajoutez-la si la famille vous la donne."
    return Remplissage(rempli.valeurs, (*rempli.avis, *((Message("attention", "", tus),) if sans_date else ())))


def _foyer(fiche: Fiche) -> tuple[Champ, Champ, Champ]:
    """Return the grown-ups, the children, and how many open the right to the AEEH."""
    famille = fiche.famille or FamilleLue()
    couple = famille.couple if famille.situation is None else famille.situation in codes.EN_COUPLE
    adultes = None if couple is None else "2" if couple else "1"
    reduit = _voit(fiche.profil, "famille.couple")
    # T3 knows whether there is one, not how many: none is a number, some is not.
    aeeh = 0 if famille.aeeh is False else famille.nombre_enfants_beneficiaire_aeeh
    un_ou_plusieurs = _voit(fiche.profil, "famille.aeeh") and not famille.aeeh
    return (
        Champ("adultes", "les adultes du foyer", "famille.couple" if reduit else "famille.situation", adultes),
        Champ("enfants", "le nombre d’enfants", "famille.nombre_enfants_a_charge", ecrire(famille.nombre_enfants_a_charge) or None),
        Champ(
            "aeeh", "le nombre d’enfants ouvrant droit à l’AEEH",
            "famille.aeeh" if un_ou_plusieurs else "famille.nombre_enfants_beneficiaire_aeeh", ecrire(aeeh) or None,
        ),
    )  # fmt: skip


def _ressources(fiche: Fiche) -> Champ:
    base = (fiche.ressources or r.Ressources()).base_ressources_annuelles or r.BaseRessources()
    return Champ("ressources", "les ressources annuelles", "ressources.base_ressources_annuelles.valeur", ecrire(base.valeur) or None)


def _prestations(fiche: Fiche, jour: date) -> tuple[Champ, tuple[Message, ...]]:
    """Return the benefits of the month that count, by their list or by their totals, and how the sum was made."""
    if _voit(fiche.profil, "prestations.total_familiales"):
        lues = fiche.prestations or Prestations()
        connus = [total for nom in TOTAUX if (total := getattr(lues, nom)) is not None]
        avis = Message(
            "attention", "Les prestations sont la somme de quatre totaux.",
            "Elle ne contient ni l’AAH ni l’AEEH, et peut contenir la rentrée scolaire, une prime de naissance ou le mode de garde.",
        )  # fmt: skip
        somme = ecrire(sum(connus, Decimal(0))) if connus else None
        return Champ("prestations", "les prestations du mois", "prestations.total_familiales", somme), (avis,) if connus else ()
    champ = Champ("prestations", "les prestations du mois", "droits.montant", None)
    if not _voit(fiche.profil, champ.feuille):
        return champ, ()
    droits = [droit for droit in fiche.droits or () if droit.montant is not None]
    comptes = [droit for droit in droits if quotient.est_comptee(droit.code, jour)]
    autres = [droit for droit in droits if droit not in comptes]
    phrases = [f"Comptées : {_noms(comptes)}." if comptes else "Aucune prestation ne compte ce mois-ci."]
    if autres:
        phrases.append(f"Laissées de côté : {_noms(autres)}.")
    somme = ecrire(sum((droit.montant or Decimal(0) for droit in comptes), Decimal(0)))
    return replace(champ, valeur=somme), (Message("", "Les prestations viennent des droits ouverts.", " ".join(phrases)),)


def _noms(droits: Iterable[r.Droit]) -> str:
    return ", ".join(f"{prestation(droit.code)} {formats.montant(droit.montant)}" for droit in droits)


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
    vus = [champ for champ in champs if _voit(fiche.profil, champ.feuille)]
    caches = [champ.mots for champ in champs if champ not in vus]
    inconnus = [champ.mots for champ in vus if champ.valeur is None]
    avis = []
    if not vus:
        avis.append(Message("attention", "Votre profil ne montre aucune des données de ce calcul.", "Le formulaire est vierge."))
    elif caches:
        avis.append(Message("", f"Votre profil ne montre pas {_et(caches)}.", "Demandez-le à la famille, et saisissez-le."))
    if inconnus:
        avis.append(Message("attention", f"Le dossier ne dit pas {_et(inconnus)}.", "Demandez-le à la famille, et saisissez-le."))
    return Remplissage({champ.nom: champ.valeur for champ in vus if champ.valeur is not None}, tuple(avis))


def _et(mots: list[str]) -> str:
    return " ni ".join(mots)


def _voit(profil: str, feuille: str) -> bool:
    """Return whether the profile sees a leaf, and sees it whole."""
    return feuille in feuilles_vues(profil) and profil not in PARTIELLES[feuille.partition(".")[0]]


def _prenom(enfant: r.Enfant) -> str:
    return (enfant.prenoms or enfant.nom_complet or "")[:PRENOM_MAX]
