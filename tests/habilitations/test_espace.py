"""Row policies: whatever Python forgets, an administrator sees and changes the own organisation alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Bulletin, CodeAcces, Contrat, Convention
from habilitations.models import Affectation, Decision, Groupe, LigneRevue, Mesure, Revue, Utilisateur
from habilitations.models.vie import DE_L_ADMINISTRATEUR, LIBELLES
from habilitations.services import utilisateurs
from habilitations.services.ecriture import en_session
from habilitations.services.utilisateurs import COLONNES
from tests import usine
from tests.habilitations.monde import Monde
from tests.usine import OWNER

MODELES = (Convention, Contrat, CodeAcces, Bulletin, Utilisateur, Groupe, Affectation, Decision)


@pytest.fixture
def chez_a(base: None) -> Monde:
    return Monde("T8", ("00123",))


@pytest.fixture
def chez_b(base: None) -> Monde:
    return Monde("T8", ("00124",))


def vus(par: Auteur) -> dict[str, set[int]]:
    """Every row that a service which forgets its filters would see."""
    with en_session(par):
        return {modele.__name__: set(modele.objects.values_list("pk", flat=True)) for modele in MODELES}


def test_a_rogue_query_sees_the_own_organisation_alone(chez_a: Monde, chez_b: Monde) -> None:
    siens = vus(chez_a.par)
    assert siens["Utilisateur"] == {chez_a.alice.utilisateur.pk, chez_a.par.utilisateur}
    assert siens["Groupe"] == {chez_a.alice.groupe.pk}
    assert siens["Affectation"] == {chez_a.alice.affectation.pk}
    assert siens["Contrat"] == {chez_a.contrat.pk}
    assert siens["CodeAcces"] == set(chez_a.contrat.codes_acces.values_list("pk", flat=True))
    assert vus(chez_b.par)["Groupe"] == {chez_b.alice.groupe.pk}


def test_nothing_is_seen_without_a_session_nor_once_the_rank_is_gone(chez_a: Monde) -> None:
    rien: dict[str, set[int]] = {modele.__name__: set() for modele in MODELES}
    agent = Auteur(session=chez_a.alice.cle, utilisateur=chez_a.alice.utilisateur.pk, ip=usine.IP)
    for par in (Auteur(), Auteur(session="inconnue"), agent, usine.operateur("921")):
        assert vus(par) == rien
    assert {modele.__name__: set(modele.objects.values_list("pk", flat=True)) for modele in MODELES} == rien
    assert vus(chez_a.par) != rien
    chloe = usine.personne(chez_a.par)
    usine.executer("update conventions_bulletin set etat = 'clos' where id = %s", [chloe.bulletin_id])
    assert vus(chez_a.par) == rien


def test_the_session_of_a_transaction_ends_with_it(chez_a: Monde) -> None:
    vus(chez_a.par)
    assert not Utilisateur.objects.only("id").exists()


ECRITURES: dict[str, Callable[[Monde], object]] = {
    "suspend a person": lambda b: Utilisateur.objects.filter(pk=b.alice.utilisateur.pk).update(suspension=timezone.now()),
    "rename a group": lambda b: Groupe.objects.filter(pk=b.alice.groupe.pk).update(libelle="x"),
    "end an attachment": lambda b: Affectation.objects.filter(pk=b.alice.affectation.pk).update(suspension=timezone.now()),
    "change everybody": lambda b: Utilisateur.objects.filter(nom="Modèle", organisme=b.organisme.pk).update(nom="x"),
    "create a person": lambda b: Utilisateur.objects.create(
        identifiant=usine.unique(), nom="x", prenom="x", courriel="x@x.example", role="agent", organisme_id=b.organisme.pk, debut="2026-01-01",
        password="!x", mot_de_passe_provisoire=True,
    ),
    "create a group": lambda b: Groupe.objects.create(libelle="x", contrat_id=b.contrat.pk, profil_id="T8", debut="2026-01-01"),
    "attach": lambda b: Affectation.objects.create(utilisateur_id=b.alice.utilisateur.pk, groupe_id=b.alice.groupe.pk, debut="2026-01-01"),
    "decide": lambda b: Decision.objects.create(genre="compte.creer", instant=timezone.now(), organisme_id=b.organisme.pk),
}  # fmt: skip


@pytest.mark.parametrize("ecriture", ECRITURES)
def test_a_rogue_write_reaches_no_other_organisation(chez_a: Monde, chez_b: Monde, ecriture: str) -> None:
    avant = chez_b.etat()
    with en_session(chez_a.par):
        try:
            with transaction.atomic():
                assert ECRITURES[ecriture](chez_b) == 0
        except DatabaseError as erreur:
            assert getattr(erreur.__cause__, "sqlstate", "") == "42501", erreur  # noqa: PT017
    assert chez_b.etat() == avant


@pytest.mark.parametrize("ecriture", [nom for nom in ECRITURES if nom != "decide"])
def test_a_delegation_taken_back_writes_nothing_at_home_either(chez_a: Monde, ecriture: str) -> None:
    Mesure.objects.using(OWNER).create(
        genre="delegation", organisme=chez_a.organisme, posee=timezone.now(), posee_par=usine.personne(usine.operateur("921")), motif="x"
    )
    avant = chez_a.etat()
    with en_session(chez_a.par):
        try:
            with transaction.atomic():
                assert ECRITURES[ecriture](chez_a) == 0
        except DatabaseError as erreur:
            assert getattr(erreur.__cause__, "sqlstate", "") == "42501", erreur  # noqa: PT017
    assert chez_a.etat() == avant


@pytest.mark.parametrize(
    "interdite",
    [
        "select password from habilitations_utilisateur",
        "update habilitations_utilisateur set role = 'administrateur'",
        "update habilitations_utilisateur set password = '!'",
        "update habilitations_utilisateur set mot_de_passe_provisoire = false",
        "update habilitations_utilisateur set organisme_id = null",
        "update habilitations_groupe set profil_id = 'T1'",
        "update habilitations_affectation set groupe_id = 1",
        "update habilitations_mesure set levee = now()",
        "update habilitations_retraitfacteur set accorde = true",
        "update conventions_contrat set effectif_max = null",
        "delete from habilitations_utilisateur",
        "delete from habilitations_groupe",
        "delete from habilitations_affectation",
        "update habilitations_decision set motif = ''",
        "delete from habilitations_decision",
        "select siret from conventions_organisme",
    ],
)
def test_the_web_role_may_not_touch_what_an_administrator_does_not_decide(chez_a: Monde, interdite: str) -> None:
    with en_session(chez_a.par), pytest.raises(DatabaseError) as refus, transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(interdite)
    assert refus.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]


def test_an_administrator_makes_no_administrator_and_chooses_no_password(chez_a: Monde) -> None:
    bon = {
        "nom": "x", "prenom": "x", "role": "agent", "organisme_id": chez_a.organisme.pk, "debut": "2026-01-01", "password": "!x",
        "mot_de_passe_provisoire": True,
    }  # fmt: skip
    for mauvais in (
        {"password": "pbkdf2_sha256$1$x$x"},
        {"mot_de_passe_provisoire": False},
        {"charte": "2026-1"},
        {"suspension": timezone.now()},
    ):
        with en_session(chez_a.par), pytest.raises(DatabaseError) as refus, transaction.atomic():
            Utilisateur.objects.create(identifiant=usine.unique(), courriel=f"{usine.unique()}@x.example", **(bon | mauvais))
        assert refus.value.__cause__.sqlstate == "42501", mauvais  # type: ignore[union-attr]
    with en_session(chez_a.par):
        Utilisateur.objects.create(identifiant=usine.unique(), courriel=f"{usine.unique()}@x.example", **bon)


REFUSE, CONTREDIT = "42501", "23514"


def tenter(par: Auteur | None, sql: str, *parametres: Any) -> int | str:
    """Run a statement as the web role, in a session or in none; return how many rows it reached, or why it was refused."""
    with usine.connexion() as pg, pg.transaction():
        if par is not None:
            pg.execute("select set_config('cdap.session', %s, true)", [par.session])
        try:
            with pg.transaction():
                return pg.execute(sql, parametres).rowcount
        except psycopg.Error as erreur:
            return erreur.sqlstate or ""


@pytest.mark.parametrize("vue", ["habilitation_en_vigueur", "administrateur_en_vigueur"])
def test_the_rights_of_today_are_read_by_functions_alone(chez_a: Monde, vue: str) -> None:
    for par in (None, chez_a.par):
        assert tenter(par, f"select 1 from cdap.{vue}") == REFUSE


def test_the_columns_of_a_person_are_those_that_the_screens_show(base: None) -> None:
    """A column made tomorrow is closed to the web role until somebody opens it on purpose."""
    with usine.connexion() as pg:
        lues = pg.execute(
            "select attname from pg_attribute where attrelid = 'habilitations_utilisateur'::regclass and attnum > 0 and not attisdropped "
            "and has_column_privilege(attrelid, attnum, 'select')"
        ).fetchall()
    montrees = {champ.column for champ in Utilisateur._meta.concrete_fields if champ.name in (*COLONNES, "bulletin")}
    assert {nom for (nom,) in lues} == montrees
    assert not montrees & {"password", "charte", "charte_acceptation", "mot_de_passe_fin", "mot_de_passe_a_changer"}


HISTOIRE = """
insert into auditlog_logentry (content_type_id, object_pk, object_repr, action, changes_text, "timestamp", actor_id)
select min(id), '1', 'x', 1, '', clock_timestamp() + %s, %s from django_content_type returning id
"""


def test_the_history_is_signed_by_who_acts_and_now(chez_a: Monde, chez_b: Monde) -> None:
    moi, present = chez_a.par.utilisateur, timedelta(0)
    assert tenter(chez_a.par, HISTOIRE, present, moi) == 1
    for par, decalage, acteur in (
        (None, present, moi),
        (None, present, None),
        (chez_a.par, present, None),
        (chez_a.par, present, chez_b.par.utilisateur),
        (chez_a.par, -timedelta(minutes=2), moi),
        (chez_a.par, timedelta(minutes=2), moi),
    ):
        assert tenter(par, HISTOIRE, decalage, acteur) == REFUSE, (decalage, acteur)
    assert [tenter(par, "select id from auditlog_logentry") for par in (chez_a.par, chez_b.par, None)] == [1, 0, 0]
    assert tenter(chez_a.par, "select changes from auditlog_logentry") == REFUSE


def decider(monde: Monde, **champs: Any) -> int | str:
    """Write a decision as the web role; one that an administrator takes, unless told otherwise."""
    bonne = {
        "genre": "habilitation.affecter", "instant": timezone.now(), "organisme_id": monde.organisme.pk, "utilisateur_id": monde.alice.utilisateur.pk,
        "groupe_id": monde.alice.groupe.pk, "auteur_id": monde.par.utilisateur, "motif": "", "detail": "{}",
    } | champs  # fmt: skip
    places = ", ".join(["%s"] * len(bonne))
    return tenter(monde.par, f"insert into habilitations_decision ({', '.join(bonne)}) values ({places})", *bonne.values())


def test_a_decision_is_one_of_an_administrator_s_about_the_own_people_and_now(chez_a: Monde, chez_b: Monde) -> None:
    assert decider(chez_a) == decider(chez_a, utilisateur_id=None, groupe_id=None) == 1
    for mauvaise in (
        {"instant": timezone.now() - timedelta(minutes=2)},
        {"instant": timezone.now() + timedelta(minutes=2)},
        {"utilisateur_id": chez_b.alice.utilisateur.pk},
        {"groupe_id": chez_b.alice.groupe.pk},
        {"organisme_id": chez_b.organisme.pk},
        {"organisme_id": None},
        {"auteur_id": chez_a.alice.utilisateur.pk},
    ):
        assert decider(chez_a, **mauvaise) == REFUSE, mauvaise


@pytest.mark.parametrize("genre", sorted(LIBELLES.keys() - set(DE_L_ADMINISTRATEUR)))
def test_what_the_caf_and_the_nights_decide_is_not_an_administrator_s_to_write(chez_a: Monde, genre: str) -> None:
    assert decider(chez_a, genre=genre) == REFUSE


def test_the_list_of_an_administrator_s_decisions_opens_nothing_of_the_caf_s() -> None:
    assert set(DE_L_ADMINISTRATEUR) < LIBELLES.keys()
    des_autres = {"compte.adresse_autoriser", "compte.rouvrir", "habilitation.mesure_poser", "habilitation.renouvellement_ordonner"}
    assert not des_autres & set(DE_L_ADMINISTRATEUR)


def test_without_the_delegation_one_still_answers_the_caf(chez_a: Monde) -> None:
    Mesure.objects.using(OWNER).create(
        genre="delegation", organisme=chez_a.organisme, posee=timezone.now(), posee_par=usine.personne(usine.operateur("921")), motif="x"
    )
    assert decider(chez_a) == REFUSE
    assert decider(chez_a, genre="habilitation.question_repondre", utilisateur_id=None, groupe_id=None) == 1


def revue(monde: Monde, decision: str, **champs: Any) -> LigneRevue:
    """Return the line of Alice in a review."""
    elle = Revue.objects.using(OWNER).create(organisme=monde.organisme, ouverture="2026-01-01", **champs)
    return LigneRevue.objects.using(OWNER).create(revue=elle, utilisateur=monde.alice.utilisateur, decision=decision)


def revoir(monde: Monde, ligne: LigneRevue, decision: str, decalage: timedelta = timedelta(0)) -> int | str:
    """Decide a line as the web role."""
    return tenter(
        monde.par, "update habilitations_lignerevue set decision = %s, instant = clock_timestamp() + %s, par_id = %s where id = %s",
        decision, decalage, monde.par.utilisateur, ligne.pk,
    )  # fmt: skip


@pytest.mark.parametrize("depuis", ["attendue", "suspendue"])
def test_a_line_of_an_open_review_is_decided_once_and_now(chez_a: Monde, chez_b: Monde, depuis: str) -> None:
    ligne = revue(chez_a, depuis)
    for decision in ("attendue", "suspendue", "close_de_droit"):
        assert revoir(chez_a, ligne, decision) == REFUSE
    for minutes in (-2, 2):
        assert revoir(chez_a, ligne, "confirmee", timedelta(minutes=minutes)) == REFUSE
    assert revoir(chez_b, ligne, "confirmee") == 0
    assert revoir(chez_a, ligne, "confirmee") == 1
    assert [revoir(chez_a, ligne, decision) for decision in ("confirmee", "close", "attendue")] == [0, 0, 0]


def test_a_review_that_has_ended_stays_as_it_is_and_only_the_worker_ends_one(chez_a: Monde) -> None:
    assert revoir(chez_a, revue(chez_a, "attendue", cloture=timezone.now()), "confirmee") == 0
    assert revoir(chez_a, revue(chez_a, "close_de_droit"), "confirmee") == 0
    for cloture in ("null", "now()"):
        assert tenter(chez_a.par, f"update habilitations_revue set cloture = {cloture}") == REFUSE


def suspendre(monde: Monde, cause: str, suspension: str) -> int | str:
    """Change why and since when Alice is suspended, as the web role."""
    return tenter(
        monde.par, f"update habilitations_utilisateur set suspension_cause = %s, suspension = {suspension} where id = %s",
        cause, monde.alice.utilisateur.pk,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("avant", "cause", "suspension", "attendu"),
    [
        ("", "administrateur", "clock_timestamp()", 1),
        ("", "fin", "clock_timestamp()", 1),
        ("", "caf", "clock_timestamp()", REFUSE),
        ("", "revue", "clock_timestamp()", REFUSE),
        ("", "dormance", "clock_timestamp()", REFUSE),
        ("", "administrateur", "clock_timestamp() - interval '2 minutes'", REFUSE),
        ("", "fin", "'infinity'", REFUSE),
        ("", "fin", "null", REFUSE),
        ("", "", "clock_timestamp()", REFUSE),
        ("administrateur", "", "null", 1),
        ("administrateur", "fin", "suspension", 1),
        ("administrateur", "caf", "suspension", REFUSE),
        ("dormance", "", "null", 1),
        ("caf", "", "null", CONTREDIT),
        ("caf", "administrateur", "suspension", CONTREDIT),
        ("caf", "fin", "suspension", 1),
        ("caf", "fin", "clock_timestamp()", CONTREDIT),
        ("fin", "", "null", CONTREDIT),
        ("fin", "administrateur", "suspension", CONTREDIT),
        ("revue", "", "null", CONTREDIT),
        ("revue", "administrateur", "suspension", CONTREDIT),
        ("revue", "fin", "suspension", 1),
    ],
)
def test_an_administrator_undoes_no_suspension_of_somebody_else(
    chez_a: Monde, avant: str, cause: str, suspension: str, attendu: int | str
) -> None:
    Utilisateur.objects.using(OWNER).filter(pk=chez_a.alice.utilisateur.pk).update(
        suspension=timezone.now() - timedelta(days=1) if avant else None, suspension_cause=avant
    )
    assert suspendre(chez_a, cause, suspension) == attendu


@pytest.mark.parametrize(
    ("decision", "ouverte", "attendu"),
    [
        ("confirmee", True, 1),
        ("confirmee", False, CONTREDIT),
        ("suspendue", True, CONTREDIT),
        ("attendue", True, CONTREDIT),
        ("close", True, CONTREDIT),
    ],
)
def test_who_the_review_suspended_comes_back_once_confirmed_in_it(chez_a: Monde, decision: str, ouverte: bool, attendu: int | str) -> None:
    revue(chez_a, decision, cloture=None if ouverte else timezone.now())
    Utilisateur.objects.using(OWNER).filter(pk=chez_a.alice.utilisateur.pk).update(suspension=timezone.now(), suspension_cause="revue")
    assert suspendre(chez_a, "", "null") == attendu


def test_what_the_caf_suspended_may_be_closed_and_what_the_review_did_is_not_taken_over(chez_a: Monde) -> None:
    caf = chez_a.personne(suspension=timezone.now(), suspension_cause="caf")
    utilisateurs.clore(par=chez_a.par, utilisateur=caf, motif="Partie.")
    close = Utilisateur.objects.using(OWNER).get(pk=caf.pk)
    assert (close.suspension_cause, close.suspension) == ("fin", caf.suspension)
    non_confirmee = chez_a.personne(suspension=timezone.now(), suspension_cause="revue")
    with pytest.raises(Refus, match="confirmez-la dans la revue"):
        utilisateurs.suspendre(par=chez_a.par, utilisateur=non_confirmee, motif="Absente.")
