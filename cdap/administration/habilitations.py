"""The accesses of a partner, on its page: how many people, who administers, what the CAF has decided; and who needs a hand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.db import connections, router
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from allocataires.formats import date_fr, heure_fr
from allocataires.presentation.vue import Tableau
from audit.journal.horloge import PARIS
from cdap.administration import temps
from cdap.administration.affichage import VIDE
from cdap.administration.dossier_vue import lien, tableau
from conventions.models import Bulletin, Contrat, Organisme
from habilitations.models import Cause, Mesure, Revue, Utilisateur

DORMANCE = timedelta(days=settings.ENVIRONNEMENT.dormance_jours)
REVUE_EN_RETARD = timedelta(days=settings.ENVIRONNEMENT.revue_suspension_jours)
ETATS_DES_MESURES = {
    "en_cours": lambda: Q(levee=None),
    "repondue": lambda: Q(levee=None, genre=Mesure.Genre.QUESTION, repondue__isnull=False),
    "en_retard": lambda: Q(levee=None, genre=Mesure.Genre.QUESTION, repondue=None, echeance__lt=temps.jour()),
    "finie": lambda: Q(levee__isnull=False),
}


@dataclass(frozen=True, slots=True)
class Bilan:
    """What the page shows; a table that would be empty is None."""

    faits: tuple[tuple[str, str], ...]
    administrateurs: Tableau | None
    mesures: Tableau | None
    url_personnes: str


def bilan(organisme: Organisme) -> Bilan:
    """Return it, in as many queries for ten people as for a thousand."""
    maintenant = temps.maintenant()
    jour = maintenant.astimezone(PARIS).date()
    comptes = _comptes(organisme, jour, maintenant)
    revue = Revue.objects.filter(organisme=organisme).order_by("-ouverture").first()
    faits = (
        ("Personnes", str(comptes["personnes"])),
        ("Comptes ouverts", str(comptes["ouverts"])),
        ("Jamais connectées", str(comptes["jamais"])),
        (f"Sans connexion depuis {DORMANCE.days} jours", str(comptes["dormants"])),
        ("Dernière revue", _revue(revue)),
        *_effectifs(organisme, jour),
    )
    personnes = f"{reverse('admin:habilitations_utilisateur_changelist')}?{urlencode({'q': organisme.raison_sociale})}"
    return Bilan(faits, _administrateurs(organisme, jour), _mesures(organisme, jour), personnes)


def _comptes(organisme: Organisme, jour: date, maintenant: datetime) -> dict[str, int]:
    ouvert = Q(suspension=None, debut__lte=jour) & (Q(fin=None) | Q(fin__gte=jour))
    endormi = Q(derniere_connexion__lt=jour - DORMANCE) | Q(derniere_connexion=None, creation__lt=maintenant - DORMANCE)
    return Utilisateur.objects.filter(organisme=organisme).exclude(suspension_cause=Cause.FIN).aggregate(
        personnes=Count("pk"),
        ouverts=Count("pk", filter=ouvert),
        jamais=Count("pk", filter=ouvert & Q(derniere_connexion=None)),
        dormants=Count("pk", filter=ouvert & endormi),
    )  # fmt: skip


def _revue(revue: Revue | None) -> str:
    if revue is None:
        return "aucune"
    return f"terminée le {heure_fr(revue.cloture)}" if revue.cloture else f"ouverte depuis le {date_fr(revue.ouverture)}"


def _effectifs(organisme: Organisme, jour: date) -> list[tuple[str, str]]:
    """Return, contract by contract, how many people of those agreed have an access."""
    ici = "groupes__affectations"
    vivante = Q(**{f"{ici}__suspension": None}) & (Q(**{f"{ici}__fin": None}) | Q(**{f"{ici}__fin__gte": jour}))
    personne = Q(**{f"{ici}__utilisateur__suspension": None})
    contrats = Contrat.objects.filter(convention__organisme=organisme, resiliation=None, convention__resiliation=None)
    comptes: Any = contrats.annotate(presents=Count(f"{ici}__utilisateur", filter=vivante & personne, distinct=True)).select_related(
        "service"
    )
    return [
        (f"Accès ouverts, {un.service}", f"{un.presents} sur {un.effectif_max}" if un.effectif_max else str(un.presents))
        for un in comptes.order_by("service_id", "pk")
    ]


def _administrateurs(organisme: Organisme, jour: date) -> Tableau | None:
    bulletins = (
        Bulletin.objects.filter(convention__organisme=organisme, etat=Bulletin.Etat.VALIDE)
        .filter(Q(fin=None) | Q(fin__gte=jour))
        .select_related("remplace")
        .prefetch_related("remplacements")
        .annotate(compte_numero=F("compte__pk"), compte_suspension=F("compte__suspension"))
        .order_by("rang", "debut", "pk")
    )
    lignes = ((_lien_personne(un), str(un.rang), _situation(un), _remplacement(un, jour)) for un in bulletins)
    return tableau("Administrateurs", ("Personne", "Rang", "Compte", "Remplacement"), lignes)


def _lien_personne(bulletin: Any) -> str:
    url = reverse("admin:habilitations_utilisateur_change", args=[bulletin.compte_numero]) if bulletin.compte_numero else None
    return lien(str(bulletin), url)


def _situation(bulletin: Any) -> str:
    if bulletin.compte_numero is None:
        return "à ouvrir"
    return "suspendu" if bulletin.compte_suspension else "ouvert"


def _remplacement(bulletin: Bulletin, jour: date) -> str:
    periode = "du {} au {}"
    if bulletin.remplace:
        return f"remplace {bulletin.remplace} {periode.format(date_fr(bulletin.debut), date_fr(bulletin.fin))}"
    dits = [un for un in bulletin.remplacements.all() if un.etat == Bulletin.Etat.VALIDE and un.fin and un.fin >= jour]
    return ", ".join(f"remplacé par {un} {periode.format(date_fr(un.debut), date_fr(un.fin))}" for un in dits) or VIDE


def _mesures(organisme: Organisme, jour: date) -> Tableau | None:
    mesures = Mesure.objects.filter(organisme=organisme, levee=None).select_related("utilisateur").only(
        "genre", "posee", "motif", "echeance", "reponse", "repondue", "utilisateur__nom", "utilisateur__prenom"
    )  # fmt: skip
    lignes = ((_lien_mesure(une), heure_fr(une.posee), une.motif, _reponse(une, jour)) for une in mesures)
    return tableau("Mesures et questions en cours", ("Mesure", "Depuis", "Motif ou question", "Réponse"), lignes)


def _lien_mesure(mesure: Mesure) -> str:
    qui = f" : {mesure.utilisateur}" if mesure.utilisateur else ""
    return lien(f"{mesure.get_genre_display()}{qui}", reverse("admin:habilitations_mesure_change", args=[mesure.pk]))


def _reponse(mesure: Mesure, jour: date) -> str:
    if mesure.genre != Mesure.Genre.QUESTION:
        return VIDE
    if mesure.repondue:
        return f"{mesure.reponse} ({heure_fr(mesure.repondue)})"
    return f"en retard : attendue le {date_fr(mesure.echeance)}" if mesure.echeance and mesure.echeance < jour else (
        f"attendue le {date_fr(mesure.echeance)}"
    )  # fmt: skip


def en_retard() -> Q:
    """Return the condition of a review that nobody has finished in time."""
    return Q(cloture=None, ouverture__lt=temps.jour() - REVUE_EN_RETARD)


def relais(session: str) -> dict[str, list[int]]:
    """Return the partners of the operator's caisses that lack administrators: `un_seul` is left, or none that may sign in (`bloques`)."""
    with connections[router.db_for_read(Organisme)].cursor() as curseur:
        curseur.execute("select organisme, en_place, libres from cdap.relais(%s)", [session])
        lignes = curseur.fetchall()
    return {
        "bloques": [organisme for organisme, _, libres in lignes if libres == 0],
        "un_seul": [organisme for organisme, en_place, libres in lignes if en_place == 1 and libres == 1],
    }


RELAIS = {"bloques": "administrateurs bloqués", "un_seul": "un seul administrateur"}


class FiltreRelais(admin.SimpleListFilter):
    """Partners that lack administrators."""

    title = "administrateurs"
    parameter_name = "administrateurs"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return what a partner may lack."""
        return list(RELAIS.items())

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the partners that lack it."""
        return queryset.filter(pk__in=relais(request.acces.cle)[valeur]) if (valeur := self.value()) in RELAIS else queryset
