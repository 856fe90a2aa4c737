"""A wrong file ends with one sentence, loads nothing, and costs no more memory than a right one."""

import json
import os
import tracemalloc
from pathlib import Path

import pytest

from allocataires.flux import echange, lecture, tableau
from allocataires.flux.recus import FichierRefuse
from tests.allocataires.flux.aides import MAINTENANT, acceptes, attribution, ecrire, ligne, lire, raisons, reponse_v2

DEUX_CENTS_MO = 200_000_000
INCONNU = lecture.INCONNU
UN_TABLEAU = "Le fichier est un tableau JSON, mais ses éléments ne sont pas des réponses d'API Particulier."
TRONQUE = "Le tableau JSON n'est pas terminé : le fichier est tronqué."


def refus(chemin: Path) -> str:
    with pytest.raises(FichierRefuse) as refuse:
        lire(chemin)
    return str(refuse.value)


def en_json(*reponses: object) -> str:
    return json.dumps(list(reponses), ensure_ascii=False)


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        (b"", "Le fichier est vide."),
        (b" \n\r\n\t\n", "Le fichier est vide."),
        (b"\xef\xbb\xbf\n", "Le fichier est vide."),
        (b"\x7fELF\x02\x01\x01\0\0\0", "Le fichier contient des octets nuls : ce n'est pas du texte en UTF-8."),
        (ligne().encode("utf-16"), "Le fichier contient des octets nuls : ce n'est pas du texte en UTF-8."),
        (b"\x1f\x8b\x08\x09\x09", "Le fichier n'est pas du texte en UTF-8 (ligne 1)."),
        (f"{ligne()}\n{ligne(rubriques={'adresse': {'pays': 'É'}})}".encode("latin-1"), "Le fichier n'est pas du texte en UTF-8 (ligne 2)."),
        (ligne().encode() + b"\n{\xc3", "Le fichier n'est pas du texte en UTF-8 : il s'arrête au milieu d'un caractère."),
        ("nom;prénom\nExemple;Camille\n".encode(), INCONNU),
        (b"{\n  \"caisse\": \"921\",\n  \"numero\": \"9900001\"\n}\n", INCONNU),
        (b"<?xml version='1.0'?><dossiers/>", INCONNU),
        (b"null", INCONNU),
        (b"[]", "Le tableau JSON est vide : il ne contient aucune réponse."),
        (b"[1, 2, 3]", UN_TABLEAU),
        (f"[{ligne()}]".encode(), UN_TABLEAU),
        (b"[", TRONQUE),
        (en_json(reponse_v2(), reponse_v2())[:-1].encode(), TRONQUE),
        (en_json(reponse_v2(), reponse_v2())[:-40].encode(), TRONQUE),
        (b"[{},", TRONQUE),
        (en_json(reponse_v2()).encode() + b" {}", "Du texte suit la fin du tableau JSON."),
        (b"[{} {}]", "Le fichier n'est pas un tableau JSON correct."),
        (b"[{},]", "L'élément 2 du tableau n'est pas du JSON correct, ou dépasse un million de caractères."),
        (b"[{'a': 1}]", "L'élément 1 du tableau n'est pas du JSON correct, ou dépasse un million de caractères."),
        (b"[NaN]", "L'élément 1 du tableau n'est pas du JSON correct, ou dépasse un million de caractères."),
        (b"[" * 100_000 + b"]", "L'élément 1 du tableau n'est pas du JSON correct, ou dépasse un million de caractères."),
        (b"[" + b"9" * 10_000 + b"]", "L'élément 1 du tableau n'est pas du JSON correct, ou dépasse un million de caractères."),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_in_one_sentence(tmp_path: Path, contenu: bytes, phrase: str) -> None:
    assert refus(ecrire(tmp_path, contenu)) == phrase


def test_what_is_no_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube")
    assert refus(tmp_path) == "C'est un dossier, pas un fichier."
    assert refus(tmp_path / "absent") == "Le fichier n'existe pas."
    assert refus(tmp_path / "tube") == "Ce n'est pas un fichier ordinaire."
    assert refus(tmp_path / ("a" * 300)) == "Le fichier ne peut pas être lu."


@pytest.mark.skipif(os.geteuid() == 0, reason="root lit tout")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, ligne())
    chemin.chmod(0)
    assert refus(chemin) == "Le fichier ne peut pas être lu : l'accès est refusé."


def test_a_bad_first_line_does_not_hide_the_format(tmp_path: Path) -> None:
    elements = lire(ecrire(tmp_path, f"# commentaire\n{ligne()}\n"))
    assert len(acceptes(elements)) == 1
    assert raisons(elements).keys() == {1}


def test_an_array_may_stand_on_one_line_longer_than_any_answer(tmp_path: Path) -> None:
    reponses = [reponse_v2(rang) for rang in range(4_500)]
    chemin = ecrire(tmp_path, en_json(*reponses).replace("\n", ""))
    assert chemin.stat().st_size > echange.LIGNE_MAX
    assert [element.rang for element in lire(chemin)] == list(range(1, 4_501))


def test_blanks_between_answers_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tableau, "ELEMENT_MAX", 500)
    blancs = " \n" * 1_300
    texte = f"{blancs}[{blancs}{en_json(reponse_v2())[1:-1]}{blancs},{blancs}{en_json(reponse_v2(2))[1:-1]}{blancs}]{blancs}"
    assert len(acceptes(lire(ecrire(tmp_path, texte)))) == 2


@pytest.mark.parametrize("limite", [1, 7, 64])
def test_answers_are_the_same_wherever_the_buffer_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limite: int) -> None:
    reponses = [{"é": "à" * rang, "texte": '\\"]},[{'} for rang in range(40)]
    chemin = ecrire(tmp_path, en_json(*reponses))
    monkeypatch.setattr(tableau, "ELEMENT_MAX", 80 + limite)
    with chemin.open("rb") as fichier:
        assert [element for _, element in tableau.elements(fichier)] == reponses


def test_an_answer_may_not_be_longer_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tableau, "ELEMENT_MAX", 500)
    assert len(lire(ecrire(tmp_path, en_json(reponse_v2(), {"texte": "a" * 400})))) == 2
    assert (
        refus(ecrire(tmp_path, en_json(reponse_v2(), {"texte": "a" * 600}))) == "L'élément 2 du tableau dépasse un million de caractères."
    )


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, f"{ligne()}\n")
    with lecture.ouvrir(chemin, attribution(), MAINTENANT) as source:
        chemin.write_bytes(b"a" * 2_000_000)
        with pytest.raises(FichierRefuse, match="La ligne 1 dépasse"):
            list(source.elements)


def grand(chemin: Path, debut: bytes, motif: bytes) -> Path:
    """Write a real file of 200 MB that holds one line."""
    with chemin.open("wb") as fichier:
        fichier.write(debut)
        for _ in range(DEUX_CENTS_MO // 1_000_000):
            fichier.write(motif * (1_000_000 // len(motif)))
    return chemin


@pytest.mark.parametrize(
    ("debut", "motif", "phrase"),
    [
        (b"", b"a", "La ligne 1 dépasse un million d'octets : ce n'est pas un dossier par ligne."),
        (ligne().encode() + b"\n{", b'"a":', "La ligne 2 dépasse un million d'octets : ce n'est pas un dossier par ligne."),
        (b"[", b"[", "L'élément 1 du tableau n'est pas du JSON correct, ou dépasse un million de caractères."),
        (b'["', b"a", "L'élément 1 du tableau n'est pas du JSON correct, ou dépasse un million de caractères."),
        (b"", b" ", "Le fichier est vide."),
    ],
)
def test_a_line_of_200_megabytes_is_refused_without_being_held(tmp_path: Path, debut: bytes, motif: bytes, phrase: str) -> None:
    chemin = grand(tmp_path / "grand", debut, motif)
    assert chemin.stat().st_size >= DEUX_CENTS_MO
    tracemalloc.start()
    try:
        dit = refus(chemin)
        _, pointe = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        chemin.unlink()
    assert dit == phrase
    assert pointe < 20_000_000


@pytest.mark.parametrize("forme", ["echange", "api_particulier"])
def test_the_memory_does_not_grow_with_the_number_of_dossiers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forme: str) -> None:
    monkeypatch.setattr(tableau, "ELEMENT_MAX", 20_000)
    monkeypatch.setattr(echange, "LIGNE_MAX", 20_000)
    pointes = {}
    for nombre in (200, 200, 4_000):  # the first reading fills the caches of the JSON reader, and the numbers come back to keep them so
        dossiers = "".join(f"{ligne(f'{rang % 100:07d}')}\n" for rang in range(nombre))
        texte = dossiers if forme == "echange" else en_json(*(reponse_v2(rang % 100) for rang in range(nombre)))
        chemin = ecrire(tmp_path, texte, f"{nombre}")
        pointes[nombre] = pointe_de(chemin, nombre)
    assert pointes[4_000] - pointes[200] < 100_000  # the large file weighs half a million bytes or more


def pointe_de(chemin: Path, attendus: int) -> int:
    """Return the peak of the memory that reading a file takes, its dossiers being dropped one by one."""
    tracemalloc.start()
    try:
        with lecture.ouvrir(chemin, attribution(), MAINTENANT) as source:
            assert sum(1 for _ in source.elements) == attendus
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
