"""An agent's process, to be killed: it opens dossiers again and again, and notes each one that it has really read.

    python -m tests.allocataires.client_tue DSN SESSION GROUPE NUMEROS FICHIER [ETAPE]

NUMEROS are separated by commas; one is drawn for each opening. A note is a ticket, then what three rubriques said. With ETAPE it kills itself (SIGKILL) at that step of an opening, statement sent or answered.
"""

import os
import random
import signal
import sys
from collections.abc import Callable

import psycopg

ETAPES = ("avant", "demande envoyée", "demande rendue", "décision envoyée", "décision rendue", "lecture envoyée", "lecture rendue")
CHERCHER = "select porte_chercher($1, $2::bigint, '921', $3, '', 'suivi_social', '192.0.2.7')"
FICHE = "select concat_ws(' ', numero, contact ->> 'courriel', quotient ->> 'valeur', logement ->> 'code_bailleur') from fiche_t1"
LIRE = "select cle from porte_lire($1, $2::uuid, '192.0.2.7')"


def main(dsn: str, session: str, groupe: str, numeros: str, fichier: str, etape: str = "") -> None:
    """Open for ever, or until the step."""
    choix = numeros.split(",")
    notes = os.open(fichier, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def ici(nom: str) -> None:
        if nom == etape:
            os.kill(os.getpid(), signal.SIGKILL)

    with psycopg.connect(dsn, autocommit=True) as pg:
        while True:
            ici("avant")
            ticket = _appel(pg, CHERCHER, [session, groupe, random.choice(choix)], lambda: ici("demande envoyée"))
            ici("demande rendue")
            cle = _appel(pg, LIRE, [session, ticket], lambda: ici("décision envoyée"))
            ici("décision rendue")
            with pg.transaction():
                pg.execute("select set_config('cdap.cle', %s, true)", [cle])
                lu = _appel(pg, FICHE, [], lambda: ici("lecture envoyée"))
            if lu:
                os.write(notes, f"{ticket} {lu}\n".encode())
            ici("lecture rendue")


def _appel(pg: "psycopg.Connection[tuple[object, ...]]", sql: str, parametres: list[object], envoye: Callable[[], None]) -> str | None:
    """Send a statement, say that it left, and wait for its answer."""
    libpq = pg.pgconn
    libpq.send_query_params(sql.encode(), [str(un).encode() for un in parametres])
    libpq.flush()
    envoye()
    while (resultat := libpq.get_result()) is None:
        pass
    while libpq.get_result() is not None:
        pass
    if resultat.status not in (psycopg.pq.ExecStatus.TUPLES_OK, psycopg.pq.ExecStatus.COMMAND_OK):
        raise SystemExit(resultat.get_error_message())
    valeur = resultat.get_value(0, 0) if resultat.ntuples else None
    return valeur.decode() if valeur is not None else None


if __name__ == "__main__":
    main(*sys.argv[1:])
