"""Opening a dossier through the services, against the same three steps run by pgbench on the prototype of the door.

One client each. Both databases hold as many dossiers and agents.
"""

import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence

import psycopg
from psycopg.conninfo import make_conninfo

from bench import banc
from bench.banc import Banc
from cdap import postgres, roles
from cdap.demo import preparation

DOSSIERS = 20_000
SEUIL = 0.5
PROTOTYPE = "cdap_bench_prototype"
REFERENCE = preparation.RACINE / "bench" / "reference" / "porte.sql"
SCRIPT = f"""\\set dossier random(0, {DOSSIERS - 1})
\\set agent random(1, {banc.AGENTS})
select porte_chercher('session-' || :agent, 1, '921', lpad((:dossier)::text, 7, '0'), '', 'suivi', '{banc.IP}') as ticket \\gset
select profil, cle from porte_lire('session-' || :agent, ':ticket', '{banc.IP}') \\gset
begin read only;
select set_config('cdap.cle', ':cle', true);
select * from fiche_t2;
commit;
"""


def mesurer(commun: Banc) -> None:
    """Print the figure."""
    banc.vider(commun.admin, PROTOTYPE)
    portail = _remplir_prototype(commun)

    def tour(rang: int) -> tuple[float, float]:
        reference = _pgbench(portail)
        return debit(services(commun, rang)), reference

    banc.figure("porte_services_sur_prototype", banc.mediane(banc.TOURS, tour, "ouvertures/s"), SEUIL, ">=")


def _remplir_prototype(commun: Banc) -> str:
    """Load the prototype and the same amounts of data; return the address of its web role."""
    with psycopg.connect(commun.admin, autocommit=True) as pg:
        roles.creer_base(pg, PROTOTYPE)
    with psycopg.connect(make_conninfo(commun.proprietaire, dbname=PROTOTYPE), autocommit=True) as pg:
        pg.execute(REFERENCE.read_text(encoding="utf-8"))
        pg.execute("update parametre set valeur = 1000000")
        pg.execute("insert into groupe values (1, 1, 'T2', '{921}', '{}', '2020-01-01')")
        pg.execute(f"insert into utilisateur select i from generate_series(1, {banc.AGENTS}) i")
        pg.execute("insert into affectation select id, 1 from utilisateur")
        pg.execute(
            "insert into session_agent select sha256(convert_to('session-' || id, 'UTF8')), id, true, now() + interval '1 day' from utilisateur"
        )
        pg.execute(f"insert into dossier select i, '921', lpad(i::text, 7, '0') from generate_series(0, {DOSSIERS - 1}) i")
        pg.execute(
            'insert into contenu select id, now(), \'{"nom": "Modèle", "prenom": "Camille"}\', \'{"ville": "92000 NANTERRE"}\', '
            "'{\"couple\": true}', null, '{\"base\": 40923}' from dossier"
        )
        pg.execute("vacuum (analyze)")
    return make_conninfo(commun.environnement["CDAP_BASE_PORTAIL"], dbname=PROTOTYPE)


def _pgbench(dsn: str) -> float:
    """Return the openings per second of one pgbench client."""
    installe = postgres.binaires_installes()
    programme = shutil.which("pgbench") or (installe / "pgbench" if installe else postgres.binaires_pypi() / "pgbench")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT)
        script.flush()
        sortie = subprocess.run(
            [programme, "-n", "-c", "1", "-T", str(banc.SECONDES), "-f", script.name, dsn], stdout=subprocess.PIPE, text=True, check=True
        ).stdout
    trouve = re.search(r"tps = ([0-9.]+)", sortie)
    assert trouve, sortie
    return float(trouve.group(1))


def debit(durees: Sequence[float]) -> float:
    """Return the openings per second of one client, given the time of each."""
    return len(durees) / sum(durees)


def services(commun: Banc, graine: int) -> list[float]:
    """Return the seconds of each opening of one process that calls the services."""
    import django

    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        os.environ.update(commun.environnement, DJANGO_SETTINGS_MODULE="cdap.settings")
        django.setup()
    from allocataires import services as porte

    hasard = random.Random(graine)
    durees, fin = list[float](), time.perf_counter() + banc.SECONDES
    while (debut := time.perf_counter()) < fin:
        session = banc.session(hasard.randint(1, banc.AGENTS))
        caisse, numero = banc.cle(hasard.randrange(DOSSIERS))
        demande = porte.search(
            session=session,
            groupe=commun.groupes["T2"],
            caisse=caisse,
            numero=numero,
            code="",
            motif="participation_familiale",
            ip=banc.IP,
        )
        assert porte.open(session=session, ticket=demande.ticket, ip=banc.IP).fiche is not None
        durees.append(time.perf_counter() - debut)
    return durees
