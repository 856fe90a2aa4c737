"""No trace, no data for the journal either: what a reading shows, to whom, and only once its own trace is committed."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from habilitations.models import Role, Utilisateur
from tests import horloge, usine
from tests.controle import lecteur
from tests.controle.lecteur import chercher, consulter, controleur, demander, dpo, traces
from tests.usine import OWNER

pytestmark = pytest.mark.usefixtures("base")


def test_the_trace_is_committed_before_the_first_row() -> None:
    """In the transaction that asks, in a savepoint, after a rollback: nothing is read."""
    alice, session = usine.agent(), controleur("921")
    consulter(alice, usine.dossier())
    with usine.connexion("controle") as pg:
        with pg.transaction(force_rollback=True):
            lecture, _ = demander(pg, session, personne=alice.utilisateur.identifiant)
            assert traces(pg, session, lecture) == []
            with pg.transaction():
                assert traces(pg, session, lecture) == []
        assert traces(pg, session, lecture) == []
        with pg.transaction():
            lecture, _ = demander(pg, session, personne=alice.utilisateur.identifiant)
        assert len(traces(pg, session, lecture)) == 2
    [trace] = usine.traces(action="consulter", objet=f"lecture:{lecture}")
    assert (trace["famille"], trace["issue"], trace["motif"], trace["dossier_id"]) == ("journal", "accorde", "controle", None)


def test_a_reading_that_does_not_wait_for_the_disk_is_refused() -> None:
    with usine.connexion("controle") as pg:
        pg.execute("set synchronous_commit = off")
        with pytest.raises(errors.ObjectNotInPrerequisiteState):
            demander(pg, controleur("921"))


@pytest.mark.parametrize(
    "table", ["audit_trace", "cdap.journal_lisible", "controle_lecture", "controle_export", "habilitations_utilisateur"]
)
def test_the_role_of_the_controllers_reads_no_table(table: str) -> None:
    with usine.connexion("controle") as pg, pytest.raises(errors.InsufficientPrivilege):
        pg.execute(f"select 1 from {table} limit 1")


def test_the_role_of_the_controllers_calls_nothing_else() -> None:
    with usine.connexion("controle") as pg:
        ouvertes = pg.execute(
            "select distinct p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
            "where n.nspname in ('public', 'cdap') and has_function_privilege(p.oid, 'execute') order by 1"
        ).fetchall()
    assert [nom for (nom,) in ouvertes] == [
        "acces_demander", "acces_etat", "acces_lignes", "alerte_lire", "alerte_traiter", "alertes", "alertes_organismes",
        "alertes_ouvrir", "campagne_confirmer", "campagne_lire", "campagne_organismes", "campagne_ouvrir", "campagnes", "chiffres_mois",
        "chiffres_organismes", "chiffres_suivi", "controle_prouve", "controle_voit", "controleur", "dpo_conservation", "dpo_destructions",
        "dpo_lecteurs", "dpo_oppositions", "dpo_oppositions_comptes", "dpo_preuves", "export_decider", "export_demander", "export_ouvrir",
        "exports", "lecture_annoncer", "lecture_demander", "lecture_dossiers", "lecture_etat", "lecture_heures", "lecture_traces", "lettre_confier",
        "lettre_demander", "lettre_etat", "lettre_lignes", "lettre_lire", "lettre_telecharger", "maintenant", "plage_texte",
        "plage_texte_multirange", "sondage_trancher", "sondages", "sondages_de_l_organisme", "sondages_mois",
    ]  # fmt: skip


def test_a_reading_is_of_one_session_and_of_half_an_hour() -> None:
    alice, session = usine.agent(), controleur("921")
    consulter(alice, usine.dossier())
    with usine.connexion("controle") as pg:
        lecture, _ = demander(pg, session, personne=alice.utilisateur.identifiant)
        for autre in (controleur("921"), dpo(), alice.cle, "forgée"):
            assert traces(pg, autre, lecture) == []
        assert traces(pg, session, uuid4()) == []
        assert len(traces(pg, session, lecture)) == 2
        usine.executer("update controle_lecture set fin = cdap.maintenant() where id = %s", [lecture])
        assert traces(pg, session, lecture) == []


def test_whoever_no_longer_controls_reads_nothing_more() -> None:
    alice, par = usine.agent(), usine.operateur("921", role=Role.CONTROLEUR)
    consulter(alice, usine.dossier())
    with usine.connexion("controle") as pg:
        lecture, _ = demander(pg, par.session, personne=alice.utilisateur.identifiant)
        Utilisateur.objects.using(OWNER).filter(pk=par.utilisateur or 0).update(suspension=datetime.now(UTC))
        assert traces(pg, par.session, lecture) == []


def test_a_controller_sees_nothing_of_another_caisse_s_partners() -> None:
    """By person, by organisation, by dossier, by period, by ticket: the near miss is the controller of 441."""
    alice, numero = usine.agent(), usine.dossier()
    ticket = consulter(alice, numero)
    for criteres in (
        {"personne": alice.utilisateur.identifiant},
        {"organisme": alice.organisme.raison_sociale},
        {"caisse": "921", "numero": numero},
        {"ticket": str(ticket)},
    ):
        assert [t.action for t in chercher(controleur("441"), **criteres)] == []
        assert [t.action for t in chercher(controleur("921"), **criteres)] == ["consulter", "rechercher"]
        assert [t.action for t in chercher(dpo(), **criteres)] == ["consulter", "rechercher"]
    assert chercher(controleur("441"), "jour", acteur=str(alice.utilisateur.pk)) == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATEUR, Role.CAF])
def test_nobody_else_reads_and_the_attempt_is_traced(role: Role) -> None:
    organisme = usine.organisme() if role in (Role.AGENT, Role.ADMINISTRATEUR) else None
    personne = usine.utilisateur(organisme, role)
    with usine.connexion("controle") as pg:
        assert demander(pg, usine.ouvrir_session(personne)[0]) == (None, "non_habilite")
    [trace] = usine.traces(acteur=personne.pk)
    assert (trace["famille"], trace["action"], trace["issue"], trace["objet"]) == ("journal", "consulter", "non_habilite", "")


def test_a_number_finds_refused_requests_and_unknown_numbers() -> None:
    alice = usine.agent()
    oppose, inconnu = usine.dossier(opposition=True), f"{int(usine.dossier()) + 5_000_000:07d}"[-7:]
    for numero, issue in ((oppose, "oppose"), (inconnu, "introuvable")):
        consulter(alice, numero)
        assert [(t.action, t.issue, t.numero) for t in chercher(controleur("921"), caisse="921", numero=numero)] == [
            ("consulter", issue, numero),
            ("rechercher", "demande", numero),
        ]


def test_a_dossier_is_found_under_its_old_numbers_and_its_new_one() -> None:
    alice = usine.agent(caisses=("921", "441"))
    ancien, nouveau, encore = usine.dossier(), usine.dossier("441"), usine.dossier("441")
    for avant, apres in ((("921", ancien), ("441", nouveau)), (("441", nouveau), ("441", encore))):
        usine.executer(
            "insert into allocataires_mutation (caisse, numero, vers_caisse, vers_numero) values (%s, %s, %s, %s)", [*avant, *apres]
        )
    consulter(alice, ancien)
    consulter(alice, nouveau, "441")
    for caisse, numero in (("921", ancien), ("441", nouveau), ("441", encore)):
        assert sorted(t.numero or "" for t in chercher(dpo(), caisse=caisse, numero=numero)) == sorted([ancien, ancien, nouveau, nouveau])


def test_where_a_family_has_moved_is_told_within_the_perimeter_alone() -> None:
    ici, ailleurs = usine.dossier(), usine.dossier("441")
    usine.executer(
        "insert into allocataires_mutation (caisse, numero, vers_caisse, vers_numero) values ('921', %s, '441', %s)", [ici, ailleurs]
    )
    for session, caisse, numero, attendus in (
        (controleur("921"), "921", ici, [f"921 {ici}"]),
        (controleur("921"), "441", ailleurs, [f"441 {ailleurs}", f"921 {ici}"]),
        (controleur("751"), "441", ailleurs, [f"441 {ailleurs}"]),
        (dpo(), "921", ici, [f"441 {ailleurs}", f"921 {ici}"]),
    ):
        with usine.connexion("controle") as pg:
            lecture, _ = demander(pg, session, caisse=caisse, numero=numero)
            assert pg.execute("select numeros from cdap.lecture_etat(%s, %s)", [session, lecture]).fetchone() == (attendus,)


def test_criteria_are_combined() -> None:
    alice, numero = usine.agent(), usine.dossier()
    consulter(alice, numero)
    siens = {"personne": alice.utilisateur.identifiant}
    assert len(chercher(controleur("921"), **siens)) == 2
    assert [t.action for t in chercher(controleur("921"), **siens, action="rechercher", famille="dossier")] == ["rechercher"]
    assert [t.action for t in chercher(controleur("921"), **siens, issue="accorde", caisse="921", numero=numero)] == ["consulter"]
    assert chercher(controleur("921"), **siens, issue="oppose") == []
    assert chercher(controleur("921"), **siens, famille="connexion") == []
    assert chercher(controleur("921"), **siens, profil="T2") == []
    assert chercher(controleur("921"), **siens, organisme=usine.organisme().raison_sociale) == []
    assert chercher(controleur("921"), personne="personne-de-ce-nom") == []


def test_names_are_resolved_and_a_session_that_ends_is_of_the_person_s_organisation() -> None:
    alice = usine.agent()
    usine.executer(
        "select cdap.journal_ecrire(%s, null, null, null, 'connexion', 'expirer', 'accorde', null, null, null, null, null)",
        [alice.utilisateur.pk],
    )
    [trace] = chercher(controleur("921"), personne=alice.utilisateur.identifiant)
    assert (trace.personne, trace.identifiant, trace.organisme) == (
        "Alice Modèle", alice.utilisateur.identifiant, alice.organisme.raison_sociale,
    )  # fmt: skip
    assert chercher(controleur("441"), famille="connexion", personne=alice.utilisateur.identifiant) == []


def test_rows_come_page_after_page_without_hole_nor_repeat() -> None:
    alice, session = usine.agent(), controleur("921")
    maintenant = datetime.now(UTC)
    for _ in range(7):
        lecteur.ecrire(alice, maintenant)  # one instant for all: the rank parts them
    with usine.connexion("controle") as pg:
        lecture, _ = demander(pg, session, personne=alice.utilisateur.identifiant)
        vus: list[int] = []
        apres: tuple[datetime | None, int | None] = (None, None)
        while page := pg.execute(lecteur.TRACES, [session, lecture, *apres, 3]).fetchall():
            vus += [ligne[1] for ligne in page]
            apres = page[-1][:2]
    assert len(vus) == 7
    assert vus == sorted(vus, reverse=True)


def test_pages_go_back_through_the_months_without_hole_nor_repeat() -> None:
    """The days are looked through by ever longer stretches: what stands where two of them meet is shown once, in its place."""
    alice, au = usine.agent(), datetime(2033, 6, 30, 12, tzinfo=UTC)
    ages = (0.25, 3, 4, 4, 4.0001, 5, 20, 20.0001, 30, 84, 84, 100, 170)  # in days; the first stretches end at 4, 20 and 84
    instants = [au - timedelta(days=age) for age in ages]
    for instant in reversed(instants):
        lecteur.ecrire(alice, instant)
    with horloge.a("2033-06-30T14:00"), usine.connexion("controle") as pg:
        session = usine.ouvrir_session(usine.utilisateur(None, Role.DPO), minutes=10_000_000)[0]
        lecture, _ = demander(pg, session, personne=alice.utilisateur.identifiant, du=f"{au - timedelta(days=180)}", au=f"{au}")
        for combien in (1, 5, 50):
            vus: list[datetime] = []
            apres: tuple[datetime | None, int | None] = (None, None)
            while page := pg.execute(lecteur.TRACES, [session, lecture, *apres, combien]).fetchall():
                vus += [ligne[0] for ligne in page]
                apres = page[-1][:2]
            assert vus == instants


def test_the_story_of_a_ticket_is_told_in_its_order_with_the_attempts_of_others() -> None:
    alice, bob = usine.agent(), usine.agent()
    ticket = consulter(alice, usine.dossier())
    with usine.connexion() as pg:
        pg.execute("select cdap.porte_lire(%s, %s, %s::inet, 'imprimer')", [alice.cle, ticket, usine.IP])
        pg.execute("select cdap.porte_lire(%s, %s, %s::inet)", [bob.cle, ticket, usine.IP])
    assert [(t.action, t.issue, t.acteur) for t in chercher(controleur("921"), "ticket", ticket=str(ticket))] == [
        ("rechercher", "demande", alice.utilisateur.pk),
        ("consulter", "accorde", alice.utilisateur.pk),
        ("imprimer", "accorde", alice.utilisateur.pk),
        ("consulter", "ticket_etranger", bob.utilisateur.pk),
    ]


def test_an_expired_row_is_never_shown() -> None:
    """The six months run from the trace forward: on 28 February at 23:59, what was traced on 31 August at 12:00 UTC is over."""
    alice = usine.agent()
    lecteur.ecrire(alice, datetime(2031, 8, 31, 12, tzinfo=UTC), "section")
    lecteur.ecrire(alice, datetime(2031, 8, 31, 22, tzinfo=UTC), "imprimer")
    bornes = {"du": "2031-08-29T00:00:00Z", "au": "2032-02-28T23:00:00Z"}
    for heure, restent in (("2032-02-29T12:30", ["imprimer", "section"]), ("2032-02-29T22:30", ["imprimer"]), ("2032-02-29T23:30", [])):
        with horloge.a(heure):
            session = usine.ouvrir_session(usine.utilisateur(None, Role.DPO), minutes=10_000_000)[0]
            assert [t.action for t in chercher(session, personne=alice.utilisateur.identifiant, **bornes)] == restent, heure


@pytest.mark.parametrize(
    ("genre", "criteres"),
    [
        ("recherche", {"du": "2027-01-01T00:00:00Z", "au": "2027-12-01T00:00:00Z"}),
        ("recherche", {"du": "2027-01-02T00:00:00Z", "au": "2027-01-01T00:00:00Z"}),
        ("recherche", {"du": "-infinity", "au": "infinity"}),
        ("recherche", {"du": "hier", "au": "demain soir"}),
        ("recherche", {"caisse": "921"}),
        ("recherche", {"numero": "1234567"}),
        ("recherche", {"caisse": "921", "numero": "123456' or true"}),
        ("recherche", {"ticket": "x"}),
        ("jour", {"acteur": "1 or true"}),
        ("ticket", {}),
        ("jour", {}),
        ("compte", {}),
        ("tout", {}),
    ],
)  # fmt: skip
def test_what_is_badly_asked_is_refused(genre: str, criteres: dict[str, str]) -> None:
    with usine.connexion("controle") as pg, pytest.raises(psycopg.DataError):
        demander(pg, controleur("921"), genre, **criteres)


def test_a_value_is_never_a_piece_of_sql() -> None:
    for nom in ("organisme", "personne", "famille", "action", "issue", "motif", "profil"):
        assert chercher(controleur("921"), **{nom: "' or true --"}) == []


def test_a_name_that_says_too_many_people_must_be_made_precise() -> None:
    organisme = usine.organisme()
    nom = usine.unique("nom")
    for _ in range(51):
        Utilisateur.objects.using(OWNER).create(
            identifiant=usine.unique(), nom=nom, prenom="Alice", role=Role.AGENT, organisme=organisme, debut=usine.DEBUT, password="!",
            courriel=f"{usine.unique()}@cdap.example",
        )  # fmt: skip
    with usine.connexion("controle") as pg:
        assert demander(pg, controleur("921"), personne=nom) == (None, "trop")
        assert demander(pg, controleur("441"), personne=nom)[1] is None  # elsewhere, there is nobody


def test_the_breach_kit_lists_what_an_account_was_shown() -> None:
    alice, bob, session = usine.agent(), usine.agent(), controleur("921")
    vu, oppose = usine.dossier(), usine.dossier(opposition=True)
    ticket = consulter(alice, vu)
    consulter(alice, oppose)
    consulter(bob, usine.dossier())
    with usine.connexion() as pg:
        pg.execute("select cdap.porte_lire(%s, %s, %s::inet, 'imprimer')", [alice.cle, ticket, usine.IP])
    with usine.connexion("controle") as pg:
        lecture, _ = demander(pg, session, "compte", personne=alice.utilisateur.identifiant)
        [ligne] = pg.execute("select * from cdap.lecture_dossiers(%s, %s, 0, 10)", [session, lecture]).fetchall()
        assert (ligne[:2], ligne[4:]) == (("921", vu), (2, 1, ["T1"], 1))
        heures = pg.execute("select * from cdap.lecture_heures(%s, %s)", [session, lecture]).fetchall()
        assert [sum(colonne) for colonne in list(zip(*heures, strict=True))[1:]] == [2, 1, 1, 1]
        assert traces(pg, session, lecture) == []  # what was asked, and nothing else
        assert demander(pg, controleur("441"), "compte", personne=alice.utilisateur.identifiant) == (None, "inconnu")
        with pg.transaction():
            lecture, _ = demander(pg, session, "compte", personne=alice.utilisateur.identifiant)
            assert pg.execute("select * from cdap.lecture_dossiers(%s, %s, 0, 10)", [session, lecture]).fetchall() == []
            assert pg.execute("select * from cdap.lecture_heures(%s, %s)", [session, lecture]).fetchall() == []


def test_what_is_over_is_forgotten() -> None:
    with usine.connexion("controle") as pg:
        finie, _ = demander(pg, controleur("921"))
        vivante, _ = demander(pg, controleur("921"))
    usine.executer("update controle_lecture set fin = cdap.maintenant() - interval '1 second' where id = %s", [finie])
    with usine.connexion("worker") as pg:
        pg.execute("select cdap.controle_menage()")
    restent = [usine.valeur("select exists (select 1 from controle_lecture where id = %s)", [une]) for une in (finie, vivante)]
    assert restent == [False, True]
