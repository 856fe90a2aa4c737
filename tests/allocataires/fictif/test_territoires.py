"""Numbers and places of fictional dossiers."""

import pytest

from allocataires.fictif.hasard import Permutation
from allocataires.fictif.territoires import NUMEROS, Repartition, territoire
from conventions.reference import CAISSES


@pytest.mark.parametrize("taille", [1, 2, 97, 4_096, 20_001])
def test_a_permutation_gives_each_number_once(taille: int) -> None:
    permutation = Permutation("graine", taille)
    assert sorted(map(permutation, range(taille))) == list(range(taille))


def test_no_number_is_given_twice_in_a_caisse() -> None:
    repartition = Repartition(4, tuple(CAISSES), None)
    places = [repartition.place(rang) for rang in range(60_000)]
    assert len(set(places)) == len(places)
    assert {caisse for caisse, _ in places} == set(CAISSES)
    assert len({numero for caisse, numero in places if caisse == "591"}) > 1_500


@pytest.mark.long
def test_ten_million_numbers_of_one_caisse_differ() -> None:
    repartition = Repartition(4, ("921",), None)
    total = repartition.capacite()
    assert total == NUMEROS - 1
    vus = bytearray(NUMEROS)
    for rang in range(total):
        vus[int(repartition.place(rang)[1])] = 1
    assert sum(vus) == total
    assert vus[0] == 0


def test_numbers_follow_each_other_from_the_one_that_is_asked() -> None:
    repartition = Repartition(4, ("921", "521"), 9_000_000)
    numeros: dict[str, list[int]] = {"921": [], "521": []}
    for rang in range(3_000):
        caisse, numero = repartition.place(rang)
        numeros[caisse].append(int(numero))
    for suite in numeros.values():
        assert suite == list(range(9_000_000, 9_000_000 + len(suite)))
    assert len(numeros["921"]) > 2 * len(numeros["521"])


def test_there_are_numbers_for_every_caisse_until_the_capacity() -> None:
    repartition = Repartition(1, ("921", "521"), 9_999_000)
    repartition.place(repartition.capacite() - 1)
    assert all(int(repartition.place(rang)[1]) < NUMEROS for rang in range(repartition.capacite()))


def test_each_caisse_has_its_own_places() -> None:
    for caisse in CAISSES:
        lieu = territoire(caisse)
        assert len(set(lieu.villes)) == len(set(lieu.communes)) == 9
        assert len({un.code for un in (*lieu.bailleurs_sociaux, *lieu.bailleurs_prives)}) == 20
    assert territoire("921").partenaire == "092"
    assert territoire("974").partenaire == "974"
