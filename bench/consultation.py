"""The consultation page, against a bare Django page, on the same gunicorn and the same PostgreSQL.

Each request opens another dossier of T1, the fullest there is, by a ticket asked beforehand: it goes through the gate, is traced, and
is read and rendered whole. Both pages are asked by as many persistent connections, in interleaved rounds.
"""

import itertools
import uuid
from collections.abc import Iterator

import psycopg
from psycopg.conninfo import make_conninfo

from bench import banc, charge, nue
from bench.banc import Banc
from cdap import roles

CONNEXIONS = 16
DOSSIERS = 20_000
TICKETS = 60_000
SEUIL = 0.12
BASE_NUE = "cdap_bench_nue"


def mesurer(commun: Banc) -> None:
    """Print the figure."""
    nue_base = _base_nue(commun)
    tickets = demandes(commun, DOSSIERS, TICKETS)
    pages = (charge.demande(f"/page/{numero % 1000}/") for numero in itertools.count())
    portail = {nom: valeur for nom, valeur in commun.environnement.items() if nom != "CDAP_BASE_PROPRIETAIRE"}
    with (
        banc.serveur("bench.nue:application", {"NUE_BASE": nue_base}, "/page/1/") as port_nu,
        banc.serveur("cdap.wsgi:application", portail, "/sante/") as port,
    ):
        # Both are warm before anything counts: connections, statements, templates.
        for ou, quoi in ((port_nu, pages), (port, tickets)):
            charge.debit(ou, quoi, secondes=2, connexions=CONNEXIONS)

        def tour(_: int) -> tuple[float, float]:
            reference = charge.debit(port_nu, pages, secondes=banc.SECONDES, connexions=CONNEXIONS)
            return charge.debit(port, tickets, secondes=banc.SECONDES, connexions=CONNEXIONS), reference

        banc.figure("consultation_sur_page_nue", banc.mediane(banc.TOURS, tour, "pages/s"), SEUIL, ">=")


def demandes(commun: Banc, dossiers: int, tickets: int) -> Iterator[bytes]:
    """Ask for that many tickets of T1, in bulk and with their traces, and return the requests that open them."""
    with psycopg.connect(commun.proprietaire, autocommit=True) as pg:
        lignes = pg.execute(
            """with t as (
                  insert into allocataires_consultation (ticket, empreinte, acteur, organisme, groupe_id, caisse, numero, code, telephone, motif,
                      debut, fin)
                  select gen_random_uuid(), sha256(convert_to('session-' || substr(u.identifiant, 7), 'UTF8')), u.id, %(organisme)s, %(groupe)s,
                      '921', lpad((i %% %(dossiers)s)::text, 7, '0'), '', '', 'suivi_social', now(), now() + interval '1 day'
                    from generate_series(0, %(tickets)s - 1) i join habilitations_utilisateur u on u.identifiant = 'agent ' || 1 + i %% %(agents)s
                  returning ticket, acteur),
                j as (
                  insert into audit_trace (jour, ts, tx, acteur, organisme, groupe, profil, famille, action, issue, objet, ticket, motif, ip)
                  select cdap.jour_utc(now()), now(), pg_current_xact_id(), acteur, %(organisme)s, %(groupe)s, 'T1', 'dossier', 'rechercher',
                      'demande', '', ticket, 'suivi_social', %(ip)s::inet from t)
                select t.ticket, substr(u.identifiant, 7)::int from t join habilitations_utilisateur u on u.id = t.acteur""",
            {
                "organisme": commun.organisme,
                "groupe": commun.groupes["T1"],
                "dossiers": dossiers,
                "tickets": tickets,
                "agents": banc.AGENTS,
                "ip": banc.IP,
            },
        ).fetchall()
        pg.execute("vacuum (analyze) allocataires_consultation, audit_trace")
    return (_demande(ticket, agent) for ticket, agent in lignes)


def _demande(ticket: uuid.UUID, agent: int) -> bytes:
    return charge.demande(f"/consultation/{ticket}/", cookie=f"session={banc.session(agent)}; csrf={'0' * 32}")


def _base_nue(commun: Banc) -> str:
    banc.vider(commun.admin, BASE_NUE)
    with psycopg.connect(commun.admin, autocommit=True) as pg:
        roles.creer_base(pg, BASE_NUE)
    adresse = make_conninfo(commun.proprietaire, dbname=BASE_NUE)
    with psycopg.connect(adresse, autocommit=True) as pg:
        for commande in nue.TABLE.split(";"):
            pg.execute(commande)
    return adresse
