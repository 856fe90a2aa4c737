"""What a dossier says of the children who count in the parts, and what it may leave out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from allocataires import formats
from allocataires import rubriques as r
from allocataires.calculs import enfants, quotient
from allocataires.calculs.bareme import Version, bareme
from allocataires.fiche import FamilleLue, Fiche
from allocataires.outils.dossier import voit
from allocataires.presentation.vue import Message

DATES = "enfants.date_naissance"
GROSSESSE = "famille.grossesse_date_prevue"


@dataclass(frozen=True, slots=True)
class EnfantsLus:
    """The children of a dossier on a day, and a birth foreseen: `prevue` is still to come, `passee` is long past and shows no child.

    `dates` are those at charge or who count in the parts, `ecartes` the younger ones who are not at charge.
    """

    dates: tuple[r.Enfant, ...]
    sans_date: tuple[r.Enfant, ...]
    ecartes: tuple[r.Enfant, ...]
    prevue: date | None
    passee: date | None


def lire(fiche: Fiche, jour: date) -> EnfantsLus:
    """Return the children that a dossier shows. At 20 one is no longer at charge for the family benefits, and counts for a year more."""
    tous, version = fiche.enfants or (), _version(jour)
    prevue = (fiche.famille or FamilleLue()).grossesse_date_prevue
    naissances = [un.date_naissance for un in tous if un.date_naissance]
    attendu = prevue is not None and enfants.est_attendu(prevue, jour, naissances)
    oublie = prevue is not None and not attendu and not enfants.est_ne(prevue, naissances)
    dates = tuple(un for un in tous if un.date_naissance and (un.a_charge is not False or _a_20_ans(un.date_naissance, jour, version)))
    return EnfantsLus(
        dates=dates,
        sans_date=tuple(un for un in tous if not un.date_naissance),
        ecartes=tuple(un for un in tous if un not in dates and un.date_naissance and _compte(un.date_naissance, jour, version)),
        prevue=prevue if attendu else None,
        passee=prevue if oublie else None,
    )


def nombre(fiche: Fiche, jour: date) -> tuple[int | None, tuple[Message, ...]]:
    """Return how many children count in the parts that day, or None, and what must be said of that number.

    The number that the CAF gives is that of the family benefits: it stops at 20 and holds no unborn child. There are no fewer.
    """
    donne = (fiche.famille or FamilleLue()).nombre_enfants_a_charge
    if not voit(fiche.profil, DATES) or (fiche.enfants is None and donne is None):
        return None, ()
    lus = lire(fiche, jour)
    nes = sum(_compte(un.date_naissance, jour, _version(jour)) for un in lus.dates if un.date_naissance)
    nes += sum(1 for un in lus.sans_date if un.a_charge)
    return max(nes, donne or 0) + (lus.prevue is not None), (*_sur_le_nombre(fiche, lus, nes, donne), *_a_naitre(fiche, lus))


def sur_les_dates(fiche: Fiche, lus: EnfantsLus) -> tuple[Message, ...]:
    """Return what must be said of the dates of birth of a dossier."""
    if not voit(fiche.profil, DATES):
        return ()
    tus = f"{formats.nombre(len(lus.sans_date), 'enfant')} sans date de naissance connue : ajoutez-la si la famille vous la donne."
    return (*((Message("attention", "", tus),) if lus.sans_date else ()), *_ecartes(lus), *_a_naitre(fiche, lus))


def _sur_le_nombre(fiche: Fiche, lus: EnfantsLus, nes: int, donne: int | None) -> Iterator[Message]:
    if fiche.enfants is None:
        dit = "Celui de la Caf s’arrête à 20 ans : ajoutez un enfant de 20 ans, qui compte encore dans les parts."
        yield Message("attention", "Le dossier donne le nombre d’enfants sans leurs dates de naissance.", dit)
    elif donne is not None and donne > nes:
        dit = f"La Caf compte {formats.nombre(donne, 'enfant')} à charge, et le dossier en montre {nes}."
        yield Message("attention", dit, "Vérifiez leur nombre avec la famille.")
    doute = sum(1 for un in lus.sans_date if not un.a_charge)
    if doute:
        dit = "Date de naissance inconnue : à ajouter pour un âge de moins de 21 ans."
        yield Message("attention", _non_comptes(doute), dit)
    yield from _ecartes(lus)


def _ecartes(lus: EnfantsLus) -> Iterator[Message]:
    if lus.ecartes:
        yield Message("", _non_comptes(len(lus.ecartes)), "Moins de 20 ans, et pas à la charge du foyer selon le dossier.")


def _a_naitre(fiche: Fiche, lus: EnfantsLus) -> Iterator[Message]:
    """Say whether an unborn child is counted, and why one may be missing."""
    if lus.prevue:
        yield Message("", "Un enfant à naître est compté.", f"La naissance est prévue le {formats.date_fr(lus.prevue)}.")
    elif lus.passee:
        dit = "Ajoutez l’enfant s’il est né : le dossier ne le montre pas encore."
        yield Message("attention", f"Une naissance était prévue le {formats.date_fr(lus.passee)}.", dit)
    elif not voit(fiche.profil, GROSSESSE):
        dit = "Un enfant à naître compte aussi dans les parts : ajoutez-le si la famille vous le dit."
        yield Message("", "Votre profil ne montre pas les grossesses.", dit)


def _non_comptes(combien: int) -> str:
    return f"{formats.nombre(combien, 'enfant')} {'n’est pas compté' if combien == 1 else 'ne sont pas comptés'}."


def _version(jour: date) -> Version:
    return bareme(quotient.BAREME).au(jour)


def _compte(naissance: str, jour: date, version: Version) -> bool:
    return enfants.compte(naissance, jour, int(version.nombre("age_limite")))


def _a_20_ans(naissance: str, jour: date, version: Version) -> bool:
    """Return whether a child may be too old to be at charge, and counts still."""
    return enfants.peut_avoir(naissance, jour, int(version.nombre("age_a_charge"))) and _compte(naissance, jour, version)
