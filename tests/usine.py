"""Factories: fresh, committed rows for one test. Nothing here is shared, so nothing has to be cleaned."""

import hashlib
import itertools
import json
import os
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone
from psycopg.conninfo import make_conninfo
from stdnum import luhn

from allocataires.flux.recus import RUBRIQUES
from audit.journal.auteur import Auteur
from conventions.chiffrement import chiffrer as chiffrer_document
from conventions.models import (
    Bulletin,
    Caisse,
    CodeAcces,
    Contrat,
    Convention,
    Demande,
    DemandeCaisse,
    Document,
    Organisme,
    Profil,
    Service,
)
from habilitations.acces import CHARTE
from habilitations.chiffrement import chiffrer
from habilitations.models import Affectation, FacteurTotp, Groupe, Role, Session, Utilisateur

OWNER = "proprietaire"
IP = "192.0.2.7"
DEBUT = date(2020, 1, 1)
FIN = date(2100, 12, 31)
SIGNE = {"signature_partenaire": DEBUT, "signature_caf": DEBUT}
SENTINELLE = "ZZSENTINELLEZZ"
GRAINE = b"graine-de-vingt-oct."
_rang = itertools.count(int.from_bytes(secrets.token_bytes(3)) % 1_000_000 + 1)


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent with everything that opens a door: organisation, convention, contract, group, attachment, live session."""

    cle: str
    utilisateur: Utilisateur
    organisme: Organisme
    convention: Convention
    contrat: Contrat
    groupe: Groupe
    affectation: Affectation
    session: Session


def unique(prefixe: str = "x") -> str:
    """Return a word that no other test uses."""
    return f"{prefixe}-{secrets.token_hex(6)}"


def agent(profil: str = "T1", *, caisses: tuple[str, ...] = ("921",), codes: tuple[str, ...] = (), telephone_exige: bool = False) -> Agent:
    """Return a fresh agent whose habilitation is in force."""
    organisme = Organisme.objects.using(OWNER).create(raison_sociale=unique("Organisme"), caisse_id=caisses[0])
    convention = Convention.objects.using(OWNER).create(organisme=organisme, debut=DEBUT, fin=FIN, **SIGNE)
    contrat = Contrat.objects.using(OWNER).create(
        convention=convention, service_id="cdap", debut=DEBUT, telephone_exige=telephone_exige, **SIGNE
    )
    contrat.caisses.set(Caisse.objects.using(OWNER).filter(code__in=caisses))
    contrat.profils.set(Profil.objects.using(OWNER).filter(code=profil))
    groupe = Groupe.objects.using(OWNER).create(libelle=unique("Groupe"), contrat=contrat, profil_id=profil, debut=DEBUT)
    groupe.codes_acces.set([CodeAcces.objects.using(OWNER).create(contrat=contrat, profil_id=profil, valeur=valeur) for valeur in codes])
    personne = utilisateur(organisme)
    affectation = Affectation.objects.using(OWNER).create(utilisateur=personne, groupe=groupe, debut=DEBUT)
    cle, session = ouvrir_session(personne)
    return Agent(cle, personne, organisme, convention, contrat, groupe, affectation, session)


def siret() -> str:
    """Return a SIRET that is well formed and nobody's."""
    siren = f"998{secrets.randbelow(100_000):05d}"
    etablissement = siren + luhn.calc_check_digit(siren) + f"{secrets.randbelow(10_000):04d}"
    return etablissement + luhn.calc_check_digit(etablissement)


def organisme(**champs: Any) -> Organisme:
    """Return a fresh partner led by caisse 921."""
    return Organisme.objects.using(OWNER).create(**{"raison_sociale": unique("Organisme"), "caisse_id": "921", **champs})


def convention(**champs: Any) -> Convention:
    """Return a fresh convention, signed by both unless told otherwise, of a fresh partner."""
    champs = {"debut": DEBUT, "fin": FIN, **SIGNE, **champs}
    if "organisme" not in champs and "organisme_id" not in champs:
        champs["organisme"] = organisme()
    return Convention.objects.using(OWNER).create(**champs)


def contrat(*, profils: tuple[str, ...] = ("T1",), caisses: tuple[str, ...] = ("921",), **champs: Any) -> Contrat:
    """Return a fresh contract of CDAP, signed by both unless told otherwise, of a fresh convention."""
    champs = {"service_id": "cdap", "debut": DEBUT, **SIGNE, **champs}
    if "convention" not in champs:
        champs["convention"] = convention()
    ligne = Contrat.objects.using(OWNER).create(**champs)
    ligne.caisses.set(Caisse.objects.using(OWNER).filter(code__in=caisses))
    ligne.profils.set(Profil.objects.using(OWNER).filter(code__in=profils))
    return ligne


def bulletin(**champs: Any) -> Bulletin:
    """Return a fresh bulletin, received and signed by both unless told otherwise, of a fresh convention."""
    champs = {
        "rang": 1, "nom": "Spécimen", "prenom": "Chloé", "fonction": "Directrice", "courriel": f"{unique('chloe')}@partenaire.example",
        "debut": DEBUT, "signature_personne": DEBUT, "signature_representant": DEBUT, **champs,
    }  # fmt: skip
    if champs.get("etat") in ("valide", "clos"):
        champs.setdefault("validation", timezone.now())
    if "convention" not in champs:
        champs["convention"] = convention()
    return Bulletin.objects.using(OWNER).create(**champs)


def utilisateur(organisme: Organisme | None, role: Role = Role.AGENT, **champs: Any) -> Utilisateur:
    """Return a fresh person who has gone through the whole gate, without any attachment; an administrator has a validated bulletin."""
    if role is Role.ADMINISTRATEUR and "bulletin" not in champs and organisme is not None:
        signee = organisme.conventions.using(OWNER).first() or convention(organisme=organisme)
        rang = 1 + signee.bulletins.using(OWNER).exclude(etat__in=["refuse", "clos"]).count()
        champs["bulletin"] = bulletin(convention=signee, rang=rang, etat="valide", compte_ouvert=timezone.now())
    personne = Utilisateur.objects.using(OWNER).create(
        **{
            "identifiant": unique("agent"), "nom": "Modèle", "prenom": "Alice", "courriel": f"{unique('alice')}@cdap.example", "role": role,
            "organisme": organisme, "debut": DEBUT, "password": "!", "charte": CHARTE,
            "charte_acceptation": timezone.now(), **champs,
        }
    )  # fmt: skip
    FacteurTotp.objects.using(OWNER).create(utilisateur=personne, graine_chiffree=chiffrer(GRAINE))
    return personne


def operateur(*caisses: str, role: Role = Role.CAF) -> Auteur:
    """Return a fresh person of the CAF, signed in, whose perimeter is these caisses."""
    personne = utilisateur(None, role)
    personne.caisses.set(Caisse.objects.using(OWNER).filter(code__in=caisses))
    return Auteur(session=ouvrir_session(personne)[0], utilisateur=personne.pk, ip=IP)


def administrateur(organisme: Organisme) -> Auteur:
    """Return a fresh administrator of that partner, signed in."""
    personne = utilisateur(organisme, Role.ADMINISTRATEUR)
    return Auteur(session=ouvrir_session(personne)[0], utilisateur=personne.pk, ip=IP)


def personne(par: Auteur) -> Utilisateur:
    """Return the person who acts."""
    return Utilisateur.objects.using(OWNER).get(pk=par.utilisateur or 0)


def ouvrir_session(personne: Utilisateur, *, verifiee: bool = True, minutes: int = 15) -> tuple[str, Session]:
    """Return the key of a fresh session of that person, and its row."""
    cle = secrets.token_urlsafe(24)
    maintenant = timezone.now()
    session = Session.objects.using(OWNER).create(
        empreinte=empreinte(cle), utilisateur=personne, verifiee=verifiee, debut=maintenant, derniere_activite=maintenant,
        fin=maintenant + timedelta(minutes=minutes),
    )  # fmt: skip
    return cle, session


def prouver(cle: str, age: str = "0") -> str:
    """Make it that long ago that the person of this session gave the password and a code again; return the session."""
    with connexion("proprietaire") as pg:
        pg.execute(
            "update habilitations_session set reauthentification = cdap.maintenant() - %s::interval where empreinte = %s",
            [age, empreinte(cle)],
        )
    return cle


def empreinte(cle: str) -> bytes:
    """Return what the database keeps of a session's key."""
    return hashlib.sha256(cle.encode()).digest()


def demande(
    *, caisses: tuple[str, ...] = ("921",), services: tuple[str, ...] = ("cdap",), profils: tuple[str, ...] = ("T1",), **champs: Any
) -> Demande:
    """Return a fresh request, deposited unless `etat` says otherwise; the first caisse leads."""
    colonnes = {
        "etat": "deposee", "demandeur_nom": "Spécimen", "demandeur_prenom": "Chloé", "demandeur_fonction": "Directrice",
        "demandeur_courriel": f"{unique('chloe')}@ville.example", "raison_sociale": unique("Commune"), "siret": siret(), "nature": "commune",
        "secteur": "action_sociale", "zone": "La commune", "adresse": "1 place de l’Exemple", "code_postal": "92000", "ville": "Exempleville",
        "representant": "Denis Spécimen", "representant_qualite": "Maire", "effectif": 12, "creation": timezone.now(), **champs,
    }  # fmt: skip
    une = Demande.objects.using(OWNER).create(caisse_id=caisses[0], **colonnes)
    une.services.set(Service.objects.using(OWNER).filter(code__in=services))
    une.profils.set(Profil.objects.using(OWNER).filter(code__in=profils))
    for caisse in caisses:
        DemandeCaisse.objects.using(OWNER).create(demande=une, caisse_id=caisse)
    return une


def document(**champs: Any) -> Document:
    """Return a fresh document, received signed unless told otherwise; `octets` are what it holds in clear."""
    octets = champs.pop("octets", unique("%PDF-").encode())
    empreinte_du_contenu = hashlib.sha256(octets).hexdigest()
    return Document.objects.using(OWNER).create(
        **{
            "genre": "convention", "nature": "signe", "creation": timezone.now(), "taille": len(octets), "sha256": empreinte_du_contenu,
            "contenu": chiffrer_document(octets), **champs,
        }
    )  # fmt: skip


def dossier(caisse: str = "921", **champs: Any) -> str:
    """Return the number of a fresh dossier of that caisse; `champs` are columns of the dossier or rubriques of its contents."""
    numero = f"{next(_rang) % 10_000_000:07d}"
    rubriques = {nom: champs.pop(nom) for nom in list(champs) if nom in RUBRIQUES}
    rubriques.setdefault("identite", {"responsable": {"nom_naissance": SENTINELLE, "prenoms": "Camille"}})
    colonnes = {"etat": "affilie", "opposition": False, "fournisseur": "CNAF", "instructeurs_rsa": [], **champs}
    with connections[OWNER].cursor() as curseur:
        curseur.execute(
            f"insert into allocataires_dossier (caisse, numero, {', '.join(colonnes)}) "
            f"values (%s, %s, {', '.join(['%s'] * len(colonnes))}) returning id",
            [caisse, numero, *colonnes.values()],
        )
        pk = curseur.fetchone()[0]
        curseur.execute(
            f"insert into allocataires_contenu (dossier_id, donnees_au, {', '.join(rubriques)}) "
            f"values (%s, now(), {', '.join(['%s::jsonb'] * len(rubriques))})",
            [pk, *(json.dumps(valeur) for valeur in rubriques.values())],
        )
    return numero


def opposition(numero: str, caisse: str = "921") -> None:
    """Write an opposition in the register, without an operator."""
    executer(
        "insert into allocataires_opposition (caisse, numero, origine, declaree_le, posee, posee_par) "
        "values (%s, %s, 'courrier', current_date, now(), 0)",
        [caisse, numero],
    )


def client(cle: str, **options: Any) -> Client:
    """Return a browser without JavaScript that holds the key of a session."""
    navigateur = Client(REMOTE_ADDR=IP, **options)
    navigateur.cookies[settings.COOKIE_DE_SESSION] = cle
    return navigateur


def connexion(role: str = "portail", **options: Any) -> psycopg.Connection[Any]:
    """Return a connection of its own, as one of the roles, in autocommit."""
    return psycopg.connect(make_conninfo(os.environ[f"CDAP_BASE_{role.upper()}"], **options), autocommit=True)


def traces(**criteres: Any) -> list[dict[str, Any]]:
    """Return the traces that match, oldest first, as the owner reads them."""
    conditions = " and ".join(f"{nom} is not distinct from %s" for nom in criteres) or "true"
    with connections[OWNER].cursor() as curseur:
        curseur.execute(f"select * from audit_trace where {conditions} order by id", list(criteres.values()))
        noms = [colonne.name for colonne in curseur.description]
        return [dict(zip(noms, ligne, strict=True)) for ligne in curseur.fetchall()]


def parametre(nom: str, valeur: int) -> None:
    """Set a limit for good: only the owner can."""
    with connections[OWNER].cursor() as curseur:
        curseur.execute("update cdap.parametre set valeur = %s where nom = %s", [valeur, nom])


def valeur(sql: str, parametres: list[Any] | None = None) -> Any:
    """Return the first column of the first row, as the owner reads it."""
    with connections[OWNER].cursor() as curseur:
        curseur.execute(sql, parametres)
        return curseur.fetchone()[0]


def executer(sql: str, parametres: list[Any] | None = None) -> None:
    """Run a statement as the owner, committed."""
    with connections[OWNER].cursor() as curseur:
        curseur.execute(sql, parametres)
