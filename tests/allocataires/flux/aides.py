"""What the tests of the imports share: fictional dossiers, the sample answers, and what the owner reads back."""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from allocataires.flux import lecture, territoire
from allocataires.flux.api_particulier import Attribution
from allocataires.flux.recus import Accepte, Element, Rejet

MAINTENANT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ECHANTILLONS = Path(settings.BASE_DIR).parent / "shared" / "data" / "api-particulier"
AVEC_IDENTITE = {
    "v2_cnaf_quotient_familial.json": 19,
    "v3_cnav_participation_familiale_eaje_with_civility.json": 1,
    "v3_cnav_participation_familiale_eaje_with_france_connect.json": 3,
    "v3_cnav_quotient_familial_with_civility.json": 16,
    "v3_cnav_quotient_familial_with_france_connect.json": 11,
}
FICHIERS_SANS_IDENTITE = {
    "v3_cnav_prime_activite_with_civility.json": 3,
    "v3_cnav_prime_activite_with_france_connect.json": 3,
    "v3_cnav_revenu_solidarite_active_with_civility.json": 3,
    "v3_cnav_revenu_solidarite_active_with_france_connect.json": 3,
}
avec_echantillons = pytest.mark.skipif(
    not ECHANTILLONS.is_dir(), reason="les réponses d'exemple (../shared/data) ne sont pas sur cette machine"
)


def brut(numero: str = "9900001", caisse: str = "921", **champs: Any) -> dict[str, Any]:
    """Return a dossier of the exchange format, before it becomes a line."""
    rubriques = {"identite": {"responsable": {"nom_naissance": "EXEMPLE"}}, **champs.pop("rubriques", {})}
    return {"caisse": caisse, "numero": numero, "donnees_au": "2026-07-06T06:00:00+02:00", **champs, "rubriques": rubriques}


def ligne(numero: str = "9900001", caisse: str = "921", **champs: Any) -> str:
    """Return a line of the exchange format; `rubriques` completes an identity that is always there."""
    return json.dumps(brut(numero, caisse, **champs), ensure_ascii=False)


def reponse_v2(numero: object = 9900001, code_postal: object = 92999, **reponse: Any) -> dict[str, Any]:
    """Return an answer of version 2."""
    allocataires = [{"nomPrenom": "EXEMPLE CAMILLE", "dateDeNaissance": "14031988", "sexe": "F"}]
    donnees = {"quotientFamilial": 717, "annee": 2026, "mois": 7, "allocataires": allocataires, "enfants": [], **reponse}
    return {"cas": "200", "parametres": {"numeroAllocataire": numero, "codePostal": code_postal}, "reponse": donnees}


def reponse_v3(**donnees: Any) -> dict[str, Any]:
    """Return an answer of version 3."""
    allocataires = [{"nom_naissance": "EXEMPLE", "nom_usage": None, "prenoms": "CAMILLE", "date_naissance": "1988-03-14", "sexe": "F"}]
    return {"cas": "200", "parametres": {}, "reponse": {"data": {"allocataires": allocataires, "enfants": [], **donnees}, "meta": {}}}


def ecrire(dossier: Path, texte: str | bytes, nom: str = "fichier") -> Path:
    """Write a file and return its path."""
    chemin = dossier / nom
    chemin.write_bytes(texte.encode() if isinstance(texte, str) else texte)
    return chemin


def attribution(caisse: str | None = None, depuis: str | None = None) -> Attribution:
    """Return what the person who imports adds."""
    return Attribution(caisse, territoire.numeros_depuis(depuis) if depuis else None)


def lire(chemin: Path, attribue: Attribution | None = None) -> list[Element]:
    """Return all that a file gives."""
    with lecture.ouvrir(chemin, attribue or Attribution(), MAINTENANT) as source:
        return list(source.elements)


def acceptes(elements: list[Element]) -> list[Accepte]:
    """Return the accepted dossiers."""
    return [element for element in elements if isinstance(element, Accepte)]


def raisons(elements: list[Element]) -> dict[int, str]:
    """Return the reason of each refusal, by rank."""
    return {element.rang: element.raison for element in elements if isinstance(element, Rejet)}


# Drawn without replacement, above those of `usine.dossier`: two tests that drew the same numbers would find each other's dossiers.
DEBUTS = iter(secrets.SystemRandom().sample(range(1_100, 9_000), 7_900))


def numeros() -> Iterator[str]:
    """Return numbers that no other test uses, in order."""
    debut = next(DEBUTS) * 1_000
    return (f"{debut + rang:07d}" for rang in range(1_000))


def stocke(numero: str, caisse: str = "921") -> Mapping[str, Any] | None:
    """Return what the database holds of a dossier, columns of both tables, as its owner reads them; None when it holds nothing."""
    with connections["proprietaire"].cursor() as curseur:
        curseur.execute(
            "select to_jsonb(c) || to_jsonb(d) from allocataires_dossier d left join allocataires_contenu c on c.dossier_id = d.id "
            "where d.caisse = %s and d.numero = %s",
            [caisse, numero],
        )
        trouve = curseur.fetchone()
    return json.loads(trouve[0]) if trouve and isinstance(trouve[0], str) else (trouve[0] if trouve else None)
