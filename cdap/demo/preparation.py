"""What the demonstration and the tests share: the environment of a database on a given server, its roles and its tables."""

import base64
import hmac
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from cdap import roles
from cdap.environnement import PREFIXE, ROLES, Environnement, Mode, lire

RACINE = Path(__file__).resolve().parent.parent.parent


def variables(admin: str, base: str, mode: Mode) -> dict[str, str]:
    """Return the environment of the database `base` on the administrator's server.

    Passwords and secret are derived from the administrator's password, so that two working copies that share a server agree.
    """
    cle = str(conninfo_to_dict(admin).get("password") or admin).encode()

    def derive(usage: str) -> str:
        return hmac.new(cle, usage.encode(), "sha256").hexdigest()

    chiffrement = base64.urlsafe_b64encode(bytes.fromhex(derive("chiffrement"))).decode()
    adresses = {f"CDAP_BASE_{role.upper()}": roles.adresse(admin, role, base, derive(role)) for role in ROLES}
    return {"CDAP_MODE": mode, "CDAP_TLS": "off", "CDAP_SECRET": derive("secret"), "CDAP_CLES_CHIFFREMENT": chiffrement, **adresses}


def sans_limites() -> dict[str, str]:
    """Return the variables under which nobody asks too much: for measures and for processes that are killed again and again."""
    comptes = [champ for champ in Environnement.model_fields if re.fullmatch("(limite|alerte)_.+_(10min|jour|dossier)", champ)]
    return {f"{PREFIXE}{champ.upper()}": "1000000" for champ in comptes} | {f"{PREFIXE}SERIE_ECART": "0"}


def preparer(admin: str, environnement: dict[str, str]) -> None:
    """Create the roles and the database, then bring it up to date as its owner."""
    roles.creer(admin, lire(environnement))
    commande(environnement, "migrer", "--verbosity", "0")


def commande(environnement: Mapping[str, str], *arguments: str) -> str:
    """Run `manage.py` in a process of its own, with this environment and no other CDAP variable; return what it prints."""
    reste = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("CDAP_")}
    commande = [sys.executable, str(RACINE / "manage.py"), *arguments]
    sortie: str = subprocess.run(
        commande, env=reste | dict(environnement), cwd=RACINE, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    return sortie
