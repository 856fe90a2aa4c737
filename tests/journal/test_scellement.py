"""Sealing: what is signed and when, where it is published, and what happens when a key, a file or a clock fails."""

import base64
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections
from psycopg import errors

from audit.journal import sceaux, scellement
from audit.journal.sceaux import CleInvalide, Sceau
from audit.journal.scellement import Memoire
from tests import usine
from tests.journal.base_a_part import NOM, SUPER, WORKER, BaseAPart, instant


def test_the_open_day_is_sealed_once_an_hour_when_it_has_something_new(a_part: BaseAPart) -> None:
    a_part.tracer(3)
    assert a_part.sceller() == 1
    a_part.tracer(2)
    assert a_part.sceller() == 0, "the hour is not over"
    a_part.horloge("2055-03-01T10:00")
    assert a_part.sceller() == 1
    a_part.horloge("2055-03-01T11:00")
    assert a_part.sceller() == 0, "nothing is new"
    (_, _, un), (_, _, deux) = a_part.sceaux()
    assert deux == un + 2


def test_a_worker_that_was_away_misses_nothing_after_a_clock_that_was_ahead(a_part: BaseAPart) -> None:
    a_part.horloge("2055-03-05T10:00")
    a_part.tracer()
    a_part.enchainer()
    a_part.horloge("2055-03-01T09:00")
    a_part.tracer()
    a_part.horloge("2055-03-01T11:00")
    a_part.enchainer()


def test_a_day_is_sealed_once_it_is_over_and_a_day_without_a_trace_too(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-01T09:00")
    a_part.passer("2055-03-01T23:59:59.999999", traces=1)
    assert [genre for genre, _, _ in a_part.sceaux()] == ["heure", "heure"]
    a_part.horloge("2055-03-02T00:00")
    a_part.sceller()
    rang = a_part.sceaux()[-1][2]
    assert a_part.sceaux()[-1] == ("jour", "03-01", rang)
    a_part.horloge("2055-03-04T12:00")
    a_part.sceller()
    clos = [un for un in a_part.sceaux() if un[0] == "jour"]
    assert clos == [("jour", "03-01", rang), ("jour", "03-02", 1), ("jour", "03-03", 0)], "the second holds the trace of the first's seal"
    assert a_part.defauts(fichier=False) == []


def test_a_day_waits_for_the_transactions_begun_before_midnight(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-01T23:00")
    with usine.connexion("worker", dbname=NOM) as ouverte:
        ouverte.execute("begin")
        a_part.horloge("2055-03-02T00:00")
        assert a_part.sceller() == 0
        ouverte.execute("commit")
        assert a_part.sceller() == 1


def test_a_day_waits_for_its_last_trace_to_be_chained(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-01T23:00")
    a_part.tracer()
    a_part.horloge("2055-03-02T00:00")
    assert scellement.sceller(base=WORKER, memoire=a_part.memoire) == 0
    assert a_part.sceller() == 1


def test_a_day_starts_from_the_last_seal(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-01T09:00")
    a_part.passer("2055-03-02T09:00")
    (premier,) = a_part.executer("select precedent from audit_chaine where jour = '2055-03-02' and rang = 1")
    assert bytes(premier[0]) in {un.signature for un in scellement.lire(WORKER)}
    assert a_part.defauts() == []


def test_a_sealed_day_takes_nothing_more(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-01T09:00")
    a_part.passer("2055-03-02T09:00")
    a_part.horloge("2055-03-01T23:00")  # the clock goes back
    a_part.tracer()
    a_part.enchainer()
    (defaut,) = a_part.defauts()
    assert "trace ajoutée après le scellement du jour" in defaut
    assert a_part.executer("select cdap.journal_retard()") == [(None,)], "which no chaining will settle"


def test_the_worker_seals_only_what_the_chain_is(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-02T09:00")
    sceau = scellement.lire(WORKER)[-1]
    valeurs: list[Any] = ["heure", sceau.jour, sceau.rang, sceau.hachage, sceau.signature, sceau.fait, sceau.cle, b"x" * 64]
    faux = {0: "jour", 1: sceau.jour + timedelta(days=1), 2: sceau.rang - 1, 3: b"x" * 32, 4: b"", 7: b"court"}
    with connections[WORKER].cursor() as curseur:
        for place, valeur in faux.items():
            with pytest.raises(errors.InvalidParameterValue):
                curseur.connection.execute(
                    "select cdap.journal_sceller(%s, %s, %s, %s, %s, %s, %s, %s)", [*valeurs[:place], valeur, *valeurs[place + 1 :]]
                )
        curseur.execute("select cdap.journal_sceller(%s, %s, %s, %s, %s, %s, %s, %s)", valeurs)
    assert "la signature est fausse" in a_part.defauts(fichier=False)[0]


def test_nobody_changes_a_seal(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-02T09:00")
    for instruction in ("update audit_scellement set rang = 1", "delete from audit_scellement", "truncate audit_scellement"):
        for alias in (WORKER, SUPER):
            with connections[alias].cursor() as curseur, pytest.raises(errors.InsufficientPrivilege):
                curseur.connection.execute(instruction)


@pytest.mark.parametrize("role", ["portail", "caf", "controle", "flux"])
def test_no_other_role_seals_or_alerts(base: None, role: str) -> None:
    with usine.connexion(role) as pg:
        for appel in (
            "journal_a_sceller('0', true)", "journal_sceller('heure', current_date, 0, '', '', now(), '', '')",
            "journal_alerter('journal_altere')", "journal_transaction_ouverte()",
        ):  # fmt: skip
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute(f"select cdap.{appel}")


def test_each_seal_is_published_once(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-01T09:00")
    a_part.passer("2055-03-02T09:00")
    assert lignes(a_part) == scellement.lire(WORKER)
    scellement.publier(base=WORKER, memoire=Memoire())
    assert len(lignes(a_part)) == 3
    assert json.loads(a_part.fichier.read_text().splitlines()[0])["genre"] == "heure"


def test_the_log_has_each_seal(a_part: BaseAPart, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="audit.journal.scellement"):
        a_part.passer("2055-03-01T09:00")
    (message,) = [un.getMessage() for un in caplog.records]
    assert message == f"scellement publié : {lignes(a_part)[0].ligne()}"


@pytest.mark.parametrize("abime", ["disparu", "coupé", "amputé"])
def test_a_file_that_was_lost_or_cut_is_made_whole_again(a_part: BaseAPart, abime: str) -> None:
    a_part.passer("2055-03-01T09:00")
    a_part.passer("2055-03-02T09:00")
    entier = a_part.fichier.read_bytes()
    if abime == "disparu":
        a_part.fichier.unlink()
    else:
        a_part.fichier.write_bytes(entier[:-40] if abime == "coupé" else entier[: entier.rindex(b"\n", 0, -1) + 1])
    scellement.entretenir(base=WORKER, memoire=a_part.memoire)
    assert a_part.fichier.read_bytes() == entier
    assert a_part.defauts() == []


@pytest.mark.parametrize("fichier", ["", "/proc/1/sceaux.ndjson"])
def test_a_file_that_cannot_be_written_is_told_and_caught_up(a_part: BaseAPart, fichier: str, caplog: pytest.LogCaptureFixture) -> None:
    a_part.regler(fichier_sceaux=fichier)
    a_part.tracer()
    a_part.enchainer()
    for _ in range(3):
        scellement.entretenir(base=WORKER, memoire=a_part.memoire)
    assert len(a_part.sceaux()) == 1, "sealing goes on"
    assert a_part.alertes() == ["publication_impossible"]
    assert [un.levelname for un in caplog.records if "CDAP_FICHIER_SCEAUX" in un.getMessage()] == ["ERROR"]
    a_part.regler(fichier_sceaux=str(a_part.fichier))
    scellement.entretenir(base=WORKER, memoire=a_part.memoire)
    assert lignes(a_part) == scellement.lire(WORKER)


@pytest.mark.parametrize(("cle", "raison"), [("", "CDAP_CLES_SCELLEMENT manque"), ("zz zz", "clé de rang 1"), ("AAAA", "clé de rang 1")])
def test_without_a_key_nothing_is_sealed_until_it_comes_back(
    a_part: BaseAPart, cle: str, raison: str, caplog: pytest.LogCaptureFixture
) -> None:
    a_part.regler(cles_scellement=cle)
    a_part.tracer(3)
    a_part.enchainer()
    for _ in range(3):
        scellement.entretenir(base=WORKER, memoire=a_part.memoire)
    scellement.entretenir(base=WORKER, memoire=Memoire())  # a worker that starts again
    assert a_part.sceaux() == []
    assert a_part.alertes() == ["scellement_impossible"]
    assert raison in caplog.text
    assert cle not in caplog.text or not cle
    a_part.horloge("2055-03-03T09:00")
    scellement.entretenir(base=WORKER, memoire=Memoire())
    assert a_part.alertes() == ["scellement_impossible"] * 2, "it is said again"
    a_part.regler(cles_scellement=a_part.privee)
    a_part.sceller()
    a_part.enchainer()
    assert [jour for genre, jour, _ in a_part.sceaux() if genre == "jour"] == ["03-01", "03-02"]
    assert a_part.defauts(fichier=False) == []


def test_keys_rotate_and_the_old_seals_are_still_believed(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-01T09:00")
    nouvelle, _ = sceaux.creer()
    a_part.regler(cles_scellement=f"{nouvelle},{a_part.privee}")
    a_part.passer("2055-03-01T10:00")
    assert len({un.cle for un in scellement.lire(WORKER)}) == 2
    assert a_part.defauts() == []
    assert len(sceaux.trousseau().publiques) == 2
    a_part.regler(cles_scellement=nouvelle)
    assert "clé inconnue" in a_part.defauts()[0]
    a_part.regler(cles_scellement="")
    with pytest.raises(CleInvalide, match="aucune clé publique"):
        a_part.defauts()


def test_a_key_that_replaces_another_unsaid_seals_nothing(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-01T09:00")
    ancienne = sceaux.trousseau().privee
    assert ancienne is not None
    a_part.regler(cles_scellement=sceaux.creer()[0])
    a_part.horloge("2055-03-01T10:00")
    a_part.tracer()
    with pytest.raises(CleInvalide, match="PUBLIQUES"):
        a_part.sceller()
    a_part.regler(cles_scellement_publiques=publique(ancienne))
    assert a_part.sceller() == 1, "the private key was lost, its public half is known"
    assert a_part.defauts() == []


def test_two_workers_seal_each_thing_once(a_part: BaseAPart) -> None:
    a_part.tracer(3)
    a_part.enchainer()
    a_part.horloge("2055-03-06T09:00")
    depart = threading.Barrier(4)

    def un_tour(_: int) -> None:
        try:
            depart.wait()
            for _ in range(5):
                scellement.entretenir(base=WORKER, memoire=Memoire())
        finally:
            connections[WORKER].close()

    with ThreadPoolExecutor(4) as bassin:
        list(bassin.map(un_tour, range(4)))
    a_part.sceller()
    scellement.publier(base=WORKER, memoire=Memoire())
    assert [jour for genre, jour, _ in a_part.sceaux() if genre == "jour"] == ["03-01", "03-02", "03-03", "03-04", "03-05"]
    assert lignes(a_part) == scellement.lire(WORKER)
    assert a_part.defauts() == []


def test_a_clock_that_jumps_closes_no_day_before_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    memoire = Memoire()
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    assert memoire.horloge_sure(instant("2055-03-01T09:00")) is True
    assert memoire.horloge_sure(instant("2055-03-01T09:04")) is True, "a correction of the clock"
    assert memoire.horloge_sure(instant("2055-03-02T09:00")) is False
    monkeypatch.setattr("time.monotonic", lambda: 1000.0 + 3599)
    assert memoire.horloge_sure(instant("2055-03-02T09:59:59")) is False
    monkeypatch.setattr("time.monotonic", lambda: 1000.0 + 3600)
    assert memoire.horloge_sure(instant("2055-03-02T10:00")) is True


def test_after_a_jump_the_open_days_are_still_sealed(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-01T09:00")
    a_part.horloge("2055-03-02T09:00")
    a_part.memoire.saut = time.monotonic()
    a_part.tracer(2)
    assert a_part.sceller() == 1
    assert a_part.sceaux()[-1][:2] == ("heure", "03-02")
    a_part.memoire.saut = None
    a_part.sceller()
    assert a_part.sceaux()[-1][:2] == ("jour", "03-01")


def test_a_clock_that_goes_back_seals_no_future_day(a_part: BaseAPart) -> None:
    a_part.passer("2055-03-05T09:00")
    a_part.horloge("2055-03-05T08:00")
    a_part.tracer()
    a_part.sceller()
    a_part.horloge("2055-03-01T08:00")
    a_part.tracer()
    a_part.sceller()
    assert all(un.jour <= date(2055, 3, 5) and un.genre == "heure" for un in scellement.lire(WORKER))
    a_part.horloge("2055-03-06T08:00")
    a_part.sceller()
    assert ("jour", "03-05", 4) in a_part.sceaux()


def test_a_seal_reads_back_as_it_was_published() -> None:
    sceau = Sceau("jour", date(2055, 3, 1), 7, b"\x01" * 32, b"", instant("2055-03-02T00:00:05.000001"), "abcd", b"\x02" * 64)
    assert Sceau.lire(sceau.ligne()) == sceau
    for ligne in ("", "{}", "[]", "null", sceau.ligne()[:-1], sceau.ligne().replace("0101", "01zz", 1)):
        with pytest.raises(sceaux.LigneIllisible):
            Sceau.lire(ligne)


def publique(privee: Ed25519PrivateKey) -> str:
    return base64.urlsafe_b64encode(privee.public_key().public_bytes_raw()).decode()


def lignes(a_part: BaseAPart) -> list[Sceau]:
    return [Sceau.lire(ligne) for ligne in a_part.fichier.read_text().splitlines()]
