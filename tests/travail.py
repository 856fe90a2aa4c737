"""A worker in a test: the real one, on the queue of this process's database, as cdap_worker."""

import asyncio
import email
import email.policy
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connections
from procrastinate.contrib.django import app

from cdap import postgres
from cdap.management.commands.travailler import file_servie


class Boite:
    """A real SMTP server, in a thread: what it received, what it answers, and whether it is up."""

    def __init__(self) -> None:
        self.port = postgres.port_libre(0)
        self.recus: list[Envelope] = []
        self.reponse_au_destinataire = ""
        self.reponse_au_texte = ""
        self._serveur: Controller | None = None

    def allumer(self) -> None:
        """Start listening, always on the same port."""
        self._serveur = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=30)
        self._serveur.start()

    def eteindre(self) -> None:
        """Stop listening."""
        if self._serveur:
            self._serveur.stop()
            self._serveur = None

    def pour(self, destinataire: str) -> list[Envelope]:
        """Return what was received for that address."""
        return [enveloppe for enveloppe in list(self.recus) if destinataire in enveloppe.rcpt_tos]

    def textes(self, destinataire: str) -> list[str]:
        """Return the subject and the text of what was received for that address."""
        messages = [email.message_from_bytes(un.original_content or b"", policy=email.policy.default) for un in self.pour(destinataire)]
        return [f"{message['subject']}\n{message.get_content()}" for message in messages]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        """Take the recipient, unless told otherwise."""
        if not self.reponse_au_destinataire:
            envelope.rcpt_tos.append(address)
        return self.reponse_au_destinataire or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, unless told otherwise."""
        if not self.reponse_au_texte:
            self.recus.append(envelope)
        return self.reponse_au_texte or "250 OK"


def travailler() -> None:
    """Run every task that is due, one after the other, then stop. Periodic tasks are left alone: they are for the whole database.

    A PDF takes seconds, and other tests have asked for some: nothing is printed here (tests/conventions/test_documents_pdf.py does).
    """
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    sans_periodiques = mock.patch.dict(app.periodic_registry.periodic_tasks, clear=True)
    une_a_une = mock.patch.dict(app.worker_defaults, concurrency=1)  # a test reads its mails in the order in which they were asked for
    with (
        sous_le_role_worker(),
        sans_periodiques,
        une_a_une,
        mock.patch("conventions.impression.pdf", lambda genre, acte: b"%PDF-1.7 " + genre.encode()),
        mock.patch("conventions.impression.composer", lambda html, nom: b"%PDF-1.7 " + nom.encode()),
    ):
        en_fil(lambda: asyncio.run(file_servie(wait=False)))


@contextmanager
def sous_le_role(role: str) -> Iterator[None]:
    """Make the connections that new threads open those of a role, as in its own process; each task closes its own."""
    ordinaire = connections.settings["default"]
    connections.settings["default"] = {**connections.settings[role], "CONN_MAX_AGE": 0}
    try:
        yield
    finally:
        connections.settings["default"] = ordinaire


def sous_le_role_worker() -> AbstractContextManager[None]:
    """Make the connections that new threads open those of cdap_worker."""
    return sous_le_role("worker")


def en_fil(fonction: Callable[[], Any]) -> None:
    """Run `fonction` in a thread of its own, and raise here what it raised there."""
    erreurs: list[BaseException] = []

    def courir() -> None:
        try:
            fonction()
        except BaseException as erreur:
            erreurs.append(erreur)
        finally:
            connections.close_all()

    fil = threading.Thread(target=courir)
    fil.start()
    fil.join()
    if erreurs:
        raise erreurs[0]
