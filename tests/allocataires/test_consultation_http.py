"""Search and consultation through HTTP: what is typed, what is answered, what is said by a refusal (nothing)."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from allocataires import consultations
from allocataires.forms import normaliser_numero
from tests import usine
from tests.allocataires import porte


def demander(alice: usine.Agent, numero: str, navigateur: Client | None = None, /, **champs: Any) -> Any:
    donnees = {"cadre": str(alice.groupe.pk), "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"} | champs
    donnees = {nom: valeur for nom, valeur in donnees.items() if valeur is not None}
    return (navigateur or usine.client(alice.cle)).post(reverse("recherche"), donnees)


def test_a_search_answers_303_and_its_page_shows_the_dossier(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    reponse = demander(alice, numero)
    assert reponse.status_code == 303
    assert numero not in reponse["Location"]
    page = usine.client(alice.cle).get(reponse["Location"])
    assert page.status_code == 200
    texte = page.content.decode()
    assert usine.SENTINELLE in texte
    titre = re.search(r"<title>(.*?)</title>", texte, re.S)
    assert titre is not None
    assert numero not in titre.group(1)
    assert usine.SENTINELLE not in titre.group(1)


@pytest.mark.parametrize("vaines", [0, 3, 4])
def test_every_refusal_is_the_same_answer(base: None, vaines: int) -> None:
    """Unknown, out of scope, opposed, closed, moved, telephone, other caisse: status, headers, body and number of queries.

    The fifth in a row advises to check the number, whatever the reason of each.
    """
    joignable: dict[str, Any] = {"contact": {"telephone": "0600000001"}}
    alice, au_registre = usine.agent("T1", telephone_exige=True), usine.dossier(**joignable)
    usine.opposition(au_registre)
    navigateur = usine.client(alice.cle)
    navigateur.get(reverse("recherche"))
    reponses = set()
    for numero, caisse, telephone in (
        ("0000000", "921", "0600000001"),
        (usine.dossier("441", **joignable), "441", "0600000001"),
        (usine.dossier(opposition=True, **joignable), "921", "0600000001"),
        (au_registre, "921", "0600000001"),
        (usine.dossier(etat="clos", **joignable), "921", "0600000001"),
        (usine.dossier(etat="mute", **joignable), "921", "0600000001"),
        (usine.dossier(**joignable), "921", "0600000002"),
        (usine.dossier(), "921", "0600000001"),
        (usine.dossier(**joignable), "751", "0600000001"),
    ):
        porte.vieillir(alice, "1 day")
        porte.passees(alice, porte.epars(vaines), affichees=False)
        with CaptureQueriesContext(connection) as requetes:
            ticket = demander(alice, numero, navigateur, caisse=caisse, telephone=telephone)
            assert ticket.status_code == 303
            page = navigateur.get(ticket["Location"])
        assert page.status_code == 200
        corps = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|data-session-\w+="\d+"', "", page.content.decode())
        assert "Aucun dossier consultable ne correspond" in corps
        assert ("Plusieurs demandes de suite n’ont ouvert aucun dossier" in corps) is (vaines == 4)
        reponses.add(
            (corps, tuple(sorted((nom, valeur) for nom, valeur in page.headers.items() if nom != "Content-Length")), len(requetes))
        )
    assert len(reponses) == 1
    issues = {trace["issue"] for trace in usine.traces(acteur=alice.utilisateur.pk, action="consulter")}
    assert issues == {"introuvable", "hors_caisse", "oppose", "clos", "telephone"}


def test_a_dossier_shown_ends_the_row_of_misses(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    porte.passees(alice, porte.epars(4), affichees=False)
    navigateur.get(demander(alice, numero, navigateur)["Location"])
    page = navigateur.get(demander(alice, "0000000", navigateur)["Location"])
    assert "Plusieurs demandes de suite" not in page.content.decode()


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("numero", ""), ("numero", "12345678"), ("numero", "１２３４５６７"), ("numero", "١٢٣٤٥٦٧"), ("numero", "1" * 5000), ("numero", "12\x0034"),
        ("numero", "123456 OR 1=1"), ("numero", "<script>alert(1)</script>"), ("numero", "{{ 7*7 }}"), ("motif", ""), ("motif", None),
        ("motif", "foo"), ("motif", "tiers_payant"), ("cadre", ""), ("cadre", "999999999"), ("cadre", "x"), ("caisse", ""), ("caisse", "92"),
        ("caisse", "9211"), ("non_opposition", None),
    ],
)  # fmt: skip
def test_a_bad_field_is_said_at_its_place_and_nothing_is_asked(base: None, champ: str, valeur: str | None) -> None:
    alice = usine.agent("T1")
    reponse = demander(alice, "1234567", None, **{champ: valeur})
    assert reponse.status_code == 200
    texte = reponse.content.decode()
    assert f'href="#id_{champ}' in texte
    assert 'aria-invalid="true"' in texte
    assert "<script>alert" not in texte
    assert usine.traces(acteur=alice.utilisateur.pk) == []


def test_arrays_in_a_field_are_read_as_one_value(base: None) -> None:
    alice = usine.agent("T1")
    assert demander(alice, "1234567", motif=["suivi_social", "foo"]).status_code == 200
    assert usine.traces(acteur=alice.utilisateur.pk) == []


@pytest.mark.parametrize("saisie", ["1234567", " 123 4567 ", "1234567A", "1234567 a", "123456700000000", "1 234 567", "123 456 7 Z"])
def test_a_number_is_understood_as_it_stands_on_a_letter(saisie: str) -> None:
    assert normaliser_numero(saisie) == "1234567"


def test_a_short_number_has_lost_its_zeros() -> None:
    assert normaliser_numero("42") == "0000042"


@given(st.text(max_size=30))
def test_a_number_is_seven_ascii_digits_or_nothing(saisie: str) -> None:
    numero = normaliser_numero(saisie)
    assert numero is None or re.fullmatch(r"[0-9]{7}", numero, re.A)


@pytest.mark.parametrize("methode", ["head", "options", "put", "patch", "delete", "post"])
def test_a_ticket_is_only_read_with_get(base: None, methode: str) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    ticket = demander(alice, numero)["Location"]
    avant = len(usine.traces(acteur=alice.utilisateur.pk))
    reponse = getattr(usine.client(alice.cle), methode)(ticket)
    assert reponse.status_code == 405
    assert usine.SENTINELLE.encode() not in reponse.content
    assert len(usine.traces(acteur=alice.utilisateur.pk)) == avant


def test_a_page_needs_few_queries(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    ticket = demander(alice, numero, navigateur)["Location"]
    with CaptureQueriesContext(connection) as requetes:
        assert navigateur.get(ticket).status_code == 200
    # The reading itself goes through a pipeline that the capture does not see: one more statement.
    assert len(requetes) + 1 <= 8


def test_the_limit_is_a_429_with_a_way_out(base: None) -> None:
    alice = usine.agent("T1")
    for _ in range(10):
        assert demander(alice, "0000000").status_code == 303
    reponse = demander(alice, usine.dossier())
    assert reponse.status_code == 429
    assert 840 <= int(reponse["Retry-After"]) <= 900
    texte = reponse.content.decode()
    assert "Vous pourrez recommencer à" in texte
    assert "dans 15 minutes" in texte
    for sortie in ("accueil", "mes_consultations", "contacts"):
        assert f'href="{reverse(sortie)}"' in texte
    encore = demander(alice, "0000000")  # another number, which opens nothing: the same page, but for the second
    heure = re.compile(r"Vous pourrez recommencer à [^.<]+")
    assert (encore.status_code, heure.sub("", encore.content.decode())) == (429, heure.sub("", texte))
    assert {nom: valeur for nom, valeur in encore.headers.items() if nom != "Retry-After"} == {
        nom: valeur for nom, valeur in reponse.headers.items() if nom != "Retry-After"
    }
    assert [trace["issue"] for trace in usine.traces(acteur=alice.utilisateur.pk, action="rechercher")][-2:] == ["quota", "quota"]


def test_the_journal_down_is_a_503_without_a_byte_of_the_dossier(base: None) -> None:
    from datetime import UTC, datetime, timedelta

    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    ticket = demander(alice, numero, navigateur)["Location"]
    jour = datetime.now(UTC).date()
    partition = f"audit_trace_{jour:%Y%m%d}"
    with usine.connexion("proprietaire") as pg:
        pg.execute(f"alter table audit_trace detach partition {partition}")
        try:
            for reponse in (navigateur.get(ticket), demander(alice, numero, navigateur)):
                assert reponse.status_code == 503
                assert usine.SENTINELLE.encode() not in reponse.content
                assert "Retry-After" in reponse
        finally:
            pg.execute(f"alter table audit_trace attach partition {partition} for values from ('{jour}') to ('{jour + timedelta(days=1)}')")
    assert navigateur.get(ticket).status_code == 200


def test_the_print_sheet_bears_its_watermark_and_is_traced(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    ticket = demander(alice, numero, navigateur)["Location"]
    navigateur.get(ticket)
    feuille = navigateur.post(ticket + "imprimer/")
    assert feuille.status_code == 200
    texte = feuille.content.decode()
    assert "Alice Modèle" in texte
    assert ticket.strip("/").split("/")[-1] in texte
    assert [trace["action"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["rechercher", "consulter", "imprimer"]


def test_another_month_is_another_reading_and_is_traced(base: None) -> None:
    hugo = usine.agent("T4")
    numero = usine.dossier(quotients=[{"annee": 2026, "mois": 1, "valeur": 54321}, {"annee": 2026, "mois": 2, "valeur": 65432}])
    navigateur = usine.client(hugo.cle)
    ticket = demander(hugo, numero, navigateur, motif="bourse")["Location"]
    assert "54\u00a0321" not in navigateur.get(ticket).content.decode()
    page = navigateur.get(ticket, {"mois": "2026-01"}).content.decode()
    assert "54\u00a0321" in page
    assert "65\u00a0432" not in page
    assert '<input type="hidden" name="mois" value="2026-01">' in page
    assert "Ce mois n’est pas reconnu." in navigateur.get(ticket, {"mois": "2026-01'; select 1"}).content.decode()
    assert "54\u00a0321" in navigateur.post(ticket + "imprimer/", {"mois": "2026-01"}).content.decode()
    actions = [trace["action"] for trace in usine.traces(acteur=hugo.utilisateur.pk)]
    assert actions == ["rechercher", "consulter", "section", "section", "imprimer"]


def test_a_report_and_an_opposition_go_to_the_caisse_by_the_ticket(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    ticket = demander(alice, numero, navigateur)["Location"]
    assert navigateur.post(ticket + "signaler/", {"sujet": "famille"}).status_code == 404
    navigateur.get(ticket)
    assert navigateur.post(ticket + "signaler/", {"sujet": ""}).status_code == 200
    assert navigateur.post(ticket + "signaler/", {"sujet": "famille"}).status_code == 200
    assert navigateur.post(ticket + "opposition/").status_code == 200
    with usine.connexion("proprietaire") as pg:
        lignes = pg.execute(
            "select genre, sujet, caisse from allocataires_signalement where acteur = %s order by id", [alice.utilisateur.pk]
        ).fetchall()
    assert lignes == [("erreur", "famille", "921"), ("opposition", "opposition", "921")]
    assert [trace["action"] for trace in usine.traces(acteur=alice.utilisateur.pk)][-2:] == ["signaler", "opposition_declarer"]


def test_my_consultations_show_three_digits_and_no_outcome(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    navigateur.get(demander(alice, numero, navigateur)["Location"])
    texte = navigateur.get(reverse("mes_consultations")).content.decode()
    assert numero[-3:] in texte
    assert numero not in texte
    assert "Suivi social" in texte
    for page in ("2", "0", "-1", "x", "9" * 40, "١"):
        assert navigateur.get(reverse("mes_consultations"), {"page": page}).status_code == 200


def test_a_landlord_chooses_its_code_and_attests_nothing(base: None) -> None:
    bailleur = usine.agent("T8", codes=("00123",))
    sien, autre = usine.dossier(code_bailleur="00123"), usine.dossier(code_bailleur="00999")
    navigateur = usine.client(bailleur.cle)
    assert "non_opposition" not in navigateur.get(reverse("recherche")).content.decode()
    for numero, code, attendu in ((sien, "00123", True), (autre, "00123", False), (autre, "00999", False)):
        reponse = demander(bailleur, numero, navigateur, motif="tiers_payant", code_acces=code, non_opposition=None)
        page = navigateur.get(reponse["Location"]).content.decode()
        assert (usine.SENTINELLE in page) is attendu
    assert 'href="#id_code_acces' in demander(bailleur, sien, navigateur, motif="tiers_payant", code_acces="").content.decode()


def test_the_last_cadre_and_caisse_are_remembered_for_the_session(base: None) -> None:
    alice = usine.agent("T1", caisses=("441", "921"))
    navigateur = usine.client(alice.cle)
    demander(alice, "0000000", navigateur, caisse="441")
    assert '<option value="441" selected>' in navigateur.get(reverse("recherche")).content.decode()


def test_printing_first_is_still_a_consultation(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    ticket = demander(alice, numero, navigateur)["Location"]
    navigateur.post(ticket + "imprimer/")
    assert [trace["action"] for trace in usine.traces(acteur=alice.utilisateur.pk)] == ["rechercher", "consulter"]


def test_a_dossier_of_an_unexpected_form_is_a_503_and_its_values_reach_no_log(base: None, caplog: pytest.LogCaptureFixture) -> None:
    alice = usine.agent("T1")
    numero = usine.dossier(quotient={"annee": 2026, "mois": usine.SENTINELLE})
    navigateur = usine.client(alice.cle)
    reponse = navigateur.get(demander(alice, numero, navigateur)["Location"])
    assert reponse.status_code == 503
    assert usine.SENTINELLE not in caplog.text
    assert "indisponible" in caplog.text


def test_a_right_cut_after_the_reading_reports_nothing(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    ticket = demander(alice, numero, navigateur)["Location"].strip("/").split("/")[-1]
    navigateur.get(f"/consultation/{ticket}/")
    alice.affectation.suspension = timezone.now()
    alice.affectation.save(using=usine.OWNER)
    assert consultations.signaler(session=alice.cle, ticket=UUID(ticket), genre="opposition", sujet="opposition", ip=usine.IP) is False


def test_a_report_made_twice_is_one_report(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    ticket = demander(alice, numero, navigateur)["Location"]
    navigateur.get(ticket)
    for _ in range(2):
        assert navigateur.post(ticket + "signaler/", {"sujet": "famille"}).status_code == 200
    (trace,) = usine.traces(acteur=alice.utilisateur.pk, action="signaler")
    assert trace["profil"] == "T1"
