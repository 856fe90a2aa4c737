"""People of a partner: created, changed, suspended, closed, never deleted."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connections

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from habilitations.identifiants import nommer
from habilitations.models import Affectation, Cause, Decision, Groupe, LigneRevue, Role, Utilisateur
from habilitations.services import rattachements
from habilitations.services.ecriture import NON_CONFIRMEE, base, decider, ecriture, motif_exige, valider

IDENTITE = ("nom", "prenom", "courriel", "temporaire", "debut", "fin")
# What the screens show of a person.
COLONNES = (
    "id", "identifiant", *IDENTITE, "fonction", "service", "role", "organisme", "suspension", "suspension_cause", "mot_de_passe_provisoire",
    "creation", "derniere_connexion",
)  # fmt: skip
# Mailboxes that several people read (CN-14): the part before the @ is one of these words, alone or with a number or a place.
PARTAGEES = re.compile(
    r"(accueil|administration|caf|ccas|cias|compta|contact|creche|direction|documentation|ecole|info|infos|mairie|rh|ressources-?humaines|"
    r"secretariat|service|social|standard)([._-].*|[0-9]*)",
    re.IGNORECASE,
)


def creer(*, par: Auteur, organisme: int, fonction: str, service: str, **identite: Any) -> Utilisateur:
    """Create an agent and queue the two mails. Raises Refus: a shared mailbox, an address taken, a temporary mission without an end."""
    with ecriture(par=par, genre="compte.creer", organisme=organisme):
        personne = Utilisateur(
            identifiant="a-venir", organisme_id=organisme, role=Role.AGENT, fonction=fonction.strip(), service=service.strip(),
            password=make_password(None), mot_de_passe_provisoire=True, **identite,
        )  # fmt: skip
        _verifier(personne)
        nommer(personne)
        _annoncer(par, personne)
        decider(par=par, genre="compte.creer", organisme=organisme, utilisateur=personne, fonction=fonction, service=service)
    return personne


def creer_et_rattacher(*, par: Auteur, organisme: int, groupes: Iterable[Groupe], **saisie: Any) -> Utilisateur:
    """Create a person attached at once to groups, for as long as the mission: all of it, or nothing."""
    with ecriture(par=par, genre="compte.creer", organisme=organisme):
        personne = creer(par=par, organisme=organisme, **saisie)
        rattachements.rattacher(par=par, utilisateur=personne, groupes=groupes, debut=personne.debut, fin=personne.fin)
    return personne


def modifier(*, par: Auteur, utilisateur: Utilisateur, **identite: Any) -> Utilisateur:
    """Correct the name, the address or the dates. A change of function is `changer_fonction`."""
    with ecriture(par=par, genre="compte.modifier", organisme=utilisateur.organisme_id, objet=f"utilisateur:{utilisateur.pk}"):
        personne = reprendre(utilisateur)
        avant = personne.courriel
        changes = sorted(nom for nom in IDENTITE if nom in identite and identite[nom] != getattr(personne, nom))
        for nom in changes:
            setattr(personne, nom, identite[nom])
        _verifier(personne)
        personne.save(using=base(), update_fields=IDENTITE)
        ancienne: dict[str, Any] = {"ancienne_adresse": avant} if "courriel" in changes else {}
        decision = decider(
            par=par, genre="compte.modifier", organisme=personne.organisme_id, utilisateur=personne, champs=changes, **ancienne
        )
        if ancienne:
            _prevenir_l_ancienne_adresse(par, decision)
    return personne


def changer_fonction(
    *, par: Auteur, utilisateur: Utilisateur, fonction: str, service: str, gardes: Iterable[Affectation], motif: str
) -> Utilisateur:
    """Change the function or the service, and review what the person was attached to: only `gardes` stays."""
    with ecriture(par=par, genre="compte.changer_fonction", organisme=utilisateur.organisme_id, objet=f"utilisateur:{utilisateur.pk}"):
        personne = reprendre(utilisateur)
        motif = motif_exige(motif)
        avant = {"fonction": personne.fonction, "service": personne.service}
        personne.fonction, personne.service = fonction.strip(), service.strip()
        if avant == {"fonction": personne.fonction, "service": personne.service}:
            raise Refus("La fonction et le service n’ont pas changé.")
        valider(personne, "identifiant", "password", "organisme")
        personne.save(using=base(), update_fields=["fonction", "service"])
        gardees = {affectation.pk for affectation in gardes}
        retires = [une for une in rattachements.vivants(personne) if une.pk not in gardees]
        decider(
            par=par, genre="compte.changer_fonction", organisme=personne.organisme_id, utilisateur=personne, motif=motif, avant=avant,
            apres={"fonction": personne.fonction, "service": personne.service},
        )  # fmt: skip
        for affectation in retires:
            rattachements.detacher(par=par, affectation=affectation, motif=motif)
    return personne


def suspendre(*, par: Auteur, utilisateur: Utilisateur, motif: str, cause: Cause = Cause.ADMINISTRATEUR) -> Utilisateur:
    """Cut the account at once: its next request is refused. What was suspended for another cause takes this one."""
    with ecriture(par=par, genre="compte.suspendre", organisme=utilisateur.organisme_id, objet=f"utilisateur:{utilisateur.pk}"):
        personne = reprendre(utilisateur)
        motif = motif_exige(motif)
        if personne.suspension is not None and personne.suspension_cause == cause:
            raise Refus("Ce compte est déjà suspendu.")
        personne.suspension = personne.suspension or horloge.maintenant()
        personne.suspension_cause = cause
        personne.save(using=base(), update_fields=["suspension", "suspension_cause"])
        decider(par=par, genre="compte.suspendre", organisme=personne.organisme_id, utilisateur=personne, motif=motif, cause=cause)
    return personne


def lever(*, par: Auteur, utilisateur: Utilisateur, motif: str, pour_la_revue: bool = False) -> Utilisateur:
    """Lift a suspension. What the CAF decided, the CAF lifts (`sql/decisions.sql`)."""
    with ecriture(par=par, genre="compte.reactiver", organisme=utilisateur.organisme_id, objet=f"utilisateur:{utilisateur.pk}"):
        personne = reprendre(utilisateur)
        motif = motif_exige(motif)
        if personne.suspension is None:
            raise Refus("Ce compte n’est pas suspendu.")
        if personne.suspension_cause == Cause.REVUE and not pour_la_revue:
            raise Refus(NON_CONFIRMEE)
        personne.suspension, personne.suspension_cause = None, ""
        personne.save(using=base(), update_fields=["suspension", "suspension_cause"])
        decider(par=par, genre="compte.reactiver", organisme=personne.organisme_id, utilisateur=personne, motif=motif)
    return personne


def clore(*, par: Auteur, utilisateur: Utilisateur, motif: str) -> Utilisateur:
    """End a mission at once: the account is kept, closed; only the CAF opens it again."""
    with ecriture(par=par, genre="compte.fin", organisme=utilisateur.organisme_id, objet=f"utilisateur:{utilisateur.pk}"):
        personne = reprendre(utilisateur)
        motif = motif_exige(motif)
        aujourd_hui = max(personne.debut, horloge.jour())
        personne.fin = aujourd_hui if personne.fin is None else min(personne.fin, aujourd_hui)
        personne.suspension = personne.suspension or horloge.maintenant()
        personne.suspension_cause = Cause.FIN
        personne.save(using=base(), update_fields=["fin", "suspension", "suspension_cause"])
        _clore_la_ligne(par, personne)
        decider(par=par, genre="compte.fin", organisme=personne.organisme_id, utilisateur=personne, motif=motif)
    return personne


def _prevenir_l_ancienne_adresse(par: Auteur, decision: Decision) -> None:
    with connections[base()].cursor() as curseur:
        curseur.execute("select cdap.adresse_signaler(%s, %s)", [par.session, decision.pk])


def _clore_la_ligne(par: Auteur, personne: Utilisateur) -> None:
    """A person whose account ends during a review has been reviewed."""
    LigneRevue.objects.using(base()).filter(
        utilisateur=personne.pk, revue__cloture=None, decision__in=LigneRevue.Decision.a_decider()
    ).update(decision=LigneRevue.Decision.CLOSE, instant=horloge.maintenant(), par=par.utilisateur)


def reprendre(utilisateur: Utilisateur) -> Utilisateur:
    """Return the person, locked, as they are now. Raises Refus when the account has ended."""
    personne: Utilisateur = Utilisateur.objects.using(base()).select_for_update(of=("self",)).only(*COLONNES).get(pk=utilisateur.pk)
    if personne.close:
        raise Refus("Ce compte est clos : la Caf seule peut le rouvrir.")
    return personne


def _verifier(personne: Utilisateur) -> None:
    personne.courriel = personne.courriel.strip()
    valider(personne, "identifiant", "password", "organisme")
    if personne.temporaire and personne.fin is None:
        raise Refus("Une mission temporaire a une date de fin.", "fin")
    if personne.fin is not None and personne.fin < personne.debut:
        raise Refus("La fin précède le début.", "fin")
    nominative(personne.courriel, personne.organisme_id)


def nominative(courriel: str, organisme: int | None) -> None:
    """Raises Refus for a mailbox that several people read, unless the CAF has allowed it to this organisation."""
    autorisees = Decision.objects.using(base()).filter(
        genre="compte.adresse_autoriser", organisme=organisme, detail__courriel=courriel.casefold()
    )
    if PARTAGEES.fullmatch(courriel.partition("@")[0]) and not autorisees.exists():
        raise Refus(
            "Cette adresse semble partagée. Chaque personne a la sienne ; si elle n’en a pas d’autre, demandez à votre Caf de l’autoriser.",
            "courriel",
        )


def _annoncer(par: Auteur, personne: Utilisateur) -> None:
    """Queue the two mails; those of somebody who begins later leave that day (`comptes.annoncer_les_debuts`)."""
    if personne.debut > horloge.jour():
        return
    with connections[base()].cursor() as curseur:
        curseur.execute("select cdap.compte_annoncer(%s, %s)", [par.session, personne.pk])
        if not curseur.fetchone()[0]:
            raise Refus("Vous ne gérez pas les comptes de cet organisme.")
