"""`make demo`: a PostgreSQL, the roles, the tables, the fictional world, the portal, its worker and its drop folder.

Ctrl-C stops them all.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from audit.journal import sceaux
from cdap import postgres
from cdap.demo import preparation

DOSSIER = preparation.RACINE / ".demo"
DOSSIERS_FICTIFS = preparation.RACINE / "cdap" / "demo" / "dossiers.ndjson"
PORT = 8000


def main() -> int:
    """Run the demonstration until Ctrl-C; return the exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with postgres.ouvrir(donnees=DOSSIER / "postgres") as admin:
            return _servir(admin)
    except postgres.ErreurLanceur as erreur:
        print(erreur, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nLa démonstration est arrêtée. Ses données restent dans .demo/ pour la prochaine fois.")
        return 0


def _servir(admin: str) -> int:
    port = _port()
    courriels = {"CDAP_ADRESSE": f"http://127.0.0.1:{port}", "CDAP_COURRIEL_DOSSIER": str(DOSSIER / "courriels")}
    depot = DOSSIER / "depot"
    depot.mkdir(exist_ok=True)
    imports = {"CDAP_DEPOT": str(depot), "CDAP_IMPORT_COURRIEL": "technique@caf.example"}
    environnement = preparation.variables(admin, "cdap_demo", "demo") | courriels | imports | _sceaux()
    preparation.preparer(admin, environnement)
    preparation.commande(environnement, "collectstatic", "--noinput", "--verbosity", "0")
    _ecrire(environnement, port)
    preparation.commande(environnement, "importer_dossiers", str(DOSSIERS_FICTIFS))
    preparation.commande(environnement, "construire_monde", "--histoire")
    reste = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("CDAP_")}
    portail = [sys.executable, "-m", "gunicorn", "cdap.wsgi:application", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    travailleur, surveillant = ([sys.executable, "manage.py", commande] for commande in ("travailler", "surveiller_depot"))
    return _surveiller(
        [
            _lancer([*portail, "--workers", "2", "--threads", "4", "--log-level", "warning"], reste | _du_portail(environnement)),
            _lancer(travailleur, reste | environnement),
            _lancer(surveillant, reste | environnement),
        ],
        annonce=lambda: print(
            f"CDAP est prêt : http://127.0.0.1:{port} (Ctrl-C pour arrêter)\n"
            "Comptes dans .demo/acces.json, courriels dans .demo/courriels/, dossiers à déposer dans .demo/depot/",
            flush=True,
        ),
    )


def _du_portail(environnement: Mapping[str, str]) -> dict[str, str]:
    """Return what the web may know: as in production, neither the owner's address nor the key of the seals."""
    return {nom: valeur for nom, valeur in environnement.items() if nom not in ("CDAP_BASE_PROPRIETAIRE", "CDAP_CLES_SCELLEMENT")}


def _sceaux() -> dict[str, str]:
    """Return the key of the seals, made the first time and kept as long as the database is, and where they are published."""
    cle = DOSSIER / "cle_scellement"
    if not cle.exists():
        _secret(cle, sceaux.creer()[0])
    return {"CDAP_CLES_SCELLEMENT": cle.read_text(encoding="utf-8"), "CDAP_FICHIER_SCEAUX": str(DOSSIER / "sceaux" / "sceaux.ndjson")}


def _port() -> int:
    """Return the port to listen on: PORT, else 8000, else a free one, saying so."""
    voulu = int(os.environ.get("PORT") or PORT)
    port = postgres.port_libre(voulu)
    if port != voulu:
        print(f"Le port {voulu} est déjà pris : la démonstration écoute sur le port {port}. PORT=… en choisit un autre.")
    return port


def _ecrire(environnement: Mapping[str, str], port: int) -> None:
    """Write what a person or a test from outside needs: the environment of `manage.py`, and `.demo/acces.json`."""
    _secret(DOSSIER / "environnement", "".join(f"{nom}={valeur}\n" for nom, valeur in environnement.items()))
    acces = {
        "url": f"http://127.0.0.1:{port}",
        "base": environnement["CDAP_BASE_PORTAIL"],
        "base_proprietaire": environnement["CDAP_BASE_PROPRIETAIRE"],
        **json.loads(preparation.commande(environnement, "construire_monde", "--json")),
    }
    _secret(DOSSIER / "acces.json", json.dumps(acces, ensure_ascii=False, indent=1) + "\n")


def _secret(chemin: Path, texte: str) -> None:
    chemin.touch(mode=0o600)
    chemin.write_text(texte, encoding="utf-8")


def _lancer(commande: list[str], environnement: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process, which stops its children in order.
    return subprocess.Popen(commande, env=dict(environnement), cwd=preparation.RACINE, start_new_session=True)


def _surveiller(processus: list[subprocess.Popen[bytes]], annonce: Callable[[], None]) -> int:
    """Wait until one of the processes ends or somebody interrupts; stop the others; return the first status."""
    try:
        annonce()
        while all(un.poll() is None for un in processus):
            time.sleep(0.5)
        return next(un.returncode for un in processus if un.returncode is not None)
    finally:
        for un in processus:
            un.terminate()
        for un in processus:
            un.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
