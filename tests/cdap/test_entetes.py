"""The headers of every answer, whatever its status (security §2.F)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from cdap import presentation
from cdap.demo.preparation import RACINE
from habilitations.models import Role
from tests import usine

CSP = (
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "connect-src 'self'",
    "form-action 'self'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'",
)  # fmt: skip
PARTOUT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def _demande(client: Client, groupe: int, numero: str) -> Any:
    donnees = {"cadre": groupe, "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
    return client.post(reverse("recherche"), donnees)


def _trop(patch: pytest.MonkeyPatch) -> Any:
    alice = usine.agent("T1")
    for _ in range(10):
        _demande(usine.client(alice.cle), alice.groupe.pk, "0000000")
    return _demande(usine.client(alice.cle), alice.groupe.pk, "0000000")


def _trouvee(patch: pytest.MonkeyPatch) -> Any:
    alice = usine.agent("T1")
    return _demande(usine.client(alice.cle), alice.groupe.pk, usine.dossier())


def _methode(patch: pytest.MonkeyPatch) -> Any:
    alice = usine.agent("T1")
    return usine.client(alice.cle).put(_demande(usine.client(alice.cle), alice.groupe.pk, usine.dossier())["Location"])


def _panne(erreur: Exception, adresse: str) -> Callable[[pytest.MonkeyPatch], Any]:
    def demander(patch: pytest.MonkeyPatch) -> Any:
        def echouer(*_: object, **__: object) -> None:
            raise erreur

        patch.setattr(presentation, "profils", echouer)
        return Client(raise_request_exception=False).get(adresse)

    return demander


REPONSES: dict[str, tuple[int, Callable[[pytest.MonkeyPatch], Any]]] = {
    "page publique": (200, lambda _: Client().get("/connexion/")),
    "accueil": (200, lambda _: usine.client(usine.agent("T1").cle).get("/")),
    "santé": (200, lambda _: Client().get("/sante/")),
    "prolonger": (204, lambda _: usine.client(usine.agent("T1").cle).post("/session/prolonger/")),
    "renvoi": (302, lambda _: Client().get("/recherche/")),
    "barre oubliée": (301, lambda _: Client().get("/connexion")),
    "ticket": (303, _trouvee),
    "hôte inconnu": (400, lambda _: Client(headers={"host": "ailleurs.example"}).get("/connexion/")),
    "trop de champs": (400, lambda _: Client().post("/connexion/", {f"champ{rang}": "x" for rang in range(2001)})),
    "rôle": (403, lambda _: usine.client(usine.ouvrir_session(usine.utilisateur(None, Role.CAF))[0]).get("/recherche/")),
    "sans jeton": (403, lambda _: Client(enforce_csrf_checks=True).post("/connexion/")),
    "autre site": (403, lambda _: Client(headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}).get("/connexion/")),
    "d'avance": (403, lambda _: Client(headers={"sec-purpose": "prefetch"}).get("/connexion/")),
    "nulle part": (404, lambda _: Client().get("/nulle-part/")),
    "méthode": (405, _methode),
    "limite": (429, _trop),
    "erreur": (500, _panne(ValueError("essai"), "/qui-voit-quoi/")),
    "panne": (503, _panne(OperationalError("essai"), "/qui-voit-quoi/")),
}  # fmt: skip
STATIQUES = {
    "feuille": (200, "/static/cdap/theme.css"),
    "script": (200, "/static/cdap/cdap.js"),
    "absent": (404, "/static/cdap/absent.css"),
}


def verifier(reponse: Any) -> None:
    """Check what every answer bears."""
    assert {nom: reponse.headers.get(nom) for nom in PARTOUT} == PARTOUT
    assert sorted(reponse.headers["Content-Security-Policy"].split("; ")) == sorted(CSP)
    permissions = dict(droit.split("=") for droit in reponse.headers["Permissions-Policy"].split(", "))
    assert {"camera", "geolocation", "microphone"} <= set(permissions)
    assert set(permissions.values()) == {"()"}


@pytest.mark.parametrize("nom", REPONSES)
def test_every_status_bears_the_headers(base: None, monkeypatch: pytest.MonkeyPatch, nom: str) -> None:
    statut, demander = REPONSES[nom]
    reponse = demander(monkeypatch)
    assert reponse.status_code == statut
    verifier(reponse)
    assert reponse.headers["Cache-Control"] == "no-store, private"
    assert "Cookie" in reponse.headers["Vary"]
    assert not {"ETag", "Last-Modified"} & set(reponse.headers)
    if statut not in (204, 301, 302, 303):
        assert reponse.headers["Content-Type"] in ("text/html; charset=utf-8", "text/plain; charset=utf-8")


@pytest.mark.parametrize("nom", STATIQUES)
def test_static_files_bear_them_too_and_may_be_kept(base: None, nom: str) -> None:
    statut, adresse = STATIQUES[nom]
    reponse = Client().get(adresse)
    reponse.close()
    assert reponse.status_code == statut
    verifier(reponse)
    if statut == 200:
        assert "max-age" in reponse.headers["Cache-Control"]
        assert not reponse.cookies


def test_signing_out_empties_the_browser(base: None) -> None:
    reponse = usine.client(usine.agent("T1").cle).post("/deconnexion/")
    assert reponse.headers["Clear-Site-Data"] == '"cache", "storage"'
    verifier(reponse)


SOUS_TLS = """
import json, sys, django
django.setup()
from django.test import Client
from django.conf import settings
identifiant, mot_de_passe, cle = sys.argv[1:]
navigateur = Client(REMOTE_ADDR="192.0.2.8")
page = navigateur.get("/connexion/", secure=True)
entree = navigateur.post("/connexion/", {"identifiant": identifiant, "mot_de_passe": mot_de_passe}, secure=True)
ancien = Client(REMOTE_ADDR="192.0.2.8")
ancien.cookies[settings.COOKIE_DE_SESSION] = cle
sortie = ancien.post("/deconnexion/", secure=True)
clair = Client().get("/connexion/")
print(json.dumps({
    "cookies": [un.OutputString() for reponse in (page, entree, sortie) for un in reponse.cookies.values()],
    "hsts": [reponse.headers.get("Strict-Transport-Security") for reponse in (page, entree, sortie, Client().get("/nulle-part/", secure=True))],
    "clair": [clair.status_code, clair.headers["Location"]],
}))
"""


def test_under_tls_cookies_are_locked_and_http_is_sent_away(base: None) -> None:
    """In a process of its own: the names of the cookies are fixed when the settings are read."""
    alice = usine.agent("T1")
    alice.utilisateur.password = make_password("Une phrase longue et tranquille")
    alice.utilisateur.save(using=usine.OWNER)
    sortie = subprocess.run(
        [sys.executable, "-c", SOUS_TLS, alice.utilisateur.identifiant, "Une phrase longue et tranquille", alice.cle],
        env={**os.environ, "CDAP_TLS": "on", "DJANGO_SETTINGS_MODULE": "cdap.settings"}, cwd=RACINE, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    vu = json.loads(sortie)
    assert {cookie.partition("=")[0] for cookie in vu["cookies"]} == {"__Host-session", "__Host-csrf"}
    for cookie in vu["cookies"]:
        attributs = {attribut.partition("=")[0].lower(): attribut.partition("=")[2] for attribut in cookie.split("; ")[1:]}
        assert {"secure", "httponly"} <= set(attributs), cookie
        assert attributs["path"] == "/"
        assert attributs["samesite"] in ("Lax", "Strict")
        assert "domain" not in attributs
    assert vu["hsts"] == ["max-age=31536000; includeSubDomains; preload"] * 4
    assert vu["clair"] == [301, "https://testserver/connexion/"]
