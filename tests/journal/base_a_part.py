"""A database apart for the tests of the seals: they close days, which would stop the tests that share the other one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connections, transaction
from psycopg.conninfo import conninfo_to_dict

from audit.journal import sceaux, scellement, verification
from audit.journal.scellement import Memoire
from cdap import roles
from cdap.environnement import Environnement
from tests.bases import ADMIN, BASE, MODELE, supprimer
from tests.journal.chaine import attendre

NOM = f"{BASE}_a_part"
WORKER, SUPER = "worker_a_part", "super_a_part"


class BaseAPart:
    """Its worker (alias WORKER), its superuser (alias SUPER), and its clock, which starts on a Monday morning.

    Of a far year: what waits for its seal is judged by the real clock too, and must not have come late.
    """

    def __init__(self, dossier: Path) -> None:
        self.fichier = dossier / "sceaux" / "sceaux.ndjson"
        self.memoire = Memoire()
        self.privee, _ = sceaux.creer()
        self.regler(cles_scellement=self.privee, fichier_sceaux=str(self.fichier))
        with transaction.atomic(using=SUPER):
            self.executer("set local session_replication_role = 'replica'")
            for table in ("audit_trace", "audit_chaine", "audit_scellement", "audit_destruction"):
                self.executer(f"delete from {table}")
        self.horloge("2055-03-01T09:00")

    def regler(self, **variables: str) -> None:
        """Change the environment of the worker."""
        champs = {nom: [mot for mot in valeur.split(",") if mot] for nom, valeur in variables.items() if nom.startswith("cles")}
        environnement: Environnement = settings.ENVIRONNEMENT
        nouveau = Environnement.model_validate(environnement.model_dump() | variables | champs)
        settings.ENVIRONNEMENT = nouveau

    def executer(self, sql: str, *parametres: str | int | date | UUID | None) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, committed."""
        with connections[SUPER].cursor() as curseur:
            curseur.execute(sql, list(parametres))
            return list(curseur.fetchall()) if curseur.description else []

    def horloge(self, utc: str) -> None:
        """Make it this instant, UTC, and let time stand still; the journal has its days. The worker has watched the time go by."""
        self.executer(
            "create or replace function cdap.maintenant() returns timestamptz language sql volatile "
            f"as $f$ select timestamptz '{utc}+00' $f$"
        )
        self.executer("select cdap.journal_ouvrir(1)")
        self.executer("update audit_horloge set vu = cdap.maintenant()")
        self.memoire.repere = None

    def tracer(self, nombre: int = 1, ticket: UUID | None = None) -> None:
        """Append that many traces."""
        for rang in range(nombre):
            self.executer(
                "select cdap.journal_ecrire(null, null, null, null, 'dossier', 'consulter', 'accorde', %s, null, %s, null, null)",
                f"ligne {rang}", ticket,
            )  # fmt: skip

    def enchainer(self) -> None:
        """Chain everything that a day still open holds."""
        hors_chaine = (
            "select count(*) from audit_trace x where not exists (select 1 from audit_chaine c where c.jour = x.jour and c.trace_id = x.id) "
            "and not exists (select 1 from audit_scellement s where s.genre = 'jour' and s.jour = x.jour)"
        )

        def fini() -> bool:
            self.executer("select cdap.journal_enchainer(5000)")
            return self.executer(hors_chaine) == [(0,)]

        attendre(fini)

    def sceller(self) -> int:
        """Chain, then seal what is due, as the worker does; return how many seals."""
        self.enchainer()
        return scellement.sceller(base=WORKER, memoire=self.memoire)

    def passer(self, utc: str, traces: int = 3) -> None:
        """Go to this instant, trace, seal and publish."""
        self.horloge(utc)
        self.tracer(traces)
        self.sceller()
        scellement.publier(base=WORKER, memoire=self.memoire)

    def trois_jours(self) -> None:
        """Make three days of traces: the first two sealed, the third open; everything published."""
        self.passer("2055-03-01T09:00", 5)
        self.passer("2055-03-01T15:00", 5)
        self.passer("2055-03-02T09:00", 3)
        self.passer("2055-03-03T09:00", 3)
        self.enchainer()
        assert self.defauts() == []
        assert self.defauts(fichier=False) == []

    def sceaux(self) -> list[tuple[str, str, int]]:
        """Return kind, day and rank of each seal."""
        return [(un.genre, f"{un.jour:%m-%d}", un.rang) for un in scellement.lire(WORKER)]

    def defauts(self, *, fichier: bool = True, base: str = WORKER) -> list[str]:
        """Return what a verification names, once all is chained."""
        if base == WORKER:
            self.enchainer()
        rapport = verification.verifier(base=base, depuis=self.fichier if fichier else None)
        return [str(un) for un in rapport.defauts]

    def alertes(self) -> list[str]:
        """Return the motives of the alerts about the journal."""
        return [motif for (motif,) in self.executer("select motif from audit_trace where famille = 'alerte' order by id")]

    @contextmanager
    def falsifiee(self, *instructions: str) -> Iterator[None]:
        """Tamper as a superuser, with triggers off, and take it all back in the end."""
        with transaction.atomic(using=SUPER):
            self.executer("set local session_replication_role = 'replica'")
            for instruction in instructions:
                self.executer(instruction)
            yield
            transaction.set_rollback(True, using=SUPER)


def creer() -> Iterator[None]:
    """Make the database, a copy of the template; drop it in the end."""
    supprimer(NOM)
    with psycopg.connect(ADMIN, autocommit=True) as admin:
        roles.creer_base(admin, NOM, modele=MODELE)
    yield
    supprimer(NOM)


def ouvrir(dossier: Path) -> Iterator[BaseAPart]:
    """Open the database, its journal empty, with its two aliases and its environment; close it all."""
    ordinaire = connections.settings["worker"]
    serveur = conninfo_to_dict(ADMIN)
    connu = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    superutilisateur = {cle: str(serveur.get(nom) or "") for cle, nom in connu.items()}
    connections.settings[WORKER] = ordinaire | {"NAME": NOM}
    connections.settings[SUPER] = ordinaire | superutilisateur | {"NAME": NOM}
    environnement = settings.ENVIRONNEMENT
    try:
        yield BaseAPart(dossier)
    finally:
        settings.ENVIRONNEMENT = environnement
        for alias in (WORKER, SUPER):
            connections[alias].close()
            del connections[alias], connections.settings[alias]


def instant(utc: str) -> datetime:
    """Return an instant, UTC."""
    return datetime.fromisoformat(f"{utc}+00:00")
