"""Months of traces, chained and sealed, with the requests that they follow: what the figures of the journal are measured on.

Days are written straight into partitions of their own, by a process a core, then attached. Each is chained as the
worker would have done it, but for its start: a day written beside others does not know the seal before it, and starts as the days from
before the first seal do. The seals come last, in their order. `verifier_journal` proves the whole.

The people are those of ordinary days: sessions of some ten minutes to an hour from one's own network, families of the own organisation,
pages read again, typing errors. Among them, at a low and constant rate, the facts that the rules look for (security §4.3).
"""

import hashlib
import os
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from multiprocessing import get_context
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from audit.journal.sceaux import JOUR, Sceau, Trousseau, champ, depart
from audit.journal.verification import CHAMPS
from bench import banc

OUVERTURE, HEURES = time(6, tzinfo=UTC), 11
CONSULTATION = "ticket, empreinte, acteur, organisme, groupe_id, caisse, numero, code, telephone, motif, debut, fin, affichee, tx"
MOTIFS = ("suivi_social",) * 12 + ("instruction_aide",) * 5 + ("verification_droits",) * 2 + ("recours",)
REFUS = ("introuvable",) * 8 + ("hors_champ",) * 4 + ("hors_caisse",) * 3 + ("clos",) * 2 + ("oppose",) * 2 + ("telephone",)
SEUILS = ("alerte_dossiers_10min", "limite_non_affiches_10min", "alerte_serie", "alerte_meme_dossier")
INCONNUS = 9_000_000  # numbers that nobody has begin here
PAR_PROCESSUS = 100_000  # traces for which one more is worth starting
TX = 3  # of a transaction that is over


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody of a partner, with the ranks (`banc.cle`) of the organisation's families. No trace before `depuis`; `parti`: the mission is over."""

    pk: int
    organisme: int
    groupe: int
    ip: str
    familles: range
    depuis: date = date.min
    parti: bool = False


@dataclass(frozen=True, slots=True)
class Monde:
    """Who asks for what."""

    agents: Sequence[Agent]
    dossiers: Sequence[int]  # their identifiers, by rank
    communs: range  # nobody's: baits, and families that everybody knows


class Brin(NamedTuple):
    """Fields of a trace, side by side: as COPY reads them, and as the chain hashes them."""

    copie: str
    forme: bytes


def _copie(*valeurs: object) -> str:
    return "\t".join("\\N" if valeur is None else str(valeur) for valeur in valeurs)


def _brin(*valeurs: object) -> Brin:
    return Brin(_copie(*valeurs), b"".join(champ(valeur) for valeur in valeurs))


_connu = lru_cache(maxsize=100_000)(_brin)


class Trace(NamedTuple):
    """A trace that waits for its number. `qui` is actor, organisation, group and profile; `acte`, family, action, outcome and object."""

    ts: float  # seconds since the beginning of the day
    qui: Brin
    acte: Brin
    dossier: Brin
    fin: Brin  # ticket, motive, address


@dataclass(slots=True)
class Journee:
    """What a day holds: its traces, and the lines of its requests."""

    monde: Monde
    jour: date
    hasard: random.Random
    traces: list[Trace] = field(default_factory=list)
    demandes: list[str] = field(default_factory=list)

    def remplir(self, nombre: int) -> None:
        """Let agents work until there are so many traces, then put them in order."""
        presents = [agent for agent in self.monde.agents if agent.depuis <= self.jour]
        while len(self.traces) < nombre:
            agent = self.hasard.choice(presents)
            if agent.parti:
                self._frapper(agent)
            else:
                self._seance(agent)
        del self.traces[nombre:]
        self.traces.sort()

    def _noter(self, agent: Agent, ts: float, acte: Brin, *, dossier: int | None = None, fin: Brin | None = None, ip: str = "") -> None:
        qui = _connu(agent.pk, agent.organisme, agent.groupe, "T1")
        self.traces.append(Trace(ts, qui, acte, _connu(dossier), fin or _connu(None, None, ip or agent.ip)))

    def _frapper(self, agent: Agent) -> None:
        """Somebody whose mission is over tries the old password, now and then (R11)."""
        if self.hasard.random() < 0.05:
            essai = _connu("connexion", "echec_mdp", "refuse", f"utilisateur:{agent.pk}")
            self.traces.append(Trace(self._instant(), _connu(None, None, None, None), essai, _connu(None), _connu(None, None, agent.ip)))

    def _instant(self) -> float:
        return OUVERTURE.hour * 3600 + self.hasard.random() * (HEURES - 2) * 3600

    def _seance(self, agent: Agent) -> None:
        """A session: the connection, some requests, the end. One in a thousand comes from elsewhere (R9)."""
        hasard, ts = self.hasard, self._instant()
        ip = f"198.51.{hasard.randrange(100)}.9" if hasard.random() < 0.001 else agent.ip
        if hasard.random() < 0.0003:  # the account was made just before (R14)
            self._noter(agent, ts - 60, _connu("compte", "creer", "accorde", f"utilisateur:{agent.pk}"))
        self._noter(agent, ts, _connu("connexion", "ouvrir", "accorde", ""), ip=ip)
        for _ in range(hasard.randint(1, 9)):
            ts += hasard.uniform(30, 400)
            self._demande(agent, ts, ip)
        fin = "fermer" if hasard.random() < 0.7 else "expirer"
        self._noter(agent, ts + 900, _connu("connexion", fin, "accorde", ""), ip=ip)

    def _demande(self, agent: Agent, ts: float, ip: str) -> None:
        """A request, its decision, what was read again or printed; a refusal shows nothing. Alerts of the door are one in two thousand."""
        hasard, motif = self.hasard, self.hasard.choice(MOTIFS)
        rang = self._famille(agent)
        issue = "accorde" if hasard.random() < 0.9 else hasard.choice(REFUS)
        dossier = None if issue == "introuvable" else self.monde.dossiers[rang]
        ticket = uuid.UUID(int=hasard.getrandbits(128), version=4)
        fin = _brin(ticket, motif, ip)
        self._noter(agent, ts, _connu("dossier", "rechercher", "demande", ""), fin=fin)
        self._noter(agent, ts + 0.4, _connu("dossier", "consulter", issue, ""), dossier=dossier, fin=fin)
        self._demander(agent, ts, ticket, motif, INCONNUS + rang if issue == "introuvable" else rang, issue)
        if issue == "accorde":
            for action, part in (("section", 0.4), ("section", 0.2), ("imprimer", 0.12)):
                if hasard.random() < part:
                    ts += hasard.uniform(5, 25)
                    self._noter(agent, ts, _connu("dossier", action, issue, ""), dossier=dossier, fin=fin)
        if hasard.random() < 0.0005:
            regle = hasard.choice(SEUILS)
            vu = dossier if regle == "alerte_meme_dossier" else None
            alerte = _connu("alerte", "lever", "accorde", f"agent:{agent.pk}")
            self._noter(agent, ts + 0.5, alerte, dossier=vu, fin=_brin(ticket, regle, ip))

    def _famille(self, agent: Agent) -> int:
        """Return the rank of a dossier that this agent asks for: of the own organisation, but once in a hundred."""
        chance = self.hasard.random()
        if chance < 0.0005:
            return self.hasard.choice(self.monde.communs)  # R8, R13
        return self.hasard.randrange(self.monde.communs.start) if chance < 0.01 else self.hasard.choice(agent.familles)

    def _demander(self, agent: Agent, ts: float, ticket: uuid.UUID, motif: str, rang: int, issue: str) -> None:
        debut = self._heure(ts)
        caisse, numero = banc.cle(rang)
        affichee = debut if issue == "accorde" else None
        valeurs = (
            ticket, "\\\\x", agent.pk, agent.organisme, agent.groupe, caisse, numero, "", "", motif, debut, self._heure(ts + 900), affichee, TX,
        )  # fmt: skip
        self.demandes.append(_copie(*valeurs))

    def _heure(self, ts: float) -> str:
        """Return an instant of this day as the chain writes it; PostgreSQL reads it too."""
        instant = datetime.combine(self.jour, time(tzinfo=UTC)) + timedelta(seconds=ts)
        return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def lignes(self, premier: int) -> Iterator[tuple[int, str, bytes]]:
        """Yield each trace, numbered from `premier`: its number, its line, and what its link hashes."""
        for rang, trace in enumerate(self.traces, premier):
            tete = _brin(f"{self.jour:%Y-%m-%d}", rang, self._heure(trace.ts), TX)
            brins = (tete, *trace[1:])
            yield rang, "\t".join(brin.copie for brin in brins), b"".join(brin.forme for brin in brins)


def ecrire(dsn: str, monde: Monde, volumes: Mapping[date, int], trousseau: Trousseau) -> None:
    """Write that many traces on each of these days, which must have no partition yet, as the owner at `dsn`; seal each of them."""
    with psycopg.connect(dsn, autocommit=True) as pg:
        [premier] = pg.execute("select nextval('audit_trace_id')").fetchone() or (1,)
        pg.execute("select setval('audit_trace_id', %s)", [premier + sum(volumes.values())])
        taches = []
        for jour, nombre in sorted(volumes.items()):
            taches.append((jour, nombre, premier))
            premier += nombre
        combien = min(os.cpu_count() or 1, 1 + sum(volumes.values()) // PAR_PROCESSUS)
        parts = [taches[rang::combien] for rang in range(combien)]
        if len(parts) == 1:
            fins = _ecrire_jours(dsn, monde, parts[0])
        else:
            with ProcessPoolExecutor(len(parts), mp_context=get_context("spawn")) as ensemble:
                futurs = [ensemble.submit(_ecrire_jours, dsn, monde, part) for part in parts]
                fins = [fin for futur in futurs for fin in futur.result()]
        _sceller(pg, sorted(fins), trousseau)
        pg.execute("vacuum (analyze) allocataires_consultation")
        pg.execute("analyze audit_trace, audit_chaine")


def _ecrire_jours(dsn: str, monde: Monde, taches: Sequence[tuple[date, int, int]]) -> list[tuple[date, int, bytes]]:
    """Write days, and return the last rank and hash of each."""
    with psycopg.connect(dsn, autocommit=True) as pg:
        pg.execute("set synchronous_commit = off")
        return [_ecrire_jour(pg, monde, *tache) for tache in taches]


def _ecrire_jour(pg: psycopg.Connection[Any], monde: Monde, jour: date, nombre: int, premier: int) -> tuple[date, int, bytes]:
    journee = Journee(monde, jour, random.Random(f"{jour}"))
    journee.remplir(nombre)
    hachage, maillons = depart(jour), list[str]()
    with pg.transaction():
        for table in ("audit_trace", "audit_chaine"):
            pg.execute(f"create table {table}_{jour:%Y%m%d} (like {table} including all)")
        with pg.cursor().copy(f"copy audit_trace_{jour:%Y%m%d} ({', '.join(CHAMPS)}) from stdin with (freeze)") as copie:
            for rang, ligne, forme in journee.lignes(premier):
                avant, hachage = hachage, hashlib.sha256(hachage + forme).digest()
                maillons.append(f"{jour}\t{len(maillons) + 1}\t{rang}\t\\\\x{avant.hex()}\t\\\\x{hachage.hex()}")
                copie.write(ligne + "\n")
        _copier(pg, f"audit_chaine_{jour:%Y%m%d} from stdin with (freeze)", maillons)
        _copier(pg, f"allocataires_consultation ({CONSULTATION}) from stdin", journee.demandes)
    with pg.transaction():  # short: the parents are locked, and another process attaches its days
        for table in ("audit_trace", "audit_chaine"):
            _attacher(pg, table, jour)
    return jour, len(maillons), hachage


def _copier(pg: psycopg.Connection[Any], cible: str, lignes: Sequence[str]) -> None:
    with pg.cursor().copy(f"copy {cible}") as copie:
        for debut in range(0, len(lignes), 1000):
            copie.write("\n".join(lignes[debut : debut + 1000]) + "\n")


def _attacher(pg: psycopg.Connection[Any], table: str, jour: date) -> None:
    """Do as `cdap.journal_ouvrir`, for a day that is past."""
    noms = {"table": sql.Identifier(table), "nom": sql.Identifier(f"{table}_{jour:%Y%m%d}")}
    bornes = {"debut": sql.Literal(jour), "fin": sql.Literal(jour + timedelta(days=1))}
    pg.execute(sql.SQL("alter table {table} attach partition {nom} for values from ({debut}) to ({fin})").format(**noms, **bornes))
    pg.execute(
        sql.SQL("create trigger journal_sans_truncate before truncate on {nom} execute function cdap.journal_immuable()").format(**noms)
    )


def _sceller(pg: psycopg.Connection[Any], fins: Sequence[tuple[date, int, bytes]], trousseau: Trousseau) -> None:
    """Seal each day in the night that follows it, after the seals that are there."""
    ligne = pg.execute("select signature from audit_scellement order by id desc limit 1").fetchone()
    precedent = bytes(ligne[0]) if ligne else b""
    colonnes = ("genre", "jour", "rang", "hachage", "precedent", "fait", "cle", "signature")
    with pg.transaction(), pg.cursor() as curseur:
        for jour, rang, hachage in fins:
            fait = datetime.combine(jour + timedelta(days=1), time(0, 5, tzinfo=UTC))
            sceau = trousseau.signer(Sceau(JOUR, jour, rang, hachage, precedent, fait, ""))
            valeurs = [getattr(sceau, nom) for nom in colonnes]
            curseur.execute(f"insert into audit_scellement ({', '.join(colonnes)}) values ({', '.join(['%s'] * len(valeurs))})", valeurs)
            precedent = sceau.signature
