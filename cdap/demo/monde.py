"""The fictional world of the demonstration: partners, groups and people of design §8. Deterministic; nobody in it exists."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from conventions.models import Caisse, CodeAcces, Contrat, Convention, Organisme, Profil, Service
from habilitations.models import Affectation, Groupe, Role, Utilisateur

DEBUT = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class GroupeFictif:
    """A group, its profile and the scope codes that it holds."""

    libelle: str
    profil: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Partenaire:
    """An organisation with its convention and its CDAP contract; `agents` maps an account to (prénom, nom, groups)."""

    raison_sociale: str
    caisses: tuple[str, ...]
    groupes: tuple[GroupeFictif, ...]
    agents: dict[str, tuple[str, str, tuple[str, ...]]]
    administrateurs: dict[str, tuple[str, str]]


PARTENAIRES = (
    Partenaire(
        "Commune de Clairmont-Fictif",
        ("921",),
        (GroupeFictif("Service social", "T1"), GroupeFictif("Crèches", "T2")),
        {"ccas.t1": ("Alice", "Modèle", ("Service social",)), "ccas.t2": ("Bob", "Exemple", ("Crèches",))},
        {"ccas.admin1": ("Chloé", "Spécimen"), "ccas.admin2": ("Denis", "Spécimen")},
    ),
    Partenaire(
        "Association Vacances Imaginaires",
        ("921",),
        (GroupeFictif("Séjours", "T3"),),
        {"vacances.t3": ("Fanny", "Fictif", ("Séjours",))},
        {"vacances.admin1": ("Gaël", "Fictif")},
    ),
    Partenaire(
        "Lycée Jean-Exemple",
        ("921",),
        (GroupeFictif("Intendance", "T4"),),
        {"lycee.t4": ("Hugo", "Essai", ("Intendance",))},
        {"lycee.admin1": ("Inès", "Essai")},
    ),
    Partenaire(
        "Département des Exemples",
        ("921",),
        (GroupeFictif("Équipe RSA", "T5", ("092", "092C05001")),),
        {"departement.t5": ("Jeanne", "Témoin", ("Équipe RSA",))},
        {"departement.admin1": ("Karim", "Témoin")},
    ),
    Partenaire(
        "Office Fictif de l’Habitat",
        ("921",),
        (GroupeFictif("Gestion locative", "T8", ("00123",)),),
        {"bailleur.t8": ("Léa", "Maquette", ("Gestion locative",))},
        {"bailleur.admin1": ("Marc", "Maquette")},
    ),
)

# By account: the role, the first name, the name and the perimeter.
PERSONNEL = {
    "caf.921": (Role.CAF, "Dora", "Modèle", ("921",)),
    "caf.441": (Role.CAF, "Noé", "Modèle", ("441",)),
    "controle.921": (Role.CONTROLEUR, "Émile", "Exemple", ("921",)),
    "dpo": (Role.DPO, "Odile", "Exemple", ()),
}


def construire() -> None:
    """Write the world into an empty database; do nothing when it is already there."""
    with transaction.atomic():
        if Organisme.objects.filter(raison_sociale=PARTENAIRES[0].raison_sociale).exists():
            return
        for partenaire in PARTENAIRES:
            _partenaire(partenaire)
        for cle, (role, prenom, nom, caisses) in PERSONNEL.items():
            _personne(cle, role, prenom, nom).caisses.set(Caisse.objects.filter(code__in=caisses))


def _partenaire(partenaire: Partenaire) -> None:
    organisme = Organisme.objects.create(raison_sociale=partenaire.raison_sociale)
    convention = Convention.objects.create(organisme=organisme, debut=DEBUT)
    contrat = Contrat.objects.create(convention=convention, service=Service.objects.get(pk=Service.CDAP), debut=DEBUT)
    contrat.caisses.set(Caisse.objects.filter(code__in=partenaire.caisses))
    contrat.profils.set(Profil.objects.filter(code__in=[groupe.profil for groupe in partenaire.groupes]))
    groupes = {groupe.libelle: _groupe(contrat, groupe) for groupe in partenaire.groupes}
    for cle, (prenom, nom, libelles) in partenaire.agents.items():
        agent = _personne(cle, Role.AGENT, prenom, nom, organisme)
        for libelle in libelles:
            Affectation.objects.create(utilisateur=agent, groupe=groupes[libelle], debut=DEBUT)
    for cle, (prenom, nom) in partenaire.administrateurs.items():
        _personne(cle, Role.ADMINISTRATEUR, prenom, nom, organisme)


def _groupe(contrat: Contrat, fictif: GroupeFictif) -> Groupe:
    groupe = Groupe.objects.create(libelle=fictif.libelle, contrat=contrat, profil_id=fictif.profil, debut=DEBUT)
    groupe.codes_acces.set([CodeAcces.objects.create(contrat=contrat, profil_id=fictif.profil, valeur=valeur) for valeur in fictif.codes])
    return groupe


def _personne(cle: str, role: Role, prenom: str, nom: str, organisme: Organisme | None = None) -> Utilisateur:
    personne = Utilisateur(
        identifiant=cle, role=role, prenom=prenom, nom=nom, courriel=f"{cle}@cdap.example", organisme=organisme, debut=DEBUT
    )
    personne.set_unusable_password()
    personne.save()
    return personne
