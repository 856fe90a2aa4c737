"""The register of oppositions: what it closes, what it says (nothing of a dossier), who may write it, and that it stays."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg import errors

from allocataires import oppositions
from allocataires.flux import echange
from allocataires.flux.chargement import charger
from allocataires.oppositions import Origine
from allocataires.services import DemandeMalFormee
from audit.journal.auteur import Auteur
from conventions.models import Caisse
from habilitations.models import Role, Utilisateur
from habilitations.perimetre import HorsPerimetre
from tests import usine
from tests.allocataires import porte
from tests.allocataires.flux.aides import ligne

AUJOURD_HUI = date.today()
CODES: dict[str, str] = {"T5": "092", "T8": "00123"}
CHAMPS: dict[str, dict[str, Any]] = {"T5": {"partenaire_rsa": "092"}, "T8": {"code_bailleur": "00123"}}


def poser(par: Auteur, numero: str, caisse: str = "921", *, origine: Origine = Origine.COURRIER, declaree_le: date = AUJOURD_HUI) -> None:
    oppositions.poser(caisse=caisse, numero=numero, origine=origine, declaree_le=declaree_le, par=par)


def lever(par: Auteur, numero: str, caisse: str = "921", *, retiree_le: date = AUJOURD_HUI) -> bool:
    return oppositions.lever(caisse=caisse, numero=numero, retiree_le=retiree_le, par=par)


def ouvre(numero: str, profil: str = "T1", caisse: str = "921") -> list[dict[str, Any]]:
    """What a fresh agent of the profile sees of that dossier."""
    code = CODES.get(profil, "")
    agent = usine.agent(profil, caisses=("921", "441"), codes=(code,) if code else ())
    with usine.connexion() as pg:
        return porte.ouvrir(pg, agent, numero, caisse=caisse, code=code)


def importer(numero: str) -> None:
    """Load a dossier of caisse 921 that says that nobody objects."""
    maintenant = timezone.now()
    rapport = charger(
        [echange.dossier(1, ligne(numero, opposition=False, donnees_au=maintenant.isoformat()))], using="flux", maintenant=maintenant
    )
    assert rapport.crees + rapport.mis_a_jour == 1


def inconnu(existant: str) -> str:
    """A number that no dossier bears."""
    return f"{(int(existant) + 5_000_000) % 10_000_000:07d}"


def ouvertes(numero: str) -> int:
    with usine.connexion("proprietaire") as pg:
        trouve = pg.execute("select count(*) from allocataires_opposition where numero = %s and levee is null", [numero]).fetchone()
    assert trouve is not None
    return int(trouve[0])


@pytest.mark.parametrize("profil", ["T1", "T2", "T3", "T4"])
def test_an_opposition_closes_the_dossier_until_it_is_lifted(en_caf: None, profil: str) -> None:
    dora, numero = usine.operateur("921"), usine.dossier()
    assert len(ouvre(numero, profil)) == 1
    poser(dora, numero)
    assert ouvre(numero, profil) == []
    assert lever(dora, numero)
    assert len(ouvre(numero, profil)) == 1


@pytest.mark.parametrize("profil", ["T5", "T8"])
def test_an_opposition_is_shown_to_those_whom_it_does_not_stop(en_caf: None, profil: str) -> None:
    dora, numero = usine.operateur("921"), usine.dossier(**CHAMPS[profil])
    assert ouvre(numero, profil)[0]["opposition"] is False
    poser(dora, numero)
    assert ouvre(numero, profil)[0]["opposition"] is True
    lever(dora, numero)
    assert ouvre(numero, profil)[0]["opposition"] is False


def test_an_opposition_cuts_the_next_reading_of_a_ticket_already_shown(en_caf: None) -> None:
    alice, dora, numero = usine.agent("T1"), usine.operateur("921"), usine.dossier()
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, numero)
        assert porte.lire(pg, alice.cle, ticket) is not None
        poser(dora, numero)
        assert porte.lire(pg, alice.cle, ticket) is None
    assert usine.traces(acteur=alice.utilisateur.pk)[-1]["issue"] == "oppose"


def test_an_opposition_waits_for_its_dossier(en_caf: None) -> None:
    dora, numero = usine.operateur("921"), inconnu(usine.dossier())
    poser(dora, numero)
    importer(numero)
    assert ouvre(numero) == []


def test_an_import_never_lifts_an_opposition_of_the_register(en_caf: None) -> None:
    dora, numero = usine.operateur("921"), usine.dossier(opposition=True)
    poser(dora, numero)
    importer(numero)
    assert ouvre(numero) == []
    lever(dora, numero)
    assert len(ouvre(numero)) == 1


def test_lifting_the_register_leaves_what_the_flow_says(en_caf: None) -> None:
    dora, numero = usine.operateur("921"), usine.dossier(opposition=True)
    poser(dora, numero)
    assert lever(dora, numero)
    assert ouvre(numero) == []


def test_the_same_number_of_another_caisse_stays_open(en_caf: None) -> None:
    dora, numero = usine.operateur("921"), usine.dossier("921")
    usine.executer(
        "with d as (insert into allocataires_dossier (caisse, numero, etat, opposition, fournisseur, instructeurs_rsa) "
        "values ('441', %s, 'affilie', false, 'CNAF', '{}') returning id) "
        "insert into allocataires_contenu (dossier_id, donnees_au) select id, now() from d",
        [numero],
    )
    poser(dora, numero)
    assert ouvre(numero, caisse="921") == []
    assert len(ouvre(numero, caisse="441")) == 1


def test_the_answer_says_nothing_of_the_dossier(en_caf: None) -> None:
    """Existing, unknown, opposed by the flow, opposed already, closed, of the other caisse: one answer, as many statements, one trace."""
    dora = usine.operateur("921", "441")
    deja = usine.dossier()
    poser(dora, deja)
    cas = [
        (usine.dossier(), "921"),
        (inconnu(deja), "921"),
        (usine.dossier(opposition=True), "921"),
        (deja, "921"),
        (usine.dossier(etat="clos"), "921"),
        (usine.dossier("441"), "441"),
    ]
    reponses = set()
    for numero, caisse in cas:
        avant = len(usine.traces(acteur=dora.utilisateur))
        with CaptureQueriesContext(connections["caf"]) as requetes:
            reponse = oppositions.poser(caisse=caisse, numero=numero, origine=Origine.ACCUEIL, declaree_le=AUJOURD_HUI, par=dora)  # type: ignore[func-returns-value]
        *_, trace = traces = usine.traces(acteur=dora.utilisateur)
        reponses.add((reponse, len(requetes), len(traces) - avant, trace["famille"], trace["action"], trace["issue"], trace["motif"]))
    assert reponses == {(None, 1, 1, "dossier", "opposition_poser", "accorde", "accueil")}
    assert ouvertes(deja) == 1


def test_lifting_tells_of_the_register_and_not_of_the_dossier(en_caf: None) -> None:
    dora, existant = usine.operateur("921"), usine.dossier()
    for numero in (existant, inconnu(existant), usine.dossier(opposition=True)):
        assert lever(dora, numero) is False
        assert usine.traces(acteur=dora.utilisateur)[-1]["issue"] == "introuvable"
        poser(dora, numero)
        assert lever(dora, numero) is True
        assert usine.traces(acteur=dora.utilisateur)[-1]["issue"] == "accorde"
        assert lever(dora, numero) is False


def test_a_letter_older_than_the_opposition_does_not_lift_it(en_caf: None) -> None:
    dora, numero = usine.operateur("921"), usine.dossier()
    poser(dora, numero, declaree_le=AUJOURD_HUI - timedelta(days=3))
    assert lever(dora, numero, retiree_le=AUJOURD_HUI - timedelta(days=4)) is False
    assert lever(dora, numero, retiree_le=AUJOURD_HUI - timedelta(days=3)) is True


def test_an_opposition_may_come_back_after_it_was_lifted(en_caf: None) -> None:
    dora, numero = usine.operateur("921"), usine.dossier()
    for _ in range(2):
        poser(dora, numero)
        lever(dora, numero)
    poser(dora, numero)
    assert ouvre(numero) == []
    assert oppositions.registre(par=dora).total >= 3


def _acteurs() -> dict[str, Callable[[], Auteur]]:
    def suspendu() -> Auteur:
        par = usine.operateur("921")
        Utilisateur.objects.using(usine.OWNER).filter(sessions__empreinte=usine.empreinte(par.session)).update(suspension=timezone.now())
        return par

    def agent() -> Auteur:
        alice = usine.agent("T1")
        alice.utilisateur.caisses.set(Caisse.objects.using(usine.OWNER).filter(pk="921"))
        return Auteur(session=alice.cle, utilisateur=alice.utilisateur.pk, ip=usine.IP)

    return {
        "opérateur d'une autre caisse": lambda: usine.operateur("441"),
        "opérateur sans périmètre": usine.operateur,
        "contrôleur de la caisse": lambda: usine.operateur("921", role=Role.CONTROLEUR),
        "délégué à la protection des données": lambda: usine.operateur("921", role=Role.DPO),
        "agent du partenaire": agent,
        "opérateur suspendu": suspendu,
        "session inconnue": lambda: Auteur(session="inconnue", ip=usine.IP),
    }


@pytest.mark.parametrize("acteur", _acteurs())
def test_out_of_the_perimeter_nothing_is_written_and_the_attempt_is_traced(en_caf: None, acteur: str) -> None:
    numero, dora = usine.dossier(), usine.operateur("921")
    poser(dora, numero)
    autre = usine.dossier()
    par = _acteurs()[acteur]()
    issue = "sans_session" if par.utilisateur is None else "refuse"
    avant = len(usine.traces(acteur=par.utilisateur, objet="caisse:921", issue=issue))
    with pytest.raises(HorsPerimetre):
        poser(par, autre)
    with pytest.raises(HorsPerimetre):
        lever(par, numero)
    assert (ouvertes(autre), ouvertes(numero)) == (0, 1)
    traces = usine.traces(acteur=par.utilisateur, objet="caisse:921", issue=issue)[avant:]
    assert [trace["action"] for trace in traces] == ["opposition_poser", "opposition_lever"]
    assert {trace["dossier_id"] for trace in traces} == {None}


def test_the_number_is_in_no_trace(en_caf: None) -> None:
    dora, numero = usine.operateur("921"), usine.dossier()
    poser(dora, numero)
    lever(dora, numero)
    with pytest.raises(HorsPerimetre):
        poser(dora, numero, "441")
    assert all(numero not in str(trace) for trace in usine.traces(acteur=dora.utilisateur))


@pytest.mark.parametrize(
    "champs",
    [
        {"numero": "123"}, {"numero": "1234567\n"}, {"numero": "１２３４５６７"}, {"caisse": "92"}, {"caisse": "Zzz"}, {"origine": "rumeur"},
        {"origine": ""}, {"declaree_le": AUJOURD_HUI + timedelta(days=2)}, {"declaree_le": None}, {"numero": None},
    ],
)  # fmt: skip
def test_a_malformed_opposition_is_refused_without_a_trace(en_caf: None, champs: dict[str, Any]) -> None:
    dora = usine.operateur("921")
    bons: dict[str, Any] = {"caisse": "921", "numero": usine.dossier(), "origine": Origine.COURRIEL, "declaree_le": AUJOURD_HUI}
    with pytest.raises(DemandeMalFormee):
        oppositions.poser(**(bons | champs), par=dora)
    assert usine.traces(acteur=dora.utilisateur) == []


@pytest.mark.parametrize("origine", Origine)
def test_each_origin_is_known_to_the_register(en_caf: None, origine: Origine) -> None:
    dora = usine.operateur("921")
    poser(dora, usine.dossier(), origine=origine)
    assert usine.traces(acteur=dora.utilisateur)[-1]["motif"] == origine.value
    assert oppositions.registre(par=dora).oppositions[0].origine is origine


def _ensemble(*actes: Callable[[], object]) -> list[object]:
    resultats: list[object] = []
    depart = threading.Barrier(len(actes))

    def courir(acte: Callable[[], object]) -> None:
        depart.wait()
        resultats.append(acte())
        connections.close_all()

    fils = [threading.Thread(target=courir, args=(acte,)) for acte in actes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return resultats


def test_the_same_opposition_recorded_by_many_at_once_is_one(en_caf: None) -> None:
    numero = usine.dossier()
    operateurs = [usine.operateur("921") for _ in range(6)]
    assert _ensemble(*(lambda par=par: poser(par, numero) for par in operateurs)) == [None] * 6
    assert ouvertes(numero) == 1
    assert sorted(map(str, _ensemble(*(lambda par=par: lever(par, numero) for par in operateurs)))) == ["False"] * 5 + ["True"]


def test_the_register_shows_three_digits_of_the_perimeter_only(en_caf: None) -> None:
    dora, noe, numero = usine.operateur("921", "971"), usine.operateur("972"), usine.dossier("971")
    poser(dora, numero, "971", declaree_le=AUJOURD_HUI - timedelta(days=1))
    poser(noe, numero, "972")
    page = oppositions.registre(par=dora, caisse="971")
    une = page.oppositions[0]  # the last one written
    assert une.fin_du_numero == numero[-3:]
    assert (une.caisse, une.declaree_le, une.levee, une.retiree_le) == ("971", AUJOURD_HUI - timedelta(days=1), None, None)
    assert numero not in str(page)
    assert {une.caisse for une in oppositions.registre(par=dora).oppositions} <= {"921", "971"}
    assert {une.caisse for une in oppositions.registre(par=noe).oppositions} == {"972"}
    assert oppositions.registre(par=noe).total == len(oppositions.registre(par=noe).oppositions)
    with pytest.raises(HorsPerimetre):
        oppositions.registre(par=dora, caisse="972")
    with pytest.raises(HorsPerimetre):
        oppositions.registre(par=usine.operateur("971", role=Role.CONTROLEUR))


def test_a_long_register_comes_by_pages_in_one_statement(en_caf: None) -> None:
    dora = usine.operateur("973")
    usine.executer(
        "insert into allocataires_opposition (caisse, numero, origine, declaree_le, posee, posee_par) "
        "select '973', lpad(i::text, 7, '0'), 'courrier', current_date, now(), 0 from generate_series(1, 120) i"
    )
    vues: list[int] = []
    for rang in (0, 50, 100):
        with CaptureQueriesContext(connections["caf"]) as requetes:
            page = oppositions.registre(par=dora, rang=rang)
        assert (len(requetes), page.total) == (1, 120)
        vues += [une.id for une in page.oppositions]
    assert len(set(vues)) == 120
    assert vues == sorted(vues, reverse=True)


def test_an_opposition_is_permanent(en_caf: None) -> None:
    """The owner itself may only lift it: the rest of the row, the lifting included, is written once."""
    dora, numero = usine.operateur("921"), usine.dossier()
    poser(dora, numero)
    lever(dora, numero)
    poser(dora, numero)
    with usine.connexion("proprietaire") as pg:
        for instruction in (
            "update allocataires_opposition set origine = 'accueil' where numero = %s and levee is null",
            "update allocataires_opposition set levee = now(), levee_par = 1, retiree_le = current_date, numero = '0000000' where numero = %s and levee is null",
            "update allocataires_opposition set levee = null, levee_par = null, retiree_le = null where numero = %s and levee is not null",
            "update allocataires_opposition set levee = now() where numero = %s and levee is not null",
            "delete from allocataires_opposition where numero = %s",
        ):
            with pytest.raises(errors.InsufficientPrivilege, match="ne se modifie pas"):
                pg.execute(instruction, [numero])
        with pytest.raises(errors.InsufficientPrivilege, match="ne se modifie pas"):
            pg.execute("truncate allocataires_opposition")
        with pytest.raises(errors.UniqueViolation):
            pg.execute(
                "insert into allocataires_opposition (caisse, numero, origine, declaree_le, posee, posee_par) "
                "values ('921', %s, 'courrier', current_date, now(), 0)",
                [numero],
            )


def test_the_role_of_the_caf_reads_no_dossier_and_no_register(base: None) -> None:
    with usine.connexion("caf") as pg:
        for table in (
            "allocataires_dossier",
            "allocataires_contenu",
            "allocataires_opposition",
            "allocataires_signalement",
            "allocataires_consultation",
            "cdap.dossier_oppose",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute(f"select 1 from {table} limit 1")
        with pytest.raises(errors.InsufficientPrivilege):
            pg.execute("select cdap.opposition_ecrire(1, '921', '0000000', 'courrier', current_date, null, null)")


def test_a_transaction_around_an_act_is_refused(en_caf: None) -> None:
    """It could take back the trace of a refusal."""
    dora, numero = usine.operateur("921"), usine.dossier()
    with transaction.atomic(using="caf"), pytest.raises(RuntimeError):
        poser(dora, numero)
    assert ouvertes(numero) == 0
