"""People, as the administrator of their organisation sees them: never their sessions, never what they consulted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from audit.journal import horloge
from audit.journal.auteur import Auteur
from habilitations.lectures.commun import Etiquette, Fait, Page, etat_date, histoire, paginer, vivante
from habilitations.models import Affectation, Cause, PriseEnMain, RetraitFacteur, Role, Utilisateur
from habilitations.models.prise_en_main import DERNIERE
from habilitations.services import consultation, identifiants
from habilitations.services.utilisateurs import COLONNES

BIENTOT = timedelta(days=30)
DORMANCE = timedelta(days=settings.ENVIRONNEMENT.dormance_avertissement_jours)
# The states that the list may be narrowed to, and their names.
ETATS = {
    "actif": "Actifs",
    "a_activer": "À activer",
    "suspendu": "Suspendus",
    "expire": "Se terminent dans les 30 jours",
    "dormant": f"Sans connexion depuis {DORMANCE.days} jours",
    "jamais": "Jamais connectés",
    "sans_groupe": "Sans groupe",
    "sans_prise_en_main": "Prise en main à faire",
    "clos": "Clos ou terminés",
}


@dataclass(frozen=True, slots=True)
class LigneUtilisateur:
    """A person in the list."""

    pk: int
    nom: str
    fonction: str
    groupes: str
    derniere_connexion: date | None
    prise_en_main: datetime | None
    etat: Etiquette


@dataclass(frozen=True, slots=True)
class Rattachement:
    """Why a person has access: this group, hence this profile, hence this purpose."""

    affectation: int
    groupe: int
    libelle: str
    profil: str
    finalite: str
    debut: date
    fin: date | None
    etat: Etiquette
    vivant: bool


@dataclass(frozen=True, slots=True)
class FicheUtilisateur:
    """A person's page; `actes` are those that make sense now, in the order of the page."""

    pk: int
    nom: str
    identifiant: str
    courriel: str
    fonction: str
    service: str
    temporaire: bool
    debut: date
    fin: date | None
    derniere_connexion: date | None
    administrateur: bool
    etat: Etiquette
    cause: str
    close: bool
    rattachements: list[Rattachement]
    histoire: list[Fait]
    actes: tuple[str, ...]
    retrait_demande: bool
    consultation_suspendue: datetime | None


def de_l_organisme(organisme: int) -> QuerySet[Utilisateur]:
    """Return the organisation's people, with the columns that the web role may read."""
    return Utilisateur.objects.filter(organisme=organisme).only(*COLONNES, "bulletin")


def conditions() -> dict[str, Q]:
    """Return what each state of ETATS asks."""
    jour = horloge.jour()
    vivant = Q(suspension=None) & (Q(fin=None) | Q(fin__gte=jour))
    vu = Q(derniere_connexion__isnull=False)
    sans_groupe = ~Exists(Affectation.objects.filter(vivante(), utilisateur=OuterRef("pk")))
    return {
        "actif": vivant & Q(debut__lte=jour, mot_de_passe_provisoire=False),
        "a_activer": vivant & Q(mot_de_passe_provisoire=True),
        "suspendu": Q(suspension__isnull=False) & ~Q(suspension_cause=Cause.FIN),
        "expire": vivant & Q(fin__lte=jour + BIENTOT),
        "dormant": vivant & vu & Q(derniere_connexion__lte=jour - DORMANCE),
        "jamais": vivant & ~vu,
        "sans_groupe": vivant & Q(role=Role.AGENT) & Q(sans_groupe),
        "sans_prise_en_main": vivant & ~Q(sans_groupe) & ~Q(Exists(_faite())),
        "clos": Q(suspension_cause=Cause.FIN) | Q(suspension=None, fin__lt=jour),
    }


def _faite() -> QuerySet[PriseEnMain]:
    """Return the end of the short course of a person, if they have come to it."""
    return PriseEnMain.objects.filter(utilisateur=OuterRef("pk"), etape=DERNIERE)


def lister(organisme: int, *, q: str, groupe: str, etat: str, page: str) -> Page:
    """Return a page of the people that match; a filter that is not offered filters nothing."""
    jour = horloge.jour()
    trouves = de_l_organisme(organisme)
    for mot in q.split()[:5]:
        trouves = trouves.filter(
            Q(nom__icontains=mot)
            | Q(prenom__icontains=mot)
            | Q(identifiant__icontains=mot)
            | Q(courriel__icontains=mot)
            | Q(service__icontains=mot)
        )
    if groupe.isascii() and groupe.isdecimal() and len(groupe) < 16:
        trouves = trouves.filter(Exists(Affectation.objects.filter(vivante(), utilisateur=OuterRef("pk"), groupe=int(groupe))))
    if etat in ETATS:
        trouves = trouves.filter(conditions()[etat])
    lignes, de_la_page = paginer(trouves.order_by("nom", "prenom", "pk"), page, {"q": q, "groupe": groupe, "etat": etat})
    presents = Affectation.objects.filter(vivante()).select_related("groupe").order_by("groupe__libelle")
    lignes = lignes.prefetch_related(Prefetch("affectations", presents, "presentes"))
    lignes = lignes.annotate(prise_en_main=Subquery(_faite().values("instant")[:1]))
    return Page(tuple(_ligne(personne, jour) for personne in lignes), **de_la_page)


def _ligne(personne: Utilisateur, jour: date) -> LigneUtilisateur:
    presentes: list[Affectation] = personne.presentes  # type: ignore[attr-defined]
    return LigneUtilisateur(
        pk=personne.pk,
        nom=f"{personne.nom} {personne.prenom}",
        fonction=personne.fonction or ("Administrateur" if personne.role == Role.ADMINISTRATEUR else ""),
        groupes=", ".join(f"{une.groupe.libelle} – {une.groupe.profil_id}" for une in presentes),
        derniere_connexion=personne.derniere_connexion,
        prise_en_main=personne.prise_en_main,  # type: ignore[attr-defined]
        etat=_etat(personne, jour),
    )


def _etat(personne: Utilisateur, jour: date) -> Etiquette:
    if personne.close:
        return Etiquette("Clos", "stop")
    etat = etat_date(personne.debut, personne.fin, personne.suspension, jour)
    if etat.ton != "ok":
        return etat
    if personne.mot_de_passe_provisoire:
        return Etiquette("À activer", "attention")
    if personne.fin is not None and personne.fin <= jour + BIENTOT:
        return Etiquette("Bientôt terminé", "attention")
    return Etiquette("Actif", "ok")


def fiche(personne: Utilisateur, *, par: Auteur) -> FicheUtilisateur:
    """Return the page of a person."""
    jour = horloge.jour()
    depuis = identifiants.limite_des_retraits(horloge.maintenant())
    retrait = RetraitFacteur.objects.filter(utilisateur=personne.pk, decide=None, demande__gte=depuis).exists()
    suspendue = consultation.suspendue_depuis(par=par, utilisateur=personne)
    return FicheUtilisateur(
        pk=personne.pk,
        nom=str(personne),
        identifiant=personne.identifiant,
        courriel=personne.courriel,
        fonction=personne.fonction,
        service=personne.service,
        temporaire=personne.temporaire,
        debut=personne.debut,
        fin=personne.fin,
        derniere_connexion=personne.derniere_connexion,
        administrateur=personne.role == Role.ADMINISTRATEUR,
        etat=_etat(personne, jour),
        cause=Cause(personne.suspension_cause).label if personne.suspension_cause else "",
        close=personne.close,
        rattachements=rattachements(personne, jour),
        histoire=histoire(organisme=personne.organisme_id or 0, utilisateur=personne.pk),
        actes=tuple(_actes(personne, par, retrait=retrait, suspendue=suspendue is not None)),
        retrait_demande=retrait,
        consultation_suspendue=suspendue,
    )


def rattachements(personne: Utilisateur, jour: date) -> list[Rattachement]:
    """Return the groups of a person: those of today first."""
    lignes = Affectation.objects.filter(utilisateur=personne.pk).select_related("groupe__profil").order_by("groupe__libelle", "pk")
    trouves = []
    for une in lignes:
        vivant = une.suspension is None and (une.fin is None or une.fin >= jour)
        etat = etat_date(une.debut, une.fin, une.suspension, jour) if vivant else Etiquette("Retiré")
        if vivant and une.groupe.suspension is not None:
            etat = Etiquette("Groupe suspendu ou clos", "stop")
        trouves.append(
            Rattachement(
                une.pk,
                une.groupe_id,
                une.groupe.libelle,
                str(une.groupe.profil),
                une.groupe.profil.fiche.finalite,
                une.debut,
                une.fin,
                etat,
                vivant,
            )
        )
    return sorted(trouves, key=lambda un: not un.vivant)


def _actes(personne: Utilisateur, par: Auteur, *, retrait: bool, suspendue: bool) -> list[str]:
    if personne.close or personne.role != Role.AGENT:
        return []
    suspendue_par_d_autres = personne.suspension_cause == Cause.CAF
    actes = ["suspendre"] if personne.suspension is None else [] if suspendue_par_d_autres else ["lever"]
    if suspendue:
        actes.insert(0, "retablir-consultation")
    actes += ["renvoyer"] if personne.mot_de_passe_provisoire else ["reinitialiser"]
    if identifiants.est_verrouille(par=par, utilisateur=personne):
        actes.append("debloquer")
    if not personne.mot_de_passe_provisoire and not retrait:
        actes.append("retirer-facteur")
    return [*actes, "clore"]
