"""The page of an organisation, ready to be shown: plain texts and tables, nothing left to ask of the database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html

from allocataires.formats import date_fr, heure_fr, telephone
from allocataires.presentation.vue import Colonne, Tableau
from cdap.administration.affichage import VIDE
from cdap.documents_publics import poids
from conventions.models import Document, Organisme
from conventions.models.contrats import ETATS
from conventions.services.historique import Histoire, LigneActe, LigneBulletin, LigneContrat, LigneConvention
from habilitations.archive import AccesPasse

PARTIES = {
    "partenaire": "par le partenaire",
    "caf": "par la Caf",
    "personne": "par la personne",
    "representant": "par le représentant légal",
}
Liens = Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class SectionConvention:
    """A convention: its title, what it says of itself, its contracts and bulletins."""

    titre: str
    url: str
    faits: tuple[tuple[str, str], ...]
    tableaux: tuple[Tableau, ...]


@dataclass(frozen=True, slots=True)
class DossierVue:
    """Everything but who had access; a table that would be empty is None."""

    identite: tuple[tuple[str, str], ...]
    organismes: Tableau | None
    conventions: tuple[SectionConvention, ...]
    demandes: Tableau | None
    documents: Tableau | None
    actes: Tableau | None


def vue(organisme: Organisme, histoire: Histoire, liens: Liens) -> DossierVue:
    """Return the page; `liens` gives, model by model, the addresses that the operator may open."""
    noms = {un.numero: un.raison_sociale for un in histoire.organismes}
    return DossierVue(
        identite=_identite(organisme),
        organismes=tableau(
            "Organismes absorbés",
            ("Organisme", "SIRET"),
            ((lien(un.raison_sociale, liens["organisme"].get(un.numero)), un.siret or VIDE) for un in histoire.organismes if un.absorbe),
        ),
        conventions=tuple(_convention(une, organisme, noms, liens) for une in histoire.conventions),
        demandes=tableau(
            "Demandes, de la plus récente à la plus ancienne",
            ("Demande", "Nature", "État", "Déposée"),
            (
                (lien(une.libelle, liens["demande"].get(une.numero)), une.nature, une.etat, heure_fr(une.depot) or VIDE)
                for une in histoire.demandes
            ),
        ),
        documents=tableau(
            "Documents, du plus récent au plus ancien",
            ("Document", "Nature", "Enregistré", "Poids"),
            (
                (lien(un.libelle, liens["document"].get(un.numero)), un.nature, heure_fr(un.creation), poids(un.taille))
                for un in histoire.documents
            ),
        ),
        actes=_actes(histoire, organisme, noms),
    )


def acces(periodes: Iterable[AccesPasse], histoire: Histoire, le: datetime | None) -> Tableau | None:
    """Return who had access at that instant; the organisation is named when there is more than one."""
    noms = {un.numero: un.raison_sociale for un in histoire.organismes}
    colonnes = ("Personne", "Groupe", "Profil", "Caisses", "Depuis", "Jusqu’à")
    lignes = (_acces(un, noms) for un in periodes)
    return tableau(f"Accès au {heure_fr(le)}", (*colonnes, "Organisme") if len(noms) > 1 else colonnes, lignes)


def _acces(un: AccesPasse, noms: Mapping[int, str]) -> tuple[str, ...]:
    profil = f"{un.profil}, codes {', '.join(un.codes)}" if un.codes else un.profil
    fin = heure_fr(un.au) or "toujours en cours"
    ligne = (f"{un.prenom} {un.nom}", un.groupe, profil, ", ".join(un.caisses), heure_fr(un.du), fin)
    return (*ligne, noms[un.organisme]) if len(noms) > 1 else ligne


def _identite(organisme: Organisme) -> tuple[tuple[str, str], ...]:
    siege = f"{organisme.adresse}\n{organisme.code_postal} {organisme.ville}".strip()
    representant = ", ".join(filter(None, (organisme.representant, organisme.representant_qualite)))
    faits = (
        ("SIRET", organisme.siret),
        ("Nature juridique", organisme.get_nature_display()),
        ("Secteur d’activité", organisme.get_secteur_display()),
        ("Zone géographique d’intervention", organisme.zone),
        ("Caisse gestionnaire", str(organisme.caisse)),
        ("N° de tiers", organisme.numero_tiers),
        ("Siège", siege),
        ("Représentant légal", representant),
        ("Courriel de contact", organisme.courriel),
        ("Téléphone", telephone(organisme.telephone)),
        ("Contact protection des données", organisme.contact_dpo),
        ("Contact sécurité", organisme.contact_securite),
        ("Organisme protégé", "oui" if organisme.protege else "non"),
    )
    return tuple((libelle, valeur or VIDE) for libelle, valeur in faits)


def _convention(une: LigneConvention, organisme: Organisme, noms: Mapping[int, str], liens: Liens) -> SectionConvention:
    faits = [("État", ETATS[une.etat]), ("Période", _periode(une.debut, une.fin)), ("Origine", une.origine)]
    if une.organisme != organisme.pk:
        faits.append(("Conclue avec", noms[une.organisme]))
    contrats = tableau(
        f"Contrats de service de la convention {une.libelle}",
        ("Service", "État", "Période", "Profils", "Caisses", "Codes d’accès", "Utilisateurs au plus"),
        (_contrat(un, liens["contrat"].get(un.numero)) for un in une.contrats),
    )
    bulletins = tableau(
        f"Bulletins d’adhésion de la convention {une.libelle}",
        ("Administrateur", "Rang", "Fonction", "État", "Période"),
        (_bulletin(un, liens["bulletin"].get(un.numero)) for un in une.bulletins),
    )
    titre = f"Convention {une.libelle}"
    tableaux = tuple(un for un in (contrats, bulletins) if un)
    return SectionConvention(titre, liens["convention"].get(une.numero, ""), tuple(faits), tableaux)


def _contrat(un: LigneContrat, url: str | None) -> tuple[str, ...]:
    return (
        lien(un.service, url),
        ETATS[un.etat],
        _periode(un.debut, un.fin),
        *(", ".join(valeurs) or VIDE for valeurs in (un.profils, un.caisses, un.codes)),
        str(un.effectif_max or VIDE),
    )


def _bulletin(un: LigneBulletin, url: str | None) -> tuple[str, ...]:
    return lien(un.nom, url), str(un.rang), un.fonction, un.etat, _periode(un.debut, un.fin)


def _actes(histoire: Histoire, organisme: Organisme, noms: Mapping[int, str]) -> Tableau | None:
    objets: dict[tuple[str, int | None], str] = {("convention", une.numero): f"Convention {une.libelle}" for une in histoire.conventions}
    objets |= {("contrat", un.numero): f"Contrat {un.service}" for une in histoire.conventions for un in une.contrats}
    objets |= {("demande", une.numero): f"Demande {une.libelle}" for une in histoire.demandes}

    def ligne(acte: LigneActe) -> tuple[str, ...]:
        vises = (("contrat", acte.contrat), ("convention", acte.convention), ("demande", acte.demande))
        objet = next((objets[vise] for vise in vises if vise in objets), "Organisme")
        if acte.organisme and acte.organisme != organisme.pk:
            objet = f"{noms[acte.organisme]} : {objet}"
        libelle = f"{acte.libelle} {_precision(acte)}".strip()
        return heure_fr(acte.instant), libelle, objet, date_fr(acte.effet) or VIDE, acte.auteur or "Portail", acte.motif or VIDE

    colonnes = ("Enregistré", "Acte", "Objet", "Effet", "Par", "Motif")
    return tableau("Actes, du plus récent au plus ancien", colonnes, map(ligne, histoire.actes))


def _precision(acte: LigneActe) -> str:
    """Return what the reader needs of the act's detail, in words."""
    ecrire = PRECISIONS.get(acte.genre)
    return ecrire(acte.detail) if ecrire else ""


def _piece(detail: Mapping[str, Any]) -> str:
    genre = detail.get("piece")
    return f": {Document.Genre(genre).label.lower()}" if genre in Document.Genre.values else ""


def _siret(detail: Mapping[str, Any]) -> str:
    return f": {detail.get('ancien') or VIDE} devient {detail.get('nouveau')}"


def _code(detail: Mapping[str, Any]) -> str:
    return f": {detail.get('code')} ({detail.get('profil')})"


PRECISIONS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "siret_corriger": _siret,
    "signer": lambda detail: PARTIES.get(detail.get("partie", ""), ""),
    "code_accorder": _code,
    "code_retirer": _code,
    "document_produire": _piece,
    "document_deposer": _piece,
}


def _periode(debut: date, fin: date | None) -> str:
    return f"du {date_fr(debut)} au {date_fr(fin)}" if fin else f"depuis le {date_fr(debut)}"


def lien(texte: str, url: str | None) -> str:
    """Return a text that leads somewhere, if it may."""
    return format_html('<a href="{}">{}</a>', url, texte) if url else texte


def tableau(legende: str, colonnes: Iterable[str], lignes: Iterable[tuple[str, ...]]) -> Tableau | None:
    """Return a table, or None when it has no row."""
    faites = tuple(lignes)
    return Tableau(legende, tuple(map(Colonne, colonnes)), faites) if faites else None
