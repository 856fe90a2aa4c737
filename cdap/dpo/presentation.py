"""What the officer's pages show: tables and facts, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from allocataires.formats import date_fr, heure_fr
from allocataires.oppositions import Opposition
from allocataires.presentation.mots import majuscule
from allocataires.presentation.vue import Colonne, Tableau
from audit.controle.chiffres.dessin import nombre_fr
from cdap.conservation import INVENTAIRE, PERSONNE, Table, en_clair
from cdap.dpo import Destruction, Lecteur, Preuves, Temoin
from habilitations.models import Role

EMPREINTE = 16  # as many digits of a hash as tell it from another at a glance: the file of the seals has it whole


def preuves(p: Preuves) -> tuple[tuple[str, str], ...]:
    """Return how the journal's proof stands, as facts."""
    if p.verifications:
        dites = "\n".join(
            f"{heure_fr(instant)} : {'intact' if intact else 'un défaut a été trouvé'}" for instant, intact in p.verifications
        )
    else:
        dites = "Le journal n’a pas encore été vérifié : le travailleur le fait chaque nuit."
    return (
        ("Dernières vérifications", dites),
        ("Dernier jour scellé", date_fr(p.scelle) or "Aucun pour l’instant."),
        ("Jours terminés sans scellement", _sur(p.attendent, "le travailleur scelle un jour dès qu’il est terminé")),
        ("Jours à détruire", _sur(p.retenus, "le travailleur les détruit dans les vingt-quatre heures")),
    )


@dataclass(frozen=True, slots=True)
class Conservation:
    """The inventory as facts: what something ends, with its oldest row, and what stays, with the reason."""

    finissent: tuple[tuple[SafeString, str], ...]
    restent: tuple[tuple[SafeString, str], ...]


def conservation(temoins: dict[str, Temoin]) -> Conservation:
    """Return the inventory."""
    finissent = tuple(_fait(table, temoins.get(table.nom)) for table in INVENTAIRE if table.par != PERSONNE)
    return Conservation(finissent, tuple(_fait(table, None) for table in INVENTAIRE if table.par == PERSONNE))


def _fait(table: Table, temoin: Temoin | None) -> tuple[SafeString, str]:
    nom = format_html("{}\n<small>{}</small>", majuscule(en_clair(table.contenu)), _coupable(table.nom))
    return nom, "\n".join(f"{libelle} : {dit}" for libelle, dit in _dits(table, temoin) if dit)


def _dits(table: Table, temoin: Temoin | None) -> tuple[tuple[str, str], ...]:
    if table.par == PERSONNE:
        return (("Durée", en_clair(table.duree)), ("Pourquoi", table.raison))
    return (
        ("Durée", en_clair(table.duree)),
        ("Détruit par", table.par),
        ("La plus ancienne ligne", _ancienne(temoin)),
        ("Plus longtemps", table.raison),
    )


def _ancienne(temoin: Temoin | None) -> str:
    if temoin is None:
        return ""
    if temoin.ancienne is None:
        return "aucune"
    return heure_fr(temoin.ancienne) + (", qui devrait être effacée" if temoin.attend else "")


def _coupable(texte: str) -> SafeString:
    """Return a text whose long names may break after each underscore."""
    return mark_safe(escape(texte).replace("_", "_<wbr>"))  # noqa: S308 (escaped just before)


def destructions(lignes: Iterable[Destruction], total: int) -> Tableau:
    """Return the table of the days destroyed."""
    colonnes = ("Jour", "Traces", "Fin de la chaîne", "Scellé par la clé", "Signature", "Détruit le")
    return Tableau(
        f"{nombre_fr(total)} jour{'s' if total > 1 else ''}, du plus récent au plus ancien",
        tuple(Colonne(nom, montant=nom == "Traces") for nom in colonnes),
        tuple(
            (date_fr(d.jour), nombre_fr(d.traces), _court(d.hachage), d.cle or "Aucune", _court(d.signature) or "Aucune", heure_fr(d.fait))
            for d in lignes
        ),
    )


def lecteurs(lignes: Iterable[Lecteur]) -> Tableau | None:
    """Return the table of who reads the journal, or None when nobody has."""
    textes = tuple(
        (un.personne, Role(un.role).label, nombre_fr(un.lectures), nombre_fr(un.exports), heure_fr(un.derniere)) for un in lignes
    )
    colonnes = (
        Colonne("Personne"),
        Colonne("Rôle"),
        Colonne("Lectures", montant=True),
        Colonne("Exports", montant=True),
        Colonne("Dernière"),
    )
    return Tableau("Qui a lu le journal, et combien de fois", colonnes, textes) if textes else None


def oppositions_comptes(lignes: Iterable[tuple[str, int, int]]) -> Tableau | None:
    """Return the register counted by caisse, or None when it is empty."""
    textes = tuple((caisse, nombre_fr(ouvertes), nombre_fr(levees)) for caisse, ouvertes, levees in lignes)
    return (
        Tableau("Oppositions, par caisse", (Colonne("Caisse"), Colonne("En cours", True), Colonne("Levées", True)), textes)
        if textes
        else None
    )


def oppositions(lignes: Iterable[Opposition], total: int) -> Tableau:
    """Return a page of the register."""
    colonnes = ("Numéro", "Caisse", "Origine", "Demandée le", "Enregistrée le", "Levée")
    return Tableau(
        f"{nombre_fr(total)} opposition{'s' if total > 1 else ''}, de la dernière enregistrée à la première",
        tuple(map(Colonne, colonnes)),
        tuple(map(_opposition, lignes)),
    )


def _opposition(une: Opposition) -> tuple[str, ...]:
    declaree, posee, levee = date_fr(une.declaree_le), heure_fr(une.posee), heure_fr(une.levee) or "en cours"
    return f"•••• {une.fin_du_numero}", une.caisse, une.origine.label, declaree, posee, levee


def _sur(nombre: int, suite: str) -> str:
    return f"{nombre_fr(nombre)} : {suite}" if nombre else "Aucun"


def _court(hachage: str) -> str:
    return f"{hachage[:EMPREINTE]}…" if hachage else ""
