"""The database's roles (design §4.5), created once, by an administrator of the server: `python -m cdap.roles`.

Real login roles, none of them superuser. Their passwords are those of the addresses in the environment. Run again, it changes
only what differs; two runs at the same time wait for each other.
"""

import os
import sys
from collections.abc import Mapping
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from cdap.environnement import ROLES, Environnement, EnvironnementInvalide, Role, lire

NOMS: Mapping[Role, str] = {role: "cdap_owner" if role == "proprietaire" else f"cdap_{role}" for role in ROLES}
WEB: tuple[Role, ...] = ("portail", "caf", "controle")
# The number typed by an agent must not reach the server's log: neither parameters, nor details, nor the failing statement.
# Only a superuser may set these, and only a superuser may lift them.
DISCRETION = {"log_error_verbosity": "terse", "log_min_error_statement": "panic", "log_parameter_max_length": "0", "log_statement": "none"}


def delais(role: Role, environnement: Environnement) -> dict[str, str]:
    """Return the timeouts of a role, as PostgreSQL writes them. Migrations have none: they may rewrite a table."""
    if role == "proprietaire":
        return {}
    requete = environnement.delai_requete if role in WEB else environnement.delai_requete_fond
    return {
        "statement_timeout": f"{requete}s",
        "lock_timeout": f"{environnement.delai_verrou}s",
        "idle_in_transaction_session_timeout": f"{environnement.delai_inactif}s",
    }


def creer(admin: str, environnement: Environnement) -> None:
    """Create the roles and the database that the environment names, on the server of the administrator's address `admin`."""
    bases = {role: conninfo_to_dict(dsn) for role in ROLES if (dsn := environnement.dsn(role))}
    with psycopg.connect(admin, autocommit=True) as connexion:
        connexion.execute("select pg_advisory_lock(hashtext('cdap.roles'))")
        for role, base in bases.items():
            if base.get("user") != NOMS[role]:
                raise EnvironnementInvalide(f"CDAP_BASE_{role.upper()} : l'utilisateur attendu est {NOMS[role]}.")
            _role(connexion, NOMS[role], str(base.get("password") or ""))
        for role in bases:
            _reglages(connexion, NOMS[role], delais(role, environnement) | (DISCRETION if role != "proprietaire" else {}))
        if "worker" in bases:  # it ends the transactions that hold the chain back
            connexion.execute("grant pg_signal_backend, pg_read_all_stats to cdap_worker")
        for nom in {str(base["dbname"]) for base in bases.values()}:
            creer_base(connexion, nom)


def creer_base(connexion: psycopg.Connection[object], nom: str, modele: str = "template0") -> None:
    """Create a database owned by cdap_owner, closed to everybody but our roles, unless it exists."""
    base = sql.Identifier(nom)
    existe = connexion.execute("select 1 from pg_database where datname = %s", [nom]).fetchone()
    if not existe:
        connexion.execute(sql.SQL("create database {} owner cdap_owner template {} encoding 'UTF8'").format(base, sql.Identifier(modele)))
    connexion.execute(sql.SQL("revoke all on database {} from public").format(base))
    connexion.execute(sql.SQL("grant connect on database {} to cdap_portail, cdap_caf, cdap_controle, cdap_worker, cdap_flux").format(base))
    connexion.execute(sql.SQL("grant temporary on database {} to cdap_flux").format(base))  # the staging table of the imports
    connexion.execute(sql.SQL("alter database {} set search_path = public, cdap").format(base))
    connexion.execute(sql.SQL("alter database {} set timezone = 'UTC'").format(base))
    # Our queries last milliseconds, and PostgreSQL overrates some: compiling one took up to two seconds (docs/performance.md).
    connexion.execute(sql.SQL("alter database {} set jit = off").format(base))


def _role(connexion: psycopg.Connection[object], nom: str, mot_de_passe: str) -> None:
    role = sql.Identifier(nom)
    if not connexion.execute("select 1 from pg_roles where rolname = %s", [nom]).fetchone():
        connexion.execute(sql.SQL("create role {} login nosuperuser nocreatedb nocreaterole").format(role))
    if mot_de_passe:
        connexion.execute(sql.SQL("alter role {} password {}").format(role, sql.Literal(mot_de_passe)))


def _reglages(connexion: psycopg.Connection[object], nom: str, reglages: Mapping[str, str]) -> None:
    for parametre, valeur in reglages.items():
        connexion.execute(sql.SQL("alter role {} set {} = {}").format(sql.Identifier(nom), sql.Identifier(parametre), sql.Literal(valeur)))


def adresse(admin: str, role: Role, base: str, mot_de_passe: str) -> str:
    """Return the URL of `base` for a role, on the server of the administrator's address."""
    serveur = conninfo_to_dict(admin)
    hote, port = str(serveur.get("host") or "127.0.0.1"), str(serveur.get("port") or "5432")
    if hote.startswith("/"):
        return f"postgresql://{NOMS[role]}:{mot_de_passe}@/{base}?{urlencode({'host': hote, 'port': port})}"
    return f"postgresql://{NOMS[role]}:{mot_de_passe}@{hote}:{port}/{base}"


def main() -> int:
    """Create the roles of the addresses in the environment, through DATABASE_URL; return the exit status."""
    admin = os.environ.get("DATABASE_URL")
    if not admin:
        print("DATABASE_URL : donnez l'adresse d'un administrateur du serveur PostgreSQL.", file=sys.stderr)
        return 2
    try:
        creer(admin, lire(os.environ))
    except EnvironnementInvalide as erreur:
        print(erreur, file=sys.stderr)
        return 2
    print("Les rôles sont en place.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
