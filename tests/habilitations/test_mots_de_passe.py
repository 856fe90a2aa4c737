"""What a password must be (CN-01 to CN-03): twenty of them, both ways."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from habilitations import mots_de_passe
from habilitations.mots_de_passe import verifier

PERSONNE = ("Modèle", "Alice", "a.modele.k7x2p", "alice.modele@clairmont.example", "Commune de Clairmont-Fictif")
# The password, then whether an agent may take it, then an administrator.
TABLE = [
    ("Tr0is-chats!!", True, False),
    ("Tr0is-chats", False, False),
    ("tr0is-chats!!", False, False),
    ("TR0IS-CHATS!!", False, False),
    ("Trois-chats!!", False, False),
    ("Tr0ischatsss", False, False),
    ("Tr0isChatsGris", True, False),
    ("Tr0isChatsGri", False, False),
    ("Tr0is-chats-gri", True, False),
    ("Tr0is-chats-gris", True, True),
    ("Tr0isChatsGrisOk", True, True),
    ("quatre chats gris dorment", True, True),
    ("quatre chats gris d", False, False),
    ("été à la plage ☀ ☀ ☀ ☀", True, True),
    ("Cafpro2026!!", False, False),
    ("Caf-Partenaire-2026!", False, False),
    ("Alice-aime-2-chats!", False, False),
    ("M0dele-de-vertu-rare", False, False),
    ("Bonjour-Clairmont-92", False, False),
    ("aaaaaaaaaaaaaaaaaaaaaaaa", False, False),
]


@pytest.mark.parametrize(("mot_de_passe", "agent", "administrateur"), TABLE)
def test_each_password_is_taken_or_refused(mot_de_passe: str, agent: bool, administrateur: bool) -> None:
    for privilegie, attendu in ((False, agent), (True, administrateur)):
        try:
            verifier(mot_de_passe, privilegie=privilegie, personne=PERSONNE)
        except ValidationError:
            assert not attendu, privilegie
        else:
            assert attendu, privilegie


@pytest.mark.parametrize("faible", ["Sunshine2026!!", "1234-Princess-2026!", "Password12345678", "1Qaz2wsx3edc4rfv"])
def test_a_common_password_is_refused_however_it_is_dressed(faible: str) -> None:
    with pytest.raises(ValidationError, match="plus répandus"):
        verifier(faible, privilegie=False, personne=())
    assert verifier(f"{faible} et deux chats", privilegie=False, personne=())


@pytest.mark.parametrize(("longueur", "pris"), [(64, True), (200, True), (256, True), (257, False)])
def test_long_passwords_are_kept_whole_up_to_a_bound(longueur: int, pris: bool) -> None:
    texte = ("abcdéfgh ijkl " * 30)[:longueur]
    if pris:
        assert verifier(texte, privilegie=True, personne=()) == texte
    else:
        with pytest.raises(ValidationError, match="256"):
            verifier(texte, privilegie=True, personne=())


def test_two_ways_of_typing_an_accent_are_one_password() -> None:
    compose = "été à la plage, toujours"
    decompose = unicodedata.normalize("NFD", compose)
    assert decompose != compose
    assert verifier(decompose, privilegie=False, personne=()) == compose


def test_the_rule_that_is_shown_says_the_lengths_that_are_judged() -> None:
    assert "12 caractères" in mots_de_passe.REGLE
    assert "16 caractères" in mots_de_passe.REGLE_PRIVILEGIEE
    assert "12" not in mots_de_passe.REGLE_PRIVILEGIEE
