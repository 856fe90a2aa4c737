"""`manage.py travailler`: the background process. One is enough; a second one shares the queue and waits behind the chain's locks."""

import asyncio
import contextlib
import logging
import signal
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from allocataires import extraits
from allocataires.services import entretenir_imports, oublier_cles
from audit.controle import alertes, lectures
from audit.journal import scellement
from audit.journal import services as journal
from conventions.services import documents
from envois import services as envois
from habilitations.acces import oublier_formulaires

logger = logging.getLogger(__name__)

ATTENTE_DE_LA_BASE = 5.0


class Command(BaseCommand):
    """Chain and seal the journal, keep its days open ahead, forget what is over, and run the queue; until SIGINT or SIGTERM."""

    help = "Fait tourner le travailleur : chaîne, scellements et jours du journal, ce qui est fini, file des tâches et des courriels."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop; a database that goes away is waited for."""
        with connection.cursor() as curseur:
            curseur.execute("select cdap.journal_tracer_systeme('systeme', 'demarrer', 'accorde', 'travailleur')")
        envois.confier_tache(tache="conventions.nuit")  # the nights that passed without a worker
        documents.demander_vierges()
        connection.close()
        asyncio.run(self._travailler())

    async def _travailler(self) -> None:
        arret = asyncio.Event()
        for nom in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(nom, arret.set)
        self.stdout.write("Le travailleur est prêt.")
        self.stdout.flush()
        async with asyncio.TaskGroup() as ensemble:
            ensemble.create_task(entretenir(arret))
            ensemble.create_task(servir_la_file(arret))


async def entretenir(arret: asyncio.Event) -> None:
    """Do the upkeep every few seconds, in a thread of its own."""
    while not arret.is_set():
        try:
            await sync_to_async(un_tour)()
        except DatabaseError as erreur:
            logger.error("travailleur : la base ne répond pas (%s)", type(erreur).__name__)
            await sync_to_async(close_old_connections)()
        await _attendre(arret, settings.ENVIRONNEMENT.chaine_secondes)
    await sync_to_async(connections.close_all)()


def un_tour() -> None:
    """Do everything once."""
    journal.ouvrir_jours(settings.ENVIRONNEMENT.journal_jours_ouverts)
    journal.enchainer()
    journal.surveiller()
    scellement.entretenir()
    oublier_cles()
    extraits.effacer()
    lectures.effacer()
    oublier_formulaires()
    entretenir_imports()
    envois.reprendre()
    journal.purger()
    alertes.passer()


async def servir_la_file(arret: asyncio.Event) -> None:
    """Run the tasks of every queue; when told to stop, let those that run come to their end."""
    while not arret.is_set():
        file = asyncio.create_task(file_servie(), name="file")
        await asyncio.wait([file, asyncio.create_task(arret.wait())], return_when=asyncio.FIRST_COMPLETED)
        file.cancel()
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await file
        except (ConnectorException, psycopg.Error) as erreur:
            logger.error("file : la base ne répond pas (%s)", type(erreur).__name__)
        await _attendre(arret, ATTENTE_DE_LA_BASE)


async def file_servie(*, wait: bool = True) -> None:
    """Run the queue's worker on connections of its own, until it is cancelled or loses the database; without `wait`, until it is empty."""
    connecteur = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4, timeout=ATTENTE_DE_LA_BASE)
    with app.replace_connector(connecteur):
        async with app.open_async():
            await app.run_worker_async(wait=wait)


async def _attendre(arret: asyncio.Event, secondes: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(arret.wait(), secondes)
