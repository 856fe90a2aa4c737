"""What a dossier says of the benefits of the month that count in the quotient: by their list, or by their totals."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from allocataires import codes, formats
from allocataires import rubriques as r
from allocataires.calculs import quotient
from allocataires.fiche import Fiche, Prestations
from allocataires.outils.champs import ecrire
from allocataires.outils.dossier import Champ, voit
from allocataires.presentation.vue import Message

# The totals that T5 reads, and the family of benefits of each.
TOTAUX = {"total_rsa": "rsa", "total_prime_activite": "activite", "total_logement": "logement", "total_familiales": "familiale"}
MOTS = "les prestations du mois"


def lire(fiche: Fiche, jour: date) -> tuple[Champ, tuple[Message, ...]]:
    """Return the field of the benefits, and how its sum was made. What is not known is not zero: the field is then left empty."""
    if voit(fiche.profil, "prestations.total_familiales"):
        return _par_les_totaux(fiche.prestations or Prestations(), jour)
    champ = Champ("prestations", MOTS, "droits.montant", None)
    if fiche.droits is None or not voit(fiche.profil, champ.feuille):
        return champ, ()
    connus = [droit for droit in fiche.droits if droit.code in codes.PRESTATIONS]
    comptes = [droit for droit in connus if quotient.est_comptee(droit.code, jour)]
    exclus = [droit for droit in connus if droit not in comptes]
    sans_montant = [droit for droit in comptes if droit.montant is None]
    phrases = [
        f"{mots} : {_noms(liste)}."
        for mots, liste in (
            ("Comptées", [droit for droit in comptes if droit not in sans_montant]),
            ("Laissées de côté", exclus),
            ("De montant inconnu", sans_montant),
        )
        if liste
    ]
    if not comptes:
        phrases.insert(0, "Aucune prestation ne compte ce mois-ci.")
    if sans_montant:
        avis = Message("attention", "Le montant d’une prestation manque : la somme n’est pas faite.", " ".join(phrases))
    else:
        avis = Message("", "Les prestations viennent des droits ouverts.", " ".join(phrases))
    hors_liste = (_hors_liste(droit) for droit in fiche.droits if droit not in connus)
    somme = None if sans_montant else ecrire(sum((droit.montant or Decimal(0) for droit in comptes), Decimal(0)))
    return replace(champ, valeur=somme), (avis, *hors_liste)


def _par_les_totaux(lues: Prestations, jour: date) -> tuple[Champ, tuple[Message, ...]]:
    champ = Champ("prestations", MOTS, "prestations.total_familiales", None)
    totaux = [total for nom in TOTAUX if (total := getattr(lues, nom)) is not None]
    if len(totaux) < len(TOTAUX):
        return champ, ()
    dedans = frozenset().union(*(codes.FAMILLES[famille] for famille in TOTAUX.values()))
    manquent = [code for code in codes.PRESTATIONS if code not in dedans and quotient.est_comptee(code, jour)]
    en_trop = [code for code in codes.PRESTATIONS if code in dedans and not quotient.est_comptee(code, jour)]
    dit = (
        f"Il y manque, pour qui les reçoit : {_sigles(manquent)}. Elle peut contenir, à retirer : {_sigles(en_trop)}. "
        "Un droit dont la Caf ne donne pas le montant y vaut zéro."
    )
    avis = Message("attention", "Les prestations sont la somme de quatre totaux.", dit)
    return replace(champ, valeur=ecrire(sum(totaux, Decimal(0)))), (avis,)


def _hors_liste(droit: r.Droit) -> Message:
    montant = f" ({formats.montant(droit.montant)})" if droit.montant is not None else ""
    dit = (
        "Elle est laissée de côté : comptez-la vous-même si ce n’est ni une prime exceptionnelle ou de déménagement, ni une aide à la "
        "rentrée, à la naissance ou à la garde."
    )
    return Message("attention", f"La prestation {droit.code}{montant} n’est pas dans nos listes.", dit)


def _noms(droits: Iterable[r.Droit]) -> str:
    return ", ".join(f"{codes.prestation(droit.code)} {formats.montant(droit.montant)}".strip() for droit in droits)


def _sigles(liste: Iterable[str]) -> str:
    return ", ".join(codes.PRESTATIONS_COURTES.get(code, code) for code in liste)
