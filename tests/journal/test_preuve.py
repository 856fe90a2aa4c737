"""The proof against the seals: each tampering is found and named, the published file being what cannot be rewritten."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pytest_django.plugin import DjangoDbBlocker

from audit.journal import sceaux, scellement
from audit.journal.verification import _plus_mois
from tests.journal.base_a_part import SUPER, BaseAPart, instant, ouvrir

LUNDI = "2055-03-01"
MILIEU = f"(select trace_id from audit_chaine where jour = '{LUNDI}' and rang = 4)"
# A day's chain computed again over what its rows say now, as somebody would who holds the database but not the key.
RECALCULER = f"""
do $$ declare t audit_trace; v_rang bigint := 0; v bytea; begin
  select precedent into v from audit_chaine where jour = '{LUNDI}' order by rang limit 1;
  delete from audit_chaine where jour = '{LUNDI}';
  for t in select * from audit_trace where jour = '{LUNDI}' order by id loop
    v_rang := v_rang + 1;
    insert into audit_chaine values (t.jour, v_rang, t.id, v, sha256(v || cdap.journal_forme(t)));
    v := sha256(v || cdap.journal_forme(t));
  end loop;
end $$
"""
FIN = f"(select trace_id from audit_chaine where jour = '{LUNDI}' and rang > 6)"
FALSIFICATIONS = {
    "modifiée": ([f"update audit_trace set issue = 'refuse' where id = {MILIEU}"], "rang 4, trace", "n'est pas celle qui a été enchaînée"),
    "supprimée au milieu": ([f"delete from audit_trace where id = {MILIEU}"], "rang 4, trace", "la trace a disparu"),
    "supprimée au milieu, chaîne refaite": ([f"delete from audit_trace where id = {MILIEU}", RECALCULER], LUNDI, "la chaîne a été réécrite"),
    "fin supprimée": (
        [f"delete from audit_trace where id in {FIN}", f"delete from audit_chaine where jour = '{LUNDI}' and rang > 6"],
        LUNDI, "la fin du jour a disparu",
    ),
    "ajoutée": (
        [f"insert into audit_trace (jour, ts, tx, famille, action, issue) values ('{LUNDI}', '{LUNDI} 10:00+00', '1', 'dossier', 'consulter', 'accorde')"],
        "hors chaîne", "ajoutée après le scellement du jour",
    ),
    "ajoutée et enchaînée": (
        [f"insert into audit_trace (jour, ts, tx, famille, action, issue) values ('{LUNDI}', '{LUNDI} 10:00+00', '1', 'dossier', 'consulter', 'accorde')",
         RECALCULER],
        LUNDI, "ajoutée(s) après le scellement du jour",
    ),
    "échangées": (
        ["alter table audit_chaine drop constraint audit_chaine_jour_trace_id_key",
         f"update audit_chaine c set trace_id = case when c.rang = 4 then b.trace_id else a.trace_id end from audit_chaine a, audit_chaine b "
         f"where (c.jour, a.jour, b.jour) = (date '{LUNDI}', date '{LUNDI}', date '{LUNDI}') and c.rang in (4, 5) and a.rang = 4 and b.rang = 5"],
        "rang 4, trace", "n'est pas celle",
    ),
    "jour réécrit": ([f"update audit_trace set acteur = 7 where jour = '{LUNDI}'", RECALCULER], LUNDI, "la chaîne a été réécrite"),
    "jour disparu": ([f"delete from audit_trace where jour = '{LUNDI}'", f"delete from audit_chaine where jour = '{LUNDI}'"], LUNDI, "ce jour manque"),
    "scellement modifié": ([f"update audit_scellement set rang = rang - 1 where jour = '{LUNDI}' and genre = 'jour'"], LUNDI, "la signature est fausse"),
    "scellement supprimé": ([f"delete from audit_scellement where jour = '{LUNDI}' and genre = 'jour'"], "", "des scellements ont disparu"),
    "départ changé": (["update audit_chaine set precedent = 'x' where jour = '2055-03-02' and rang = 1"], "rang 1", "ne part d'aucun scellement connu"),
}  # fmt: skip


@pytest.fixture(scope="module")
def construits(
    base_neuve: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[BaseAPart, str]]:
    """Three days in a database of this module, and what was published."""
    with django_db_blocker.unblock():
        for a_part in ouvrir(tmp_path_factory.mktemp("preuve")):
            a_part.trois_jours()
            yield a_part, a_part.fichier.read_text()


@pytest.fixture
def trois_jours(base: None, construits: tuple[BaseAPart, str]) -> Iterator[BaseAPart]:
    """The three days, which a test leaves as it found them."""
    a_part, publie = construits
    yield a_part
    a_part.fichier.write_text(publie)


@pytest.mark.parametrize(("instructions", "lieu", "raison"), FALSIFICATIONS.values(), ids=FALSIFICATIONS.keys())
def test_each_tampering_is_found_and_named_without_the_file(
    trois_jours: BaseAPart, instructions: list[str], lieu: str, raison: str
) -> None:
    with trois_jours.falsifiee(*instructions):
        defauts = trois_jours.defauts(fichier=False, base=SUPER)
    assert any(lieu in un.split(" : ")[0] and raison in un for un in defauts), defauts


def forger(a_part: BaseAPart, *, cle: Ed25519PrivateKey) -> list[str]:
    """Return the SQL that replaces every seal by one that agrees with the tables of now, signed with another key."""
    instructions, precedent = [], b""
    for place, sceau in enumerate(scellement.lire(SUPER)):
        ((rang, hachage),) = a_part.executer("select rang, hachage from cdap.journal_fin(%s)", sceau.jour)
        faux = replace(sceau, rang=rang, hachage=bytes(hachage), precedent=precedent, signature=b"")
        precedent = cle.sign(faux.forme())
        instructions.append(
            f"update audit_scellement set rang = {rang}, hachage = '\\x{bytes(hachage).hex()}', precedent = '\\x{faux.precedent.hex()}', "
            f"signature = '\\x{precedent.hex()}' where id = (select id from audit_scellement order by id offset {place} limit 1)"
        )
    return instructions


def test_a_day_rewritten_with_its_chain_and_its_seals_is_found_without_the_key(trois_jours: BaseAPart) -> None:
    with trois_jours.falsifiee(f"update audit_trace set acteur = 7 where jour = '{LUNDI}'", RECALCULER):
        for instruction in forger(trois_jours, cle=Ed25519PrivateKey.generate()):
            trois_jours.executer(instruction)
        assert "la signature est fausse" in trois_jours.defauts(fichier=False, base=SUPER)[0]
        defauts = trois_jours.defauts(base=SUPER)
    assert any("la chaîne a été réécrite" in un for un in defauts)
    assert any("publié, mais absent de la base" in un for un in defauts)


def test_the_file_shows_what_even_the_holder_of_the_key_rewrote(trois_jours: BaseAPart) -> None:
    privee = sceaux.trousseau().privee
    assert privee is not None
    with trois_jours.falsifiee(
        f"update audit_trace set acteur = 7 where jour = '{LUNDI}'", RECALCULER,
        "delete from audit_scellement where genre = 'heure'",
    ):  # fmt: skip
        for instruction in forger(trois_jours, cle=privee):
            trois_jours.executer(instruction)
        assert not any("signature" in un for un in trois_jours.defauts(fichier=False, base=SUPER))
        defauts = trois_jours.defauts(base=SUPER)
    assert any("la chaîne a été réécrite" in un for un in defauts)


def test_the_end_cut_off_with_its_seals_is_found_by_the_file(trois_jours: BaseAPart) -> None:
    """Nothing in the database can tell: the last days, their chains and their seals are gone together."""
    apres = "jour > '2055-03-01'"
    dernier = "delete from audit_scellement where id > (select min(id) from audit_scellement where genre = 'jour')"
    with trois_jours.falsifiee(f"delete from audit_trace where {apres}", f"delete from audit_chaine where {apres}", dernier):
        assert trois_jours.defauts(fichier=False, base=SUPER) == []
        defauts = trois_jours.defauts(base=SUPER)
    assert any("publié, mais absent de la base" in un for un in defauts)
    assert any("2055-03-02 : ce jour manque" in un for un in defauts)


def test_seals_that_all_vanished_are_found_by_the_file(trois_jours: BaseAPart) -> None:
    with trois_jours.falsifiee("delete from audit_scellement"):
        assert len([un for un in trois_jours.defauts(base=SUPER) if "absent de la base" in un]) == len(trois_jours.sceaux())


@pytest.mark.parametrize(
    ("abimer", "raison"),
    [
        (lambda lignes: [*lignes[:1], lignes[1].replace('"rang": 1', '"rang": 2'), *lignes[2:]], "la signature est fausse"),
        (lambda lignes: [*lignes[:1], *lignes[2:]], "absent du fichier publié"),
        (lambda lignes: [*lignes[:1], *lignes[2:]], "des scellements ont disparu"),
        (lambda lignes: [lignes[1], lignes[0], *lignes[2:]], "des scellements ont disparu"),
        (lambda lignes: [*lignes[:1], "bonjour", *lignes[2:]], "fichier, ligne 2 : ce n'est pas un scellement"),
        (lambda lignes: [], "il ne porte aucun des scellements"),
    ],
    ids=["modifié", "ligne ôtée", "suite rompue", "désordre", "illisible", "vidé"],
)
def test_a_file_that_was_altered_is_named(trois_jours: BaseAPart, abimer: object, raison: str) -> None:
    assert callable(abimer)
    lignes = trois_jours.fichier.read_text().splitlines()
    trois_jours.fichier.write_text("".join(f"{ligne}\n" for ligne in abimer(lignes)))
    assert any(raison in un for un in trois_jours.defauts())


def test_a_file_that_lacks_only_the_last_seals_is_late_not_false(trois_jours: BaseAPart) -> None:
    lignes = trois_jours.fichier.read_text().splitlines()
    trois_jours.fichier.write_text("".join(f"{ligne}\n" for ligne in lignes[:-1]))
    assert trois_jours.defauts() == []


DETRUIRE = [
    f"insert into audit_destruction select jour, rang, hachage, '2055-09-02 03:00+00' from audit_scellement where jour = '{LUNDI}' and genre = 'jour'",
    f"delete from audit_trace where jour = '{LUNDI}'",
    f"delete from audit_chaine where jour = '{LUNDI}'",
]


def test_a_day_destroyed_when_due_leaves_the_rest_proven(trois_jours: BaseAPart) -> None:
    with trois_jours.falsifiee(*DETRUIRE):
        assert trois_jours.defauts(base=SUPER) == []
        with trois_jours.falsifiee("update audit_trace set acteur = 7 where jour = '2055-03-02' and id %% 2 = 0"):
            assert "2055-03-02" in trois_jours.defauts(base=SUPER)[0]


def test_what_the_purge_destroys_leaves_the_rest_proven(trois_jours: BaseAPart) -> None:
    six_mois_apres = "create or replace function cdap.maintenant() returns timestamptz language sql volatile as $f$ select timestamptz '2055-09-02 03:00+00' $f$"
    confirmer = "select cdap.journal_purge_confirmer()"
    with trois_jours.falsifiee(six_mois_apres, "select cdap.journal_ouvrir(1)", confirmer, f"select cdap.journal_purger('{LUNDI}')"):
        assert trois_jours.executer("select to_regclass('audit_trace_20550301')") == [(None,)]
        assert trois_jours.defauts(base=SUPER) == []


@pytest.mark.parametrize(
    ("ecart", "raison"),
    [
        ("fait = '2055-08-31 23:59+00'", "moins de 6 mois"),
        ("rang = rang - 1", "n'est pas celle de ce qui a été scellé"),
        ("hachage = sha256('x')", "n'est pas celle de ce qui a été scellé"),
        ("jour = '2055-02-28'", "aucune destruction n'est constatée"),
    ],
)
def test_a_destruction_that_does_not_hold_explains_nothing(trois_jours: BaseAPart, ecart: str, raison: str) -> None:
    with trois_jours.falsifiee(*DETRUIRE, f"update audit_destruction set {ecart}"):
        (defaut,) = trois_jours.defauts(base=SUPER)
    assert raison in defaut


def test_six_months_later_is_a_day_of_the_calendar() -> None:
    attendus = {"2026-08-31": "2027-02-28", "2027-08-31": "2028-02-29", "2026-06-30": "2026-12-30", "2026-12-01": "2027-06-01"}
    for jour, fin in attendus.items():
        assert _plus_mois(instant(jour).date(), 6) == instant(fin).date()


def test_the_hash_of_an_empty_day_is_its_name() -> None:
    assert sceaux.depart(instant(LUNDI).date()) == hashlib.sha256(b"CDAP journal 2055-03-01").digest()
