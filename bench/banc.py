"""What the figures share: a database of the project filled in bulk by its owner, servers, interleaved rounds, and the line of a figure."""

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from bench import foyer
from cdap import postgres
from cdap.demo import preparation

BASE = "cdap_bench"
AGENTS = 5_000
TOURS = 5
SECONDES = 6
IP = "192.0.2.7"
PAR_CAISSE = 10_000_000  # seven digits
# As in the image (Dockerfile), on the two cores of the machine that measures.
GUNICORN = (
    "--worker-class",
    "gthread",
    "--workers",
    "2",
    "--threads",
    "8",
    "--timeout",
    "30",
    "--worker-tmp-dir",
    "/dev/shm",
    "--log-level",
    "error",
)


@dataclass(frozen=True, slots=True)
class Banc:
    """A server, and on it the database of the project: its agents are attached to both groups, each with a live session."""

    admin: str
    environnement: Mapping[str, str]
    groupes: Mapping[str, int]
    organisme: int

    @property
    def proprietaire(self) -> str:
        """The owner's address."""
        return self.environnement["CDAP_BASE_PROPRIETAIRE"]


def figure(nom: str, valeur: float, seuil: float, sens: str) -> None:
    """Print the line of a figure."""
    print(json.dumps({"figure": nom, "valeur": round(valeur, 3), "seuil": seuil, "sens": sens}), flush=True)


def dire(texte: str) -> None:
    """Say what is going on, apart from the figures."""
    print(texte, file=sys.stderr, flush=True)


def mediane(tours: int, mesurer: Callable[[int], tuple[float, float]], unite: str) -> float:
    """Return the median of the ratios of interleaved rounds, each of which gives what is measured and its reference."""
    rapports = []
    for tour in range(tours):
        mesure, reference = mesurer(tour)
        rapports.append(mesure / reference)
        dire(f"  tour {tour + 1} : mesure {mesure:.3g} {unite}, référence {reference:.3g} {unite}, rapport {rapports[-1]:.3f}")
    return statistics.median(rapports)


def vider(admin: str, base: str) -> None:
    """Drop a database, whoever uses it."""
    with psycopg.connect(admin, autocommit=True) as pg:
        pg.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(base)))


def preparer(admin: str) -> Banc:
    """Make the database afresh: the fictional world, and many agents, so that nobody's count of requests weighs on a figure."""
    environnement = preparation.variables(admin, BASE, "demo") | preparation.sans_limites()
    vider(admin, BASE)
    preparation.preparer(admin, environnement)
    preparation.commande(environnement, "construire_monde")
    preparation.commande(environnement, "collectstatic", "--noinput", "--verbosity", "0")
    return garnir(admin, environnement)


def garnir(admin: str, environnement: Mapping[str, str]) -> Banc:
    """Add the agents to a database that holds the fictional world."""
    with psycopg.connect(environnement["CDAP_BASE_PROPRIETAIRE"], autocommit=True) as pg:
        lignes = pg.execute(
            "select v.profil, v.groupe_id, v.organisme_id from habilitation_en_vigueur v join habilitations_utilisateur u "
            "on u.id = v.utilisateur_id where u.identifiant in ('ccas.t1', 'ccas.t2')"
        ).fetchall()
        [organisme] = {ligne[2] for ligne in lignes}
        groupes = {profil: groupe for profil, groupe, _ in lignes}
        _agents(pg, groupes, organisme)
    return Banc(admin, environnement, groupes, organisme)


def _agents(pg: psycopg.Connection[Any], groupes: Mapping[str, int], organisme: int) -> None:
    pg.execute(
        f"""with u as (insert into habilitations_utilisateur (password, identifiant, nom, prenom, courriel, fonction, service, temporaire,
                suspension_cause, role, organisme_id, debut, mot_de_passe_provisoire, mot_de_passe_a_changer, charte, charte_acceptation)
              select '!', 'agent ' || i, 'Modèle', 'Alice', 'a' || i || '@cdap.example', '', '', false, '', 'agent', {organisme}, '2020-01-01',
                false, false, t.charte, now() from habilitations_utilisateur t, generate_series(1, {AGENTS}) i where t.identifiant = 'ccas.t1'
              returning id, identifiant),
            f as (insert into habilitations_facteurtotp (utilisateur_id, graine_chiffree, dernier_pas) select id, '', 0 from u)
            insert into habilitations_session (empreinte, utilisateur_id, verifiee, debut, derniere_activite, fin, fermee, donnees, graine_proposee)
              select sha256(convert_to(replace(identifiant, 'agent ', 'session-'), 'UTF8')), id, true, now(), now(), now() + interval '1 day',
                '', '{{}}', '' from u"""
    )
    # Apart from the people: the rule that an attachment stays within an organisation reads them. The periods of access are kept a person
    # at a time, by a trigger that would take minutes; no figure reads them.
    with pg.transaction():
        pg.execute("alter table habilitations_affectation disable trigger acces_suivre")
        pg.execute(
            "insert into habilitations_affectation (utilisateur_id, groupe_id, debut) select u.id, g, '2020-01-01' "
            "from habilitations_utilisateur u, unnest(%s::bigint[]) g where u.identifiant like 'agent %%'",
            [list(groupes.values())],
        )
        pg.execute("set constraints all immediate")
        pg.execute("alter table habilitations_affectation enable trigger acces_suivre")
    pg.execute("analyze")


def session(agent: int) -> str:
    """Return the key of the session of an agent, numbered from 1."""
    return f"session-{agent}"


def cle(rang: int) -> tuple[str, str]:
    """Return the caisse and the number of a dossier: after ten millions, another caisse begins."""
    return ("921", "441")[rang // PAR_CAISSE], f"{rang % PAR_CAISSE:07d}"


def peupler(pg: psycopg.Connection[Any], debut: int, fin: int) -> None:
    """Add the dossiers of these ranks (`fin` left out), all of the same household.

    Their contents are copied from one row, as PostgreSQL compressed it: a million of them take two minutes.
    """
    rubriques = foyer.rubriques()
    colonnes = ", ".join(rubriques)
    with pg.transaction():
        pg.execute(f"create temp table modele on commit drop as select donnees_au, {colonnes} from allocataires_contenu limit 0")
        pg.execute(
            f"insert into modele select %s, {', '.join(['%s::jsonb'] * len(rubriques))}",
            [foyer.DONNEES_AU, *(json.dumps(valeur) for valeur in rubriques.values())],
        )
        pg.execute(
            f"""with d as (insert into allocataires_dossier (caisse, numero, etat, opposition, fournisseur, instructeurs_rsa)
                  select (array['921', '441'])[1 + i / 10000000], lpad((i %% 10000000)::text, 7, '0'), 'affilie', false, 'CNAF', '{{}}'
                    from generate_series(%s::int, %s::int) i returning id)
                insert into allocataires_contenu (dossier_id, donnees_au, {colonnes}) select d.id, m.* from d, modele m""",
            [debut, fin - 1],
        )


@contextmanager
def serveur(application: str, environnement: Mapping[str, str], sonde: str) -> Iterator[int]:
    """Run gunicorn as in production until the block ends; give its port once `sonde` answers there."""
    port = postgres.port_libre(0)
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("CDAP_")}
    commande = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", *GUNICORN]
    gunicorn = subprocess.Popen(commande, env=propre | dict(environnement), cwd=preparation.RACINE)
    try:
        _attendre(f"http://127.0.0.1:{port}{sonde}", gunicorn)
        yield port
    finally:
        gunicorn.terminate()
        gunicorn.wait(timeout=30)


def _attendre(url: str, gunicorn: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if gunicorn.poll() is not None:
            raise RuntimeError("gunicorn s'est arrêté")
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except OSError:  # not listening yet, or slow to start
            time.sleep(0.1)
    raise RuntimeError("gunicorn ne répond pas")
