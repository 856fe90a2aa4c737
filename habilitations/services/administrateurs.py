"""The two administrators of a partner, as one of them may act on their own number (`sql/administrateurs.sql`)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import OperationalError, connections
from psycopg import errors

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Bulletin
from habilitations.services.ecriture import base, ecriture, motif_exige
from habilitations.services.utilisateurs import nominative

DERNIER = "Vous êtes le seul administrateur : la Caf doit d’abord désigner votre successeur. Elle vient d’en être informée."
PAS_A_VOUS = "Vous n’administrez pas cet organisme aujourd’hui."


@dataclass(frozen=True, slots=True)
class Rang:
    """An administrator's place: who holds it, and who stands in between two dates. `en_attente`: the CAF has not confirmed yet.

    `agit` and `repose` are today's: the holder acts, or the one who stands in does; neither, when the account that would is suspended.
    """

    rang: int
    bulletin: Bulletin
    remplacant: Bulletin | None
    agit: bool
    repose: bool

    @property
    def en_attente(self) -> bool:
        """Return whether the CAF has still to confirm."""
        return self.bulletin.etat != Bulletin.Etat.VALIDE


def rangs(organisme: int) -> list[Rang]:
    """Return the ranks that are taken, in order, for the organisation of the administrator who asks."""
    ouverts = (
        Bulletin.objects.using(base())
        .filter(convention__organisme=organisme, convention__resiliation=None)
        .exclude(etat__in=[Bulletin.Etat.REFUSE, Bulletin.Etat.CLOS])
        .order_by("rang", "pk")
    )
    titulaires = [un for un in ouverts if un.remplace_id is None]
    remplacants = {un.remplace_id: un for un in ouverts if un.remplace_id is not None}
    with connections[base()].cursor() as curseur:
        curseur.execute("select bulletin from cdap.bulletins_en_vigueur() as bulletin")
        agissants = {bulletin for (bulletin,) in curseur.fetchall()}
    return [_rang(un, remplacants.get(un.pk), agissants) for un in titulaires]


def _rang(titulaire: Bulletin, remplacant: Bulletin | None, agissants: set[int]) -> Rang:
    repose = remplacant is not None and remplacant.pk in agissants
    return Rang(titulaire.rang, titulaire, remplacant, agit=titulaire.pk in agissants, repose=repose)


def proposer(
    *,
    par: Auteur,
    organisme: int,
    nom: str,
    prenom: str,
    fonction: str,
    service: str,
    courriel: str,
    telephone: str,
    debut: date,
    fin: date | None,
    remplace: int | None = None,
) -> int:
    """Propose an administrator, or a replacement of one, to the CAF; return the number of the bulletin. Raises Refus: both ranks taken."""
    with ecriture(par=par, genre="habilitation.admin_proposer", organisme=organisme):
        if fin is not None and fin < debut:
            raise Refus("La fin précède le début.", "fin")
        if debut < horloge.jour():
            raise Refus("Le début est aujourd’hui au plus tôt.", "debut")
        if remplace is not None and fin is None:
            raise Refus("Un remplacement a une date de fin.", "fin")
        nominative(courriel, organisme)
        valeurs = [par.session, nom, prenom, fonction, service, courriel, telephone, debut, fin, remplace, par.ip]
        return int(_appeler("select cdap.administrateur_proposer(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint, %s::inet)", valeurs))


def partir(*, par: Auteur, organisme: int, motif: str) -> None:
    """Leave the function, at once. Raises Refus for the last one: the CAF, which is told, names another first."""
    motif = motif_exige(motif)
    if len(motif) > 500:
        raise Refus("Le motif a 500 caractères au plus.", "motif")
    if _appeler("select cdap.administrateur_partir(%s, %s, %s::inet)", [par.session, motif, par.ip]) == "dernier":
        raise Refus(DERNIER)


def _appeler(sql: str, valeurs: list[Any]) -> str | int:
    try:
        with connections[base()].cursor() as curseur:
            curseur.execute(sql, valeurs)
            reponse: str | int = curseur.fetchone()[0]
    except OperationalError as erreur:
        if isinstance(erreur.__cause__, errors.InvalidAuthorizationSpecification):
            raise Refus(PAS_A_VOUS) from erreur
        raise
    return reponse
