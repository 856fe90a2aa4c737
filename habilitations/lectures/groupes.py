"""Groups, as their administrator sees them."""

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, Q, QuerySet

from audit.journal import horloge
from conventions import reference
from conventions.models import CodeAcces, Contrat, Profil
from habilitations.lectures.commun import Etiquette, Fait, etat_date, histoire, vivante
from habilitations.models import Affectation, Groupe


@dataclass(frozen=True, slots=True)
class LigneGroupe:
    """A group in the list, or at the head of its own page."""

    pk: int
    libelle: str
    service: str
    profil: str
    finalite: str
    codes: str
    effectif: int
    debut: date
    fin: date | None
    etat: Etiquette
    clos: bool
    suspendu: bool


@dataclass(frozen=True, slots=True)
class Membre:
    """Somebody attached to the group, once or today."""

    affectation: int
    utilisateur: int
    nom: str
    fonction: str
    debut: date
    fin: date | None
    etat: Etiquette
    vivant: bool


@dataclass(frozen=True, slots=True)
class FicheGroupe:
    """A group, its members and its history."""

    groupe: LigneGroupe
    membres: list[Membre]
    histoire: list[Fait]


@dataclass(frozen=True, slots=True)
class Cadre:
    """A profile of a contract in force: what a new group may be under. `valeur` is how a form names it."""

    contrat: Contrat
    profil: Profil
    codes: tuple[CodeAcces, ...]

    @property
    def valeur(self) -> str:
        """Return the name of this frame in a form."""
        return f"{self.contrat.pk}-{self.profil.pk}"

    @property
    def libelle(self) -> str:
        """Return how a person reads it."""
        return f"{reference.SERVICES[self.contrat.service_id][0]} – {self.profil}"


def de_l_organisme(organisme: int) -> QuerySet[Groupe]:
    """Return the organisation's groups, with what their services read."""
    return Groupe.objects.filter(contrat__convention__organisme=organisme).select_related("contrat__convention", "profil")


def lister(organisme: int) -> list[LigneGroupe]:
    """Return the groups: those that live first."""
    jour = horloge.jour()
    lignes = [_ligne(groupe, jour) for groupe in _compter(de_l_organisme(organisme)).order_by("libelle", "pk")]
    return sorted(lignes, key=lambda ligne: ligne.clos)


def fiche(organisme: int, groupe: Groupe) -> FicheGroupe:
    """Return the page of a group."""
    ligne = _ligne(_compter(de_l_organisme(organisme)).get(pk=groupe.pk), horloge.jour())
    return FicheGroupe(ligne, membres(groupe), histoire(organisme=organisme, groupe=groupe.pk))


def membres(groupe: Groupe) -> list[Membre]:
    """Return who is or was attached to a group: those who are come first."""
    jour = horloge.jour()
    lignes = Affectation.objects.filter(groupe=groupe).order_by("utilisateur__nom", "utilisateur__prenom", "pk")
    trouves = []
    for pk, utilisateur, prenom, nom, fonction, debut, fin, suspension in lignes.values_list(
        "pk", "utilisateur_id", "utilisateur__prenom", "utilisateur__nom", "utilisateur__fonction", "debut", "fin", "suspension"
    ):
        vivant = suspension is None and (fin is None or fin >= jour)
        etat = etat_date(debut, fin, suspension, jour) if vivant else Etiquette("Retiré")
        trouves.append(Membre(pk, utilisateur, f"{nom} {prenom}", fonction, debut, fin, etat, vivant))
    return sorted(trouves, key=lambda membre: not membre.vivant)


def en_vigueur() -> set[int]:
    """Return the contracts in force of the organisation that the session administers."""
    with connection.cursor() as curseur:
        curseur.execute("select * from cdap.contrats_administres()")
        return {pk for (pk,) in curseur.fetchall()}


def cadres(organisme: int) -> list[Cadre]:
    """Return what a new group may be under: each open profile of each contract in force, with the codes granted for it."""
    contrats = Contrat.objects.filter(pk__in=en_vigueur(), convention__organisme=organisme).select_related("convention")
    trouves = []
    for contrat in contrats.prefetch_related("profils", "codes_acces").order_by("service_id", "pk"):
        for profil in contrat.profils.all():
            codes = tuple(code for code in contrat.codes_acces.all() if code.profil_id == profil.pk and code.retrait is None)
            if profil.actif:
                trouves.append(Cadre(contrat, profil, codes))
    return trouves


def codes_possibles(groupe: Groupe) -> tuple[CodeAcces, ...]:
    """Return the codes that a group may bear."""
    return tuple(CodeAcces.objects.filter(contrat=groupe.contrat_id, profil=groupe.profil_id, retrait=None))


def _compter(groupes: QuerySet[Groupe]) -> QuerySet[Groupe]:
    present = vivante("affectations__") & vivante("affectations__utilisateur__")
    accorde = Q(codes_acces__retrait=None, codes_acces__isnull=False)
    return groupes.annotate(
        effectif=Count("affectations", filter=present, distinct=True),
        valeurs=ArrayAgg("codes_acces__valeur", filter=accorde, distinct=True, default=[]),
    )


def _ligne(groupe: Groupe, jour: date) -> LigneGroupe:
    annote: dict[str, object] = vars(groupe)
    return LigneGroupe(
        pk=groupe.pk,
        libelle=groupe.libelle,
        service=reference.SERVICES[groupe.contrat.service_id][0],
        profil=str(groupe.profil),
        finalite=groupe.profil.fiche.finalite,
        codes=", ".join(sorted(map(str, annote["valeurs"]))),  # type: ignore[call-overload]
        effectif=int(str(annote["effectif"])),
        debut=groupe.debut,
        fin=groupe.fin,
        etat=etat_date(groupe.debut, groupe.fin, groupe.suspension, jour),
        clos=groupe.suspension is not None and groupe.fin is not None and groupe.fin <= jour,
        suspendu=groupe.suspension is not None,
    )
