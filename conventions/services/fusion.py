"""Two organisations that are one partner: what becomes of each thing that the absorbed one had. `cdap.fusion` adds its people."""

from dataclasses import asdict, dataclass
from typing import Literal

from django.db.models import Q

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.etats import SUITES
from conventions.models import Bulletin, Convention, Demande, Organisme
from conventions.models.contrats import RANGS
from conventions.services import bulletins, conventions, organismes
from conventions.services.ecriture import acter, base, ecriture, enregistrer, reprendre

OUVERTES = [etat for etat, suites in SUITES.items() if suites]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """One decision a relation of the absorbed organisation; none is taken by default.

    - conventions (their contracts, codes and groups with them): terminated, or transferred when the absorbing organisation has none
      on their period;
    - bulletins: those, of both, that remain: two at most, the others are closed;
    - demandes that wait for an answer: transferred, or there must be none;
    - suspension of the absorbed one: carried over to the absorbing one, or dropped;
    - utilisateurs: all transferred, or ended but for the administrators who remain;
    - groupes of terminated contracts: transferred to the absorbing organisation's contract, or left with theirs;
    - actes, documents and organisations absorbed before stay where they are: they are the archive.
    """

    conventions: Literal["resilier", "transferer"]
    bulletins: frozenset[int]
    demandes: Literal["transferer", "aucune"]
    suspension: Literal["reporter", "abandonner"]
    utilisateurs: Literal["transferer", "fermer"]
    groupes: Literal["transferer", "laisser"]
    actes: Literal["archiver"]
    documents: Literal["archiver"]
    absorbes: Literal["archiver"]

    def dites(self) -> dict[str, object]:
        """Return them as the act keeps them."""
        return asdict(self) | {"bulletins": sorted(self.bulletins)}


def absorber(*, absorbe: Organisme, absorbant: Organisme, decisions: Decisions, motif: str, par: Auteur) -> tuple[Organisme, Organisme]:
    """Merge `absorbe` into `absorbant`, as decided; return both. Raises Refus, and then nothing has changed."""
    with ecriture():
        absorbe, absorbant = _reprendre_les_deux(absorbe, absorbant)
        if decisions.conventions == "resilier":
            _resilier(absorbe, motif, par)
        else:
            _transferer(absorbe, absorbant)
        _bulletins(absorbe, absorbant, decisions.bulletins, motif, par)
        _demandes(absorbe, absorbant, decisions.demandes)
        if absorbe.suspension is not None and absorbant.suspension is None and decisions.suspension == "reporter":
            absorbant = organismes.suspendre(organisme=absorbant, motif=motif, par=par)
        if absorbe.protege:  # its people may go on under the other name, and nobody is to learn whom they help
            absorbant = organismes.modifier(organisme=absorbant, version=absorbant.version, par=par, protege=True)
        absorbe.fusionne_dans = absorbant
        enregistrer(absorbe)
        for un, autre in ((absorbe, absorbant), (absorbant, absorbe)):
            role = "absorbe" if un is absorbe else "absorbant"
            acter(par=par, genre="fusionner", organisme=un, motif=motif, role=role, autre=autre.pk, decisions=decisions.dites())
    return absorbe, absorbant


def _reprendre_les_deux(absorbe: Organisme, absorbant: Organisme) -> tuple[Organisme, Organisme]:
    """Lock both, always in the same order: two mergers that cross do not wait for each other for ever."""
    if absorbe.pk == absorbant.pk:
        raise Refus("Un organisme ne se fusionne pas avec lui-même.")
    frais = {un.pk: reprendre(un) for un in sorted((absorbe, absorbant), key=lambda un: un.pk)}
    if any(un.fusionne_dans_id is not None for un in frais.values()):
        raise Refus("L’un de ces organismes a déjà été fusionné.")
    return frais[absorbe.pk], frais[absorbant.pk]


def _resilier(absorbe: Organisme, motif: str, par: Auteur) -> None:
    for convention in absorbe.conventions.filter(resiliation=None):
        conventions.resilier(acte=convention, motif=motif, par=par)


def _transferer(absorbe: Organisme, absorbant: Organisme) -> None:
    for convention in absorbe.conventions.select_for_update().filter(resiliation=None):
        convention.organisme = absorbant
        enregistrer(convention)


def _bulletins(absorbe: Organisme, absorbant: Organisme, restent: frozenset[int], motif: str, par: Auteur) -> None:
    """Close the bulletins that do not remain, then bring those that do under the convention that lives."""
    vivants = Bulletin.objects.using(base()).filter(convention__organisme__in=[absorbe, absorbant]).exclude(etat__in=["refuse", "clos"])
    connus = {bulletin.pk: bulletin for bulletin in vivants.select_for_update(of=("self",)).order_by("pk")}
    if not restent <= connus.keys():
        raise Refus("L’un des bulletins choisis n’est plus celui d’un administrateur de ces organismes.", "bulletins")
    if len(restent) > len(RANGS):
        raise Refus("Deux administrateurs au plus restent après la fusion.", "bulletins")
    for numero in connus.keys() - restent:
        fin = bulletins.clore if connus[numero].etat == Bulletin.Etat.VALIDE else bulletins.refuser
        fin(bulletin=connus[numero], motif=motif, par=par)
    if restent:
        _rattacher([connus[numero] for numero in sorted(restent)], _convention_vivante(absorbant))


def _rattacher(restent: list[Bulletin], convention: Convention) -> None:
    pris = {bulletin.rang for bulletin in restent if bulletin.convention_id == convention.pk}
    for bulletin in restent:
        if bulletin.convention_id != convention.pk:
            bulletin.convention = convention
            bulletin.rang = next(rang for rang in RANGS if rang not in pris)
            pris.add(bulletin.rang)
            enregistrer(bulletin)


def _convention_vivante(absorbant: Organisme) -> Convention:
    vivante = absorbant.conventions.filter(resiliation=None, fin__gte=horloge.jour()).order_by("debut").first()
    if vivante is None:
        raise Refus("L’organisme qui absorbe n’a pas de convention : aucun administrateur ne peut y rester.", "bulletins")
    return vivante


def _demandes(absorbe: Organisme, absorbant: Organisme, decision: str) -> None:
    ouvertes = Demande.objects.using(base()).filter(Q(organisme=absorbe) | Q(convention__organisme=absorbe), etat__in=OUVERTES)
    if decision == "aucune" and ouvertes.exists():
        raise Refus("Une demande de l’organisme absorbé attend une réponse : répondez-y, ou transférez-la.", "demandes")
    for demande in ouvertes.select_for_update(of=("self",)).order_by("pk"):
        demande.organisme = absorbant
        if demande.convention is not None and demande.convention.organisme_id == absorbe.pk:
            demande.convention = _convention_vivante(absorbant)
        enregistrer(demande)
