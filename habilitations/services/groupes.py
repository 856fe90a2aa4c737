"""Groups: agents who work under one profile of one contract, with some of its codes (domain §3.3)."""

from collections.abc import Iterable
from datetime import date

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import CodeAcces, Contrat, Profil
from habilitations.models import Groupe
from habilitations.services.ecriture import base, decider, ecriture, motif_exige, valider


def creer(
    *, par: Auteur, contrat: Contrat, profil: Profil, libelle: str, debut: date, fin: date | None = None, codes: Iterable[CodeAcces] = ()
) -> Groupe:
    """Create a group. Raises Refus: a profile or a code that is not the contract's, a profile without the code that it requires."""
    organisme = contrat.convention.organisme_id
    with ecriture(par=par, genre="habilitation.groupe_creer", organisme=organisme):
        codes = tuple(codes)
        _codes_requis(profil, codes)
        groupe = Groupe(contrat=contrat, profil=profil, libelle=libelle.strip(), debut=debut, fin=fin)
        valider(groupe, "contrat", "profil")
        _seul_de_son_nom(groupe)
        groupe.save(using=base(), force_insert=True)
        groupe.codes_acces.set(codes)
        valeurs = [code.valeur for code in codes]
        decider(par=par, genre="habilitation.groupe_creer", organisme=organisme, groupe=groupe, profil=profil.pk, codes=valeurs)
    return groupe


def modifier(*, par: Auteur, groupe: Groupe, libelle: str, debut: date, fin: date | None, codes: Iterable[CodeAcces]) -> Groupe:
    """Change the label, the dates and the codes; the contract and the profile stay. Raises Refus, as for a creation."""
    organisme = groupe.contrat.convention.organisme_id
    with ecriture(par=par, genre="habilitation.groupe_modifier", organisme=organisme, objet=f"groupe:{groupe.pk}"):
        groupe = _reprendre(groupe)
        codes = tuple(codes)
        _codes_requis(groupe.profil, codes)
        groupe.libelle, groupe.debut, groupe.fin = libelle.strip(), debut, fin
        valider(groupe, "contrat", "profil")
        _seul_de_son_nom(groupe)
        groupe.save(using=base(), update_fields=["libelle", "debut", "fin"])
        groupe.codes_acces.set(codes)
        decider(par=par, genre="habilitation.groupe_modifier", organisme=organisme, groupe=groupe, codes=[c.valeur for c in codes])
    return groupe


def suspendre(*, par: Auteur, groupe: Groupe, motif: str) -> Groupe:
    """Cut the group's accesses at once, until the suspension is lifted."""
    return _arreter(par, groupe, "habilitation.groupe_suspendre", motif, clore=False)


def clore(*, par: Auteur, groupe: Groupe, motif: str) -> Groupe:
    """End the group for good: its members keep their account and their other groups."""
    return _arreter(par, groupe, "habilitation.groupe_clore", motif, clore=True)


def lever(*, par: Auteur, groupe: Groupe) -> Groupe:
    """Lift a suspension. Raises Refus for a group that has been closed."""
    organisme = groupe.contrat.convention.organisme_id
    with ecriture(par=par, genre="habilitation.groupe_lever", organisme=organisme, objet=f"groupe:{groupe.pk}"):
        groupe = _reprendre(groupe)
        if groupe.suspension is None:
            raise Refus("Ce groupe n’est pas suspendu.")
        groupe.suspension = None
        groupe.save(using=base(), update_fields=["suspension"])
        decider(par=par, genre="habilitation.groupe_lever", organisme=organisme, groupe=groupe)
    return groupe


def _arreter(par: Auteur, groupe: Groupe, genre: str, motif: str, *, clore: bool) -> Groupe:
    organisme = groupe.contrat.convention.organisme_id
    with ecriture(par=par, genre=genre, organisme=organisme, objet=f"groupe:{groupe.pk}"):
        groupe = _reprendre(groupe)
        motif = motif_exige(motif)
        if groupe.suspension is not None and not clore:
            raise Refus("Ce groupe est déjà suspendu.")
        groupe.suspension = groupe.suspension or horloge.maintenant()
        if clore:
            groupe.fin = max(groupe.debut, horloge.jour())
        groupe.save(using=base(), update_fields=["suspension", "fin"])
        decider(par=par, genre=genre, organisme=organisme, groupe=groupe, motif=motif)
    return groupe


def _reprendre(groupe: Groupe) -> Groupe:
    """Return the group, locked, as it is now. Raises Refus when it has ended."""
    frais = Groupe.objects.using(base()).select_for_update(of=("self",)).select_related("profil").get(pk=groupe.pk)
    if frais.clos:
        raise Refus("Ce groupe est clos : créez-en un autre.")
    return frais


def _codes_requis(profil: Profil, codes: tuple[CodeAcces, ...]) -> None:
    if profil.code_acces_requis and not codes:
        raise Refus("Ce profil demande au moins un code d’accès : sans lui, le groupe n’ouvrirait aucun dossier.", "codes_acces")


def _seul_de_son_nom(groupe: Groupe) -> None:
    pareils = Groupe.objects.using(base()).filter(contrat=groupe.contrat_id, libelle__iexact=groupe.libelle, suspension=None)
    if pareils.exclude(pk=groupe.pk).exists():
        raise Refus("Un groupe de ce contrat porte déjà ce nom.", "libelle")
