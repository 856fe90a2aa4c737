"""Days of the past for the tests of the purge: lived, chained, sealed; and a clock set where their time comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import psycopg

from tests import horloge, usine
from tests.bases import ADMIN, BASE

JOURS = "select to_date(right(relname, 8), 'YYYYMMDD') from pg_class where relname ~ '^audit_(trace|chaine)_[0-9]{8}$' and relkind = 'r'"


@contextmanager
def a_soi() -> Iterator[None]:
    """Take away at the end the days that the test brought, their seals and their proofs: no other test has them to verify.

    What the purge believes of the clock is given back too.
    """
    with psycopg.connect(ADMIN, dbname=BASE, autocommit=True) as admin:
        avant = {jour for (jour,) in admin.execute(JOURS)}
        destructions = {jour for (jour,) in admin.execute("select jour from audit_destruction")}
        [(vu,)] = admin.execute("select vu::text from audit_horloge")
        yield
        admin.execute("update audit_horloge set vu = %s::timestamptz, confirme = '-infinity'", [vu])
        admin.execute("set session_replication_role = 'replica'")
        siens = {jour for (jour,) in admin.execute(JOURS)} - avant
        siens |= {jour for (jour,) in admin.execute("select jour from audit_destruction")} - destructions
        admin.execute("delete from audit_scellement where jour = any(%s)", [list(siens)])
        admin.execute("delete from audit_destruction where jour = any(%s)", [list(siens)])
        for jour in siens:
            admin.execute(f"drop table if exists audit_trace_{jour:%Y%m%d}, audit_chaine_{jour:%Y%m%d}")


def vivre(*instants: str) -> None:
    """Leave one trace at each instant (Paris), chained."""
    for instant in instants:
        with horloge.a(instant):
            usine.executer("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', %s)", [f"vécu {instant}"])


def sceller(jour: date) -> None:
    """Seal a day as its chain stands. The signature is nobody's: the purge does not read it."""
    usine.executer(
        "insert into audit_scellement (genre, jour, rang, hachage, precedent, fait, cle, signature) "
        "select 'jour', %s, coalesce(max(c.rang), 0), coalesce((array_agg(c.hachage order by c.rang desc))[1], sha256('vide')), '', now(), 'essai', '' "
        "from audit_chaine c where c.jour = %s",
        [jour, jour],
    )


def existe(jour: date) -> bool:
    """Is there anything left of a day?"""
    noms = [f"audit_trace_{jour:%Y%m%d}", f"audit_chaine_{jour:%Y%m%d}"]
    return bool(usine.valeur("select exists (select 1 from pg_class where relname = any(%s))", [noms]))


def detruit(jour: date) -> tuple[int, bytes] | None:
    """The proof that a day was destroyed: its rank and its hash."""
    with usine.connexion("proprietaire") as pg:
        ligne: tuple[int, bytes] | None = pg.execute("select rang, hachage from audit_destruction where jour = %s", [jour]).fetchone()
    return ligne


def purger(jour: date) -> int | None:
    """Purge a day as the worker; return how many traces it had."""
    with usine.connexion("worker") as pg:
        ligne = pg.execute("select cdap.journal_purger(%s)", [jour]).fetchone()
        assert ligne is not None
        nombre: int | None = ligne[0]
        return nombre


def alertes(jour: date) -> list[str]:
    """Return the motives of the alerts about a day."""
    return [str(trace["motif"]) for trace in usine.traces(famille="alerte", action="lever", objet=jour.isoformat())]
