"""What goes on behind consultations, in a process of its own: `python -m bench.fond JOUR COMPTE`.

Every job runs at its own pace, as in life or faster, never in a loop without a pause: the chain each second (every 5 s by default), a seal
every 2 s (each hour), the rules every 3 s (every 30 s), one day purged (one a day), a search every 3 s and the breach kit of an account, over
six months, every 5 s by one controller. It stops when its input ends, and says what it did.

Meanwhile it looks a hundred times a second at who waits for a lock. Nobody else does but the consultations: a wait is what another job, or
a consultation, made one wait for.
"""

import base64
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.journal.sceaux import HEURE, Sceau, Trousseau
from bench import recherches

Connexion = psycopg.Connection[Any]
LOT = 5000
ATTENTES = """
select coalesce(string_agg(distinct b.application_name, '+'), '?') from pg_stat_activity a
  left join lateral unnest(pg_blocking_pids(a.pid)) p (pid) on true left join pg_stat_activity b on b.pid = p.pid
where a.usename = 'cdap_portail' and a.datname = current_database() and a.wait_event_type = 'Lock' group by a.pid
"""


class Fond:
    """The jobs, their threads, and what they counted."""

    def __init__(self) -> None:
        self.fini = threading.Event()
        self.faits: Counter[str] = Counter()
        self.attentes: Counter[str] = Counter()
        self.erreurs: list[str] = []
        self.fils: list[threading.Thread] = []

    def lancer(self, nom: str, role: str, periode: float, faire: Callable[[Connexion], object]) -> None:
        """Do a job every `periode` seconds as a role, the first time after half of it, under a name that its locks bear."""

        def tourner() -> None:
            with psycopg.connect(os.environ[f"CDAP_BASE_{role}"], autocommit=True, application_name=nom) as pg:
                suite = time.monotonic() + periode / 2
                while not self.fini.wait(max(0, suite - time.monotonic())):
                    faire(pg)
                    self.faits[nom] += 1
                    suite = max(suite + periode, time.monotonic())

        def surveiller() -> None:
            try:
                tourner()
            except Exception as erreur:
                self.erreurs.append(f"{nom} : {erreur}")

        self.fils.append(threading.Thread(target=surveiller, name=nom))
        self.fils[-1].start()

    def regarder(self, pg: Connexion) -> None:
        """Count the consultations that wait for a lock just now, by who holds it."""
        self.attentes.update(nom for (nom,) in pg.execute(ATTENTES).fetchall())


def sceller(pg: Connexion, trousseau: Trousseau) -> None:
    """Chain what is settled, then seal today's chain as it is: what the worker does once an hour."""
    aujourd_hui = datetime.now(UTC).date()
    pg.execute("select cdap.journal_enchainer(%s)", [LOT])
    fin = pg.execute("select rang, hachage from audit_chaine where jour = %s order by rang desc limit 1", [aujourd_hui]).fetchone()
    [precedent] = pg.execute("select signature from audit_scellement order by id desc limit 1").fetchone() or (b"",)
    if fin is None:
        return
    sceau = trousseau.signer(Sceau(HEURE, aujourd_hui, fin[0], bytes(fin[1]), bytes(precedent), datetime.now(UTC), ""))
    valeurs = [sceau.genre, sceau.jour, sceau.rang, sceau.hachage, sceau.precedent, sceau.fait, sceau.cle, sceau.signature]
    # Another turn of the chain is faster, or runs just now: the next seal is for it.
    with suppress(psycopg.errors.LockNotAvailable, psycopg.errors.InvalidParameterValue):
        pg.execute("select cdap.journal_sceller(%s, %s, %s, %s, %s, %s, %s, %s)", valeurs)


def main() -> None:
    """Run every job until the input ends."""
    jour, compte = date.fromisoformat(sys.argv[1]), sys.argv[2]
    trousseau = Trousseau(Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(os.environ["CDAP_CLES_SCELLEMENT"])), {})
    fond = Fond()
    fond.lancer("chaine", "WORKER", 1, lambda pg: pg.execute("select cdap.journal_enchainer(%s)", [LOT]))
    fond.lancer("sceau", "WORKER", 2, lambda pg: sceller(pg, trousseau))
    fond.lancer("alertes", "WORKER", 3, lambda pg: pg.execute("select cdap.alertes_lever('0')"))
    fond.lancer("purge", "WORKER", 4, lambda pg: pg.execute("select cdap.journal_purger(%s)", [jour]))
    fond.lancer("recherche", "CONTROLE", 3, lambda pg: recherches.premiere_page(pg, {"action": "consulter", "issue": "oppose"}))
    fond.lancer("rapport", "CONTROLE", 5, lambda pg: recherches.compte(pg, compte))
    fond.lancer("veille", "WORKER", 0.01, fond.regarder)
    print("prêt", flush=True)
    sys.stdin.read()
    fond.fini.set()
    for fil in fond.fils:
        fil.join()
    print(json.dumps({"faits": fond.faits, "attentes": fond.attentes, "erreurs": fond.erreurs}), flush=True)


if __name__ == "__main__":
    main()
