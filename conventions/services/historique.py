"""The whole history of a partner, those that it absorbed included: what the CAF's page shows, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connections
from django.db.models import F

from conventions.models import Acte, Bulletin, CodeAcces, Contrat, Convention, Demande, Document, Organisme
from conventions.models.actes import LIBELLES
from conventions.services.ecriture import base

T = TypeVar("T")
# The organisation, those that it absorbed, and those that these had absorbed.
LIGNEE = """
with recursive lignee as (
  select id, 0 as rang from conventions_organisme where id = %s
  union all select o.id, l.rang + 1 from conventions_organisme o join lignee l on o.fusionne_dans_id = l.id)
select id from lignee order by rang, id
"""


@dataclass(frozen=True, slots=True)
class LigneActe:
    """Something that happened: when it was recorded, from which day it counts, by whom, why."""

    numero: int
    organisme: int | None
    genre: str
    libelle: str
    instant: datetime
    effet: date | None
    auteur: str
    motif: str
    detail: dict[str, Any]
    convention: int | None
    contrat: int | None
    demande: int | None


@dataclass(frozen=True, slots=True)
class LigneContrat:
    """A contract and what it opens; `etat` is derived, from its convention too."""

    numero: int
    service: str
    etat: str
    debut: date
    fin: date | None
    profils: tuple[str, ...]
    caisses: tuple[str, ...]
    codes: tuple[str, ...]
    effectif_max: int | None


@dataclass(frozen=True, slots=True)
class LigneBulletin:
    """An administrator named by a bulletin."""

    numero: int
    rang: int
    nom: str
    fonction: str
    etat: str
    debut: date
    fin: date | None


@dataclass(frozen=True, slots=True)
class LigneConvention:
    """A convention with its contracts and bulletins."""

    numero: int
    libelle: str
    organisme: int
    origine: str
    etat: str
    debut: date
    fin: date | None
    contrats: tuple[LigneContrat, ...]
    bulletins: tuple[LigneBulletin, ...]


@dataclass(frozen=True, slots=True)
class LigneDocument:
    """A document: what it is and its fingerprint, never its bytes."""

    numero: int
    libelle: str
    nature: str
    creation: datetime
    taille: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LigneDemande:
    """A request."""

    numero: int
    libelle: str
    nature: str
    etat: str
    depot: datetime | None


@dataclass(frozen=True, slots=True)
class LigneOrganisme:
    """The organisation itself, or one that it absorbed."""

    numero: int
    raison_sociale: str
    siret: str | None
    absorbe: bool


@dataclass(frozen=True, slots=True)
class Histoire:
    """Everything, latest first; conventions oldest first."""

    organismes: tuple[LigneOrganisme, ...]
    conventions: tuple[LigneConvention, ...]
    demandes: tuple[LigneDemande, ...]
    documents: tuple[LigneDocument, ...]
    actes: tuple[LigneActe, ...]


def histoire(organisme: Organisme) -> Histoire:
    """Return the history of an organisation that the caller may see, and of those that it absorbed."""
    lignee = [numero for (numero,) in _lignes(LIGNEE, [organisme.pk])]
    return Histoire(
        organismes=_organismes(lignee, organisme.pk),
        conventions=_conventions(lignee),
        demandes=tuple(
            LigneDemande(une.pk, une.numero, une.get_genre_display(), une.get_etat_display(), une.depot)
            for une in Demande.objects.using(base()).filter(organisme__in=lignee).order_by("-creation", "-pk")
        ),
        documents=tuple(
            LigneDocument(un.pk, un.get_genre_display(), un.get_nature_display(), un.creation, un.taille, un.sha256)
            for un in Document.objects.using(base()).filter(organisme__in=lignee).defer("contenu").order_by("-creation", "-pk")
        ),
        actes=_actes(lignee),
    )


def _organismes(lignee: list[int], premier: int) -> tuple[LigneOrganisme, ...]:
    par_numero = Organisme.objects.using(base()).only("raison_sociale", "siret").in_bulk(lignee)
    return tuple(
        LigneOrganisme(numero, par_numero[numero].raison_sociale, par_numero[numero].siret, numero != premier) for numero in lignee
    )


def _conventions(lignee: list[int]) -> tuple[LigneConvention, ...]:
    contrats, bulletins = _contrats(lignee), _bulletins(lignee)
    return tuple(
        LigneConvention(
            numero=une.pk,
            libelle=une.numero,
            organisme=une.organisme_id,
            origine=une.get_origine_display(),
            etat=une.etat,
            debut=une.debut,
            fin=une.fin,
            contrats=tuple(contrats[une.pk]),
            bulletins=tuple(bulletins[une.pk]),
        )
        for une in Convention.objects.using(base()).filter(organisme__in=lignee).avec_etat().order_by("debut", "pk")
    )


def _contrats(lignee: list[int]) -> defaultdict[int, list[LigneContrat]]:
    accordes = CodeAcces.objects.using(base()).filter(contrat__convention__organisme__in=lignee, retrait=None)
    codes = _groupes((code.contrat_id, f"{code.profil_id} {code.valeur}") for code in accordes.order_by("profil", "valeur"))
    contrats = Contrat.objects.using(base()).filter(convention__organisme__in=lignee).avec_etat().select_related("service")
    return _groupes(
        (un.convention_id, _contrat(un, codes[un.pk])) for un in contrats.prefetch_related("profils", "caisses").order_by("debut", "pk")
    )


def _bulletins(lignee: list[int]) -> defaultdict[int, list[LigneBulletin]]:
    return _groupes(
        (un.convention_id, LigneBulletin(un.pk, un.rang, str(un), un.fonction, un.get_etat_display(), un.debut, un.fin))
        for un in Bulletin.objects.using(base()).filter(convention__organisme__in=lignee).order_by("rang", "pk")
    )


def _contrat(contrat: Contrat, codes: list[str]) -> LigneContrat:
    profils, caisses = (tuple(sorted(un.pk for un in relation.all())) for relation in (contrat.profils, contrat.caisses))
    return LigneContrat(
        contrat.pk, contrat.service.libelle, contrat.etat, contrat.debut, contrat.fin, profils, caisses, tuple(codes), contrat.effectif_max
    )


def _actes(lignee: list[int]) -> tuple[LigneActe, ...]:
    """Only the name of the author is read: the rest of a person is not the history's."""
    actes = Acte.objects.using(base()).filter(organisme__in=lignee).annotate(prenom=F("auteur__prenom"), nom=F("auteur__nom"))
    return tuple(
        LigneActe(
            numero=un.pk,
            organisme=un.organisme_id,
            genre=un.genre,
            libelle=LIBELLES[un.genre],
            instant=un.instant,
            effet=un.effet,
            auteur=f"{un.prenom or ''} {un.nom or ''}".strip(),
            motif=un.motif,
            detail=un.detail,
            convention=un.convention_id,
            contrat=un.contrat_id,
            demande=un.demande_id,
        )
        for un in actes.order_by("-instant", "-pk")
    )


def _groupes(paires: Iterable[tuple[int, T]]) -> defaultdict[int, list[T]]:
    groupes: defaultdict[int, list[T]] = defaultdict(list)
    for cle, valeur in paires:
        groupes[cle].append(valeur)
    return groupes


def _lignes(sql: str, parametres: list[Any]) -> list[tuple[Any, ...]]:
    with connections[base()].cursor() as curseur:
        curseur.execute(sql, parametres)
        lignes: list[tuple[Any, ...]] = curseur.fetchall()
        return lignes
