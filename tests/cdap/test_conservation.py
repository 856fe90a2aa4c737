"""Nothing outlives its line in the inventory: every table of the database is read, seven months later."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg import errors

from cdap import conservation, tasks
from cdap.conservation import INVENTAIRE
from conventions.models import Demande
from tests import usine
from tests.usine import IP, Agent

Connexion = psycopg.Connection[Any]
COLONNES = """
select c.relname, a.attname, format_type(a.atttypid, null) from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname in ('public', 'cdap') and c.relkind in ('r', 'p') and not c.relispartition
"""
LIGNES = {table.nom: table for table in INVENTAIRE}
A_L_HEURE = (
    "select cdap.porte_menage()", "select cdap.seuils_menage()", "select cdap.extraits_effacer()", "select cdap.suivis_menage()", "select cdap.formulaires_menage()",
    "select cdap.controle_menage()", "select cdap.recuperations_oublier()", "select cdap.demande_oublier_brouillons()",
    # The queue deletes what has ended by a task of its own; here nothing has run.
    "delete from procrastinate_jobs", "delete from procrastinate_workers",
    "insert into audit_scellement (genre, jour, rang, hachage, precedent, fait, cle, signature) "
    "select 'jour', j.jour, 0, '', '', now(), 'essai', '' from cdap.journal_jours_a_purger() j where not j.scelle",
    "select cdap.journal_purge_confirmer()",  # seven months went by without a trace
)  # fmt: skip


@pytest.fixture
def plus_tard(base: None) -> Iterator[tuple[Connexion, datetime]]:
    """The owner, seven months later, and the first instant that is still kept; nothing of it stays."""
    with usine.connexion("proprietaire") as pg, pg.transaction(force_rollback=True):
        pg.execute(
            "create or replace function cdap.maintenant() returns timestamptz language sql volatile as "
            f"$f$ select timestamptz '{datetime.now().astimezone() + timedelta(days=220)}' $f$"
        )
        pg.execute("select cdap.journal_ouvrir(1)")
        yield pg, pg.execute("select cdap.conservation_debut()").fetchall()[0][0]


def colonnes(pg: Connexion) -> list[tuple[str, str, str]]:
    return pg.execute(COLONNES).fetchall()


def trop_vieilles(pg: Connexion, limite: datetime) -> set[str]:
    """The columns that hold a date, or what dies with a date, older than the inventory lets them."""
    trouvees = set()
    for table, colonne, genre in colonnes(pg):
        ligne = LIGNES.get(table)
        if ligne and (ligne.anciennes == conservation.TOUTES or colonne in ligne.anciennes):
            continue
        if genre in ("date", "timestamp with time zone", "timestamp with time zone[]"):
            valeurs = f"(select unnest({colonne}) as v from {table})" if genre.endswith("[]") else f"(select {colonne} as v from {table})"
            seuil = "(%s at time zone 'UTC')::date" if genre == "date" else "%s"
            if pg.execute(f"select exists (select 1 from {valeurs} x where v < {seuil})", [limite]).fetchone() == (True,):
                trouvees.add(f"{table}.{colonne}")
    for ligne in INVENTAIRE:
        if ligne.vide:
            sql = f"select exists (select 1 from {ligne.nom} where {ligne.depuis} < %s and {ligne.vide} is not null)"
            if pg.execute(sql, [limite]).fetchone() == (True,):
                trouvees.add(f"{ligne.nom}.{ligne.vide}")
    return trouvees


def semer(pg: Connexion, instant: datetime, alice: Agent, demande: Demande) -> None:
    """One row of each kind that six months end, of that instant."""
    qui = alice.utilisateur.pk
    pg.execute("update conventions_demande set ip = %s, creation = %s where id = %s", [IP, instant, demande.pk])
    for sql, parametres in (
        (
            "insert into allocataires_consultation (ticket, empreinte, acteur, organisme, groupe_id, caisse, numero, code, telephone, motif, debut, "
            "fin) values (gen_random_uuid(), '', %s, %s, %s, '921', '0000001', '', '', 'suivi_social', %s, %s)",
            [qui, alice.organisme.pk, alice.groupe.pk, instant, instant],
        ),
        (
            "insert into allocataires_signalement (ticket, dossier_id, caisse, genre, sujet, acteur, organisme, profil, instant, traite, traite_par, "
            "suite) values (gen_random_uuid(), null, '921', 'erreur', 'identite', %s, %s, 'T1', %s, %s, %s, 'ecarter')",
            [qui, alice.organisme.pk, instant - timedelta(days=1), instant, qui],
        ),
        (
            # A change of a follow that lasts, or it would go with it.
            "with s as (insert into allocataires_suivi (ticket, acteur, groupe_id, profil, dossier_id, motif, debut, fin) "
            "select gen_random_uuid(), %s, %s, 'T1', 0, 'suivi_social', t, t + interval '1 day' from cdap.maintenant() t returning reference) "
            "insert into allocataires_notification (suivi, rubriques, instant) select reference, '{famille}', %s from s",
            [qui, alice.groupe.pk, instant],
        ),
        (
            "insert into habilitations_session (empreinte, utilisateur_id, verifiee, debut, derniere_activite, fin, fermee, donnees, graine_proposee) "
            "values (sha256(convert_to(%s, 'UTF8')), %s, true, %s, %s, %s, 'expiree', '{}', '')",
            [usine.unique(), qui, instant, instant, instant],
        ),
        ("insert into habilitations_tentative (cle, ip, instant, reussie) values ('', %s, %s, false)", [IP, instant]),
        ("insert into habilitations_avis (utilisateur_id, destinataire_id, instant, ip) values (%s, %s, %s, %s)", [qui, qui, instant, IP]),
        (
            "insert into habilitations_codesecours (utilisateur_id, empreinte, utilisation) values (%s, sha256(convert_to(%s, 'UTF8')), %s)",
            [qui, usine.unique(), instant],
        ),
        (
            "insert into habilitations_consultationsuspendue (utilisateur_id, regle, instant, levee, levee_par) "
            "values (%s, 'limite_agent_jour', %s, %s, %s)",
            [qui, instant - timedelta(days=1), instant, qui],
        ),
        (
            "insert into controle_alerte (regle, sujet, debut, dernier, ouverte, acteur, organisme, preuves) values ('R7', %s, %s, %s, %s, %s, %s, '{1}')",
            [usine.unique(), instant - timedelta(days=1), instant, instant - timedelta(days=1), qui, alice.organisme.pk],
        ),
        (
            # A notice of an alert that lasts, or it would go with it.
            "with a as (insert into controle_alerte (regle, sujet, debut, dernier, ouverte, acteur, organisme, preuves) select 'R7', %s, t, t, t, %s, %s, '{1}' "
            "from cdap.maintenant() t returning id) insert into controle_avis (alerte_id, destinataire, genre, instant) select id, %s, 'ouverte', %s from a",
            [usine.unique(), qui, alice.organisme.pk, qui, instant],
        ),
        (
            "with t as (insert into controle_tirage (mois, organisme, consultations, tirees, fait) values ('1990-01-01', %s, 1, 1, cdap.maintenant()) "
            "returning id) insert into controle_sondage (tirage_id, acteur, trace, ticket, quand, echeance) "
            "select id, %s, 1, gen_random_uuid(), %s, current_date + 400 from t",
            [alice.organisme.pk, qui, instant],
        ),
        (
            "insert into controle_chiffre_jour (jour, organisme, profil, acte, issue, nombre) "
            "values (cdap.jour_utc(%s), %s, 'T1', 'consultation', 'accorde', 1)",
            [instant, alice.organisme.pk],
        ),
        (
            "insert into cdap_contact (utilisateur_id, caisse, sujet, texte, etat, cree, prise, repondue, reponse) "
            "values (%s, '921', 'acces', 'Un exemple.', 'repondue', %s, %s, %s, 'Une réponse.')",
            [qui, instant - timedelta(days=1), instant - timedelta(days=1), instant],
        ),
        ("insert into controle_reseau (acteur, reseau, dernier) values (%s, '192.0.2.0/24', %s)", [qui, instant]),
        ("insert into envois_envoi (modele, objet, etat, essais, cree) values ('habilitations.avis', 1, 'sans_objet', 0, %s)", [instant]),
        (
            "insert into auditlog_logentry (object_pk, object_id, object_repr, action, changes, timestamp, actor_id, content_type_id, remote_addr, "
            "changes_text, cid) select '1', 1, '', 1, '{}', %s, %s, min(id), %s, '', '' from django_content_type",
            [instant, qui, IP],
        ),
    ):  # fmt: skip
        pg.execute(sql, parametres)


def compter(pg: Connexion) -> dict[str, int]:
    """How many rows, or values not yet emptied, of each kind that six months end."""
    comptes = {}
    for ligne in INVENTAIRE:
        if ligne.efface:
            comptes[ligne.nom] = pg.execute(f"select count(*) from {ligne.nom}").fetchall()[0][0]
        if ligne.vide:
            comptes[ligne.nom] = pg.execute(f"select count({ligne.vide}) from {ligne.nom}").fetchall()[0][0]
    return comptes


def test_nothing_is_older_than_its_line_says(plus_tard: tuple[Connexion, datetime]) -> None:
    pg, limite = plus_tard
    semer(pg, limite - timedelta(microseconds=1), usine.agent("T1"), usine.demande())
    avant = trop_vieilles(pg, limite)
    for ligne in INVENTAIRE:
        assert not ligne.efface or f"{ligne.nom}.{ligne.efface}" in avant, "nothing to prove"
        assert not ligne.vide or f"{ligne.nom}.{ligne.vide}" in avant, "nothing to prove"
    for sql in A_L_HEURE:
        pg.execute(sql)
    for _ in range(100):  # a day that the server is vacuuming is left for the next round
        if (None,) not in pg.execute("select cdap.journal_purger(j.jour) from cdap.journal_jours_a_purger() j").fetchall():
            break
    while pg.execute("select cdap.passe_oublier(5000)").fetchone() != (0,):
        pass
    assert trop_vieilles(pg, limite) == set()


def test_what_is_a_microsecond_younger_stays(plus_tard: tuple[Connexion, datetime]) -> None:
    pg, limite = plus_tard
    alice, demande = usine.agent("T1"), usine.demande()
    while pg.execute("select cdap.passe_oublier(5000)").fetchone() != (0,):
        pass
    avant = compter(pg)
    semer(pg, limite, alice, demande)
    assert pg.execute("select cdap.passe_oublier(5000)").fetchone() == (0,)
    assert {nom: nombre - avant[nom] for nom, nombre in compter(pg).items() if nombre - avant[nom] < 1} == {}


def test_each_destruction_leaves_its_trace(plus_tard: tuple[Connexion, datetime]) -> None:
    pg, limite = plus_tard
    while pg.execute("select cdap.passe_oublier(5000)").fetchone() != (0,):
        pass
    pg.execute("select set_config('essai.depuis', (select max(id)::text from audit_trace), true)")
    semer(pg, limite - timedelta(days=1), usine.agent("T1"), usine.demande())
    pg.execute("select cdap.passe_oublier(5000)")
    traces = pg.execute(
        "select objet, motif from audit_trace where id > current_setting('essai.depuis')::bigint and famille = 'journal' and action = 'purger'"
    ).fetchall()
    attendues = {ligne.nom + (f".{ligne.vide}" if ligne.vide else "") for ligne in INVENTAIRE if ligne.efface or ligne.vide}
    assert {objet for objet, _ in traces} == attendues
    assert ("allocataires_consultation", "lignes : 1") in traces


def test_a_lot_is_no_more_than_what_is_asked(plus_tard: tuple[Connexion, datetime]) -> None:
    pg, limite = plus_tard
    while pg.execute("select cdap.passe_oublier(5000)").fetchone() != (0,):
        pass
    for _ in range(3):
        pg.execute(
            "insert into habilitations_tentative (cle, ip, instant, reussie) values ('', %s, %s, false)", [IP, limite - timedelta(days=1)]
        )
    assert [pg.execute("select cdap.passe_oublier(2)").fetchall()[0][0] for _ in range(3)] == [2, 1, 0]


def test_each_table_has_its_line_and_each_line_its_table(base: None) -> None:
    with usine.connexion("proprietaire") as pg, pg.transaction(force_rollback=True):
        tables = {table for table, _, _ in colonnes(pg)}
        assert tables - LIGNES.keys() == set(), "une table sans ligne dans cdap/conservation.py"
        assert LIGNES.keys() - tables == set(), "une ligne sans table"
        pg.execute("create table intruse (le date)")
        assert {table for table, _, _ in colonnes(pg)} - LIGNES.keys() == {"intruse"}
        pg.execute("insert into intruse values ('2000-01-01')")
        assert "intruse.le" in trop_vieilles(pg, datetime.now().astimezone())


def test_what_is_kept_longer_says_why() -> None:
    assert [ligne.nom for ligne in INVENTAIRE if ligne.anciennes and not ligne.raison] == []
    assert len(LIGNES) == len(INVENTAIRE)


@pytest.mark.parametrize("role", ["portail", "caf", "controle", "flux"])
def test_only_the_worker_forgets(base: None, role: str) -> None:
    with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
        pg.execute("select cdap.passe_oublier(1)")


def test_the_worker_forgets(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conservation, "connection", connections["worker"])
    usine.executer(
        "insert into habilitations_tentative (cle, ip, instant, reussie) values ('vieux', %s, now() - interval '200 days', false)", [IP]
    )
    tasks.oublier_le_passe()
    assert usine.valeur("select count(*) from habilitations_tentative where cle = 'vieux'") == 0
