"""Settings: each variable is parsed, and named when it is wrong; no secret is repeated in an error."""

import os
import subprocess
import sys

import pytest

from cdap.demo.preparation import RACINE
from cdap.environnement import Environnement, EnvironnementInvalide, lire

SECRET = "s3cr3t-" * 10
BON = {
    "CDAP_MODE": "production",
    "CDAP_SECRET": SECRET,
    "CDAP_HOTES": "partenaires.exemple.fr, www.exemple.fr",
    "CDAP_CLES_CHIFFREMENT": "A" * 43 + "=",
    "CDAP_BASE_PORTAIL": "postgresql://cdap_portail:motdepasse@base/cdap",
}


def test_a_good_environment_is_read() -> None:
    environnement = lire(BON | {"AUTRE": "ignorée"})
    assert environnement.hotes == ["partenaires.exemple.fr", "www.exemple.fr"]
    assert environnement.tls is True
    assert environnement.dsn("portail") == BON["CDAP_BASE_PORTAIL"]
    assert environnement.limite_agent_10min == 60


@pytest.mark.parametrize("nom", ["CDAP_MODE", "CDAP_SECRET", "CDAP_CLES_CHIFFREMENT", "CDAP_HOTES", "CDAP_BASE_PORTAIL"])
def test_a_missing_variable_is_named(nom: str) -> None:
    with pytest.raises(EnvironnementInvalide, match=nom):
        lire({cle: valeur for cle, valeur in BON.items() if cle != nom})


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [
        ("CDAP_MODE", "prod"),
        ("CDAP_TLS", "non"),
        ("CDAP_TLS", "off"),
        ("CDAP_ROLE", "admin"),
        ("CDAP_SECRET", "court"),
        ("CDAP_BASE_PORTAIL", "mysql://base"),
        ("CDAP_DELAI_REQUETE", "5s"),
        ("CDAP_DELAI_REQUETE", "0"),
        ("CDAP_LIMITE_AGENT_10MIN", "-1"),
        ("CDAP_JOURNAL_MOIS", "13"),
        ("CDAP_TSL", "on"),
        ("CDAP_CLES_CHIFFREMENT", "courte"),
        ("CDAP_PROXYS", "10.0.0.300"),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not_repeated(nom: str, valeur: str) -> None:
    with pytest.raises(EnvironnementInvalide, match=nom) as erreur:
        lire(BON | {nom: valeur})
    assert SECRET not in str(erreur.value)
    assert "motdepasse" not in str(erreur.value)


def test_a_misspelt_variable_suggests_the_right_one() -> None:
    with pytest.raises(EnvironnementInvalide, match="CDAP_TLS"):
        lire(BON | {"CDAP_TSL": "on"})


def test_the_portal_does_not_start_in_production_with_the_owner_s_address() -> None:
    proprietaire = {"CDAP_BASE_PROPRIETAIRE": "postgresql://cdap_owner:x@base/cdap"}
    with pytest.raises(EnvironnementInvalide, match="CDAP_BASE_PROPRIETAIRE"):
        lire(BON | proprietaire)
    assert lire(BON | proprietaire | {"CDAP_MODE": "demo"}).mode == "demo"
    assert lire(BON | proprietaire | {"CDAP_ROLE": "proprietaire"}).role == "proprietaire"


def test_the_portal_does_not_start_in_production_with_the_keys_of_the_seals() -> None:
    with pytest.raises(EnvironnementInvalide, match="CDAP_CLES_SCELLEMENT"):
        lire(BON | {"CDAP_CLES_SCELLEMENT": "x"})


def test_each_role_needs_its_own_address() -> None:
    with pytest.raises(EnvironnementInvalide, match="CDAP_BASE_WORKER"):
        lire(BON | {"CDAP_ROLE": "worker"})


TRAVAILLEUR = BON | {
    "CDAP_ROLE": "worker",
    "CDAP_BASE_WORKER": "postgresql://cdap_worker:motdepasse@base/cdap",
    "CDAP_ADRESSE": "https://partenaires.exemple.fr",
    "CDAP_COURRIEL_HOTE": "smtp.exemple.fr",
    "CDAP_COURRIEL_EXPEDITEUR": "CDAP <ne-pas-repondre@exemple.fr>",
}


@pytest.mark.parametrize("nom", ["CDAP_ADRESSE", "CDAP_COURRIEL_HOTE", "CDAP_COURRIEL_EXPEDITEUR"])
def test_the_worker_does_not_start_in_production_without_its_mails(nom: str) -> None:
    assert lire(TRAVAILLEUR).courriel_hote == "smtp.exemple.fr"
    sans = {cle: valeur for cle, valeur in TRAVAILLEUR.items() if cle != nom}
    with pytest.raises(EnvironnementInvalide, match=nom):
        lire(sans)
    assert lire(sans | {"CDAP_MODE": "demo"}).role == "worker"


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [
        ("CDAP_ADRESSE", "http://partenaires.exemple.fr"),
        ("CDAP_ADRESSE", "https://partenaires.exemple.fr/"),
        ("CDAP_ADRESSE", "partenaires.exemple.fr"),
        ("CDAP_COURRIEL_HOTE", ""),
        ("CDAP_COURRIEL_PORT", "0"),
        ("CDAP_COURRIEL_TLS", "oui"),
        ("CDAP_COURRIEL_EXPEDITEUR", "cdap"),
        ("CDAP_COURRIEL_EXPEDITEUR", "cdap@exemple.fr\nBcc: tous@exemple.fr"),
        ("CDAP_COURRIEL_DELAI", "21"),
        ("CDAP_COURRIEL_DOSSIER", "/tmp/courriels"),
    ],
)
def test_wrong_settings_of_the_mails_are_named(nom: str, valeur: str) -> None:
    with pytest.raises(EnvironnementInvalide, match=nom):
        lire(TRAVAILLEUR | {nom: valeur})


def test_each_variable_says_what_it_is_for() -> None:
    for nom, champ in Environnement.model_fields.items():
        assert champ.description, nom


def _manage(environnement: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    reste = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("CDAP_")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], env=reste | environnement, cwd=RACINE, capture_output=True, text=True, check=False
    )


def test_the_deployment_check_is_clean_in_production() -> None:
    resultat = _manage(BON, "check", "--deploy", "--fail-level", "WARNING")
    assert resultat.returncode == 0, resultat.stderr


def test_a_wrong_environment_stops_the_start_with_one_clear_message() -> None:
    resultat = _manage(BON | {"CDAP_TICKET_MINUTES": "quinze"}, "check")
    assert resultat.returncode != 0
    assert "CDAP_TICKET_MINUTES" in resultat.stderr


def test_the_fictional_world_is_impossible_in_production() -> None:
    resultat = _manage(
        BON | {"CDAP_ROLE": "proprietaire", "CDAP_BASE_PROPRIETAIRE": os.environ["CDAP_BASE_PROPRIETAIRE"]}, "construire_monde"
    )
    assert resultat.returncode != 0
    assert "production" in resultat.stderr


@pytest.mark.parametrize(
    ("mode", "mois", "permis"), [("production", "5", False), ("production", "6", True), ("demo", "1", True), ("test", "1", True)]
)
def test_traces_are_kept_six_months_at_least_but_in_a_demonstration(mode: str, mois: str, permis: bool) -> None:
    variables = BON | {"CDAP_MODE": mode, "CDAP_JOURNAL_MOIS": mois}
    if permis:
        assert lire(variables).journal_mois == int(mois)
    else:
        with pytest.raises(EnvironnementInvalide, match="six mois au moins"):
            lire(variables)
