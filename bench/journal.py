"""The journal put to use on six months of traces: what a controller waits for, what the rules and the purge take, and whom they make wait.

Each figure is the median of its rounds. Consultations are measured by turns alone and with all that goes on behind them (`bench.fond`).
"""

import base64
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.journal.sceaux import Trousseau
from bench import banc, porte, recherches, traces
from bench.banc import Banc
from bench.traces import Agent, Monde
from cdap.demo import preparation

TRACES = 5_000_000
MOIS = 6  # of traces
RETENUS = 6  # months after which a day is destroyed, as the settings of the bench have it
MILLION = 1_000_000
PURGES = 3  # days of each size
RECHERCHE_MS, ALERTES_S, PURGE_S, SOUS_CHARGE = 300, 60, 1, 0.7


def mesurer(commun: Banc, *, nombre: int) -> None:
    """Write the traces, prove a day of them, print the figures."""
    cle = Ed25519PrivateKey.generate()
    debut = time.perf_counter()
    with psycopg.connect(commun.proprietaire, autocommit=True) as pg:
        monde = _peupler(commun, pg, nombre)
        banc.dire(f"  {len(monde.agents)} agents, {len(monde.dossiers)} dossiers en {time.perf_counter() - debut:.0f} s")
        debut, volumes, expires = time.perf_counter(), *_volumes(nombre)
        traces.ecrire(commun.proprietaire, monde, expires | volumes, Trousseau(cle, {}))
        total = sum(volumes.values()) + sum(expires.values())
        [taille] = pg.execute("select pg_size_pretty(pg_database_size(current_database()))").fetchone() or ("?",)
        banc.dire(f"  {total} traces sur {len(volumes) + len(expires)} jours en {time.perf_counter() - debut:.0f} s ; base : {taille}")
        sujets = recherches.sujets(pg, banc.TOURS)
    _prouver(commun, max(volumes), cle)
    _recherches(commun, sujets)
    _alertes(commun, volumes)
    restent = _purges(commun, expires)
    _consultations(commun, restent, sujets["identifiant"][0]["personne"], cle)


def _volumes(nombre: int) -> tuple[dict[date, int], dict[date, int]]:
    """Return how many traces each day has: those of the six months, fewer at week-ends, then those whose time has come.

    The latter are small (an average day of this journal), some ten times as large; a small one is there for each round of consultations.
    """
    aujourd_hui = datetime.now(UTC).date()
    premier = _mois_avant(aujourd_hui, MOIS)
    jours = [premier + timedelta(days=rang) for rang in range((aujourd_hui - premier).days - 1)]  # the portal itself opened yesterday
    poids = {jour: 0.05 if jour.weekday() > 4 else 1 for jour in jours}
    volumes = {jour: max(1, int(nombre * un / sum(poids.values()))) for jour, un in poids.items()}
    volumes[jours[-1]] += nombre - sum(volumes.values())
    tailles = [10] * PURGES + [1] * (PURGES + banc.TOURS)
    moyenne = max(1, nombre // len(jours))
    # A day expires when all of its traces have; two more spare us the ends of months.
    expire = _mois_avant(aujourd_hui, RETENUS) - timedelta(days=3)
    return volumes, {expire - timedelta(days=rang): moyenne * taille for rang, taille in enumerate(tailles)}


def _mois_avant(jour: date, mois: int) -> date:
    annee, rang = divmod(jour.year * 12 + jour.month - 1 - mois, 12)
    return date(annee, rang + 1, min(jour.day, 28))


def _peupler(commun: Banc, pg: psycopg.Connection[Any], nombre: int) -> Monde:
    """Make partners of two caisses, their agents and their families, as many as the traces need, and a controller of one caisse, signed in."""
    combien = max(100, nombre // 2500)
    pg.execute("truncate allocataires_contenu, allocataires_dossier, allocataires_consultation restart identity cascade")
    banc.peupler(pg, 0, max(porte.DOSSIERS, nombre // 50))
    pg.execute("vacuum (analyze) allocataires_dossier, allocataires_contenu")
    organismes, agents = _gens(commun, pg, combien)
    dossiers = [ligne[0] for ligne in pg.execute("select id from allocataires_dossier where caisse = '921' order by numero")]
    communs = range(len(dossiers) - 6, len(dossiers))
    part = communs.start // len(organismes)
    # Some come back after months (R10); everybody has a network that is known (R9).
    retour, absents = datetime.now(UTC).date() - timedelta(days=20), range(7, combien, 100)
    monde = Monde([
        Agent(
            pk, organismes[rang % len(organismes)], commun.groupes["T1"], f"10.{rang // 250 % 250}.{rang % 250}.7",
            range(rang % len(organismes) * part, (rang % len(organismes) + 1) * part),
            depuis=retour if rang in absents else date.min, parti=rang % 50 == 49,
        ) for rang, pk in enumerate(agents)
    ], dossiers, communs)  # fmt: skip
    pg.execute(
        "insert into controle_reseau select a, cdap.reseau(ip), now() - (case when i = any(%s) then 100 else 1 end) * interval '1 day' "
        "from unnest(%s::bigint[], %s::inet[]) with ordinality u (a, ip, i)",
        [[rang + 1 for rang in absents], agents, [agent.ip for agent in monde.agents]],
    )
    pg.execute("insert into controle_leurre select dossier_id, donnees_au from allocataires_contenu order by dossier_id desc limit 2")
    pg.execute(
        "insert into habilitations_session (empreinte, utilisateur_id, verifiee, debut, derniere_activite, fin, fermee, donnees, graine_proposee) "
        "select sha256(convert_to(%s, 'UTF8')), id, true, now(), now(), now() + interval '1 day', '', '{}', '' "
        "from habilitations_utilisateur where identifiant = 'controle.921'",
        [recherches.CONTROLEUR],
    )
    pg.execute("analyze habilitations_utilisateur, conventions_organisme, controle_reseau")
    return monde


def _gens(commun: Banc, pg: psycopg.Connection[Any], combien: int) -> tuple[list[int], list[int]]:
    """Add partners and their agents; return both."""
    organismes = [ligne[0] for ligne in pg.execute(
        "insert into conventions_organisme select (jsonb_populate_record(o, jsonb_build_object('raison_sociale', 'Partenaire ' || to_char(i, 'FM00000'), "
        "'siret', null, 'caisse_id', (array['921', '441'])[1 + i %% 2], 'id', nextval(pg_get_serial_sequence('conventions_organisme', 'id'))))).* "
        "from conventions_organisme o, generate_series(0, %s) i where o.id = %s returning id", [max(10, combien // 13) - 1, commun.organisme],
    )]  # fmt: skip
    # Fifty of those that the controller sees bear the same name, the name of one is that of all the families, and one in fifty has left.
    agents = [ligne[0] for ligne in pg.execute(
        """insert into habilitations_utilisateur (password, identifiant, nom, prenom, courriel, fonction, service, temporaire,
              suspension_cause, role, organisme_id, debut, fin, mot_de_passe_provisoire, mot_de_passe_a_changer, charte, charte_acceptation)
            select '!', 'partenaire ' || i, case when i %% 2 = 0 and i < 100 then %s when i = 101 then 'Modèle' else 'Spécimen' || i end, 'Alix', 'p' || i || '@cdap.example',
              '', '', false, '', 'agent', (%s::bigint[])[1 + i %% %s], '2020-01-01', case when i %% 50 = 49 then current_date - 240 end, false, false, t.charte, now()
            from habilitations_utilisateur t, generate_series(0, %s) i where t.identifiant = 'ccas.t1' order by i returning id""",
        [recherches.HOMONYMES, organismes, len(organismes), combien - 1],
    )]  # fmt: skip
    return organismes, agents


def _prouver(commun: Banc, jour: date, cle: Ed25519PrivateKey) -> None:
    """Let the independent verifier judge a day; it fails on anything that does not hold."""
    debut = time.perf_counter()
    dit = preparation.commande(commun.environnement | {"CDAP_CLES_SCELLEMENT": _texte(cle)}, "verifier_journal", "--jour", f"{jour}")
    banc.dire(f"  {jour} : {' '.join(dit.split())} ({time.perf_counter() - debut:.1f} s)")


def _texte(cle: Ed25519PrivateKey) -> str:
    return base64.urlsafe_b64encode(cle.private_bytes_raw()).decode()


def _recherches(commun: Banc, sujets: recherches.Sujets) -> None:
    """Print, for each kind of search over six months, the time of its slower page: the first, or the twentieth when there is one."""
    with psycopg.connect(commun.environnement["CDAP_BASE_CONTROLE"], autocommit=True) as pg:
        temps = {
            nom: [recherches.chronometrer(pg, criteres[tour % len(criteres)]) for tour in range(banc.TOURS)]
            for nom, criteres in sujets.items()
        }
    for nom, mesures in temps.items():
        premieres, vingtiemes, vues = zip(*mesures, strict=True)
        assert max(vues), f"{nom} : rien n'a été trouvé"
        plus_loin = [une for une in vingtiemes if une]
        banc.dire(
            f"  {nom} : {', '.join(f'{une:.0f}' for une in premieres)} ms ; page 20 : {', '.join(f'{une:.0f}' for une in plus_loin) or '-'}"
        )
        banc.figure(
            f"controle_{nom}_ms", max(statistics.median(premieres), statistics.median(plus_loin) if plus_loin else 0), RECHERCHE_MS, "<="
        )


def _alertes(commun: Banc, volumes: Mapping[date, int]) -> None:
    """Print how long the rules take to read a million traces: as when the worker comes back after the weeks that these last days are."""
    lues, jour = 0, max(volumes)
    while jour in volumes and lues < MILLION:
        lues += volumes[jour]
        jour -= timedelta(days=1)
    with psycopg.connect(commun.proprietaire, autocommit=True) as pg:
        pg.execute(
            "update controle_passage set lues = '0', jusque = %s::timestamp at time zone 'UTC' + interval '15 minutes'",
            [jour + timedelta(days=1)],
        )
    with psycopg.connect(commun.environnement["CDAP_BASE_WORKER"], autocommit=True) as pg:
        debut = time.perf_counter()
        pg.execute("select cdap.alertes_lever('0')")
        duree = time.perf_counter() - debut
    with psycopg.connect(commun.proprietaire, autocommit=True) as pg:
        levees = pg.execute(
            "select regle || ' ' || count(*) from controle_alerte group by regle order by right('0' || substr(regle, 2), 2)"
        ).fetchall()
    banc.dire(f"  {lues} traces lues en {duree:.1f} s ; alertes : {', '.join(une for (une,) in levees) or 'aucune'}")
    banc.figure("alertes_s_par_million", duree * MILLION / lues, ALERTES_S, "<=")


def _purges(commun: Banc, expires: Mapping[date, int]) -> list[date]:
    """Print the time of the purge of an average day and of a day ten times as large; return the days that are left."""
    petite = min(expires.values())
    for nom, taille in (("", petite), ("_dix_fois", 10 * petite)):
        durees = []
        with psycopg.connect(commun.environnement["CDAP_BASE_WORKER"], autocommit=True) as pg:
            for jour in [un for un, volume in expires.items() if volume == taille][:PURGES]:
                debut = time.perf_counter()
                assert pg.execute("select cdap.journal_purger(%s)", [jour]).fetchone() == (taille,)
                durees.append(time.perf_counter() - debut)
        banc.dire(f"  purge de {taille} traces : {', '.join(f'{une:.3f}' for une in durees)} s")
        banc.figure(f"purge_d_un_jour{nom}_s", statistics.median(durees), PURGE_S, "<=")
    return [un for un, volume in expires.items() if volume == petite][PURGES:]


def _consultations(commun: Banc, jours: Sequence[date], compte: str, cle: Ed25519PrivateKey) -> None:
    """Print the rate of consultations with all that goes on behind them over the rate without, and how many waited for a lock of it."""
    with psycopg.connect(commun.environnement["CDAP_BASE_WORKER"], autocommit=True) as pg:
        while pg.execute("select cdap.journal_enchainer(5000)").fetchone() != (0,):  # what the other figures have left
            pass
        pg.execute("select cdap.alertes_lever('0')")
    porte.services(commun, 0)  # warm
    attentes: list[Mapping[str, int]] = []

    def tour(rang: int) -> tuple[float, float]:
        seules = porte.services(commun, rang)
        with _fond(commun, jours[rang], compte, cle) as dit:
            ensemble = porte.services(commun, rang)
        attentes.append(dit["attentes"])
        banc.dire(
            f"  la plus longue : {1000 * max(ensemble):.0f} ms, seule {1000 * max(seules):.0f} ms ; derrière : {dit['faits']} ; attentes : {dit['attentes']}"
        )
        return porte.debit(ensemble), porte.debit(seules)

    banc.figure("consultation_pendant_le_controle", banc.mediane(banc.TOURS, tour, "ouvertures/s"), SOUS_CHARGE, ">=")
    banc.figure("consultation_attentes_de_verrou", sum(sum(une.values()) for une in attentes), 0, "<=")


@contextmanager
def _fond(commun: Banc, jour: date, compte: str, cle: Ed25519PrivateKey) -> Iterator[dict[str, Any]]:
    """Run what goes on behind during the block; what it says is there after."""
    processus = subprocess.Popen(
        [sys.executable, "-m", "bench.fond", f"{jour}", compte],
        env=os.environ | dict(commun.environnement) | {"CDAP_CLES_SCELLEMENT": _texte(cle)}, cwd=preparation.RACINE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    dit: dict[str, Any] = {}
    assert processus.stdout
    processus.stdout.readline()
    try:
        yield dit
    finally:
        dit.update(json.loads(processus.communicate()[0]))
        if dit["erreurs"]:
            raise RuntimeError(dit["erreurs"])
