"""The journeys, in a browser: sign in, search, refuse, read, print, sign out, come back."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from allocataires.formats import date_fr
from habilitations.models import Session
from tests import usine
from tests.navigateur.gestes import (
    MOT_DE_PASSE,
    REFUS,
    Ouvrir,
    bouton,
    chercher,
    code,
    demander,
    finir_dans,
    inactif_depuis,
    lien,
    se_connecter,
    titre,
)
from tests.usine import OWNER, SENTINELLE


def test_signing_in_takes_a_password_then_a_code(ouvrir: Ouvrir, alice: usine.Agent) -> None:
    page = ouvrir()
    page.goto("/")
    titre(page, "Connexion")
    secret = page.get_by_label("Mot de passe (obligatoire)", exact=True)
    page.get_by_label("Identifiant").fill(alice.utilisateur.identifiant)
    secret.fill(MOT_DE_PASSE)
    bouton(page, "Afficher le mot de passe").click()
    expect(secret).to_have_attribute("type", "text")
    secret.press("Enter")
    titre(page, "Code de connexion")
    cle = {un["name"]: un["value"] for un in page.context.cookies()}["session"]
    page.goto("/recherche/")
    titre(page, "Code de connexion")
    page.get_by_label("Code à six chiffres").fill("abc")
    bouton(page, "Se connecter").click()
    expect(page.get_by_role("alert")).to_be_focused()
    bon = code()
    page.get_by_label("Code à six chiffres").fill(f"{bon[:3]} {bon[3:]}")
    bouton(page, "Se connecter").click()
    titre(page, "Bonjour Alice Modèle")
    cookies = {un["name"]: un for un in page.context.cookies()}
    assert cookies["session"]["value"] != cle
    assert all(un["httpOnly"] and un["sameSite"] in ("Lax", "Strict") for un in cookies.values())
    assert {nom for nom, un in cookies.items() if un["expires"] != -1} == {"appareil"}, "what knows the device, and opens nothing"
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_a_wrong_password_is_said_where_one_starts_to_read(ouvrir: Ouvrir, alice: usine.Agent) -> None:
    page = ouvrir()
    page.goto("/connexion/")
    page.get_by_label("Identifiant").fill(alice.utilisateur.identifiant)
    page.get_by_label("Mot de passe (obligatoire)", exact=True).fill("faux")
    bouton(page, "Continuer").click()
    resume = page.get_by_role("alert")
    expect(resume).to_be_focused()
    expect(resume).to_contain_text("ne convient pas")
    expect(page).to_have_title("Erreur : Connexion – CDAP")
    expect(page.get_by_label("Identifiant")).to_have_value(alice.utilisateur.identifiant)
    expect(page.get_by_label("Mot de passe (obligatoire)", exact=True)).to_have_value("")


def test_a_forgotten_field_is_linked_from_the_summary(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    page.goto("/recherche/")
    bouton(page, "Ouvrir le dossier").click()
    resume = page.get_by_role("alert")
    expect(resume).to_be_focused()
    for texte, champ in (
        ("Saisissez le numéro", "Numéro d’allocataire"),
        ("Choisissez le motif", "Motif de la consultation"),
        ("Attestez", "L’allocataire est informé"),
    ):
        resume.get_by_role("link", name=re.compile(texte)).click()
        expect(page.get_by_label(champ)).to_be_focused()
        expect(page.get_by_label(champ)).to_have_attribute("aria-invalid", "true")
    assert usine.traces(acteur=alice.utilisateur.pk) == []


def test_search_read_print_and_sign_out(ouvrir: Ouvrir, alice: usine.Agent) -> None:
    numero = usine.dossier()
    page = ouvrir()
    se_connecter(page, alice)
    lien(page.get_by_role("navigation", name="Navigation principale"), "Recherche").click()
    chercher(page, numero)
    titre(page, SENTINELLE)
    adresse = page.url
    assert numero not in adresse
    assert SENTINELLE not in page.title()
    bouton(page, "Imprimer").click()
    expect(page.get_by_text("Document confidentiel")).to_contain_text(f"Alice Modèle, le {date_fr(timezone.localdate())}")
    expect(page.get_by_text("Document confidentiel")).to_contain_text(adresse.rstrip("/").rpartition("/")[2])
    bouton(page, "Déconnexion").click()
    expect(page.get_by_role("status")).to_contain_text("Vous êtes déconnecté.")
    assert "session" not in {un["name"] for un in page.context.cookies()}
    page.goto(adresse)
    titre(page, "Connexion")
    assert SENTINELLE not in page.content()
    actions = [trace["action"] for trace in usine.traces(acteur=alice.utilisateur.pk)]
    assert actions == ["ouvrir", "rechercher", "consulter", "imprimer", "fermer"]


def test_a_refusal_is_one_neutral_sentence_with_a_way_out(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    for numero in (usine.dossier(opposition=True), "0000000"):
        chercher(page, numero)
        refus = page.get_by_role("main").get_by_role("status")
        expect(refus).to_contain_text(REFUS)
        expect(refus).to_be_focused()
        assert "/consultation/" in page.url
        expect(page.get_by_label("Numéro d’allocataire")).to_have_value("")
    lien(refus, "contactez la Caf de l’allocataire").click()
    titre(page, "Contacter la Caf")


def test_the_back_button_after_signing_out_shows_no_dossier(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    chercher(page, usine.dossier())
    titre(page, SENTINELLE)
    bouton(page, "Déconnexion").click()
    titre(page, "Connexion")
    for _ in range(2):
        # Not page.go_back(): a page taken from the browser's memory fires no « load », and this one must not be waited for.
        page.evaluate("setTimeout(() => history.back())")
        page.wait_for_timeout(700)
        titre(page, "Connexion")
        assert SENTINELLE not in page.content()


def test_a_page_taken_from_memory_hides_and_asks_again(ouvrir: Ouvrir) -> None:
    """What the browser kept in memory comes back with `persisted`: it is hidden before it is seen."""
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    page.goto(demander(alice, usine.dossier()))
    titre(page, SENTINELLE)
    usine.executer("update habilitations_session set fermee = 'deconnexion' where utilisateur_id = %s", [alice.utilisateur.pk])
    cachee = page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})) && document.documentElement.hidden")
    assert cachee is True
    titre(page, "Connexion")


def test_two_tabs_hold_two_tickets_and_sign_out_together(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    premier, second = (
        usine.dossier(identite={"responsable": {"nom_naissance": nom, "prenoms": "Camille"}}) for nom in ("PREMIER", "SECOND")
    )
    un = ouvrir(alice.cle)
    deux = un.context.new_page()
    chercher(un, premier)
    titre(un, "PREMIER")
    chercher(deux, second)
    titre(deux, "SECOND")
    assert un.url != deux.url
    un.reload()
    titre(un, "PREMIER")
    bouton(deux, "Déconnexion").click()
    for page in (deux, un):
        expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()
    assert "PREMIER" not in un.content()


def test_the_session_warns_two_minutes_before_its_end_and_one_key_extends_it(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    finir_dans(alice, 130)
    page.goto("/recherche/")
    numero = page.get_by_label("Numéro d’allocataire")
    numero.fill("123")
    dialogue = page.get_by_role("dialog", name="Votre session se ferme dans 2 minutes")
    expect(dialogue).to_be_hidden()
    expect(dialogue).to_be_visible(timeout=20_000)
    expect(dialogue.get_by_role("status")).to_have_text("Il reste 2 minutes.")
    expect(bouton(dialogue, "Rester connecté")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || document.querySelector('#session').contains(document.activeElement)"
        )
    bouton(dialogue, "Rester connecté").focus()
    inactif_depuis(alice, 60)
    page.keyboard.press("Enter")
    expect(dialogue).to_be_hidden()
    expect(numero).to_be_focused()
    expect(numero).to_have_value("123")
    assert reste(alice) > timedelta(minutes=14)


def test_escape_extends_too_and_the_other_tab_is_told(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    deux = ouvrir(alice.cle)
    un = deux.context.new_page()
    finir_dans(alice, 110)
    for page in (deux, un):
        page.goto("/mes-consultations/")
        expect(page.get_by_role("dialog")).to_be_visible()
    inactif_depuis(alice, 60)
    un.keyboard.press("Escape")
    for page in (un, deux):
        expect(page.get_by_role("dialog")).to_be_hidden()
    assert reste(alice) > timedelta(minutes=14)


def test_the_absolute_end_is_announced_and_cannot_be_put_off(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    finir_dans(alice, 110)
    usine.executer("update habilitations_session set debut = fin - interval '8 hours' where utilisateur_id = %s", [alice.utilisateur.pk])
    page.goto("/recherche/")
    dialogue = page.get_by_role("dialog")
    expect(dialogue).to_contain_text("ne peut plus être prolongée")
    page.keyboard.press("Enter")
    expect(dialogue).to_be_hidden()
    assert reste(alice) < timedelta(minutes=2)


def test_at_the_end_of_the_session_no_dossier_is_left_in_the_page(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    adresse = demander(alice, usine.dossier())
    finir_dans(alice, 10)
    page.goto(adresse)
    titre(page, SENTINELLE)
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_text("Votre session s’est fermée.")).to_be_visible(timeout=20_000)
    assert SENTINELLE not in page.content()
    page.evaluate("setTimeout(() => history.back())")
    page.wait_for_timeout(500)
    assert SENTINELLE not in page.content()


def test_the_dossier_leaves_the_page_even_when_no_other_takes_its_place(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    page = ouvrir(alice.cle)
    adresse = demander(alice, usine.dossier())
    finir_dans(alice, 10)
    page.goto(adresse)
    titre(page, SENTINELLE)
    page.route("**/connexion/**", lambda route: route.fulfill(status=204))
    expect(page.get_by_text(SENTINELLE)).to_have_count(0, timeout=20_000)


def test_the_older_of_two_sessions_is_closed_and_both_are_told(ouvrir: Ouvrir, alice: usine.Agent) -> None:
    cle, _ = usine.ouvrir_session(alice.utilisateur)
    ancien = ouvrir(cle)
    ancien.goto("/")
    nouveau = ouvrir()
    se_connecter(nouveau, alice)
    expect(nouveau.get_by_text("Une autre session de votre compte était ouverte")).to_be_visible()
    nouveau.reload()
    expect(nouveau.get_by_text("Une autre session de votre compte était ouverte")).to_have_count(0)
    ancien.goto("/recherche/")
    expect(ancien.get_by_role("status")).to_contain_text("votre compte vient d’être utilisé ailleurs")


def test_it_was_not_me_closes_every_session_and_raises_an_alert(ouvrir: Ouvrir) -> None:
    alice = usine.agent("T1")
    deja_connectee(alice, 2)
    autre, _ = usine.ouvrir_session(alice.utilisateur)
    page = ouvrir(alice.cle)
    page.goto("/")
    expect(page.get_by_text("Essais refusés depuis")).to_be_visible()
    bouton(page, "Ce n’était pas moi").click()
    titre(page, "Connexion")
    assert "fin=signalement" in page.url
    dehors(ouvrir(autre))
    assert [trace["motif"] for trace in usine.traces(acteur=alice.utilisateur.pk, famille="alerte")] == ["pas_moi"]


def deja_connectee(agent: usine.Agent, fois: int) -> None:
    """Write the traces of earlier connections."""
    for _ in range(fois):
        usine.executer(
            "select cdap.journal_ecrire(%s, %s, null, null, 'connexion', 'ouvrir', 'accorde', null, null, null, null, '192.0.2.9')",
            [agent.utilisateur.pk, agent.organisme.pk],
        )


def dehors(page: Page) -> None:
    page.goto("/recherche/")
    titre(page, "Connexion")


def reste(agent: usine.Agent) -> timedelta:
    """How long the agent's live session still lasts."""
    return Session.objects.using(OWNER).get(utilisateur=agent.utilisateur, fermee="").fin - timezone.now()
