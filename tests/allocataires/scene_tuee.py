"""A server that tests may kill, and what is at work on it."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cdap import postgres
from cdap.demo import preparation

NUMERO = "9900999"


@dataclass
class Scene:
    """A server that may be killed, an agent, a dossier, and the file where clients note what they have read."""

    serveur: postgres.Serveur
    session: str
    groupe: str
    notes: Path

    @property
    def environnement(self) -> dict[str, str]:
        """The variables of a process that works on this server: its port changes when it is started again."""
        return preparation.variables(self.serveur.dsn, "cdap_tue", "test")

    def dsn(self, role: str) -> str:
        return self.environnement[f"CDAP_BASE_{role}"]

    def client(self, etape: str = "", numeros: str = NUMERO) -> subprocess.Popen[bytes]:
        arguments = [self.dsn("PORTAIL"), self.session, self.groupe, numeros, str(self.notes), etape]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.allocataires.client_tue", *arguments], stderr=subprocess.DEVNULL, cwd=preparation.RACINE
        )

    def attendre_une_lecture(self) -> None:
        """Wait until somebody notes one more reading: a client is at work."""
        limite, taille = time.monotonic() + 20, self._taille()
        while self._taille() == taille:
            assert time.monotonic() < limite, "aucune lecture en vingt secondes"
            time.sleep(0.005)

    def lectures(self) -> list[tuple[str, str]]:
        """The ticket of each reading, and what was read."""
        notes = self.notes.read_text().splitlines() if self.notes.exists() else []
        return [(ticket, lu) for ticket, _, lu in (note.partition(" ") for note in notes)]

    def _taille(self) -> int:
        return self.notes.stat().st_size if self.notes.exists() else 0

    def lus_sans_trace(self) -> tuple[int, int]:
        """How many dossiers were read, and how many of them left no committed trace."""
        lus = {ticket for ticket, _ in self.lectures()}
        with psycopg.connect(self.dsn("PROPRIETAIRE")) as pg:
            traces = pg.execute("select ticket::text from audit_trace where action = 'consulter' and issue = 'accorde'").fetchall()
        return len(lus), len(lus - {ticket for (ticket,) in traces})


@contextmanager
def monter(dossier: Path) -> Iterator[Scene]:
    """Start a server of its own, with the fictional world, one agent signed in and one dossier."""
    choisi = postgres.choisir(dossier)
    binaires = choisi.binaires if isinstance(choisi, postgres.Serveur) else postgres.binaires_installes() or postgres.binaires_pypi()
    with postgres.Serveur(dossier / "pg", binaires) as serveur:
        environnement = preparation.variables(serveur.dsn, "cdap_tue", "test")
        environnement |= preparation.sans_limites()
        preparation.preparer(serveur.dsn, environnement)
        preparation.commande(environnement, "construire_monde")
        session = secrets.token_urlsafe(24)
        with psycopg.connect(environnement["CDAP_BASE_PROPRIETAIRE"], autocommit=True) as pg:
            groupe = pg.execute(
                "insert into habilitations_session (empreinte, utilisateur_id, verifiee, debut, derniere_activite, fin, fermee, donnees, graine_proposee) "
                "select sha256(%s::bytea), v.utilisateur_id, true, now(), now(), now() + interval '1 day', '', '{}', '' "
                "from habilitation_en_vigueur v join habilitations_utilisateur u on u.id = v.utilisateur_id where u.identifiant = 'ccas.t1' "
                "returning (select groupe_id from habilitation_en_vigueur v where v.utilisateur_id = habilitations_session.utilisateur_id)",
                [session.encode()],
            ).fetchone()
            pg.execute(
                "with d as (insert into allocataires_dossier (caisse, numero, etat, opposition, fournisseur, instructeurs_rsa) "
                "values ('921', %s, 'affilie', false, 'CNAF', '{}') returning id) "
                "insert into allocataires_contenu (dossier_id, donnees_au) select id, now() from d",
                [NUMERO],
            )
        assert groupe is not None
        yield Scene(serveur, session, str(groupe[0]), dossier / "lus")


def tuer(maitre: int) -> None:
    """Kill the server and its children at once: nothing is flushed, nothing is said to the clients."""
    enfants = [int(pid) for pid in Path(f"/proc/{maitre}/task/{maitre}/children").read_text().split()]
    for pid in (maitre, *enfants):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
