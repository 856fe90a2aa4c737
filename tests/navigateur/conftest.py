"""A person's browser before the real portal: Chromium, gunicorn, the database of this test process."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from cdap.demo import preparation
from habilitations.models import Session
from tests import usine
from tests.navigateur.gestes import MOT_DE_PASSE, Ouvrir
from tests.usine import OWNER

OPTIONS = (
    "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
ATTENTE_MS = 10_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium without a window, once for the test process."""
    programme = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if programme is None:
        manque = "Aucun navigateur : installez le paquet chromium."
        if os.environ.get("CI") == "true":
            pytest.fail(manque)
        pytest.skip(manque)
    # Playwright keeps an event loop running in this thread, where Django then refuses to open its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=ATTENTE_MS)  # a page that asks every three seconds must have the time to
    with sync_playwright() as playwright:
        # Pages kept in memory for the Back button are part of what is tested; Playwright turns that off.
        navigateur = playwright.chromium.launch(
            executable_path=programme,
            args=[*OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield navigateur
        navigateur.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def portail(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the portal, served as in production on this process's database, with the fictional dossiers in it."""
    environnement = {nom: valeur for nom, valeur in os.environ.items() if nom.startswith("CDAP_")}
    preparation.commande(environnement, "importer_dossiers", str(preparation.RACINE / "cdap" / "demo" / "dossiers.ndjson"))
    environnement |= {
        "DJANGO_SETTINGS_MODULE": "tests.navigateur.reglages",
        "DOSSIER_STATIQUE": str(tmp_path_factory.mktemp("statique")),
    }
    preparation.commande(environnement, "collectstatic", "--noinput", "--verbosity", "0")
    du_portail = {nom: valeur for nom, valeur in (os.environ | environnement).items() if nom != "CDAP_BASE_PROPRIETAIRE"}
    # The socket listens already: no port to guess, and the first request waits for gunicorn by itself.
    with socket.create_server(("127.0.0.1", 0)) as prise:
        gunicorn = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "cdap.wsgi:application", "--bind", f"fd://{prise.fileno()}", "--worker-class", "gthread",
                "--workers", "1", "--threads", "4", "--log-level", "warning", "--no-control-socket",
            ],
            env=du_portail, cwd=preparation.RACINE, pass_fds=[prise.fileno()], start_new_session=True,
        )  # fmt: skip
        try:
            yield f"http://127.0.0.1:{prise.getsockname()[1]}"
        finally:
            gunicorn.terminate()
            gunicorn.wait(timeout=30)


@pytest.fixture
def ouvrir(base: None, portail: str, chromium: Browser) -> Iterator[Ouvrir]:
    """Open a page of a fresh browser, signed in when the key of a session is given; an error in its console fails the test."""
    contextes = []
    erreurs: list[str] = []

    def noter(message: ConsoleMessage) -> None:
        # A status above 400 is an answer like another: each test says which one it waits for.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            erreurs.append(message.text)

    def ouvrir(cle: str = "", /, **options: Any) -> Page:
        contexte = chromium.new_context(
            **{"base_url": portail, "locale": "fr-FR", "viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options
        )
        contextes.append(contexte)
        contexte.set_default_timeout(ATTENTE_MS)
        contexte.on("console", noter)
        contexte.on("weberror", lambda erreur: erreurs.append(str(erreur.error)))
        if cle:
            contexte.add_cookies([{"name": settings.COOKIE_DE_SESSION, "value": cle, "url": portail}])
        return contexte.new_page()

    yield ouvrir
    for contexte in contextes:
        contexte.close()
    assert erreurs == []


@pytest.fixture(scope="session")
def empreinte() -> str:
    """The hash of MOT_DE_PASSE, made once: scrypt is slow on purpose."""
    return make_password(MOT_DE_PASSE)


@pytest.fixture
def alice(base: None, empreinte: str) -> usine.Agent:
    """An agent who has a password and a second factor, and has not signed in."""
    agent = usine.agent("T1")
    agent.utilisateur.password = empreinte
    agent.utilisateur.save(using=OWNER)
    Session.objects.using(OWNER).filter(utilisateur=agent.utilisateur).delete()
    return agent


@pytest.fixture
def racine() -> Path:
    """The working copy."""
    return preparation.RACINE
