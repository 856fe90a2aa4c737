"""What the acts say (domain §3.1): plain data, read from a convention for a copy filled in, empty for a blank one.

The words are those of the templates `conventions/documents/<version>/`. A signed act keeps its words: another wording is another
version, beside the first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from conventions.models import Bulletin, Caisse, Contrat, Convention, Document, Organisme, Profil, Service
from conventions.models.contrats import RANGS
from conventions.models.organismes import Nature, Secteur

VERSION = "2026-1"
MOIS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]
VIERGES = (
    Document.Genre.DEMANDE, Document.Genre.CONVENTION, Document.Genre.CONTRAT, Document.Genre.BULLETIN, Document.Genre.NOTICE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LigneAnnexe:
    """A datum of the annex « données par profil »: its label, and for each profile that sees it, in which form."""

    libelle: str
    formes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RubriqueAnnexe:
    """A part of the annex. The floor above makes it from the matrix."""

    libelle: str
    lignes: tuple[LigneAnnexe, ...]


Annexe = tuple[RubriqueAnnexe, ...]


@dataclass(frozen=True, slots=True)
class Choix:
    """A box to tick, or ticked."""

    libelle: str
    coche: bool = False


@dataclass(frozen=True, slots=True)
class PartieCaf:
    """The caisse that signs."""

    nom: str = ""
    siege: str = ""
    directeur: str = ""
    courriel: str = ""


@dataclass(frozen=True, slots=True)
class PartiePartenaire:
    """The partner that signs."""

    raison_sociale: str = ""
    siret: str = ""
    nature: str = ""
    siege: str = ""
    representant: str = ""
    qualite: str = ""
    numero_tiers: str = ""
    courriel: str = ""
    telephone: str = ""
    dpo: str = ""
    securite: str = ""


@dataclass(frozen=True, slots=True)
class ActeConvention:
    """The terms of a convention."""

    numero: str = ""
    debut: str = ""
    fin: str = ""
    duree: str = ""
    preavis: str = ""
    reconduction: tuple[Choix, ...] = (Choix("oui"), Choix("non"))
    services: tuple[Choix, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfilOuvert:
    """A profile of the contract, with what binds it."""

    code: str
    libelle: str
    finalite: str
    base_legale: str
    categories: str
    coche: bool
    codes: str = ""
    code_requis: bool = False


@dataclass(frozen=True, slots=True)
class Administrateur:
    """One of the two administrators; as a bulletin, everything that it says."""

    rang: str = ""
    nom: str = ""
    prenom: str = ""
    fonction: str = ""
    service: str = ""
    courriel: str = ""
    telephone: str = ""
    debut: str = ""
    fin: str = ""


@dataclass(frozen=True, slots=True)
class ActeContrat:
    """The terms of a contract of service."""

    service: str = ""
    consulte: bool = True
    debut: str = ""
    fin: str = ""
    effectif: str = ""
    telephone: tuple[Choix, ...] = (Choix("oui"), Choix("non"))
    caisses: str = ""
    profils: tuple[ProfilOuvert, ...] = ()
    administrateurs: tuple[Administrateur, ...] = (Administrateur("1"), Administrateur("2"))


@dataclass(frozen=True, slots=True)
class TableauAnnexe:
    """A rubrique of the annex, for the profiles of one contract."""

    libelle: str
    profils: tuple[str, ...]
    lignes: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Acte:
    """Everything that a template may show."""

    vierge: bool
    caf: PartieCaf = PartieCaf()
    partenaire: PartiePartenaire = PartiePartenaire()
    convention: ActeConvention = ActeConvention()
    contrat: ActeContrat = ActeContrat()
    bulletin: Administrateur = Administrateur()
    profils: tuple[Choix, ...] = ()
    natures: tuple[Choix, ...] = ()
    secteurs: tuple[Choix, ...] = ()
    annexe: tuple[TableauAnnexe, ...] = ()
    version: str = VERSION


def vierge(annexe: Annexe) -> Acte:
    """Return what a blank copy says: the choices that there are, and nothing else."""
    services = tuple(Choix(service.libelle) for service in Service.objects.all())
    profils = tuple(Profil.objects.filter(actif=True))
    return Acte(
        vierge=True,
        convention=ActeConvention(services=services),
        contrat=ActeContrat(
            service=Service.objects.get(pk=Service.CDAP).libelle, profils=tuple(_profil(un, coche=False) for un in profils)
        ),
        profils=tuple(Choix(str(un)) for un in profils),
        natures=tuple(Choix(libelle) for libelle in Nature.labels),
        secteurs=tuple(Choix(libelle) for libelle in Secteur.labels),
        annexe=_annexe(annexe, [un.pk for un in profils]),
    )


def de_convention(convention: Convention) -> Acte:
    """Return what the copy of a convention says."""
    organisme = convention.organisme
    ouverts = set(convention.contrats.filter(resiliation=None).values_list("service", flat=True))
    return Acte(
        vierge=False,
        caf=_caf(organisme.caisse),
        partenaire=_partenaire(organisme),
        convention=ActeConvention(
            numero=convention.numero,
            debut=jour(convention.debut),
            fin=jour(convention.fin),
            duree=f"{convention.duree_mois} mois",
            preavis=f"{convention.preavis_mois} mois",
            reconduction=_oui_non(convention.tacite_reconduction),
            services=tuple(Choix(service.libelle, service.pk in ouverts) for service in Service.objects.all()),
        ),
    )


def de_contrat(contrat: Contrat, annexe: Annexe) -> Acte:
    """Return what the copy of a contract says, annex included."""
    convention = contrat.convention
    acte = de_convention(convention)
    profils = list(contrat.profils.all())
    codes: dict[str, list[str]] = {}
    for code in contrat.codes_acces.filter(retrait=None):
        codes.setdefault(code.profil_id, []).append(code.valeur)
    return replace(
        acte,
        contrat=ActeContrat(
            service=contrat.service.libelle,
            consulte=contrat.service_id == Service.CDAP,
            debut=jour(contrat.debut),
            fin=jour(contrat.fin) or "à la fin de la convention",
            effectif=str(contrat.effectif_max or ""),
            telephone=_oui_non(contrat.telephone_exige),
            caisses=", ".join(str(caisse) for caisse in contrat.caisses.all()),
            profils=tuple(_profil(un, coche=True, codes=", ".join(codes.get(un.pk, ()))) for un in profils),
            administrateurs=_administrateurs(convention),
        ),
        annexe=_annexe(annexe, [un.pk for un in profils]),
    )


def de_bulletin(bulletin: Bulletin) -> Acte:
    """Return what the copy of a bulletin says: one administrator, and the profiles that the convention's contracts open."""
    acte = de_convention(bulletin.convention)
    profils = Profil.objects.filter(contrats__convention=bulletin.convention, contrats__resiliation=None).distinct()
    return replace(
        acte,
        bulletin=_administrateur(bulletin),
        profils=tuple(Choix(str(un), coche=True) for un in profils),
    )


def jour(valeur: date | None) -> str:
    """Return « 1er janvier 2026 », or « » for nothing."""
    return f"{'1er' if valeur.day == 1 else valeur.day} {MOIS[valeur.month - 1]} {valeur.year}" if valeur else ""


def _oui_non(valeur: bool) -> tuple[Choix, ...]:
    return (Choix("oui", coche=valeur), Choix("non", coche=not valeur))


def _caf(caisse: Caisse) -> PartieCaf:
    return PartieCaf(str(caisse), caisse.adresse, caisse.directeur, caisse.courriel)


def _partenaire(organisme: Organisme) -> PartiePartenaire:
    return PartiePartenaire(
        raison_sociale=organisme.raison_sociale,
        siret=organisme.siret or "",
        nature=organisme.get_nature_display(),
        siege=", ".join(filter(None, (organisme.adresse, f"{organisme.code_postal} {organisme.ville}".strip()))),
        representant=organisme.representant,
        qualite=organisme.representant_qualite,
        numero_tiers=organisme.numero_tiers,
        courriel=organisme.courriel,
        telephone=organisme.telephone,
        dpo=organisme.contact_dpo,
        securite=organisme.contact_securite,
    )


def _profil(profil: Profil, *, coche: bool, codes: str = "") -> ProfilOuvert:
    fiche = profil.fiche
    return ProfilOuvert(
        profil.pk, profil.libelle, fiche.finalite, fiche.base_legale, ", ".join(fiche.categories), coche, codes, profil.code_acces_requis
    )


def _administrateur(bulletin: Bulletin) -> Administrateur:
    return Administrateur(
        str(bulletin.rang), bulletin.nom, bulletin.prenom, bulletin.fonction, bulletin.service, bulletin.courriel, bulletin.telephone,
        jour(bulletin.debut), jour(bulletin.fin),
    )  # fmt: skip


def _administrateurs(convention: Convention) -> tuple[Administrateur, ...]:
    """Return the two ranks; the one that nobody holds is empty, to be filled by hand."""
    vivants = convention.bulletins.exclude(etat__in=[Bulletin.Etat.REFUSE, Bulletin.Etat.CLOS]).filter(remplace=None)
    nommes = {bulletin.rang: _administrateur(bulletin) for bulletin in vivants}
    return tuple(nommes.get(rang, Administrateur(str(rang))) for rang in RANGS)


def _annexe(annexe: Annexe, profils: Iterable[str]) -> tuple[TableauAnnexe, ...]:
    """Return the annex reduced to these profiles: what none of them sees is not in it."""
    colonnes = tuple(profils)
    tableaux = []
    for rubrique in annexe:
        lignes = tuple(
            (ligne.libelle, tuple(ligne.formes.get(code, "non") for code in colonnes))
            for ligne in rubrique.lignes
            if any(code in ligne.formes for code in colonnes)
        )
        if lignes:
            tableaux.append(TableauAnnexe(rubrique.libelle, colonnes, lignes))
    return tuple(tableaux)
