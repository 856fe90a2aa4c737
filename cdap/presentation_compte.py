"""Plain data for the page « Mon compte »."""

from dataclasses import dataclass
from datetime import datetime

from allocataires.formats import date_fr, heure_fr
from conventions import reference
from habilitations.acces import Acces
from habilitations.compte import Compte, Connexion, HabilitationDuCompte
from habilitations.models import Role

ISSUES = {"ouvrir": "Connexion réussie", "echec_mdp": "Mot de passe refusé", "echec_otp": "Code refusé"}
AUCUN_ADMINISTRATEUR = "Aucun autre administrateur : la Caf répond de votre compte."


@dataclass(frozen=True, slots=True)
class Bloc:
    """A habilitation, or a session: a heading and facts."""

    titre: str
    faits: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ligne:
    """A connection."""

    quand: datetime
    reseau: str
    issue: str


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    identite: tuple[tuple[str, str], ...]
    habilitations: tuple[Bloc, ...]
    attente: str
    securite: tuple[tuple[str, str], ...]
    peu_de_codes: bool
    sessions: tuple[Bloc, ...]
    connexions: tuple[Ligne, ...]


def page(qui: Acces, compte: Compte, connexions: list[Connexion]) -> Page:
    """Return what the page shows."""
    return Page(
        identite=_identite(qui, compte),
        habilitations=tuple(_habilitation(une) for une in compte.habilitations),
        attente=_sans_habilitation(qui),
        securite=_securite(compte),
        peu_de_codes=compte.secours < 3,
        sessions=tuple(
            Bloc(
                "Cette session" if une.celle_ci else "Autre session" if une.verifiee else "Connexion commencée, code jamais saisi",
                (
                    ("Ouverte", heure_fr(une.debut)),
                    ("Dernière activité", heure_fr(une.activite)),
                    ("Depuis le réseau", une.ip or "Non connu"),
                ),
            )
            for une in compte.sessions
        ),
        connexions=tuple(Ligne(une.quand, une.ip or "Non connu", ISSUES[une.action]) for une in connexions),
    )


def _identite(qui: Acces, compte: Compte) -> tuple[tuple[str, str], ...]:
    faits = [("Nom", f"{qui.prenom} {qui.nom}"), ("Identifiant", qui.identifiant), ("Courriel professionnel", qui.courriel)]
    faits.append(("Rôle", qui.role.label.capitalize()))
    if qui.organisme:
        faits += [("Organisme", qui.organisme), ("Qui répond de vous", ", ".join(compte.administrateurs) or AUCUN_ADMINISTRATEUR)]
    if qui.caisses:
        faits.append(("Votre périmètre", _caisses(qui.caisses)))
    return tuple(faits)


def _habilitation(une: HabilitationDuCompte) -> Bloc:
    profil = reference.PROFILS[une.profil]
    faits = [
        ("Service", reference.SERVICES[une.service][0]),
        ("Profil", f"{une.profil}, {profil.libelle}"),
        ("Pourquoi", profil.finalite),
        ("Caisses", _caisses(une.caisses)),
    ]
    if une.codes:
        faits.append(("Codes d’accès", ", ".join(une.codes)))
    faits += [("Depuis le", date_fr(une.depuis)), ("Jusqu’au", date_fr(une.jusque) if une.jusque else "Sans date de fin")]
    return Bloc(une.groupe, tuple(faits))


def _sans_habilitation(qui: Acces) -> str:
    if qui.role is Role.AGENT:
        return "Aucune habilitation n’est en vigueur à votre nom : adressez-vous à l’administrateur de votre organisme."
    return "Aucune : votre rôle ne donne accès à aucun dossier d’allocataire."


def _securite(compte: Compte) -> tuple[tuple[str, str], ...]:
    return (
        (
            "Charte d’utilisation",
            f"Version {compte.charte}, acceptée le {heure_fr(compte.charte_acceptation)}" if compte.charte_acceptation else "—",
        ),
        ("Mot de passe", _depuis("Changé", compte.mot_de_passe)),
        ("Application d’authentification", _depuis("Enregistrée", compte.facteur)),
        ("Codes de secours restants", f"{compte.secours} sur 10" if compte.secours else "Aucun"),
    )


def _depuis(verbe: str, instant: datetime | None) -> str:
    """The journal keeps six months: what is older has no date any more."""
    return f"{verbe} le {heure_fr(instant)}" if instant else "Date non connue : elle a plus de six mois"


def _caisses(codes: tuple[str, ...]) -> str:
    return ", ".join(f"{reference.CAISSES.get(code, code)} ({code})" for code in codes)
