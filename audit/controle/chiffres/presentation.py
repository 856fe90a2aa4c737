"""What the pages of figures show: charts, their tables, and plain texts."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from allocataires.formats import date_fr, mois_fr
from allocataires.presentation.vue import Colonne, Tableau
from audit.controle import mots
from audit.controle.alertes.mots import ETATS
from audit.controle.chiffres import Chiffres, Compte, Organisme, Transparence
from audit.controle.chiffres.dessin import Dessin, nombre_fr
from conventions import reference

SERIES = ("Consultations", "Refus")
REVUES = {"": "–", "ouverte": "ouverte", "en_retard": "en retard"}
PEU = "moins de 5"
MOIS_MONTRES = 6  # as `cdap.chiffres_debut` says


def dessins(c: Chiffres) -> tuple[Dessin, ...]:
    """Return the charts of the dashboard, in the order of the page."""
    mois = _mois(c.debut)
    par_mois = [(mois_fr(un), _actes(c.actes, lambda compte, un=un: compte.mois == un)) for un in mois]  # type: ignore[misc]
    profils = sorted({compte.profil for compte in c.actes if compte.acte in ("consultation", "refus")}, key=lambda code: (not code, code))
    par_profil = [(_profil(code), _actes(c.actes, lambda compte, code=code: compte.profil == code)) for code in profils]  # type: ignore[misc]
    issues = Counter[str]()
    for compte in c.actes:
        if compte.acte == "refus":
            issues[mots.issue(compte.issue)] += compte.nombre
    levees, etats = Counter[date](), Counter[str]()
    for alerte in c.alertes:
        levees[alerte.mois] += alerte.nombre
        etats[alerte.etat] += alerte.nombre
    return (
        Dessin("mois", "Consultations et refus, par mois", "Mois", SERIES, tuple(par_mois)),
        Dessin("profils", "Consultations et refus, par profil", "Profil", SERIES, tuple(par_profil)),
        Dessin("refus", "Refus, par raison", "Raison", ("Refus",), tuple((nom, (n,)) for nom, n in sorted(issues.items(), key=_ordre))),
        Dessin("alertes-mois", "Alertes levées, par mois", "Mois", ("Alertes",), tuple((mois_fr(un), (levees[un],)) for un in mois)),
        Dessin(
            "alertes-etat", "Alertes, par état", "État", ("Alertes",), tuple((mot.texte, (etats[code],)) for code, mot in ETATS.items())
        ),
    )


def demandes(c: Chiffres) -> tuple[tuple[str, str], ...]:
    """Return the totals of the period, as facts."""
    total = Counter[str]()
    for compte in c.actes:
        total[compte.acte] += compte.nombre
    return (
        ("Dossiers ouverts", nombre_fr(total["consultation"])),
        ("Demandes refusées", nombre_fr(total["refus"])),
        ("Impressions et extraits", nombre_fr(total["copie"])),
        ("Alertes levées", nombre_fr(sum(alerte.nombre for alerte in c.alertes))),
        ("Revues ouvertes", nombre_fr(c.revues_ouvertes)),
        ("dont en retard", nombre_fr(c.revues_en_retard)),
        ("Revues terminées", nombre_fr(c.revues_terminees)),
    )


def organismes(lignes: Iterable[Organisme], total: int) -> Tableau:
    """Return the table of the organisations."""
    colonnes = ("Organisme", "Consultations", "Refus", "Impressions et extraits", "Alertes à traiter", "Revue annuelle")
    return Tableau(
        f"{nombre_fr(total)} organisme{'s' if total > 1 else ''}, de celui qui consulte le plus à celui qui consulte le moins",
        tuple(Colonne(nom, montant=0 < rang < 5) for rang, nom in enumerate(colonnes)),
        tuple(
            (
                un.nom or "Sans organisme connu",
                *map(nombre_fr, (un.consultations, un.refus, un.copies, un.alertes)),
                REVUES[un.revue],
            )
            for un in lignes
        ),
    )


def arrete(c: Chiffres) -> str:
    """Return until when the acts are counted."""
    if c.compte is None:
        return "Aucun jour n’est encore compté : le travailleur compte chaque jour une fois terminé."
    retard = " Les jours suivants attendent le travailleur, qui n’a pas compté depuis." if c.compte < c.fin else ""
    return f"Du {date_fr(c.debut)} au {date_fr(c.compte)} inclus ; le jour en cours n’est pas compté.{retard}"


def totaux(t: Transparence) -> tuple[tuple[str, str], ...]:
    """Return the public facts of today."""
    if t.verifie is None:
        verification = "Le journal n’a pas encore été vérifié."
    elif t.intact:
        verification = f"{date_fr(t.verifie)} : intact"
    else:
        verification = f"{date_fr(t.verifie)} : un défaut a été trouvé, et il est traité comme une alerte"
    return (
        ("Organismes sous convention", assez(t.organismes)),
        ("Professionnels habilités", assez(t.utilisateurs)),
        ("Dernière vérification du journal", verification),
        ("Dernière revue d’habilitations terminée", date_fr(t.revue) or "Aucune pour l’instant."),
    )


def mois_publics(t: Transparence) -> Tableau:
    """Return the public table, a row a whole month."""
    colonnes = ("Mois", "Dossiers consultés", "Demandes refusées", "Alertes levées", "Suspensions et mesures")
    return Tableau(
        "Chaque mois entier, pour toutes les Caf",
        tuple(Colonne(nom, montant=rang > 0) for rang, nom in enumerate(colonnes)),
        tuple((mois_fr(mois), *map(assez, nombres)) for mois, *nombres in t.mois),
    )


def assez(nombre: int | None) -> str:
    """Return a public number, or that there are few."""
    return PEU if nombre is None else nombre_fr(nombre)


def _ordre(ligne: tuple[str, int]) -> tuple[int, str]:
    return -ligne[1], ligne[0]


def _actes(actes: Iterable[Compte], si: Callable[[Compte], bool]) -> tuple[int, int]:
    total = Counter[str]()
    for compte in filter(si, actes):
        total[compte.acte] += compte.nombre
    return total["consultation"], total["refus"]


def _profil(code: str) -> str:
    return f"{code} – {reference.PROFILS[code].libelle}" if code in reference.PROFILS else code or "Sans habilitation"


def _mois(debut: date) -> list[date]:
    """Return the months of the page, each by its first day."""
    rangs = range(debut.year * 12 + debut.month - 1, debut.year * 12 + debut.month - 1 + MOIS_MONTRES)
    return [date(rang // 12, rang % 12 + 1, 1) for rang in rangs]
