"""The past of the demonstration, in a database apart: it is proven, and shows what it plants and nothing else."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from audit.journal import sceaux
from cdap import roles
from cdap.demo import preparation
from tests.bases import ADMIN, BASE, MODELE, supprimer

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("django_db_setup")]
NOM = f"{BASE}_histoire"


@pytest.fixture
def environnement(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a database that no worker has touched."""
    supprimer(NOM)
    with psycopg.connect(ADMIN, autocommit=True) as admin:
        roles.creer_base(admin, NOM, modele=MODELE)
    variables = {nom: valeur.replace(f"/{BASE}", f"/{NOM}") for nom, valeur in os.environ.items() if nom.startswith("CDAP_")}
    yield variables | {"CDAP_CLES_SCELLEMENT": sceaux.creer()[0], "CDAP_FICHIER_SCEAUX": str(tmp_path / "sceaux.ndjson")}
    supprimer(NOM)


def test_the_past_is_proven_written_once_and_raises_the_alert_that_it_plants(environnement: dict[str, str]) -> None:
    preparation.commande(environnement, "importer_dossiers", str(preparation.RACINE / "cdap" / "demo" / "dossiers.ndjson"))
    for _ in range(2):
        preparation.commande(environnement, "construire_monde", "--histoire")
    assert "intact" in preparation.commande(environnement, "verifier_journal")
    with psycopg.connect(ADMIN, dbname=NOM, autocommit=True) as pg:
        pg.execute("select cdap.alertes_lever('0')")
        assert pg.execute("select regle from controle_alerte").fetchall() == [("R3",)]
        assert pg.execute("select count(*) from controle_sondage where reponse is null").fetchone() == (1,)
        assert pg.execute("select count(*) from allocataires_notification").fetchone() == (1,)
        assert pg.execute("select count(distinct date_trunc('month', jour)) from controle_chiffre_jour").fetchone() != (0,)
