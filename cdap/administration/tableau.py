"""The board: where the requests and the conventions of the operator's caisses stand, each figure leading to its list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse

from cdap.administration import temps
from cdap.administration.habilitations import ETATS_DES_MESURES, RELAIS, en_retard, relais
from cdap.aide import contact
from conventions.etats import EtatDemande
from conventions.models import Bulletin, Convention, Demande
from conventions.models.contrats import ETATS
from habilitations.acces import Acces
from habilitations.models import Mesure, RetraitFacteur, Revue
from habilitations.services import identifiants


@dataclass(frozen=True, slots=True)
class Case:
    """A figure of the board."""

    libelle: str
    nombre: int
    url: str


@dataclass(frozen=True, slots=True)
class Colonne:
    """What the figures count."""

    titre: str
    cases: tuple[Case, ...]


def tableau(qui: Acces) -> tuple[Colonne, ...]:
    """Return the board: as many queries whatever the number of rows. States without a row are left out."""
    caisses = qui.caisses
    demandes = dict(_comptes(Demande.objects.du_perimetre(caisses)))
    conventions = dict(_comptes(Convention.objects.du_perimetre(caisses).avec_etat()))
    bulletins = dict(_comptes(Bulletin.objects.du_perimetre(caisses)))
    return (
        _colonne("Demandes", "demande", EtatDemande.choices, demandes, "etat__exact"),
        _colonne("Conventions", "convention", list(ETATS.items()), conventions, "etat"),
        _colonne("Bulletins d’adhésion", "bulletin", Bulletin.Etat.choices, bulletins, "etat__exact"),
        Colonne("Habilitations", tuple(case for case in _habilitations(qui) if case.nombre)),
    )


def _habilitations(qui: Acces) -> Iterator[Case]:
    """Return what waits for the CAF among the accesses of its partners."""
    proposes = Bulletin.objects.du_perimetre(qui.caisses).filter(etat=Bulletin.Etat.RECU, propose_par__isnull=False)
    yield Case("administrateurs proposés, à confirmer", proposes.count(), _liste("conventions_bulletin", "propose=oui"))
    for etat, nombre in relais(qui.cle).items():
        yield Case(f"organismes : {RELAIS[etat]}", len(nombre), _liste("conventions_organisme", f"administrateurs={etat}"))
    depuis = identifiants.limite_des_retraits(temps.maintenant())
    retraits = RetraitFacteur.objects.du_perimetre(qui.caisses).filter(decide=None, demande__gte=depuis)
    yield Case("retraits de second facteur à décider", retraits.count(), _liste("habilitations_retraitfacteur", "etat=a_decider"))
    mesures = Mesure.objects.du_perimetre(qui.caisses)
    for etat, libelle in (("repondue", "questions répondues, à classer"), ("en_retard", "questions sans réponse à temps")):
        yield Case(libelle, mesures.filter(ETATS_DES_MESURES[etat]()).count(), _liste("habilitations_mesure", f"etat={etat}"))
    yield Case("messages d’agents en attente", contact.en_attente(session=qui.cle), reverse("admin:contacts"))
    revues = Revue.objects.du_perimetre(qui.caisses).filter(en_retard())
    yield Case("revues en retard", revues.count(), _liste("habilitations_revue", "etat=en_retard"))


def _liste(modele: str, filtre: str) -> str:
    return f"{reverse(f'admin:{modele}_changelist')}?{filtre}"


def _comptes(lignes: Any) -> Any:
    return lignes.order_by().values_list("etat").annotate(nombre=Count("pk"))


def _colonne(titre: str, modele: str, etats: Any, comptes: dict[str, int], parametre: str) -> Colonne:
    liste = reverse(f"admin:conventions_{modele}_changelist")
    return Colonne(
        titre,
        tuple(Case(str(libelle), comptes[etat], f"{liste}?{parametre}={etat}") for etat, libelle in etats if comptes.get(etat)),
    )
