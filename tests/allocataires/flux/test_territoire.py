"""Numbers, départements and caisses: property tests against the rules as a person would write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocataires.flux import territoire
from conventions.reference import CAISSES

quelconques = st.none() | st.booleans() | st.floats() | st.text(max_size=12) | st.integers() | st.lists(st.integers(), max_size=2)


@given(st.integers(min_value=0, max_value=9_999_999))
def test_a_number_of_one_to_seven_digits_stands_on_seven(valeur: int) -> None:
    attendu = f"{valeur:07d}"
    assert territoire.numero(valeur) == territoire.numero(str(valeur)) == territoire.numero(attendu) == attendu


@given(quelconques)
def test_a_number_is_seven_digits_or_nothing(valeur: object) -> None:
    numero = territoire.numero(valeur)
    assert numero is None or (len(numero) == 7 and numero.isascii() and numero.isdigit())


@pytest.mark.parametrize("valeur", [10_000_000, "12345678", "", "12A", -1, True, None, 12.0, "１２３", "1 234"])
def test_what_is_no_number_is_refused(valeur: object) -> None:
    assert territoire.numero(valeur) is None


@given(st.integers(min_value=0, max_value=9_999_999))
def test_assigned_numbers_follow_each_other_and_stop_at_the_last(premier: int) -> None:
    suite = territoire.numeros_depuis(f"{premier:07d}")
    assert [next(suite, None) for _ in range(3)] == [f"{n:07d}" if n <= 9_999_999 else None for n in range(premier, premier + 3)]


@given(st.integers(min_value=1_000, max_value=99_999))
def test_a_postal_code_belongs_to_the_caisses_of_its_departement_and_to_no_other(code: int) -> None:
    texte = f"{code:05d}"
    attendues = {caisse for caisse in CAISSES if caisse[:2] == texte[:2] and not texte.startswith(("20", "97", "98"))}
    attendues |= {caisse for caisse in CAISSES if caisse.startswith("97") and caisse == texte[:3]}
    attendues |= {"201"} if texte[:3] in ("200", "201") else set()
    attendues |= {"202"} if texte[:3] in ("202", "206") else set()
    assert set(territoire.caisses_du_code_postal(code)) == set(territoire.caisses_du_code_postal(texte)) == attendues


@given(quelconques)
def test_any_postal_code_gives_caisses_that_exist(code: object) -> None:
    assert set(territoire.caisses_du_code_postal(code)) <= set(CAISSES)


@pytest.mark.parametrize(
    ("code", "caisses"),
    [
        (1000, ("011",)),
        ("75001", ("751",)),
        (44100, ("441",)),
        (20000, ("201",)),
        (20137, ("201",)),
        (20200, ("202",)),
        (20600, ("202",)),
        (20300, ()),
        (64000, ("641", "642")),
        (97110, ("971",)),
        (97600, ("976",)),
        (97500, ()),
        (98000, ()),
        (96000, ()),
        ("75", ()),
        (None, ()),
    ],
)
def test_the_table_of_the_caisses(code: object, caisses: tuple[str, ...]) -> None:
    assert territoire.caisses_du_code_postal(code) == caisses


def test_every_caisse_but_those_of_the_pyrenees_atlantiques_is_alone_in_its_departement() -> None:
    codes = [f"{n:05d}" for n in range(1_000, 99_000, 10)]
    seules = {caisses[0] for code in codes if len(caisses := territoire.caisses_du_code_postal(code)) == 1}
    assert set(CAISSES) - seules == {"641", "642"}
