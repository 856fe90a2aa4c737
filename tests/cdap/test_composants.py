"""The components: what a field, an error summary, a table and a page number look like to those who cannot see them."""

import re
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from allocataires.presentation.vue import Barre, Colonne, Section, Tableau
from cdap import composants
from cdap.templatetags.cdap import Erreur, erreurs, genre

ATTAQUE = "<script>alert(1)</script>{{ 7|add:7 }}"


class Essai(forms.Form):
    numero = forms.CharField(label="Numéro", help_text="7 chiffres.")
    secret = forms.CharField(label="Mot de passe", widget=forms.PasswordInput)
    caisse = forms.ChoiceField(label="Caisse", choices=[("921", "Hauts-de-Seine")], required=False)
    cadre = forms.ChoiceField(label="Cadre", help_text="Le profil.", choices=[("1", "Social"), ("2", "Crèche")], widget=forms.RadioSelect)
    accord = forms.BooleanField(label="D’accord")
    jeton = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("Rien ne va.")


def rendre(gabarit: str, **contexte: Any) -> str:
    return re.sub(r"\s+", " ", render_to_string(f"composants/{gabarit}.html", contexte))


def test_each_kind_of_field_is_known() -> None:
    attendus = {"numero": "texte", "secret": "secret", "caisse": "texte", "cadre": "groupe", "accord": "case", "jeton": "cache"}
    assert {champ.name: genre(champ) for champ in Essai()} == attendus


def test_a_summary_lists_every_error_and_links_to_what_takes_the_focus() -> None:
    form = Essai({"caisse": "441"})
    trouvees = {erreur.cible for erreur in erreurs(form)}
    assert erreurs(form)[0] == Erreur("", "Rien ne va.")
    assert trouvees == {"", "id_numero", "id_secret", "id_caisse", "id_cadre_0", "id_accord"}
    page = rendre("erreurs", form=form) + "".join(rendre("champ", champ=champ) for champ in form)
    assert "Il y a 7 erreurs" in page
    for cible in re.findall(r'href="#([^"]+)"', page):
        assert page.count(f'id="{cible}"') == 1


def test_a_form_without_error_has_no_summary() -> None:
    assert rendre("erreurs", form=Essai()).strip() == ""


@pytest.mark.parametrize("nom", ["numero", "cadre"])
def test_hint_and_error_are_linked_to_the_field(nom: str) -> None:
    page = rendre("champ", champ=Essai({})[nom])
    liens = re.search(r'aria-describedby="([^"]+)"', page)
    assert liens is not None
    assert liens[1].split() == [f"id_{nom}_helptext", f"id_{nom}_error"]
    assert all(f'id="{lien}"' in page for lien in liens[1].split())
    assert 'aria-invalid="true"' in page


def test_a_field_says_in_words_that_it_is_required() -> None:
    assert "(obligatoire)" in rendre("champ", champ=Essai()["numero"])
    assert "(obligatoire)" not in rendre("champ", champ=Essai()["caisse"])


def test_a_password_is_never_written_back() -> None:
    assert "tres-secret" not in rendre("champ", champ=Essai({"secret": "tres-secret"})["secret"])


def test_what_was_typed_is_inert() -> None:
    page = rendre("champ", champ=Essai({"numero": ATTAQUE})["numero"])
    assert "<script>" not in page
    assert "{{ 7|add:7 }}" in page


@pytest.mark.parametrize(
    ("gabarit", "contexte"),
    [
        ("faits", {"faits": [(ATTAQUE, f"{ATTAQUE}\n{ATTAQUE}")]}),
        ("tableau", {"tableau": Tableau(ATTAQUE, (Colonne(ATTAQUE, montant=True), Colonne(ATTAQUE)), ((ATTAQUE, ATTAQUE),))}),
        ("etiquette", {"etiquette": {"texte": ATTAQUE, "ton": ""}}),
        ("message", {"ton": "", "titre": ATTAQUE, "texte": ATTAQUE}),
        ("bandeau", {"titre": ATTAQUE, "texte": ATTAQUE, "etiquettes": ()}),
    ],
)
def test_what_a_dossier_says_is_inert(gabarit: str, contexte: dict[str, Any]) -> None:
    page = rendre(gabarit, **contexte)
    assert "<script>" not in page
    assert "{{ 7|add:7 }}" in page


def test_the_links_and_the_bars_are_inert_too() -> None:
    page = composants.liens([Section(id='x" onclick="alert(1)', titre=ATTAQUE)]) + composants.barres([Barre(1, 2, 3, '"><script>')])
    assert "<script>" not in page
    assert '" onclick="' not in page


def test_html_stays_html_and_text_becomes_text() -> None:
    page = composants.faits([("Lien", mark_safe("<a>x</a>")), ("Texte", "<a>y</a>\nz")])
    assert "<dd><a>x</a></dd>" in page
    assert "<dd>&lt;a&gt;y&lt;/a&gt;<br>z</dd>" in page


def test_the_first_cell_names_its_row_and_amounts_are_marked() -> None:
    page = composants.tableau(Tableau("T", (Colonne("Mois"), Colonne("Montant", montant=True)), (("mai", "1"), ("juin", "2"))))
    assert '<th scope="col">Mois</th><th scope="col" class="montant">Montant</th>' in page
    assert '<tr><th scope="row">juin</th><td class="montant">2</td></tr>' in page


@pytest.mark.parametrize("lignes", [(("mai",),), (("mai", "1", "2"),), (("mai",), ("juin", "1", "2"))])
def test_a_row_of_another_length_than_its_columns_is_a_mistake(lignes: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(ValueError, match="autant de cellules"):
        composants.tableau(Tableau("T", (Colonne("Mois"), Colonne("Montant")), lignes))


@pytest.mark.parametrize("lignes", [[("a", "b", "c")], [("a",)], [("a", "b", "c"), ("d",)]])
def test_a_fact_is_a_label_and_a_value(lignes: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match="unpack"):
        composants.faits(lignes)


def test_a_text_that_holds_the_separator_stays_in_its_place() -> None:
    page = composants.faits([("un", "deux\0<b>"), ("trois\0", "quatre")])
    assert page == '<dl class="faits">\n<dt>un</dt><dd>deux\0&lt;b&gt;</dd>\n<dt>trois\0</dt><dd>quatre</dd>\n</dl>'


def test_a_single_page_has_no_number() -> None:
    page = {"numero": 1, "nombre": 1, "precedente": None, "suivante": None}
    assert rendre("pagination", page=page).strip() == ""
    assert 'href="?page=2"' in rendre("pagination", page=page | {"nombre": 2, "suivante": 2})
