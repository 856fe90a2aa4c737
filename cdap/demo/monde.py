"""The fictional world of the demonstration: partners, groups and people of design §8. Deterministic; nobody in it exists."""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cdap.models import Annonce
from conventions.models import Bulletin, Caisse, CodeAcces, Contrat, Convention, Organisme, Profil, Service
from habilitations.acces import CHARTE
from habilitations.chiffrement import chiffrer
from habilitations.models import Affectation, FacteurTotp, Groupe, Role, Utilisateur

DEBUT = date(2026, 1, 1)
FIN = date(timezone.localdate().year + 1, 12, 31)  # in force whatever the year of the demonstration
SIGNE = {"signature_partenaire": DEBUT, "signature_caf": DEBUT}


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
    siret: str
    nature: str
    secteur: str
    caisses: tuple[str, ...]
    groupes: tuple[GroupeFictif, ...]
    agents: dict[str, tuple[str, str, tuple[str, ...]]]
    administrateurs: dict[str, tuple[str, str]]
    autres_services: tuple[str, ...] = ()


PARTENAIRES = (
    Partenaire(
        "Commune de Clairmont-Fictif",
        "99900001100018",
        "commune",
        "action_sociale",
        ("921",),
        (GroupeFictif("Service social", "T1"), GroupeFictif("Crèches", "T2")),
        {"ccas.t1": ("Alice", "Modèle", ("Service social",)), "ccas.t2": ("Bob", "Exemple", ("Crèches",))},
        {"ccas.admin1": ("Chloé", "Spécimen"), "ccas.admin2": ("Denis", "Spécimen")},
        ("monenfant",),
    ),
    Partenaire(
        "Association Vacances Imaginaires",
        "99900002900010",
        "association",
        "vacances",
        ("921",),
        (GroupeFictif("Séjours", "T3"),),
        {"vacances.t3": ("Fanny", "Fictif", ("Séjours",))},
        {"vacances.admin1": ("Gaël", "Fictif")},
    ),
    Partenaire(
        "Lycée Jean-Exemple",
        "99900003700013",
        "enseignement",
        "enseignement",
        ("921",),
        (GroupeFictif("Intendance", "T4"),),
        {"lycee.t4": ("Hugo", "Essai", ("Intendance",))},
        {"lycee.admin1": ("Inès", "Essai")},
    ),
    Partenaire(
        "Département des Exemples",
        "99900004500016",
        "departement",
        "insertion",
        ("921",),
        (GroupeFictif("Équipe RSA", "T5", ("092", "092C05001")),),
        {"departement.t5": ("Jeanne", "Témoin", ("Équipe RSA",))},
        {"departement.admin1": ("Karim", "Témoin")},
    ),
    Partenaire(
        "Office Fictif de l’Habitat",
        "99900005200012",
        "bailleur",
        "logement",
        ("921",),
        (GroupeFictif("Gestion locative", "T8", ("00123",)),),
        {"bailleur.t8": ("Léa", "Maquette", ("Gestion locative",))},
        {"bailleur.admin1": ("Marc", "Maquette")},
    ),
    # The département of the CNAF's sample flow « RSA bénéficiaires »: loaded by hand, its households open for this team.
    Partenaire(
        "Département du Val-Fictif",
        "99900006000015",
        "departement",
        "insertion",
        ("521",),
        (GroupeFictif("Équipe RSA", "T5", ("052",)),),
        {"departement052.t5": ("Paul", "Épreuve", ("Équipe RSA",))},
        {"departement052.admin1": ("Rose", "Épreuve")},
    ),
)

# By account: the role, the first name, the name and the perimeter.
PERSONNEL = {
    "caf.921": (Role.CAF, "Dora", "Modèle", ("921",)),
    "caf.441": (Role.CAF, "Noé", "Modèle", ("441",)),
    "controle.921": (Role.CONTROLEUR, "Émile", "Exemple", ("921",)),
    "dpo": (Role.DPO, "Odile", "Exemple", ()),
}

# For each agent, dossiers of `dossiers.ndjson` that open, and others that do not: (caisse, numéro).
CAS: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "ccas.t1": {
        "consultable": (("921", "9900001"), ("921", "9900032"), ("921", "9900003"), ("921", "9900007"), ("921", "9900018")),
        "hors_perimetre": (("441", "9900033"), ("751", "9900035")),
        "oppose": (("921", "9900019"),),
    },
    "ccas.t2": {
        "consultable": (("921", "9900001"), ("921", "9900004")),
        "hors_perimetre": (("441", "9900001"),),
        "oppose": (("921", "9900019"),),
    },
    "vacances.t3": {
        "consultable": (("921", "9900023"), ("921", "9900001")),
        "hors_perimetre": (("751", "9900036"),),
        "oppose": (("921", "9900019"),),
    },
    "lycee.t4": {
        "consultable": (("921", "9900025"), ("921", "9900001")),
        "hors_perimetre": (("521", "9900038"),),
        "oppose": (("921", "9900019"),),
    },
    "departement.t5": {
        "consultable": (("921", "9900013"), ("921", "9900032"), ("921", "9900002"), ("921", "9900020")),
        "hors_perimetre": (("921", "9900030"), ("441", "9900033"), ("921", "9900001")),
    },
    "departement052.t5": {
        "consultable": (("521", "9900039"),),
        "hors_perimetre": (("521", "9900038"), ("521", "9900009"), ("921", "9900013")),
    },
    "bailleur.t8": {
        "consultable": (("921", "9900011"), ("921", "9900032"), ("921", "9900029"), ("921", "9900021")),
        "hors_perimetre": (("921", "9900012"), ("921", "9900001")),
    },
}
# By caisse, None for all: the title and the text.
ACTUALITES = (
    (None, "CDAP remplace Cafpro", "Vos habilitations ont été reprises. L’ancien portail ne répond plus."),
    (
        "921",
        "Vos interlocuteurs dans les Hauts-de-Seine",
        "Le service des partenaires répond du lundi au vendredi, de 9 h à 12 h.\n"
        "Ses coordonnées sont à la page «\u00a0Contacter la Caf\u00a0».",
    ),
)
OUVERTURE, CLOTURE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
INEXISTANT = ("921", "9999999")
# Somebody of the first partner who has received a provisional password and never signed in: it serves once.
EN_ATTENTE = "ccas.nouvelle"


def construire() -> None:
    """Write the world into an empty database; do nothing when it is already there."""
    with transaction.atomic():
        if Organisme.objects.filter(raison_sociale=PARTENAIRES[0].raison_sociale).exists():
            return
        for caisse in Caisse.objects.all():
            caisse.courriel, caisse.telephone = f"partenaires@caf{caisse.code}.example", f"09 00 00 0{caisse.code[0]} {caisse.code[1:]}"
            caisse.adresse = "Service partenaires, 1 rue de l’Exemple, 00000 Ville-Fictive"
            caisse.save()
        for partenaire in PARTENAIRES:
            _partenaire(partenaire)
        _en_attente()
        for cle, (role, prenom, nom, caisses) in PERSONNEL.items():
            _personne(cle, role, prenom, nom).caisses.set(Caisse.objects.filter(code__in=caisses))
        for code, titre, texte in ACTUALITES:
            Annonce.objects.create(genre=Annonce.Genre.ACTUALITE, caisse_id=code, titre=titre, texte=texte, debut=OUVERTURE, fin=CLOTURE)


def _partenaire(partenaire: Partenaire) -> None:
    organisme = Organisme.objects.create(
        raison_sociale=partenaire.raison_sociale,
        siret=partenaire.siret,
        nature=partenaire.nature,
        secteur=partenaire.secteur,
        caisse=Caisse.objects.get(pk=partenaire.caisses[0]),
        zone="Ville-Fictive et ses environs",
        adresse="1 place de l’Exemple",
        code_postal="00000",
        ville="Ville-Fictive",
        representant="Camille Modèle",
        representant_qualite="Représentant légal",
        courriel="contact@partenaire.example",
    )
    convention = Convention.objects.create(organisme=organisme, debut=DEBUT, fin=FIN, **SIGNE)
    contrat = Contrat.objects.create(convention=convention, service=Service.objects.get(pk=Service.CDAP), debut=DEBUT, **SIGNE)
    contrat.caisses.set(Caisse.objects.filter(code__in=partenaire.caisses))
    contrat.profils.set(Profil.objects.filter(code__in=[groupe.profil for groupe in partenaire.groupes]))
    for service in partenaire.autres_services:
        Contrat.objects.create(convention=convention, service=Service.objects.get(pk=service), debut=DEBUT, **SIGNE)
    groupes = {groupe.libelle: _groupe(contrat, groupe) for groupe in partenaire.groupes}
    for cle, (prenom, nom, libelles) in partenaire.agents.items():
        agent = _personne(cle, Role.AGENT, prenom, nom, organisme)
        for libelle in libelles:
            Affectation.objects.create(utilisateur=agent, groupe=groupes[libelle], debut=DEBUT)
    for rang, (cle, (prenom, nom)) in enumerate(partenaire.administrateurs.items(), start=1):
        _personne(cle, Role.ADMINISTRATEUR, prenom, nom, organisme, bulletin=_bulletin(convention, rang, cle, prenom, nom))


def _bulletin(convention: Convention, rang: int, cle: str, prenom: str, nom: str) -> Bulletin:
    return Bulletin.objects.create(
        convention=convention, rang=rang, prenom=prenom, nom=nom, fonction="Responsable des habilitations", courriel=f"{cle}@cdap.example",
        debut=DEBUT, signature_personne=DEBUT, signature_representant=DEBUT, etat=Bulletin.Etat.VALIDE, validation=timezone.now(),
        compte_ouvert=timezone.now(),
    )  # fmt: skip


def _groupe(contrat: Contrat, fictif: GroupeFictif) -> Groupe:
    groupe = Groupe.objects.create(libelle=fictif.libelle, contrat=contrat, profil_id=fictif.profil, debut=DEBUT)
    groupe.codes_acces.set([CodeAcces.objects.create(contrat=contrat, profil_id=fictif.profil, valeur=valeur) for valeur in fictif.codes])
    return groupe


def _personne(
    cle: str, role: Role, prenom: str, nom: str, organisme: Organisme | None = None, bulletin: Bulletin | None = None
) -> Utilisateur:
    personne = Utilisateur(
        identifiant=cle, role=role, prenom=prenom, nom=nom, courriel=f"{cle}@cdap.example", organisme=organisme, bulletin=bulletin,
        debut=DEBUT, charte=CHARTE, charte_acceptation=timezone.now(),
    )  # fmt: skip
    personne.set_password(mot_de_passe(cle))
    personne.save()
    FacteurTotp.objects.create(utilisateur=personne, graine_chiffree=chiffrer(graine(cle)))
    return personne


def _en_attente() -> None:
    groupe = Groupe.objects.get(libelle="Service social", contrat__convention__organisme__raison_sociale=PARTENAIRES[0].raison_sociale)
    personne = _personne(EN_ATTENTE, Role.AGENT, "Iris", "Modèle", groupe.contrat.convention.organisme)
    personne.mot_de_passe_provisoire, personne.charte, personne.charte_acceptation = True, "", None
    personne.mot_de_passe_fin = CLOTURE  # made already: no mail replaces it
    personne.save()
    FacteurTotp.objects.filter(utilisateur=personne).delete()
    Affectation.objects.create(utilisateur=personne, groupe=groupe, debut=DEBUT)


def acces() -> dict[str, Any]:
    """Return what `.demo/acces.json` says of the accounts and of their dossiers (design §8)."""
    comptes: list[dict[str, Any]] = []
    for partenaire in PARTENAIRES:
        codes = {
            groupe.libelle: {"libelle": groupe.libelle, "profil": groupe.profil, "codes_acces": list(groupe.codes)}
            for groupe in partenaire.groupes
        }
        for cle, (_, _, libelles) in partenaire.agents.items():
            comptes.append(_compte(cle, Role.AGENT, partenaire.raison_sociale) | {"groupes": [codes[libelle] for libelle in libelles]})
        comptes += [_compte(cle, Role.ADMINISTRATEUR, partenaire.raison_sociale) for cle in partenaire.administrateurs]
    comptes += [_compte(cle, role, "") for cle, (role, *_) in PERSONNEL.items()]
    dossiers = [
        {"caisse": caisse, "numero": numero, "cas": cas, "pour": cle}
        for cle, cas_du_compte in CAS.items()
        for cas, numeros in (cas_du_compte | {"inexistant": (INEXISTANT,)}).items()
        for caisse, numero in numeros
    ]
    en_attente = {"identifiant": EN_ATTENTE, "mot_de_passe": mot_de_passe(EN_ATTENTE)}
    return {"comptes": comptes, "en_attente": en_attente, "dossiers": dossiers}


def _compte(cle: str, role: Role, organisme: str) -> dict[str, Any]:
    return {
        "cle": cle,
        "role": role.value,
        "identifiant": cle,
        "mot_de_passe": mot_de_passe(cle),
        "totp": base64.b32encode(graine(cle)).decode(),
        "organisme": organisme,
        "groupes": [],
    }


def mot_de_passe(cle: str) -> str:
    """Return the password of an account: derived from the demonstration's own secret, so that it is the same at each start."""
    return "Demo-" + base64.urlsafe_b64encode(_derive("mot de passe", cle)).decode()[:20] + "-1a"


def graine(cle: str) -> bytes:
    """Return the 160-bit TOTP seed of an account."""
    return _derive("graine", cle)[:20]


def _derive(usage: str, cle: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"{usage} {cle}".encode(), "sha256").digest()
