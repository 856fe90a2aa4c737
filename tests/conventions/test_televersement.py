"""Files far too large: the real server lets them pass by, keeps nothing of them, and the form says so."""

import http.client
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.test import RequestFactory

from cdap.demo.preparation import RACINE
from cdap.televersement import MO, REQUETE_MAX, Plafond
from conventions.models import Document
from tests.conventions import documents as outils
from tests.usine import OWNER

LIMITE = "bord"
MORCEAU = b"\0" * MO


def partie(nom: str, contenu: bytes, fichier: str = "") -> bytes:
    suite = f'; filename="{fichier}"\r\nContent-Type: application/pdf' if fichier else ""
    return f'--{LIMITE}\r\nContent-Disposition: form-data; name="{nom}"{suite}\r\n\r\n'.encode() + contenu


def recevoir(*tailles: int) -> list[tuple[int, int]]:
    """Return, for each file of a request, the size that the form sees and the bytes that were kept."""
    corps = (
        b"".join(partie(f"f{rang}", b"x" * taille, "x.pdf") + b"\r\n" for rang, taille in enumerate(tailles)) + f"--{LIMITE}--\r\n".encode()
    )
    request = RequestFactory().post("/", corps, content_type=f"multipart/form-data; boundary={LIMITE}")
    fichiers: list[Any] = [request.FILES[f"f{rang}"] for rang in range(len(tailles))]
    return [(un.size, len(un.read())) for un in fichiers]


def test_what_fits_is_kept_and_what_does_not_is_only_counted() -> None:
    assert recevoir(0) == [(0, 0)]
    assert recevoir(10 * MO) == [(10 * MO, 10 * MO)]
    assert recevoir(10 * MO + 1) == [(10 * MO + 1, 0)]
    assert recevoir(6 * MO, 6 * MO, 4 * MO) == [(6 * MO, 6 * MO), (6 * MO, 0), (4 * MO, 4 * MO)], "ensemble, ils tiennent"


def test_the_ceiling_is_that_of_every_page() -> None:
    [plafond] = RequestFactory().get("/").upload_handlers
    assert type(plafond) is Plafond
    assert isinstance(plafond, FileUploadHandler)


def test_what_is_beyond_measure_is_refused_unread() -> None:
    with pytest.raises(RequestDataTooBig):
        Plafond().handle_raw_input(None, {}, REQUETE_MAX + 1, LIMITE)


@pytest.fixture
def serveur(base: None) -> Iterator[tuple[int, int]]:
    """The real server, on this process's database: its port, and the number of its one worker process."""
    with socket.create_server(("127.0.0.1", 0)) as prise:
        gunicorn = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "cdap.wsgi:application", "--bind", f"fd://{prise.fileno()}", "--worker-class", "gthread",
                "--workers", "1", "--threads", "2", "--log-level", "warning",
            ],
            cwd=RACINE, env=os.environ | {"DJANGO_SETTINGS_MODULE": "cdap.settings"}, pass_fds=[prise.fileno()],
        )  # fmt: skip
        port = prise.getsockname()[1]
        _page(port, "/sante/")
        [fils] = Path(f"/proc/{gunicorn.pid}/task/{gunicorn.pid}/children").read_text().split()
        yield port, int(fils)
        gunicorn.terminate()
        gunicorn.wait(timeout=30)


def _page(port: int, chemin: str) -> tuple[http.client.HTTPResponse, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connexion:
        connexion.request("GET", chemin)
        reponse = connexion.getresponse()
        return reponse, reponse.read().decode()


def _memoire(pid: int) -> int:
    """Return the most memory that a process ever held, in bytes."""
    trouve = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert trouve
    return int(trouve[1]) * 1024


def _ecrits(pid: int) -> int:
    trouve = re.search(r"^write_bytes: (\d+)", Path(f"/proc/{pid}/io").read_text(), re.MULTILINE)
    assert trouve
    return int(trouve[1])


def test_two_hundred_megabytes_are_let_go_and_said_at_the_field(serveur: tuple[int, int]) -> None:
    port, processus = serveur
    demande = outils.demande()
    chemin = f"/conventions/suivi/{demande.reference}/documents/"
    reponse, page = _page(port, chemin)
    temoin = reponse.headers["Set-Cookie"].split(";")[0]
    jeton = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert jeton
    debut = (
        partie("csrfmiddlewaretoken", jeton[1].encode())
        + b"\r\n"
        + partie("genre", b"bulletin")
        + b"\r\n"
        + partie("fichier", b"%PDF-", "x.pdf")
    )
    fin = f"\r\n--{LIMITE}--\r\n".encode()
    memoire, ecrits = _memoire(processus), _ecrits(processus)

    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connexion:
        connexion.putrequest("POST", chemin)
        connexion.putheader("Content-Type", f"multipart/form-data; boundary={LIMITE}")
        connexion.putheader("Content-Length", str(len(debut) + 200 * MO + len(fin)))
        connexion.putheader("Cookie", temoin)
        connexion.endheaders()
        connexion.send(debut)
        for _ in range(200):
            connexion.send(MORCEAU)
        connexion.send(fin)
        reponse = connexion.getresponse()
        page = reponse.read().decode()

    assert reponse.status == 200
    assert "trop lourd : 10 Mo au plus" in page
    assert '<option value="bulletin" selected>' in page
    assert not Document.objects.using(OWNER).filter(demande=demande).exists()
    assert _memoire(processus) - memoire < 60 * MO
    assert _ecrits(processus) - ecrits < 5 * MO
    assert _page(port, chemin)[0].status == 200, "le serveur sert encore"
