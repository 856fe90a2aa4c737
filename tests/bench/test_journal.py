"""The figures of the journal: what they are measured on is a journal that the verifier proves, and each of them can be measured."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import LazySettings
from django.db import connections

from audit.journal import sceaux, verification
from audit.journal.sceaux import Trousseau
from bench import traces
from bench.traces import Agent, Monde
from cdap import roles
from cdap.demo import preparation
from tests.bases import ADMIN, BASE, MODELE, supprimer

NOM = f"{BASE}_banc"
ALIAS = "worker_banc"
PREMIER = date(2026, 5, 1)
JOURS = [PREMIER + timedelta(days=rang) for rang in range(4)]
# Everything as in life, but for how long and how much.
COURT = """
import os
from bench import banc, journal, porte
banc.TOURS, banc.SECONDES, banc.AGENTS, porte.DOSSIERS, journal.PURGES, journal.MOIS = 1, 0.2, 200, 500, 1, 1
environnement = {nom: valeur for nom, valeur in os.environ.items() if nom.startswith("CDAP_")}
journal.mesurer(banc.garnir(os.environ["DATABASE_URL"], environnement), nombre=2000)
"""
FIGURES = {
    "controle_organisme_ms", "controle_organisme_et_issue_ms", "controle_identifiant_ms", "controle_nom_de_cinquante_ms",
    "controle_dossier_ms", "controle_numero_refuse_ms", "controle_acte_et_issue_ms", "controle_motif_ms", "controle_periode_ms",
    "controle_ticket_ms", "controle_jour_ms", "alertes_s_par_million", "purge_d_un_jour_s", "purge_d_un_jour_dix_fois_s",
    "consultation_pendant_le_controle", "consultation_attentes_de_verrou",
}  # fmt: skip


@pytest.fixture
def base_du_banc(base: None) -> Iterator[dict[str, str]]:
    """A copy of the template for this test; give its environment."""
    supprimer(NOM)
    with psycopg.connect(ADMIN, autocommit=True) as admin:
        roles.creer_base(admin, NOM, modele=MODELE)
    yield preparation.variables(ADMIN, NOM, "test")
    supprimer(NOM)


def test_two_thousand_traces_are_proven_and_the_one_that_is_changed_is_named(base_du_banc: dict[str, str], settings: LazySettings) -> None:
    agents = [Agent(rang, rang % 3, 1, f"192.0.2.{rang}", range(20), parti=rang == 7) for rang in range(1, 12)]
    cle = Ed25519PrivateKey.generate()
    trousseau = Trousseau(cle, {sceaux.empreinte(cle.public_key()): cle.public_key()})
    connections.settings[ALIAS] = connections.settings["worker"] | {"NAME": NOM}
    publique = base64.urlsafe_b64encode(cle.public_key().public_bytes_raw()).decode()
    settings.ENVIRONNEMENT = settings.ENVIRONNEMENT.model_copy(update={"cles_scellement": [], "cles_scellement_publiques": [publique]})
    try:
        traces.ecrire(
            base_du_banc["CDAP_BASE_PROPRIETAIRE"],
            Monde(agents, range(100, 125), range(20, 25)),
            dict.fromkeys(JOURS, 500),
            trousseau,
        )
        rapports = [verification.verifier(base=ALIAS, jour=jour) for jour in JOURS]
        assert [(un.prouvees, un.en_attente, un.scellements, un.defauts) for un in rapports] == [(500, 0, 1, ())] * 4
        with psycopg.connect(ADMIN, dbname=NOM, autocommit=True) as admin:
            admin.execute("set session_replication_role = 'replica'")
            trace = "select x.id from audit_trace x where x.jour = %s and x.issue = 'introuvable' order by x.id limit 1"
            admin.execute(f"update audit_trace set issue = 'accorde' where id = ({trace}) and jour = %s", [JOURS[1], JOURS[1]])
        [defaut] = verification.verifier(base=ALIAS, jour=JOURS[1]).defauts
        assert defaut.raison == "la trace n'est pas celle qui a été enchaînée"
        assert verification.verifier(base=ALIAS, jour=JOURS[2]).defauts == ()
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.settings[ALIAS]


@pytest.mark.long
def test_each_figure_runs_on_two_thousand_traces(base_du_banc: dict[str, str]) -> None:
    """The times are not judged here: the machine of the tests does other things too."""
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith(("CDAP_", "DJANGO_"))}
    dit = subprocess.run(
        [sys.executable, "-c", COURT], env=propre | base_du_banc, cwd=preparation.RACINE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert dit.returncode == 0, dit.stderr
    figures = [json.loads(ligne) for ligne in dit.stdout.splitlines()]
    assert {figure["figure"] for figure in figures} == FIGURES
    assert all(set(figure) == {"figure", "valeur", "seuil", "sens"} for figure in figures)
