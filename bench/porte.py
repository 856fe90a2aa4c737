"""Opening a dossier through the services, against the same three steps run by pgbench on the prototype of the door.

    python -m cdap.postgres --donnees .bench -- python -m bench.porte

One client each, five interleaved rounds, the median of the ratios; one JSON line a figure. Both databases hold as many dossiers
and agents; agents are many, so that nobody's count of requests weighs on the figure.
"""

import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from cdap import postgres, roles
from cdap.demo import preparation

DOSSIERS = 20_000
AGENTS = 5_000
TOURS = 5
SECONDES = 6
SEUIL = 0.5
PROTOTYPE, PROJET = "cdap_bench_prototype", "cdap_bench"
REFERENCE = Path(__file__).parent / "reference" / "porte.sql"
SCRIPT = f"""\\set dossier random(0, {DOSSIERS - 1})
\\set agent random(1, {AGENTS})
select porte_chercher('session ' || :agent, 1, '921', lpad((:dossier)::text, 7, '0'), '', 'suivi', '192.0.2.7') as ticket \\gset
select profil, cle from porte_lire('session ' || :agent, ':ticket', '192.0.2.7') \\gset
begin read only;
select set_config('cdap.cle', ':cle', true);
select * from fiche_t2;
commit;
"""
IDENTITE = """'{"responsable": {"nom_naissance": "Modèle", "prenoms": "Camille", "date_naissance": "1989-02-25"}}'::jsonb"""


def main() -> None:
    """Prepare both databases, measure, print."""
    admin = os.environ["DATABASE_URL"]
    environnement = preparation.variables(admin, PROJET, "test")
    environnement |= {
        f"CDAP_LIMITE_{nom}": "1000000"
        for nom in ("AGENT_10MIN", "NON_AFFICHES_10MIN", "AGENT_JOUR", "NON_AFFICHES_JOUR", "ORGANISME_10MIN", "PORTAIL_10MIN")
    }
    for base in (PROJET, PROTOTYPE):
        _vider(admin, base)
    preparation.preparer(admin, environnement)
    preparation.commande(environnement, "construire_monde")
    groupe = _remplir_projet(environnement["CDAP_BASE_PROPRIETAIRE"])
    portail_prototype = _remplir_prototype(admin, environnement)
    rapports = []
    for tour in range(TOURS):
        reference = _pgbench(portail_prototype)
        mesure = _services(environnement, groupe, tour)
        rapports.append(mesure / reference)
        print(f"tour {tour + 1} : prototype {reference:.0f}/s, services {mesure:.0f}/s", file=sys.stderr)
    print(
        json.dumps(
            {"figure": "porte_services_sur_prototype", "valeur": round(statistics.median(rapports), 3), "seuil": SEUIL, "sens": ">="}
        )
    )


def _vider(admin: str, base: str) -> None:
    with psycopg.connect(admin, autocommit=True) as pg:
        pg.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(base)))


def _remplir_projet(proprietaire: str) -> int:
    """Add agents to the group of `ccas.t2`, each with a session, and dossiers; return the group."""
    with psycopg.connect(proprietaire, autocommit=True) as pg:
        ligne = pg.execute(
            "select v.groupe_id, v.organisme_id from habilitation_en_vigueur v join habilitations_utilisateur u on u.id = v.utilisateur_id "
            "where u.identifiant = 'ccas.t2'"
        ).fetchone()
        assert ligne is not None
        groupe, organisme = ligne
        pg.execute(
            f"""with u as (insert into habilitations_utilisateur (password, identifiant, nom, prenom, courriel, fonction, service, temporaire,
                    suspension_cause, role, organisme_id, debut, mot_de_passe_provisoire, mot_de_passe_a_changer, charte)
                  select '!', 'agent ' || i, 'Modèle', 'Alice', 'a' || i || '@cdap.example', '', '', false, '', 'agent', {organisme}, '2020-01-01',
                    false, false, '' from generate_series(1, {AGENTS}) i returning id, identifiant)
                insert into habilitations_session (empreinte, utilisateur_id, verifiee, debut, derniere_activite, fin, fermee, donnees, graine_proposee)
                  select sha256(convert_to(replace(identifiant, 'agent', 'session'), 'UTF8')), id, true, now(), now(), now() + interval '1 day',
                    '', '{{}}', '' from u"""
        )
        # Apart from the people: the rule that an attachment stays within an organisation reads them.
        pg.execute(
            f"""insert into habilitations_affectation (utilisateur_id, groupe_id, debut)
                  select id, {groupe}, '2020-01-01' from habilitations_utilisateur where identifiant like 'agent %'"""
        )
        pg.execute(
            f"""with d as (insert into allocataires_dossier (caisse, numero, etat, opposition, fournisseur, instructeurs_rsa)
                  select '921', lpad(i::text, 7, '0'), 'affilie', false, 'CNAF', '{{}}' from generate_series(0, {DOSSIERS - 1}) i returning id)
                insert into allocataires_contenu (dossier_id, donnees_au, identite, adresse, famille, ressources)
                select id, now(), {IDENTITE}, '{{"code_postal_ville": "92000 NANTERRE"}}', '{{"situation": "MAR"}}',
                       '{{"base_ressources_annuelles": {{"valeur": 40923, "annee_calcul": 2024}}}}' from d"""
        )
        pg.execute("analyze")
    return int(groupe)


def _remplir_prototype(admin: str, environnement: dict[str, str]) -> str:
    """Load the prototype and the same amounts of data; return the address of its web role."""
    with psycopg.connect(admin, autocommit=True) as pg:
        roles.creer_base(pg, PROTOTYPE)
    with psycopg.connect(make_conninfo(environnement["CDAP_BASE_PROPRIETAIRE"], dbname=PROTOTYPE), autocommit=True) as pg:
        pg.execute(REFERENCE.read_text(encoding="utf-8"))
        pg.execute("update parametre set valeur = 1000000")
        pg.execute("insert into groupe values (1, 1, 'T2', '{921}', '{}', '2020-01-01')")
        pg.execute(f"insert into utilisateur select i from generate_series(1, {AGENTS}) i")
        pg.execute("insert into affectation select id, 1 from utilisateur")
        pg.execute(
            "insert into session_agent select sha256(convert_to('session ' || id, 'UTF8')), id, true, now() + interval '1 day' from utilisateur"
        )
        pg.execute(f"insert into dossier select i, '921', lpad(i::text, 7, '0') from generate_series(0, {DOSSIERS - 1}) i")
        pg.execute(
            'insert into contenu select id, now(), \'{"nom": "Modèle", "prenom": "Camille"}\', \'{"ville": "92000 NANTERRE"}\', '
            "'{\"couple\": true}', null, '{\"base\": 40923}' from dossier"
        )
        pg.execute("analyze")
    return make_conninfo(environnement["CDAP_BASE_PORTAIL"], dbname=PROTOTYPE)


def _pgbench(dsn: str) -> float:
    """Return the openings per second of one pgbench client."""
    installe = postgres.binaires_installes()
    programme = shutil.which("pgbench") or (installe / "pgbench" if installe else postgres.binaires_pypi() / "pgbench")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT)
        script.flush()
        sortie = subprocess.run(
            [programme, "-n", "-c", "1", "-T", str(SECONDES), "-f", script.name, dsn], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
    trouve = re.search(r"tps = ([0-9.]+)", sortie)
    assert trouve, sortie
    return float(trouve.group(1))


def _services(environnement: dict[str, str], groupe: int, graine: int) -> float:
    """Return the openings per second of one process that calls the services."""
    import django

    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        os.environ.update(environnement, DJANGO_SETTINGS_MODULE="cdap.settings")
        django.setup()
    from allocataires import services

    hasard = random.Random(graine)
    nombre, debut = 0, time.perf_counter()
    while (duree := time.perf_counter() - debut) < SECONDES:
        session = f"session {hasard.randint(1, AGENTS)}"
        demande = services.search(
            session=session,
            groupe=groupe,
            caisse="921",
            numero=f"{hasard.randrange(DOSSIERS):07d}",
            code="",
            motif="participation_familiale",
            ip="192.0.2.7",
        )
        assert services.open(session=session, ticket=demande.ticket, ip="192.0.2.7").fiche is not None
        nombre += 1
    return nombre / duree


if __name__ == "__main__":
    main()
