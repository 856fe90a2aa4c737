"""What the pages of the controllers show: plain, final data."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from allocataires.matrice import MATRICE
from allocataires.presentation.vue import Colonne, Tableau
from audit.controle import mots
from audit.controle.exports import Export
from audit.controle.lectures import MICROSECONDE, DossierVu, Heure, Lecture, Trace
from audit.controle.temps import heure_fr, instant_fr
from audit.journal.actions import Issue
from audit.journal.horloge import PARIS
from habilitations.lectures.commun import Etiquette

TITRES = {
    "recherche": "Résultat de la recherche",
    "ticket": "Suite d’une demande",
    "jour": "Actes d’une journée",
    "compte": "Dossiers vus par un compte",
}
CRITERES = {"organisme": "Organisme cherché", "personne": "Personne cherchée", "profil": "Profil", "ticket": "Ticket"}
TONS: dict[Issue, Literal["", "ok"]] = {Issue.ACCORDE: "ok", Issue.DEMANDE: ""}  # the others are refusals
DECISIONS = {None: Etiquette("En attente", "attention"), "approuve": Etiquette("Approuvé", "ok"), "refuse": Etiquette("Refusé", "stop")}
FORMATS = {"csv": "CSV", "xlsx": "XLSX"}


@dataclass(frozen=True, slots=True)
class Ligne:
    """A trace, in words. `suite` and `journee` are the values of its two buttons, or « »."""

    quand: str
    ip: str
    qui: str
    identifiant: str
    organisme: str
    acte: str
    objet: str
    issue: Etiquette
    sens: str
    dossier: str
    cadre: str
    motif: str
    suite: str
    journee: str


@dataclass(frozen=True, slots=True)
class Demande:
    """An export, in words."""

    id: UUID
    titre: str
    faits: tuple[tuple[str, str], ...]
    etat: Etiquette
    telechargeable: bool
    a_decider: bool


def lignes(traces: Iterable[Trace]) -> tuple[Ligne, ...]:
    """Return the rows of the table."""
    return tuple(map(_ligne, traces))


def _ligne(t: Trace) -> Ligne:
    issue = Issue(t.issue)
    libelle, sens = mots.ISSUES[issue]
    return Ligne(
        quand=instant_fr(t.ts), ip=t.ip or "", qui=t.personne or ("Personne non identifiée" if t.ip else "Traitement automatique"),
        identifiant=t.identifiant or "", organisme=t.organisme or "", acte=mots.acte(t.famille, t.action), objet=t.objet,
        issue=Etiquette(libelle, TONS.get(issue, "stop")),
        sens=sens if issue not in TONS else "", dossier=f"{t.caisse} {t.numero}" if t.numero else "",
        cadre=" – ".join(filter(None, (t.profil, t.groupe))), motif=mots.motif(t.motif, f"{t.famille}.{t.action}"),
        suite=f"{t.ticket}_{t.repere}" if t.ticket else "",
        journee=f"{t.acteur}_{t.ts.astimezone(PARIS):%Y-%m-%d}" if t.acteur else "",
    )  # fmt: skip


def criteres(lecture: Lecture) -> tuple[tuple[str, str], ...]:
    """Return what was asked, as facts; the names that were typed, then whom they were found to mean."""
    faits = [*_criteres(lecture.criteres), ("Pourquoi", mots.motif(lecture.motif))]
    if lecture.personnes or "personne" in lecture.criteres:
        faits.append(("Personnes trouvées", "\n".join(lecture.personnes) or "Aucune dans votre périmètre."))
    if lecture.organismes or "organisme" in lecture.criteres:
        faits.append(("Organismes trouvés", "\n".join(lecture.organismes) or "Aucun dans votre périmètre."))
    if len(lecture.numeros) > 1:
        faits.append(("Numéros du même dossier", "\n".join(lecture.numeros)))
    return tuple(faits)


def _criteres(dits: dict[str, str]) -> list[tuple[str, str]]:
    du, au = (datetime.fromisoformat(dits[nom]) for nom in ("du", "au"))
    faits = [
        ("Du", instant_fr(du)),
        ("Jusqu’au", f"{instant_fr(au)}, exclu"),
        *((libelle, dits[nom]) for nom, libelle in CRITERES.items() if nom in dits),
    ]
    if "numero" in dits:
        faits.append(("Dossier", f"{dits['caisse']} {dits['numero']}"))
    if "famille" in dits:
        faits.append(("Acte", mots.acte(dits["famille"], dits["action"]) if "action" in dits else mots.famille(dits["famille"])))
    if "issue" in dits:
        faits.append(("Résultat", mots.issue(dits["issue"])))
    if "motif" in dits:
        faits.append(("Motif de la consultation", mots.motif(dits["motif"])))
    return faits


def dossiers_vus(dossiers: Iterable[DossierVu], total: int) -> Tableau:
    """Return the table of what an account was shown."""
    colonnes = ("Dossier", "Premier accès", "Dernier accès", "Actes", "Impressions et extraits", "Profils")
    return Tableau(
        f"{total} dossier{'s' if total > 1 else ''}, dans l’ordre du premier accès",
        tuple(Colonne(nom, montant=nom in ("Actes", "Impressions et extraits")) for nom in colonnes),
        tuple(
            (f"{d.caisse} {d.numero}", instant_fr(d.premiere), instant_fr(d.derniere), str(d.actes), str(d.copies), ", ".join(d.profils))
            for d in dossiers
        ),
    )


def volumes(heures: Iterable[Heure]) -> Tableau:
    """Return the table of the hours in which something was asked or opened."""
    colonnes = ("Heure de Paris", "Demandes", "Refus", "Dossiers ouverts", "Impressions et extraits")
    return Tableau(
        "Volumes par heure",
        tuple(Colonne(nom, montant=rang > 0) for rang, nom in enumerate(colonnes)),
        tuple((heure_fr(h.debut), str(h.demandes), str(h.refus), str(h.dossiers), str(h.copies)) for h in heures),
    )


def geler(lecture: Lecture, par: str) -> str:
    """Return the command that keeps the traces of this account and period in a signed file; two of its values are to be written in."""
    du, au = (datetime.fromisoformat(lecture.criteres[nom]) for nom in ("du", "au"))
    identifiant = lecture.personnes[0].rpartition(" (")[2].removesuffix(")")
    options = {
        "utilisateur": identifiant,
        "du": f"{du.astimezone(UTC):%Y-%m-%d}",
        "au": f"{(au - MICROSECONDE).astimezone(UTC):%Y-%m-%d}",
        "par": par,
        "motif": "violation du JJ/MM/AAAA",
        "detruire-le": "AAAA-MM-JJ",
        "vers": f"preuves-{identifiant}.jsonl",
    }
    return " ".join(["manage.py extraire_journal", *(f"--{nom} {shlex.quote(valeur)}" for nom, valeur in options.items())])


def rubriques(profils: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return, for each profile, the rubriques that its pages show today."""
    return tuple((profil, ", ".join(r.libelle for r in MATRICE if any(r.pour(profil)))) for profil in sorted(set(profils)))


def demande(export: Export) -> Demande:
    """Return an export, as its list shows it."""
    faits = [
        ("Demandé par", "vous" if export.mien else export.demandeur),
        ("Demandé le", instant_fr(export.demande)),
        ("Format", FORMATS[export.format]),
        ("Pourquoi", f"{mots.motif(export.motif)}\n{export.justification}"),
        *_criteres(export.criteres),
    ]
    if export.decide:
        faits.append((DECISIONS[export.decision].texte, f"par {export.decideur}, {instant_fr(export.decide)}"))
    faits.append(("Effacé le", instant_fr(export.fin)))
    return Demande(
        id=export.id, titre=TITRES[export.genre], faits=tuple(faits), etat=DECISIONS[export.decision],
        telechargeable=export.mien and export.decision == "approuve", a_decider=not export.mien and export.decision is None,
    )  # fmt: skip
