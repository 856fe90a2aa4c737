"""Attachments: what makes a user an agent (« rattachement », domain §3.3)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from habilitations.models import Affectation, Groupe, Utilisateur
from habilitations.services.ecriture import base, decider, ecriture, motif_exige


def vivants(utilisateur: Utilisateur) -> QuerySet[Affectation]:
    """Return the attachments that have not ended."""
    encore = Q(fin=None) | Q(fin__gte=horloge.jour())
    return Affectation.objects.using(base()).filter(encore, utilisateur=utilisateur, suspension=None).select_related("groupe__profil")


def rattacher(
    *, par: Auteur, utilisateur: Utilisateur, groupes: Iterable[Groupe], debut: date, fin: date | None = None
) -> list[Affectation]:
    """Attach a person to groups, all or none; one that had ended begins again. Raises Refus: account closed, group closed, head count."""
    organisme = utilisateur.organisme_id
    with ecriture(par=par, genre="habilitation.affecter", organisme=organisme, objet=f"utilisateur:{utilisateur.pk}"):
        if utilisateur.close:
            raise Refus("Ce compte est clos : la Caf seule peut le rouvrir.")
        if fin is not None and fin < debut:
            raise Refus("La fin précède le début.", "fin")
        siennes = Affectation.objects.using(base()).select_for_update(of=("self",)).filter(utilisateur=utilisateur)
        deja = {une.groupe_id: une for une in siennes}
        return [_rattacher(par, utilisateur, groupe, deja.get(groupe.pk), debut, fin) for groupe in groupes]


def rattacher_plusieurs(
    *, par: Auteur, groupe: Groupe, utilisateurs: Iterable[Utilisateur], debut: date, fin: date | None = None
) -> list[Affectation]:
    """Attach several people to a group, all or none."""
    with ecriture(par=par, genre="habilitation.affecter", organisme=groupe.contrat.convention.organisme_id, objet=f"groupe:{groupe.pk}"):
        return [une for qui in utilisateurs for une in rattacher(par=par, utilisateur=qui, groupes=[groupe], debut=debut, fin=fin)]


def _rattacher(
    par: Auteur, utilisateur: Utilisateur, groupe: Groupe, affectation: Affectation | None, debut: date, fin: date | None
) -> Affectation:
    if groupe.clos:
        raise Refus(f"Le groupe « {groupe} » est clos.")
    if affectation is None:
        affectation = Affectation(utilisateur=utilisateur, groupe=groupe, debut=debut, fin=fin)
        affectation.save(using=base(), force_insert=True)
    elif affectation.suspension is None and (affectation.fin is None or affectation.fin >= horloge.jour()):
        raise Refus(f"{utilisateur} est déjà rattaché au groupe « {groupe} ».")
    else:
        affectation.debut, affectation.fin, affectation.suspension = debut, fin, None
        affectation.save(using=base(), update_fields=["debut", "fin", "suspension"])
    decider(par=par, genre="habilitation.affecter", organisme=utilisateur.organisme_id, utilisateur=utilisateur, groupe=groupe)
    return affectation


def detacher(*, par: Auteur, affectation: Affectation, motif: str) -> Affectation:
    """Take a person out of a group, at once. Raises Refus: no reason, already out."""
    groupe = affectation.groupe
    organisme = groupe.contrat.convention.organisme_id
    with ecriture(par=par, genre="habilitation.retirer", organisme=organisme, objet=f"utilisateur:{affectation.utilisateur_id}"):
        motif = motif_exige(motif)
        affectation = Affectation.objects.using(base()).select_for_update(of=("self",)).get(pk=affectation.pk)
        if affectation.suspension is not None:
            raise Refus("Cette personne ne fait plus partie de ce groupe.")
        affectation.suspension = horloge.maintenant()
        affectation.fin = max(affectation.debut, horloge.jour())
        affectation.save(using=base(), update_fields=["suspension", "fin"])
        personne = Utilisateur.objects.using(base()).only("id").get(pk=affectation.utilisateur_id)
        decider(par=par, genre="habilitation.retirer", organisme=organisme, utilisateur=personne, groupe=groupe, motif=motif)
    return affectation
