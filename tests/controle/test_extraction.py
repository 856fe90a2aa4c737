"""An extract for an open case: granted to whom it must be, traced, proven, dated, and still there after the purge."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from psycopg import errors

from audit.controle import extraction
from audit.controle.extraction import DOMAINE, Demande, ExtractionRefusee, extraire
from audit.controle.management.commands import extraire_journal
from audit.journal import sceaux, services
from audit.journal.verification import forme
from cdap.environnement import Environnement
from conventions.models import Caisse, Organisme
from habilitations.models import Role, Utilisateur
from tests import horloge, usine
from tests.journal.passe import a_soi, existe, sceller
from tests.usine import Agent

MOTIF = "affaire 2022-14 du tribunal"
OUVRIR = "select cdap.journal_ecrire(%s, %s, %s, 'T1', 'dossier', 'consulter', 'accorde', '', %s, null, 'suivi_social', '192.0.2.7')"


@pytest.fixture
def passe(base: None) -> Iterator[None]:
    with a_soi():
        yield


def controleur(*caisses: str) -> Utilisateur:
    emile = usine.utilisateur(None, Role.CONTROLEUR)
    emile.caisses.set(Caisse.objects.using(usine.OWNER).filter(code__in=caisses))
    return emile


def siret(agent: Agent) -> str:
    """Give the agent's organisation a SIRET; return it."""
    numero = usine.siret()
    Organisme.objects.using(usine.OWNER).filter(pk=agent.organisme.pk).update(siret=numero)
    return numero


def tracer(agent: Agent, instant: str, dossier: int | None = None) -> None:
    with horloge.a(instant):
        usine.executer(OUVRIR, [agent.utilisateur.pk, agent.organisme.pk, agent.groupe.pk, dossier])


def demande(par: Utilisateur, **champs: Any) -> Demande:
    defauts: dict[str, Any] = {"motif": MOTIF, "du": date(2022, 3, 1), "au": date(2022, 3, 31), "fin": date(2030, 1, 1)}
    return Demande(par=par.identifiant, **defauts | champs)


def lire(chemin: Path) -> list[dict[str, Any]]:
    return [json.loads(ligne) for ligne in chemin.read_text(encoding="utf-8").splitlines()]


def exports(objet: str) -> list[tuple[Any, ...]]:
    return [(t["acteur"], t["issue"], t["motif"]) for t in usine.traces(famille="journal", action="exporter", objet=objet)]


def test_an_extract_of_a_person_is_proven_line_by_line_and_signed(passe: None, tmp_path: Path) -> None:
    dpo, alice, bob = usine.utilisateur(None, Role.DPO), usine.agent(), usine.agent()
    for agent, instant in (
        (alice, "2022-03-01T10:00"),
        (bob, "2022-03-01T11:00"),
        (alice, "2022-03-31T12:00"),
        (alice, "2022-04-02T10:00"),
    ):
        tracer(agent, instant)
    cle = Ed25519PrivateKey.generate()
    chemin = tmp_path / "extrait.jsonl"
    with horloge.a("2022-05-02T10:00"):
        nombre = extraire(
            demande(dpo, identifiant=alice.utilisateur.identifiant),
            vers=chemin,
            base="worker",
            signer=lambda octets: ("essai", cle.sign(octets)),
        )
    tete, *traces, fin = lire(chemin)
    assert nombre == len(traces) == 2
    assert {trace["acteur"] for trace in traces} == {alice.utilisateur.pk}
    assert (tete["motif"], tete["demande_par"], tete["a_detruire_le"]) == (MOTIF, dpo.identifiant, "2030-01-01")
    assert tete["fait"].startswith("2022-05-02T")
    octets = b"".join(chemin.read_bytes().splitlines(keepends=True)[:-1])
    assert fin["sha256"] == hashlib.sha256(octets).hexdigest()
    assert fin["cle"] == "essai"
    cle.public_key().verify(base64.b64decode(fin["signature"]), DOMAINE + hashlib.sha256(octets).digest())
    for trace in traces:
        maillon = bytes.fromhex(trace["precedent"]) + forme(trace)
        assert hashlib.sha256(maillon).hexdigest() == trace["hachage"], "each line can be put back in the chain"
    assert chemin.stat().st_mode & 0o077 == 0
    assert exports(f"utilisateur:{alice.utilisateur.pk} du 2022-03-01 au 2022-03-31") == [(dpo.pk, "accorde", MOTIF)]


def test_an_extract_outlives_the_purge_of_its_days_and_takes_nothing_that_has_expired(
    passe: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "connection", connections["worker"])
    dpo, alice = usine.utilisateur(None, Role.DPO), usine.agent()
    tracer(alice, "2022-03-10T10:00")
    sceller(date(2022, 3, 10))
    quoi = demande(dpo, siret=siret(alice))
    with horloge.a("2022-09-10T09:00"):
        assert extraire(quoi, vers=tmp_path / "avant", base="worker") == 1
    with horloge.a("2022-09-10T13:00"):
        assert existe(date(2022, 3, 10))
        assert extraire(quoi, vers=tmp_path / "apres", base="worker") == 0, "hidden, though not yet destroyed"
    with horloge.a("2022-09-11T03:00"):
        assert date(2022, 3, 10) in services.purger()
    assert not existe(date(2022, 3, 10))
    assert len(lire(tmp_path / "avant")) == 3


def test_a_controller_takes_out_what_the_own_caisses_follow_and_nothing_else(passe: None, tmp_path: Path) -> None:
    emile = controleur("441")
    ici, ailleurs = usine.agent(), usine.agent()
    Organisme.objects.using(usine.OWNER).filter(pk=ici.organisme.pk).update(caisse_id="441")
    Organisme.objects.using(usine.OWNER).filter(pk=ailleurs.organisme.pk).update(caisse_id="921")
    numero = usine.dossier()
    dossier = usine.valeur("select id from allocataires_dossier where caisse = '921' and numero = %s", [numero])
    for agent in (ici, ailleurs):
        tracer(agent, "2022-03-15T10:00", dossier)
    with horloge.a("2022-05-02T10:00"):
        assert extraire(demande(emile, dossier=("921", numero)), vers=tmp_path / "dossier", base="worker") == 1
        assert extraire(demande(emile, siret=siret(ici)), vers=tmp_path / "ici", base="worker") == 1
        with pytest.raises(ExtractionRefusee, match="n’est pas suivi"):
            extraire(demande(emile, siret=siret(ailleurs)), vers=tmp_path / "ailleurs", base="worker")
        assert extraire(demande(emile, identifiant=ailleurs.utilisateur.identifiant), vers=tmp_path / "personne", base="worker") == 0
    assert lire(tmp_path / "dossier")[1]["organisme"] == ici.organisme.pk
    assert numero not in (tmp_path / "dossier").read_text(encoding="utf-8"), "a number is in no trace and in no extract"
    assert not (tmp_path / "ailleurs").exists()
    assert exports(f"organisme:{ailleurs.organisme.pk} du 2022-03-01 au 2022-03-31") == [(emile.pk, "hors_caisse", MOTIF)]


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATEUR, Role.CAF])
def test_nobody_else_asks_for_an_extract(passe: None, tmp_path: Path, role: Role) -> None:
    alice = usine.agent()
    quelqu_un = usine.utilisateur(None if role is Role.CAF else alice.organisme, role)
    with pytest.raises(ExtractionRefusee, match="contrôleur"):
        extraire(demande(quelqu_un, siret=siret(alice)), vers=tmp_path / "x", base="worker")
    assert not (tmp_path / "x").exists()
    assert exports(f"organisme:{alice.organisme.pk} du 2022-03-01 au 2022-03-31") == [(None, "refuse", MOTIF)]


def test_a_controller_who_has_left_asks_for_nothing(passe: None, tmp_path: Path) -> None:
    emile, alice = controleur("921"), usine.agent()
    Utilisateur.objects.using(usine.OWNER).filter(pk=emile.pk).update(fin=date(2021, 1, 1))
    with pytest.raises(ExtractionRefusee):
        extraire(demande(emile, siret=siret(alice)), vers=tmp_path / "x", base="worker")


@pytest.mark.parametrize("role", ["portail", "caf", "controle", "flux"])
def test_only_the_worker_s_role_extracts(base: None, role: str) -> None:
    with usine.connexion(role) as pg:
        for appel in (
            "extraction_ouvrir('x', 'motif', current_date, current_date, 'x', null, null, null)",
            "extraction_lire(current_date, current_date, 1, null, null, null)",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute(f"select cdap.{appel}")


@pytest.fixture
def commande(passe: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraire_journal, "extraire", lambda demande, **cles: extraction.extraire(demande, base="worker", **cles))


def lancer(**options: Any) -> None:
    call_command(
        "extraire_journal",
        **{"du": date(2022, 3, 1), "au": date(2022, 3, 31), "motif": MOTIF, "detruire_le": date(2100, 1, 1)} | options,
    )


def test_the_command_says_what_it_wrote(commande: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dpo, alice = usine.utilisateur(None, Role.DPO), usine.agent()
    lancer(utilisateur=alice.utilisateur.identifiant, par=dpo.identifiant, vers=tmp_path / "x")
    assert f"0 traces, dans {tmp_path / 'x'}. À détruire le 01/01/2100." in capsys.readouterr().out


def test_the_command_signs_with_the_key_of_the_seals(commande: None, tmp_path: Path, settings: LazySettings) -> None:
    dpo, alice = usine.utilisateur(None, Role.DPO), usine.agent()
    options = {"utilisateur": alice.utilisateur.identifiant, "par": dpo.identifiant}
    lancer(**options, vers=tmp_path / "sans")
    assert lire(tmp_path / "sans")[-1]["signature"] is None
    environnement: Environnement = settings.ENVIRONNEMENT
    settings.ENVIRONNEMENT = Environnement.model_validate(environnement.model_dump() | {"cles_scellement": [sceaux.creer()[0]]})
    lancer(**options, vers=tmp_path / "avec")
    fin = lire(tmp_path / "avec")[-1]
    publique = sceaux.trousseau().publiques[fin["cle"]]
    publique.verify(base64.b64decode(fin["signature"]), DOMAINE + bytes.fromhex(fin["sha256"]))


def test_the_command_asks_for_the_number_and_says_it_nowhere(
    commande: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dpo, numero = usine.utilisateur(None, Role.DPO), usine.dossier()
    saisies = iter([f"921 {numero}", f"921{numero}", f"92 {numero}"])
    monkeypatch.setattr("builtins.input", lambda question: next(saisies))
    for nom in ("x", "y"):
        lancer(dossier=True, par=dpo.identifiant, vers=tmp_path / nom)
        assert numero not in (tmp_path / nom).read_text(encoding="utf-8")
    with pytest.raises(CommandError, match="trois chiffres de la caisse"):
        lancer(dossier=True, par=dpo.identifiant, vers=tmp_path / "z")
    assert numero not in capsys.readouterr().out
    assert len(exports("dossier du 2022-03-01 au 2022-03-31")) >= 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"detruire_le": date(2020, 1, 1)}, "un jour à venir"),
        ({"du": date(2022, 4, 1)}, "Le premier jour"),
        ({"motif": "x"}, "de 5 à 200 caractères"),
        ({"utilisateur": "personne-de-ce-nom"}, "ni cette personne"),
        ({"vers": Path("/nulle/part/x")}, "ne peut pas être écrit"),
    ],
)
def test_the_command_explains_what_is_wrong(commande: None, tmp_path: Path, options: dict[str, Any], message: str) -> None:
    dpo = usine.utilisateur(None, Role.DPO)
    with pytest.raises(CommandError, match=message):
        lancer(**{"utilisateur": dpo.identifiant, "par": dpo.identifiant, "vers": tmp_path / "x"} | options)
    assert not (tmp_path / "x").exists()


def test_an_extract_replaces_nothing(commande: None, tmp_path: Path) -> None:
    dpo = usine.utilisateur(None, Role.DPO)
    (tmp_path / "x").write_text("déjà là", encoding="utf-8")
    with pytest.raises(CommandError, match="ne peut pas être écrit"):
        lancer(utilisateur=dpo.identifiant, par=dpo.identifiant, vers=tmp_path / "x")
    assert (tmp_path / "x").read_text(encoding="utf-8") == "déjà là"
