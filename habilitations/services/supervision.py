"""What the CAF asks of a partner, or takes from it « à titre conservatoire »; each measure is said by mail to the administrators."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connections

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Organisme
from conventions.services import organismes
from envois import services as envois
from habilitations.models import AvisDecision, Cause, Decision, LigneRevue, Mesure, Role, Utilisateur
from habilitations.services import identifiants, rattachements, utilisateurs
from habilitations.services.ecriture import base, decider, ecriture, motif_exige, valider

PERIMEE = "Le compte a été clos ou rouvert depuis."
PAS_A_VOUS = "Cet organisme dépend d’une autre caisse : elle seule agit sur ses accès."


def suspendre_personne(*, par: Auteur, utilisateur: Utilisateur, motif: str) -> Mesure:
    """Cut a person's accesses; only the CAF gives them back. Raises Refus when the CAF has done so already."""
    organisme = organisme_de(utilisateur)
    with supervision(par, "habilitation.mesure_poser", organisme, utilisateur):
        utilisateurs.suspendre(par=par, utilisateur=utilisateur, motif=motif, cause=Cause.CAF)
        if perimee := _ouverte(Mesure.Genre.PERSONNE, organisme, utilisateur):  # somebody else has closed the account meanwhile
            _lever(par, perimee, PERIMEE, dire=False)
        return _poser(par, Mesure.Genre.PERSONNE, organisme, motif, utilisateur=utilisateur)


def lever_personne(*, par: Auteur, utilisateur: Utilisateur, motif: str) -> None:
    """Give a suspended person their accesses back, whoever had suspended them. Raises Refus for an account that has ended."""
    organisme = organisme_de(utilisateur)
    with supervision(par, "habilitation.mesure_lever", organisme, utilisateur):
        utilisateurs.lever(par=par, utilisateur=utilisateur, motif=motif, pour_la_revue=True)
        _confirmer_a_la_revue(par, utilisateur)
        _finir(par, Mesure.Genre.PERSONNE, organisme, motif, utilisateur=utilisateur)


def clore(*, par: Auteur, utilisateur: Utilisateur, motif: str) -> None:
    """End an account at once, and the measure that bore on it. Raises Refus for an account that has ended."""
    organisme = organisme_de(utilisateur)
    with supervision(par, "compte.fin", organisme, utilisateur):
        utilisateurs.clore(par=par, utilisateur=utilisateur, motif=motif)
        _finir(par, Mesure.Genre.PERSONNE, organisme, motif, utilisateur=utilisateur)
        _dire(par, "compte.fin", organisme, utilisateur)


def reinitialiser(*, par: Auteur, utilisateur: Utilisateur, motif: str) -> None:
    """Take a person's password away, who receives a provisional one. Raises Refus for an account that is not in force."""
    organisme = organisme_de(utilisateur)
    with supervision(par, "compte.mdp_forcer", organisme, utilisateur):
        identifiants.reinitialiser(par=par, utilisateur=utilisateur, motif=motif)
        _dire(par, "compte.mdp_forcer", organisme, utilisateur)


def debloquer(*, par: Auteur, utilisateur: Utilisateur, motif: str) -> None:
    """Let somebody sign in again who was blocked by failures."""
    organisme = organisme_de(utilisateur)
    with supervision(par, "compte.deverrouiller", organisme, utilisateur):
        identifiants.deverrouiller(par=par, utilisateur=utilisateur, motif=motif_exige(motif))
        _dire(par, "compte.deverrouiller", organisme, utilisateur)


def rouvrir(*, par: Auteur, utilisateur: Utilisateur, debut: date, fin: date | None, motif: str) -> Utilisateur:
    """Open a closed account again: the person comes back without a group, and with a new provisional password.

    Raises Refus: an account that is not closed, an administrator whose bulletin no longer stands, an address taken meanwhile.
    """
    organisme = organisme_de(utilisateur)
    with supervision(par, "compte.rouvrir", organisme, utilisateur):
        motif = motif_exige(motif)
        frais = Utilisateur.objects.using(base()).select_for_update(of=("self",)).select_related("bulletin")
        personne = frais.only(*utilisateurs.COLONNES, "bulletin__etat").get(pk=utilisateur.pk)
        if not personne.close:
            raise Refus("Ce compte n’est pas clos.")
        if personne.bulletin is not None and personne.bulletin.etat != "valide":
            raise Refus("Le bulletin de cet administrateur est clos : recevez-en un nouveau.")
        if fin is not None and fin < max(debut, horloge.jour()):
            raise Refus("La fin précède le début, ou elle est passée.", "fin")
        if personne.temporaire and fin is None:
            raise Refus("Une mission temporaire a une date de fin.", "fin")
        for affectation in rattachements.vivants(personne):
            affectation.utilisateur = personne
            rattachements.detacher(par=par, affectation=affectation, motif=motif)
        personne.debut, personne.fin, personne.suspension, personne.suspension_cause = debut, fin, None, ""
        personne.save(using=base(), update_fields=["debut", "fin", "suspension", "suspension_cause"])
        _finir(par, Mesure.Genre.PERSONNE, organisme, motif, utilisateur=personne)
        decision = decider(par=par, genre="compte.rouvrir", organisme=organisme.pk, utilisateur=personne, motif=motif)
        identifiants.reinitialiser(par=par, utilisateur=personne, motif=motif)
        envois.confier(modele="habilitations.identifiant", objet=personne.pk)
        prevenir(decision, *administrateurs(organisme), personne)
    return personne


def suspendre_organisme(*, par: Auteur, organisme: Organisme, motif: str) -> Mesure:
    """Close at once everything that the partner opens."""
    with supervision(par, "habilitation.mesure_poser", organisme):
        motif = motif_exige(motif)
        organismes.suspendre(organisme=organisme, motif=motif, par=par)
        return _poser(par, Mesure.Genre.ORGANISME, organisme, motif)


def lever_organisme(*, par: Auteur, organisme: Organisme, motif: str) -> None:
    """End the suspension of a partner: what was in force is so again, and nothing more."""
    with supervision(par, "habilitation.mesure_lever", organisme):
        motif = motif_exige(motif)
        organismes.lever(organisme=organisme, motif=motif, par=par)
        _finir(par, Mesure.Genre.ORGANISME, organisme, motif)


def retirer_delegation(*, par: Auteur, organisme: Organisme, motif: str) -> Mesure:
    """Let the administrators read, and write nothing any more. Raises Refus when it is so already."""
    with supervision(par, "habilitation.mesure_poser", organisme):
        return _poser(par, Mesure.Genre.DELEGATION, organisme, motif)


def rendre_delegation(*, par: Auteur, organisme: Organisme, motif: str) -> None:
    """Let the administrators write again. Raises Refus when they may."""
    with supervision(par, "habilitation.mesure_lever", organisme):
        if not _finir(par, Mesure.Genre.DELEGATION, organisme, motif):
            raise Refus("La délégation de cet organisme n’est pas retirée.")


def questionner(*, par: Auteur, organisme: Organisme, motif: str, echeance: date) -> Mesure:
    """Ask the administrators something; the answer comes back on the organisation's page. Raises Refus for a date that is not to come."""
    with supervision(par, "habilitation.question_poser", organisme):
        if echeance <= horloge.jour():
            raise Refus("Laissez au moins un jour pour répondre.", "echeance")
        return _poser(par, Mesure.Genre.QUESTION, organisme, motif, echeance=echeance)


def classer(*, par: Auteur, mesure: Mesure, motif: str) -> None:
    """File a question, answered or not. Raises Refus for anything else: the other measures are lifted where they bear."""
    with supervision(par, "habilitation.mesure_lever", mesure.organisme):
        if mesure.genre != Mesure.Genre.QUESTION:
            raise Refus("Une suspension ou un retrait se lève sur la fiche de l’organisme ou de la personne.")
        motif = motif_exige(motif)
        ouverte = Mesure.objects.using(base()).select_for_update(of=("self",)).get(pk=mesure.pk)
        if ouverte.levee is not None:
            raise Refus("Cette question est déjà classée.")
        _lever(par, ouverte, motif)


def autoriser_adresse(*, par: Auteur, organisme: Organisme, courriel: str, motif: str) -> Decision:
    """Let one person of the partner have an address that looks shared. Raises Refus for what is no address."""
    with supervision(par, "compte.adresse_autoriser", organisme):
        motif = motif_exige(motif)
        try:
            validate_email(courriel.strip())
        except ValidationError as erreur:
            raise Refus("Écrivez une adresse complète, par exemple creche@ville.example.", "courriel") from erreur
        adresse = courriel.strip().casefold()
        decision = decider(par=par, genre="compte.adresse_autoriser", organisme=organisme.pk, motif=motif, courriel=adresse)
        prevenir(decision, *administrateurs(organisme))
        return decision


def administrateurs(organisme: Organisme) -> list[Utilisateur]:
    """Return those whose bulletin stands, suspended or not: whoever loses something is told why."""
    nommes = Utilisateur.objects.using(base()).filter(organisme=organisme, role=Role.ADMINISTRATEUR, bulletin__etat="valide")
    return list(nommes.exclude(suspension_cause=Cause.FIN).only("id").order_by("pk"))


def prevenir(decision: Decision, *personnes: Utilisateur, rappel: bool = False) -> None:
    """Queue a mail about a decision to each person, once."""
    for personne in {une.pk: une for une in personnes}.values():
        avis, nouveau = AvisDecision.objects.using(base()).get_or_create(decision=decision, destinataire_id=personne.pk, rappel=rappel)
        if nouveau:
            envois.confier(modele="habilitations.avis", objet=avis.pk)


@contextmanager
def supervision(par: Auteur, genre: str, organisme: Organisme, utilisateur: Utilisateur | None = None) -> Iterator[None]:
    """Open the transaction of an act of the CAF. Raises Refus for whoever is not an operator of the caisse that leads."""
    objet = f"utilisateur:{utilisateur.pk}" if utilisateur else f"organisme:{organisme.pk}"
    with ecriture(par=par, genre=genre, organisme=organisme.pk, objet=objet):
        with connections[base()].cursor() as curseur:
            curseur.execute("select cdap.peut_superviser(%s, %s)", [par.session, organisme.pk])
            if not curseur.fetchone()[0]:
                raise Refus(PAS_A_VOUS)
        yield


def organisme_de(utilisateur: Utilisateur) -> Organisme:
    """Return the partner of a person. Raises Refus for the CAF's own staff."""
    if utilisateur.organisme is None:
        raise Refus("Cette personne n’est pas d’un organisme partenaire.")
    return utilisateur.organisme


def _poser(
    par: Auteur,
    genre: Mesure.Genre,
    organisme: Organisme,
    motif: str,
    *,
    utilisateur: Utilisateur | None = None,
    echeance: date | None = None,
) -> Mesure:
    """Write a measure and tell those whom it concerns; it binds by being there, or by what the caller has suspended."""
    motif = motif_exige(motif)
    mesure = Mesure(
        genre=genre, organisme=organisme, utilisateur=utilisateur, posee=horloge.maintenant(), posee_par_id=par.utilisateur or 0,
        motif=motif, echeance=echeance,
    )  # fmt: skip
    valider(mesure, "organisme", "utilisateur", "posee_par", "repondue_par", "levee_par")
    mesure.save(using=base(), force_insert=True)
    acte = "habilitation.question_poser" if genre == Mesure.Genre.QUESTION else "habilitation.mesure_poser"
    dite = f"{echeance:%d/%m/%Y}" if echeance else ""
    decision = decider(par=par, genre=acte, organisme=organisme.pk, utilisateur=utilisateur, motif=motif, mesure=genre, echeance=dite)
    prevenir(decision, *administrateurs(organisme), *([utilisateur] if utilisateur else []))
    return mesure


def _finir(par: Auteur, genre: Mesure.Genre, organisme: Organisme, motif: str, utilisateur: Utilisateur | None = None) -> bool:
    """Lift the measure of this kind that is open, if there is one."""
    motif = motif_exige(motif)
    mesure = _ouverte(genre, organisme, utilisateur)
    if mesure is None:
        return False
    _lever(par, mesure, motif)
    return True


def _ouverte(genre: Mesure.Genre, organisme: Organisme, utilisateur: Utilisateur | None) -> Mesure | None:
    """Return the measure of this kind that nobody has lifted, locked."""
    ouvertes = Mesure.objects.using(base()).select_for_update(of=("self",)).filter(genre=genre, levee=None)
    return ouvertes.filter(**({"utilisateur": utilisateur} if utilisateur else {"organisme": organisme, "utilisateur": None})).first()


def _confirmer_a_la_revue(par: Auteur, utilisateur: Utilisateur) -> None:
    """Confirm whom an open review suspended: it would close the account later."""
    suspendues = LigneRevue.objects.using(base()).filter(revue__cloture=None, decision=LigneRevue.Decision.SUSPENDUE)
    ligne = suspendues.select_for_update(of=("self",)).filter(utilisateur=utilisateur).first()
    if ligne is None:
        return
    ligne.decision, ligne.instant, ligne.par_id = LigneRevue.Decision.CONFIRMEE, horloge.maintenant(), par.utilisateur
    ligne.save(using=base(), update_fields=["decision", "instant", "par"])
    decider(par=par, genre="habilitation.revue_confirmer", organisme=utilisateur.organisme_id, utilisateur=utilisateur)


def _dire(par: Auteur, genre: str, organisme: Organisme, utilisateur: Utilisateur) -> None:
    """Tell those whom it concerns of what the actor has just decided of a person."""
    decision = Decision.objects.using(base()).filter(genre=genre, utilisateur=utilisateur, auteur=par.utilisateur).latest("pk")
    prevenir(decision, *administrateurs(organisme), utilisateur)


def _lever(par: Auteur, mesure: Mesure, motif: str, *, dire: bool = True) -> None:
    mesure.levee, mesure.levee_par_id, mesure.levee_motif = horloge.maintenant(), par.utilisateur, motif
    valider(mesure, "organisme", "utilisateur", "posee_par", "repondue_par", "levee_par")
    mesure.save(using=base(), update_fields=["levee", "levee_par", "levee_motif"])
    personne = mesure.utilisateur_id and Utilisateur.objects.using(base()).only("id").get(pk=mesure.utilisateur_id)
    decision = decider(
        par=par, genre="habilitation.mesure_lever", organisme=mesure.organisme_id, utilisateur=personne or None, motif=motif,
        mesure=mesure.genre,
    )  # fmt: skip
    if dire:
        prevenir(decision, *administrateurs(mesure.organisme), *([personne] if personne else []))
