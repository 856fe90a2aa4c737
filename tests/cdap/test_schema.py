"""`migrer`, the roles, and the documents made from the code."""

import os

import psycopg
import pytest
from psycopg import sql

from allocataires.matrice import Ligne, Rubrique, document, lignes
from cdap import roles, schema
from cdap.demo import monde, preparation
from cdap.documents import PAGES
from cdap.environnement import EnvironnementInvalide, lire
from tests import bases, usine


def environnement() -> dict[str, str]:
    return {nom: valeur for nom, valeur in os.environ.items() if nom.startswith("CDAP_")}


def test_no_migration_is_missing(base: None) -> None:
    preparation.commande(environnement() | {"CDAP_ROLE": "proprietaire"}, "makemigrations", "--check", "--dry-run", "--verbosity", "0")


@pytest.mark.parametrize("nom", PAGES)
def test_the_generated_pages_are_those_of_the_code(nom: str) -> None:
    page = (preparation.RACINE / "docs" / nom).read_text(encoding="utf-8")
    assert page == PAGES[nom](), f"docs/{nom} n'est pas à jour : lancez « manage.py documenter »"


def test_the_matrix_s_page_follows_the_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    avant = document.markdown()
    rubrique = lignes.MATRICE[0]
    autre = Rubrique(rubrique.nom, rubrique.libelle, (Ligne("responsable.nir", "NIR", "T1"),))
    monkeypatch.setattr(document, "MATRICE", (autre, *lignes.MATRICE[1:]))
    assert document.markdown() != avant


def test_migrer_again_changes_nothing_and_keeps_data(base: None) -> None:
    alice = usine.agent("T1")
    droits = (
        "select table_schema, table_name, grantee, privilege_type from information_schema.table_privileges "
        "where table_schema in ('public', 'cdap') and grantee <> 'cdap_owner' order by 1, 2, 3, 4"
    )
    with usine.connexion("proprietaire") as pg:
        avant = pg.execute(droits).fetchall()
        assert len(avant) > 10
        preparation.commande(environnement(), "migrer", "--verbosity", "0")
        assert pg.execute(droits).fetchall() == avant
        assert pg.execute("select count(*) from habilitation_en_vigueur where utilisateur_id = %s", [alice.utilisateur.pk]).fetchone() == (
            1,
        )


def test_a_migration_that_fails_leaves_the_door_standing(base: None) -> None:
    """Everything is one transaction: half a schema would be a portal without its rules."""
    with usine.connexion("proprietaire") as pg:
        with pytest.raises(psycopg.Error):
            pg.execute(schema.demolition() + schema.construction(lire(environnement())) + "select 1/0;")
        assert pg.execute("select to_regprocedure('cdap.porte_lire(text,uuid,inet,text)') is not null").fetchone() == (True,)


def test_every_function_that_reads_for_another_keeps_its_plans_to_itself(base: None) -> None:
    with usine.connexion("proprietaire") as pg:
        fonctions = pg.execute(
            "select p.proname, coalesce(p.proconfig, '{}') from pg_proc p where p.prosecdef "
            "or p.pronamespace = 'cdap'::regnamespace and (p.prorettype = 'trigger'::regtype or p.proname = 'fusionner')"
        ).fetchall()
    assert {"porte_lire", "fusionner", "contenu_fusionner"} <= {nom for nom, _ in fonctions}
    attendus = {"client_min_messages=warning", "debug_print_parse=off", "debug_print_rewritten=off", "debug_print_plan=off"}
    assert [nom for nom, reglages in fonctions if not attendus <= set(reglages)] == []


def test_the_roles_can_be_made_again(base: None) -> None:
    roles.creer(bases.ADMIN, lire(environnement()))
    with usine.connexion() as pg:
        assert pg.execute("select current_user").fetchone() == ("cdap_portail",)


def test_an_address_under_the_wrong_user_is_refused() -> None:
    faux = preparation.variables(bases.ADMIN, "x", "test") | {"CDAP_BASE_FLUX": "postgresql://cdap_owner:x@127.0.0.1/x"}
    with pytest.raises(EnvironnementInvalide, match="CDAP_BASE_FLUX"):
        roles.creer(bases.ADMIN, lire(faux))


def test_the_world_is_built_once(base: None) -> None:
    comptes = "select count(*) from habilitations_utilisateur u where u.identifiant = any(%s)"
    connus = [*monde.PERSONNEL, *(cle for partenaire in monde.PARTENAIRES for cle in (*partenaire.agents, *partenaire.administrateurs))]
    preparation.commande(environnement(), "construire_monde")
    with usine.connexion("proprietaire") as pg:
        assert pg.execute(comptes, [connus]).fetchone() == (len(connus),)
        assert {
            "ccas.t1",
            "ccas.t2",
            "ccas.admin1",
            "ccas.admin2",
            "vacances.t3",
            "lycee.t4",
            "departement.t5",
            "departement052.t5",
            "bailleur.t8",
        } <= set(connus)


def test_databases_are_closed_to_everybody_else(base: None) -> None:
    with psycopg.connect(bases.ADMIN, autocommit=True) as pg:
        ligne = pg.execute(
            sql.SQL(
                "select has_database_privilege('cdap_flux', {}, 'temporary'), has_database_privilege('cdap_portail', {}, 'temporary')"
            ).format(sql.Literal(bases.BASE), sql.Literal(bases.BASE))
        ).fetchone()
    assert ligne == (True, False)
