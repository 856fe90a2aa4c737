"""`kill -9` of the client at every step, and of the server at any instant: never a dossier read without its trace."""

import random
import signal
import time
from collections.abc import Iterator

import pytest

from tests.allocataires.client_tue import ETAPES
from tests.allocataires.scene_tuee import Scene, monter, tuer

pytestmark = pytest.mark.long
MORTS_DU_SERVEUR = 25
MORTS_DU_CLIENT = 60


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with monter(tmp_path_factory.mktemp("tue")) as montee:
        yield montee


@pytest.mark.parametrize("etape", ETAPES)
def test_a_client_killed_at_a_step_has_read_nothing_untraced(scene: Scene, etape: str) -> None:
    for _ in range(3):
        assert scene.client(etape).wait(timeout=20) == -signal.SIGKILL
    assert scene.lus_sans_trace()[1] == 0


def test_clients_killed_at_random_have_read_nothing_untraced(scene: Scene) -> None:
    avant, _ = scene.lus_sans_trace()
    hasard = random.Random(1)
    for _ in range(MORTS_DU_CLIENT):
        client = scene.client()
        scene.attendre_une_lecture()
        time.sleep(hasard.random() / 20)
        client.kill()
        client.wait(timeout=20)
    lus, sans_trace = scene.lus_sans_trace()
    assert lus >= avant + MORTS_DU_CLIENT
    assert sans_trace == 0


def test_a_server_killed_at_random_has_shown_nothing_untraced(scene: Scene) -> None:
    avant, _ = scene.lus_sans_trace()
    hasard = random.Random(2)
    for _ in range(MORTS_DU_SERVEUR):
        clients = [scene.client(), scene.client()]
        scene.attendre_une_lecture()
        time.sleep(hasard.random() / 10)
        tuer(scene.serveur.pid)
        for client in clients:
            assert client.wait(timeout=20) != 0
        scene.serveur.arreter()
        scene.serveur.demarrer()
    lus, sans_trace = scene.lus_sans_trace()
    assert lus >= avant + MORTS_DU_SERVEUR
    assert sans_trace == 0
