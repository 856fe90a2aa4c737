"""What leaves the journal: asked by one person, decided by another, downloaded for a day, each step traced."""

import csv
import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from audit.controle import tableurs
from habilitations.models import Role
from tests import horloge, usine
from tests.controle.lecteur import consulter, controleur, demander, dpo, traces
from tests.usine import IP

pytestmark = pytest.mark.usefixtures("base")
Connexion = psycopg.Connection[Any]


@pytest.fixture
def pg() -> Iterator[Connexion]:
    with usine.connexion("controle") as connexion:
        yield connexion


def appel(pg: Connexion, fonction: str, *parametres: object) -> Any:
    """Call a function, the identity of the session proved just before."""
    usine.prouver(str(parametres[0]))
    return appel_sans_preuve(pg, fonction, *parametres)


def appel_sans_preuve(pg: Connexion, fonction: str, *parametres: object) -> Any:
    ligne = pg.execute(f"select cdap.{fonction}({', '.join(['%s'] * len(parametres))}, %s::inet)", [*parametres, IP]).fetchone()
    assert ligne is not None
    return ligne[0]


def export(pg: Connexion, session: str, **criteres: str) -> UUID:
    lecture, _ = demander(pg, session, **criteres)
    demande: UUID = appel(pg, "export_demander", session, lecture, "csv", "Pour le dossier d’enquête.")
    return demande


def lignes(pg: Connexion, session: str, lecture: UUID | None) -> list[str]:
    return [t.action for t in traces(pg, session, lecture, 1000)]


def test_an_export_needs_a_second_person(pg: Connexion) -> None:
    alice, emile, second = usine.agent(), controleur("921"), controleur("921")
    consulter(alice, usine.dossier())
    demande = export(pg, emile, personne=alice.utilisateur.identifiant)
    assert appel(pg, "export_ouvrir", emile, demande) is None
    assert appel(pg, "export_decider", emile, demande, True) is False
    assert appel(pg, "export_decider", second, demande, True) is True
    assert appel(pg, "export_ouvrir", second, demande) is None  # who decides does not download
    assert lignes(pg, emile, appel(pg, "export_ouvrir", emile, demande)) == ["consulter", "rechercher"]
    assert [(t["action"], t["issue"]) for t in usine.traces(objet=f"export:{demande}")] == [
        ("export_demander", "demande"),
        ("exporter", "refuse"),
        ("export_decider", "refuse"),
        ("export_decider", "accorde"),
        ("exporter", "refuse"),
        ("exporter", "accorde"),
    ]


def test_the_database_itself_refuses_that_one_decides_of_one_s_own(pg: Connexion) -> None:
    demande = export(pg, controleur("921"))
    with pytest.raises(IntegrityError, match="seconde_personne"):
        usine.executer(
            "update controle_export set decideur = utilisateur, decision = 'approuve', decide = cdap.maintenant() where id = %s", [demande]
        )


@pytest.mark.parametrize(
    ("demandeur", "decideur", "peut"),
    [
        (("921",), ("921",), True),
        (("921",), ("921", "441"), True),
        (("921",), (), True),  # the officer
        (("921",), ("441",), False),
        (("921", "441"), ("921",), False),
        ((), ("921",), False),
        ((), (), True),
    ],
)
def test_who_may_decide(pg: Connexion, demandeur: tuple[str, ...], decideur: tuple[str, ...], peut: bool) -> None:
    """The same perimeter at least; of what the officer asks of all, another officer."""
    qui = [controleur(*caisses) if caisses else dpo() for caisses in (demandeur, decideur)]
    demande = export(pg, qui[0])
    vus = [ligne[0] for ligne in pg.execute("select id from cdap.exports(%s)", [qui[1]]).fetchall()]
    assert (demande in vus) is peut
    assert appel(pg, "export_decider", qui[1], demande, True) is peut


def test_what_is_limited_to_one_partner_is_decided_by_its_controller(pg: Connexion) -> None:
    alice = usine.agent()
    for criteres in ({"organisme": alice.organisme.raison_sociale}, {"personne": alice.utilisateur.identifiant}):
        demande = export(pg, dpo(), **criteres)
        assert appel(pg, "export_decider", controleur("441"), demande, True) is False
        assert appel(pg, "export_decider", controleur("921"), demande, True) is True


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATEUR, Role.CAF])
def test_nobody_else_decides_nor_downloads(pg: Connexion, role: Role) -> None:
    organisme = usine.organisme() if role in (Role.AGENT, Role.ADMINISTRATEUR) else None
    intrus = usine.ouvrir_session(usine.utilisateur(organisme, role))[0]
    demande = export(pg, controleur("921"))
    assert appel(pg, "export_decider", intrus, demande, True) is False
    assert appel(pg, "export_ouvrir", intrus, demande) is None
    assert pg.execute("select * from cdap.exports(%s)", [intrus]).fetchall() == []


def test_the_trace_of_a_download_is_committed_before_its_first_row(pg: Connexion) -> None:
    alice, emile = usine.agent(), controleur("921")
    consulter(alice, usine.dossier())
    demande = export(pg, emile, personne=alice.utilisateur.identifiant)
    appel(pg, "export_decider", dpo(), demande, True)
    with pg.transaction(force_rollback=True):
        lecture = appel(pg, "export_ouvrir", emile, demande)
        assert lecture is not None
        assert lignes(pg, emile, lecture) == []
    assert lignes(pg, emile, lecture) == []


def test_a_refused_export_gives_nothing_and_a_decision_is_made_once(pg: Connexion) -> None:
    emile = controleur("921")
    demande = export(pg, emile)
    assert appel(pg, "export_decider", dpo(), demande, False) is True
    assert appel(pg, "export_decider", dpo(), demande, True) is False
    assert appel(pg, "export_ouvrir", emile, demande) is None


def test_two_persons_who_decide_at_once_make_one_decision(pg: Connexion) -> None:
    demande = export(pg, controleur("921"))

    def decider(session: str) -> bool:
        with usine.connexion("controle") as autre:
            return bool(appel(autre, "export_decider", session, demande, True))

    with ThreadPoolExecutor(4) as groupe:
        faits = list(groupe.map(decider, [controleur("921") for _ in range(4)]))
    assert sorted(faits) == [False, False, False, True]


def test_an_export_shows_what_had_been_traced_when_it_was_asked(pg: Connexion) -> None:
    alice, emile = usine.agent(), controleur("921")
    consulter(alice, usine.dossier())
    demande = export(pg, emile, personne=alice.utilisateur.identifiant)
    consulter(alice, usine.dossier())
    appel(pg, "export_decider", dpo(), demande, True)
    assert len(lignes(pg, emile, appel(pg, "export_ouvrir", emile, demande))) == 2


def test_an_approved_export_is_there_for_a_day_and_then_forgotten(pg: Connexion) -> None:
    with horloge.a("2033-03-10T10:00"):
        emile = usine.utilisateur(None, Role.DPO)
        session = usine.ouvrir_session(emile, minutes=10_000_000)[0]
        autre = usine.ouvrir_session(usine.utilisateur(None, Role.DPO), minutes=10_000_000)[0]
        approuve, oublie = export(pg, session), export(pg, session)
        appel(pg, "export_decider", autre, approuve, True)
    for heure, lisible in (("2033-03-11T09:55", True), ("2033-03-11T10:01", False)):
        with horloge.a(heure):
            assert (appel(pg, "export_ouvrir", session, approuve) is not None) is lisible
    for heure, reste in (("2033-03-17T09:55", [oublie]), ("2033-03-17T10:01", [])):
        with horloge.a(heure), usine.connexion("worker") as worker:
            assert [ligne[0] for ligne in pg.execute("select id from cdap.exports(%s)", [session]).fetchall()] == reste
            worker.execute("select cdap.controle_menage()")
            assert bool(usine.valeur("select count(*) from controle_export where id = %s", [oublie])) is bool(reste)


def test_only_one_s_own_living_reading_is_exported(pg: Connexion) -> None:
    emile = controleur("921")
    lecture, _ = demander(pg, emile)
    assert appel(pg, "export_demander", controleur("921"), lecture, "csv", "Pourquoi") is None
    usine.executer("update controle_lecture set fin = cdap.maintenant() where id = %s", [lecture])
    assert appel(pg, "export_demander", emile, lecture, "csv", "Pourquoi") is None
    for format, justification in (("pdf", "Pourquoi"), ("csv", " "), (None, "Pourquoi")):
        with pytest.raises(psycopg.DataError):
            appel(pg, "export_demander", emile, lecture, format, justification)


def test_a_decision_and_a_download_ask_for_a_recent_proof(pg: Connexion) -> None:
    emile, second = controleur("921"), controleur("921")
    demande = export(pg, emile)
    for prouver in (lambda session: session, lambda session: usine.prouver(session, "5 minutes 1 second")):
        assert appel_sans_preuve(pg, "export_decider", prouver(second), demande, True) is False
    assert appel_sans_preuve(pg, "export_decider", usine.prouver(second, "4 minutes"), demande, True) is True
    assert appel_sans_preuve(pg, "export_ouvrir", usine.prouver(emile, "5 minutes 1 second"), demande) is None
    assert appel_sans_preuve(pg, "export_ouvrir", usine.prouver(emile), demande) is not None
    assert [(t["action"], t["issue"]) for t in usine.traces(objet=f"export:{demande}")] == [
        ("export_demander", "demande"), *[("export_decider", "refuse")] * 2, ("export_decider", "accorde"),
        ("exporter", "refuse"), ("exporter", "accorde"),
    ]  # fmt: skip


def test_the_proof_of_somebody_else_is_none(pg: Connexion) -> None:
    """Another session of the same person, or another person's."""
    emile, second = controleur("921"), usine.operateur("921", role=Role.CONTROLEUR)
    demande = export(pg, emile)
    usine.prouver(usine.ouvrir_session(usine.personne(second))[0])
    usine.prouver(controleur("921"))
    assert appel_sans_preuve(pg, "export_decider", second.session, demande, True) is False


DANGEREUX = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")
NEUTRES = ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t'=1", "'\r'=1"]
# What may begin a cell once a spreadsheet has chosen another separator, or passed over what it does not show.
CACHES = (
    ";=1",
    ' "=1',
    "a;=1",
    "a\n=1",
    "a,\t@x",
    "Lyon; +33",
    "\u00a0=1",
    "\ufeff=1",
    "“=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "a;＝1",
    "\x00=1",
    '","=1',
    "|=1",
)
ORDINAIRES = ('é ; « " » <&>', "1-1", "", "ligne\ndeux", "a=1")


def test_no_cell_of_a_csv_is_a_formula() -> None:
    octets = b"".join(tableurs.en_csv([("Une", [DANGEREUX, ORDINAIRES])]))
    assert octets.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";")) == [
        NEUTRES,
        list(ORDINAIRES),
    ]


def test_no_cell_of_an_xlsx_is_a_formula_and_it_is_well_formed() -> None:
    octets = b"".join(tableurs.en_xlsx([("Une", [DANGEREUX, [*ORDINAIRES, "\x00\x1b￿fin"]])]))
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.testzip() is None
        for nom in archive.namelist():
            etree.fromstring(archive.read(nom))
        feuille = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    espace = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert {cellule.get("t") for cellule in feuille.iter(f"{espace}c")} == {"inlineStr"}
    assert not list(feuille.iter(f"{espace}f"))
    rangees = [[texte.text or "" for texte in rangee.iter(f"{espace}t")] for rangee in feuille.iter(f"{espace}row")]
    assert rangees[0] == [texte.replace("\r", "\n") for texte in NEUTRES]
    assert rangees[1] == [*ORDINAIRES, "fin"]


SIGNES = "=+-@＝＋－＠"
PASSES = " \t\r\n\x00\u00a0\u200b\ufeff\"'“"


def cellules(octets: bytes, separateur: str) -> list[str]:
    texte = octets.decode("utf-8-sig")
    return [cellule for ligne in csv.reader(io.StringIO(texte, newline=""), delimiter=separateur) for cellule in ligne]


@given(
    lignes=st.lists(st.lists(st.text(alphabet=st.sampled_from(SIGNES + PASSES + ";,|a1"), max_size=12), min_size=1, max_size=4), max_size=4)
)
@example(lignes=[["a", texte] for texte in CACHES])
def test_no_cell_is_a_formula_whatever_the_separator(lignes: list[list[str]]) -> None:
    octets = b"".join(tableurs.en_csv([("Feuille", lignes)]))
    for separateur in ";,":
        for cellule in cellules(octets, separateur):
            assert cellule.lstrip(PASSES.replace("'", ""))[:1] not in tuple(SIGNES), (separateur, cellule)


@pytest.mark.parametrize("cellule", ["\ufffe=1", "\x0b=1", *CACHES])
def test_what_a_workbook_leaves_out_hides_no_sign(cellule: str) -> None:
    octets = b"".join(tableurs.en_xlsx([("Feuille", [[cellule]])]))
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        texte = "".join(map(str, etree.fromstring(archive.read("xl/worksheets/sheet1.xml")).itertext()))
    assert texte.lstrip(PASSES.replace("'", ""))[:1] not in tuple(SIGNES)


@pytest.mark.parametrize("ecrire", [tableurs.en_csv, tableurs.en_xlsx])
def test_a_file_goes_as_it_is_written(ecrire: Any) -> None:
    """The rows are asked for little by little: the first bytes leave long before the last row."""
    tirees = 0

    def suite() -> Iterator[tuple[str]]:
        nonlocal tirees
        for rang in range(5000):
            tirees += 1
            yield (str(rang),)

    next(iter(ecrire([("Une", suite()), ("Deux", [])])))
    assert tirees <= 500
