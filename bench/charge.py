"""The client of the figures that go through HTTP: persistent connections, each asking as soon as it is answered."""

import re
import socket
import threading
import time
from collections.abc import Iterator

LONGUEUR = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)


def demande(chemin: str, *, cookie: str = "") -> bytes:
    """Return the bytes of a request that a browser would send for a page."""
    lignes = [
        f"GET {chemin} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: text/html",
        "Accept-Encoding: gzip",
        "Accept-Language: fr",
        "Sec-Fetch-Site: same-origin",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Dest: document",
    ]
    return ("\r\n".join([*lignes, *([f"Cookie: {cookie}"] if cookie else [])]) + "\r\n\r\n").encode()


def debit(port: int, demandes: Iterator[bytes], *, secondes: float, connexions: int) -> float:
    """Return the answers per second of a server to these requests. Raises when an answer is not a page, or when requests run out."""
    verrou, faites, erreurs = threading.Lock(), [0] * connexions, []
    fin = time.perf_counter() + secondes

    def client(rang: int) -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as prise:
                while time.perf_counter() < fin:
                    with verrou:
                        requete = next(demandes)
                    prise.sendall(requete)
                    _reponse(prise)
                    faites[rang] += 1
        except Exception as erreur:
            erreurs.append(erreur)

    debut = time.perf_counter()
    fils = [threading.Thread(target=client, args=(rang,)) for rang in range(connexions)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    if erreurs:
        raise erreurs[0]
    return sum(faites) / (time.perf_counter() - debut)


def _reponse(prise: socket.socket) -> None:
    """Read one whole answer, which must be a page."""
    recu = prise.recv(65_536)
    while (tete := recu.find(b"\r\n\r\n")) < 0:
        recu += _suite(prise)
    longueur = LONGUEUR.search(recu, 0, tete + 2)
    if not recu.startswith(b"HTTP/1.1 200 ") or longueur is None:
        raise RuntimeError(recu[:tete].decode("latin-1"))
    manque = int(longueur[1]) - (len(recu) - tete - 4)
    while manque > 0:
        manque -= len(_suite(prise))


def _suite(prise: socket.socket) -> bytes:
    octets = prise.recv(65_536)
    if not octets:
        raise RuntimeError("la connexion s'est fermée au milieu d'une réponse")
    return octets
