"""Signing in: two factors, tries counted before they are judged, the same for those whom nobody knows."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django_otp.oath import hotp
from psycopg import errors

from habilitations import acces, connexion
from habilitations.acces import Acces, Etat, SessionMorte
from habilitations.chiffrement import chiffrer, dechiffrer
from habilitations.models import FacteurTotp, Role, Session, Tentative, Utilisateur
from tests import usine
from tests.usine import GRAINE, OWNER

MOT_DE_PASSE = "Une phrase longue et tranquille"
IP = "192.0.2.50"


@pytest.fixture(scope="module")
def empreinte() -> str:
    """The hash of MOT_DE_PASSE, made once: scrypt is slow on purpose."""
    return make_password(MOT_DE_PASSE)


@pytest.fixture
def alice(base: None, empreinte: str) -> usine.Agent:
    """An agent with a password and a second factor, charter accepted."""
    agent = usine.agent("T1")
    agent.utilisateur.password = empreinte
    agent.utilisateur.save(using=OWNER)
    Session.objects.using(OWNER).filter(utilisateur=agent.utilisateur).delete()
    return agent


def premier(agent: usine.Agent, mot_de_passe: str = MOT_DE_PASSE, ip: str | None = None) -> str | None:
    return connexion.premier_facteur(identifiant=agent.utilisateur.identifiant, mot_de_passe=mot_de_passe, ip=ip or IP)


def code(decalage: int = 0) -> str:
    return f"{hotp(GRAINE, int(time.time()) // 30 + decalage, 6):06d}"


def entrer(agent: usine.Agent) -> str:
    cle = premier(agent)
    assert cle is not None
    for decalage in (0, -1):
        nouvelle = connexion.second_facteur(session=cle, code=code(decalage), ip=IP)
        if nouvelle:
            return nouvelle
    raise AssertionError("code refusé")


def reculer(**filtre: object) -> None:
    """Make the tries of the tests older than any wait."""
    for tentative in Tentative.objects.using(OWNER).filter(**filtre):
        tentative.instant -= timedelta(minutes=61)
        tentative.save(using=OWNER)


@pytest.fixture(autouse=True)
def adresse_neuve(base: None) -> None:
    """Each test starts without a failure from its address."""
    Tentative.objects.using(OWNER).filter(ip=IP).delete()


def test_the_two_factors_open_a_session_under_a_new_key(alice: usine.Agent) -> None:
    attente = premier(alice)
    assert attente is not None
    qui = acces.lire(attente)
    assert isinstance(qui, Acces)
    assert qui.etat is Etat.CODE
    cle = connexion.second_facteur(session=attente, code=code(), ip=IP)
    assert cle not in (None, attente)
    assert acces.lire(attente) is None
    qui = acces.lire(str(cle))
    assert isinstance(qui, Acces)
    assert (qui.etat, qui.role, qui.utilisateur) == (Etat.OUVERT, Role.AGENT, alice.utilisateur.pk)
    assert [une.profil for une in qui.consultations] == ["T1"]
    assert [trace["action"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["ouvrir"]


def test_the_database_never_holds_the_key_nor_the_seed(alice: usine.Agent) -> None:
    cle = entrer(alice)
    with usine.connexion("proprietaire") as pg:
        lignes = pg.execute(
            "select s::text, f::text from habilitations_session s, habilitations_facteurtotp f where s.utilisateur_id = f.utilisateur_id"
        ).fetchall()
    texte = str(lignes)
    assert cle not in texte
    assert GRAINE.decode() not in texte
    assert GRAINE.hex() not in texte
    assert dechiffrer(chiffrer(GRAINE)) == GRAINE


@pytest.mark.parametrize("faux", ["", "mauvais", MOT_DE_PASSE + "x", MOT_DE_PASSE.upper(), MOT_DE_PASSE[:-1]])
def test_a_wrong_password_opens_nothing_and_is_traced(alice: usine.Agent, faux: str) -> None:
    assert premier(alice, faux) is None
    (trace,) = usine.traces(objet=f"utilisateur:{alice.utilisateur.pk}")
    assert (trace["action"], trace["issue"], trace["acteur"]) == ("echec_mdp", "refuse", None)


def test_identifiers_are_read_without_case_nor_blanks(alice: usine.Agent) -> None:
    assert connexion.premier_facteur(identifiant=f"  {alice.utilisateur.identifiant.upper()} ", mot_de_passe=MOT_DE_PASSE, ip=IP)


def test_from_the_fifth_failure_even_the_right_password_waits(alice: usine.Agent) -> None:
    for _ in range(4):
        assert premier(alice, "faux") is None
    assert premier(alice) is not None
    for _ in range(5):
        assert premier(alice, "faux") is None
    assert premier(alice) is None
    reculer(ip=IP)
    assert premier(alice) is not None


def test_an_unknown_identifier_waits_in_the_same_way(alice: usine.Agent) -> None:
    """What the database answers to a known and to an unknown identifier differs in nothing that a person sees."""
    inconnu = usine.unique("inconnu")
    attentes: dict[str, list[object]] = {inconnu: [], alice.utilisateur.identifiant: []}
    with usine.connexion() as pg:
        for identifiant, lignes in attentes.items():
            for _ in range(7):
                lignes.append(pg.execute("select cdap.connexion_essayer(%s, %s::inet) is not null", [identifiant, IP]).fetchone())
    assert attentes[inconnu] == attentes[alice.utilisateur.identifiant] == [(True,)] * 5 + [(False,)] * 2


def test_ten_failures_in_a_row_block_until_somebody_unlocks(alice: usine.Agent) -> None:
    for _ in range(10):
        reculer(ip=IP)
        assert premier(alice, "faux") is None
    reculer(ip=IP)
    assert premier(alice) is None
    assert [str(trace["ip"]) for trace in usine.traces(action="verrou", ip=IP)][-1:] == [IP]


def test_waits_grow_from_a_minute(alice: usine.Agent) -> None:
    cle = "sha256(convert_to('mdp:' || %s, 'UTF8'))"
    with usine.connexion("proprietaire") as pg:
        attentes = []
        for _ in range(9):
            pg.execute(
                f"insert into habilitations_tentative (cle, ip, instant, reussie) values ({cle}, '192.0.2.51', cdap.maintenant(), false)",
                [alice.utilisateur.identifiant],
            )
            attentes.append(pg.execute(f"select cdap.connexion_attente({cle}, '192.0.2.52')", [alice.utilisateur.identifiant]).fetchone())
    assert [attente[0] for attente in attentes if attente] == [0, 0, 0, 0, 60, 120, 240, 480, 960]


def test_one_address_may_not_try_everybody(alice: usine.Agent) -> None:
    Tentative.objects.using(OWNER).bulk_create(
        [Tentative(cle=usine.empreinte(str(rang)), ip="192.0.2.60", instant=datetime.now(UTC)) for rang in range(100)]
    )
    assert premier(alice, ip="192.0.2.60") is None
    assert premier(alice, ip=IP) is not None


def test_parallel_tries_are_counted_one_by_one(alice: usine.Agent) -> None:
    def essayer(_: int) -> int:
        with usine.connexion() as pg:
            return pg.execute("select cdap.connexion_essayer(%s, %s::inet)", [alice.utilisateur.identifiant, IP]).fetchone() != (None,)

    with ThreadPoolExecutor(12) as bassin:
        assert sum(bassin.map(essayer, range(24))) == 5


@pytest.mark.parametrize("faux", ["", "12345", "1234567", "+23456", "123_456", "１２３４５６", "abcdef"])
def test_a_code_is_six_ascii_digits(faux: str) -> None:
    assert connexion.pas_du_code(GRAINE, faux, time.time()) is None


def test_the_step_before_is_accepted_and_no_other() -> None:
    instant = 1_800_000_015.0
    pas = int(instant) // 30
    acceptes = [decalage for decalage in range(-3, 4) if connexion.pas_du_code(GRAINE, f"{hotp(GRAINE, pas + decalage, 6):06d}", instant)]
    assert acceptes == [-1, 0]


def test_a_code_serves_once_even_in_parallel(alice: usine.Agent) -> None:
    sessions = [premier(alice) for _ in range(4)]
    instant = code()

    def presenter(session: str | None) -> bool:
        from django.db import connection

        try:
            return connexion.second_facteur(session=str(session), code=instant, ip=IP) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as bassin:
        assert sum(bassin.map(presenter, sessions)) == 1


def test_a_code_already_used_is_refused_later(alice: usine.Agent) -> None:
    entrer(alice)
    dernier = FacteurTotp.objects.using(OWNER).get(utilisateur=alice.utilisateur).dernier_pas
    cle = premier(alice)
    assert connexion.second_facteur(session=str(cle), code=f"{hotp(GRAINE, dernier, 6):06d}", ip=IP) is None
    assert [trace["action"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["ouvrir", "echec_otp"]


def test_five_wrong_codes_make_the_account_wait(alice: usine.Agent) -> None:
    cle = str(premier(alice))
    for _ in range(5):
        assert connexion.second_facteur(session=cle, code="000000", ip=IP) is None
    assert connexion.second_facteur(session=cle, code=code(), ip=IP) is None
    assert connexion.second_facteur(session=str(premier(alice)), code=code(), ip=IP) is None


def test_a_new_connection_closes_the_former_and_tells_both(alice: usine.Agent) -> None:
    ancienne = entrer(alice)
    FacteurTotp.objects.using(OWNER).filter(utilisateur=alice.utilisateur).update(dernier_pas=0)
    nouvelle = entrer(alice)
    assert acces.lire(ancienne) == SessionMorte("evincee")
    qui = acces.lire(nouvelle)
    assert isinstance(qui, Acces)
    assert qui.donnees["evincees"] == 1
    assert [trace["action"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["ouvrir", "evincer", "ouvrir"]


def test_a_session_dies_of_idleness_and_at_its_absolute_end(alice: usine.Agent) -> None:
    cle = entrer(alice)
    qui = acces.lire(cle)
    assert isinstance(qui, Acces)
    assert 14 * 60 < qui.secondes <= 15 * 60
    assert qui.secondes_absolues > 7 * 3600
    session = Session.objects.using(OWNER).get(utilisateur=alice.utilisateur, fermee="")
    session.debut -= timedelta(hours=7, minutes=55)
    session.derniere_activite -= timedelta(minutes=1)
    session.save(using=OWNER)
    qui = acces.lire(cle)
    assert isinstance(qui, Acces)
    assert qui.secondes <= 5 * 60
    Session.objects.using(OWNER).filter(pk=session.pk).update(fin=datetime.now(UTC) - timedelta(seconds=1))
    assert acces.lire(cle) == SessionMorte("expiree")
    assert usine.traces(acteur=alice.utilisateur.pk)[-1]["action"] == "expirer"
    assert acces.lire(cle) == SessionMorte("expiree")
    assert [trace["action"] for trace in usine.traces(acteur=alice.utilisateur.pk)].count("expirer") == 1


def test_a_suspended_person_s_session_is_dead_at_once(alice: usine.Agent) -> None:
    cle = entrer(alice)
    Utilisateur.objects.using(OWNER).filter(pk=alice.utilisateur.pk).update(suspension=datetime.now(UTC))
    assert acces.lire(cle) == SessionMorte("suspendue")


def test_signing_out_kills_the_session_in_the_database(alice: usine.Agent) -> None:
    cle = entrer(alice)
    acces.fermer(cle=cle, cause="deconnexion", ip=IP)
    assert acces.lire(cle) == SessionMorte("deconnexion")
    assert usine.traces(acteur=alice.utilisateur.pk)[-1]["action"] == "fermer"


def test_it_was_not_me_closes_everything_and_raises_an_alert(alice: usine.Agent) -> None:
    cle = entrer(alice)
    acces.fermer(cle=cle, cause="signalement", ip=IP)
    assert acces.lire(cle) == SessionMorte("signalement")
    assert [trace["famille"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["connexion", "alerte", "connexion"]


def test_the_connection_before_this_one_is_told_with_the_failures_since(alice: usine.Agent) -> None:
    assert acces.connexion_precedente(entrer(alice)) is None
    premier(alice, "faux")
    premier(alice, "faux")
    FacteurTotp.objects.using(OWNER).filter(utilisateur=alice.utilisateur).update(dernier_pas=0)
    precedente = acces.connexion_precedente(entrer(alice))
    assert precedente is not None
    assert (precedente.reseau, precedente.echecs) == (IP, 2)
    assert datetime.now(UTC) - precedente.quand < timedelta(minutes=1)


def test_a_forged_try_opens_no_session(alice: usine.Agent) -> None:
    """The web role itself cannot turn somebody else's try, or none, into a session."""
    with usine.connexion() as pg:
        for tentative in (0, -1, None):
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute("select cdap.connexion_reussir(%s, %s, 'cle')", [tentative, alice.utilisateur.identifiant])


def test_a_try_that_is_rolled_back_gives_no_secret(alice: usine.Agent) -> None:
    """Counted first, committed, and only then answered: a rollback would otherwise give every hash, uncounted."""
    cle = str(premier(alice))
    with usine.connexion() as pg:
        for essayer, lire, qui in (
            ("select cdap.connexion_essayer(%s, %s::inet)", "select cdap.connexion_secret(%s, %s)", alice.utilisateur.identifiant),
            ("select cdap.code_essayer(%s, %s::inet)", "select cdap.code_secret(%s, %s)", cle),
        ):
            pg.execute("begin")
            tentative = pg.execute(essayer, [qui, IP]).fetchone()
            assert tentative is not None
            parametres = [qui, tentative[0]] if "code" in lire else [tentative[0], qui]
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute(lire, parametres)
            pg.execute("rollback")
            with pytest.raises(errors.InsufficientPrivilege):
                pg.execute(lire, parametres)


@pytest.mark.parametrize("reglage", ["synchronous_commit = off", "default_transaction_isolation = 'repeatable read'"])
def test_a_try_that_would_not_be_counted_for_good_is_refused(alice: usine.Agent, reglage: str) -> None:
    with usine.connexion() as pg:
        pg.execute(f"set {reglage}")
        with pytest.raises((errors.ObjectNotInPrerequisiteState, errors.ActiveSqlTransaction)):
            pg.execute("select cdap.connexion_essayer(%s, %s::inet)", [alice.utilisateur.identifiant, IP])


@pytest.mark.parametrize("decalage", [-2, 1, 2**40])
def test_a_forged_step_is_refused(alice: usine.Agent, decalage: int) -> None:
    cle = str(premier(alice))
    with usine.connexion() as pg:
        tentative = pg.execute("select cdap.code_essayer(%s, %s::inet)", [cle, IP]).fetchone()
        assert tentative is not None
        parametres = [cle, tentative[0], int(time.time()) // 30 + decalage, "nouvelle clé", IP]
        assert pg.execute("select cdap.code_accepter(%s, %s, %s, %s, %s::inet)", parametres).fetchone() == (None,)
