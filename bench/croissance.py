"""The database's time for a consultation, in a large base against a small one: the same three calls, by the web's role.

Both bases are the same but for the number of dossiers; what is opened is drawn among all of them. The time is that of one client, alone,
from the first statement of the gate to the last row of the view.
"""

import random
import time
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from bench import banc
from bench.banc import Banc
from cdap import roles

SEUIL = 1.5
PETITE, GRANDE = 10_000, 1_000_000
PAR_TOUR = 400
BASE_GRANDE = "cdap_bench_grande"
PAR_LOT = 100_000


def mesurer(commun: Banc, *, grande: int) -> None:
    """Print the figure."""
    banc.vider(commun.admin, BASE_GRANDE)
    with psycopg.connect(commun.proprietaire, autocommit=True) as pg:
        pg.execute("truncate allocataires_contenu, allocataires_dossier, allocataires_consultation restart identity cascade")
    with psycopg.connect(commun.admin, autocommit=True) as pg:
        # Another figure may have left a connection, which would forbid the copy.
        pg.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [banc.BASE])
        roles.creer_base(pg, BASE_GRANDE, modele=banc.BASE)
    ouvrir = [_base(commun, base, nombre) for base, nombre in ((BASE_GRANDE, grande), (banc.BASE, PETITE))]

    def tour(rang: int) -> tuple[float, float]:
        return ouvrir[0](rang), ouvrir[1](rang)

    banc.figure(f"consultation_base_{grande}_sur_{PETITE}", banc.mediane(banc.TOURS, tour, "ms"), SEUIL, "<=")
    banc.vider(commun.admin, BASE_GRANDE)


def _base(commun: Banc, base: str, nombre: int) -> Callable[[int], float]:
    """Fill a base, and return what measures it."""
    debut = time.perf_counter()
    with psycopg.connect(make_conninfo(commun.proprietaire, dbname=base), autocommit=True) as pg:
        for premier in range(0, nombre, PAR_LOT):
            banc.peupler(pg, premier, min(premier + PAR_LOT, nombre))
        pg.execute("vacuum (analyze) allocataires_dossier, allocataires_contenu")
    banc.dire(f"  {base} : {nombre} dossiers en {time.perf_counter() - debut:.0f} s")
    web = psycopg.connect(make_conninfo(commun.environnement["CDAP_BASE_PORTAIL"], dbname=base), autocommit=True, prepare_threshold=0)
    hasard = random.Random(nombre)
    _consulter(web, commun, hasard, nombre)  # the statements of a new connection are prepared
    return lambda _: _tour(web, commun, hasard, nombre)


def _tour(web: psycopg.Connection[Any], commun: Banc, hasard: random.Random, nombre: int) -> float:
    return sum(_consulter(web, commun, hasard, nombre) for _ in range(PAR_TOUR)) / PAR_TOUR * 1000


def _consulter(web: psycopg.Connection[Any], commun: Banc, hasard: random.Random, nombre: int) -> float:
    """Return the seconds of one consultation; the request for its ticket is not counted."""
    session = banc.session(hasard.randint(1, banc.AGENTS))
    caisse, numero = banc.cle(hasard.randrange(min(nombre, banc.PAR_CAISSE)))
    demande = [session, commun.groupes["T1"], caisse, numero, "", "suivi_social", banc.IP]
    [ticket] = _une(web, "select cdap.porte_chercher(%s, %s, %s, %s, %s, %s, %s::inet)", demande)
    debut = time.perf_counter()
    _une(web, "select cdap.session_page(%s)::text", [session])
    _, cle = _une(web, "select profil, cle from cdap.porte_lire(%s, %s, %s::inet, 'consulter')", [session, ticket, banc.IP])
    with web.pipeline(), web.cursor() as curseur:
        web.execute("begin read only")
        web.execute("select set_config('cdap.cle', %s, true)", [str(cle)])
        curseur.execute("select row_to_json(f)::text from cdap.fiche_t1 f")
        web.execute("commit")
        assert curseur.fetchone()
    return time.perf_counter() - debut


def _une(web: psycopg.Connection[Any], requete: str, parametres: list[Any]) -> Any:
    return web.execute(requete, parametres).fetchone()
