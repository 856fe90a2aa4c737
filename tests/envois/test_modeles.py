"""What a mail may be: one line of subject, one address, plain text, and links that lead to the portal."""

import pytest
from django.conf import LazySettings

from envois.modeles import Message, MessageInvalide, lien, modele, rediger
from tests.envois.courriels import simple

SUJET = "Votre demande est déposée"
ADRESSE = "alice@partenaire.example"


@pytest.mark.parametrize("coupure", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\0"])
def test_a_subject_is_one_line(coupure: str) -> None:
    assert Message(ADRESSE, f"{SUJET}\xa0: la suite", "").sujet.startswith(SUJET), "an unbreakable space is not a line"
    with pytest.raises(MessageInvalide):
        Message(ADRESSE, f"{SUJET}{coupure}Bcc: tous@partenaire.example", "")


def test_a_mail_has_a_subject() -> None:
    with pytest.raises(MessageInvalide):
        Message(ADRESSE, " ", "")


@pytest.mark.parametrize(
    "adresse",
    [
        "",
        "alice",
        f"{ADRESSE}\nBcc: tous@partenaire.example",
        f"{ADRESSE}\r\n",
        f"{ADRESSE}, bob@partenaire.example",
        f"{ADRESSE};bob@partenaire.example",
        f"Alice <{ADRESSE}>",
        '"alice\n"@partenaire.example',
    ],
)
def test_an_address_is_one_address_which_the_error_does_not_repeat(adresse: str) -> None:
    assert Message(ADRESSE, SUJET, "").destinataire == ADRESSE
    with pytest.raises(MessageInvalide) as erreur:
        Message(adresse, SUJET, "")
    assert "@" not in str(erreur.value)


def test_a_text_comes_from_a_template_and_is_not_escaped_for_html(settings: LazySettings) -> None:
    gabarit = "L'organisme {{ organisme }} : {{ suite }}"
    chargeur = ("django.template.loaders.locmem.Loader", {"essai.txt": gabarit})
    moteur = "django.template.backends.django.DjangoTemplates"
    settings.TEMPLATES = [{"BACKEND": moteur, "OPTIONS": {"loaders": [chargeur]}}]
    message = rediger("essai.txt", sujet=SUJET, destinataire=ADRESSE, organisme="L'Été & Cie", suite=lien("/conventions/demande/"))
    assert message.texte == "L'organisme L'Été & Cie : http://127.0.0.1:8000/conventions/demande/"


@pytest.mark.parametrize("chemin", ["", "conventions/", "@ailleurs.example/", ".ailleurs.example/"])
def test_a_link_leads_to_the_portal(chemin: str) -> None:
    with pytest.raises(ValueError, match="chemin"):
        lien(chemin)


def test_two_mails_cannot_bear_the_same_name() -> None:
    with pytest.raises(ValueError, match=r"essais\.simple"):
        modele("essais.simple")(simple)
