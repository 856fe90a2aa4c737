"""A message to one's caisse: who sends what, who reads it, what is refused, what is traced, what is mailed."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from psycopg import errors

from tests import usine
from tests.allocataires import porte
from tests.cdap.aides import message, repondre
from tests.travail import Boite, travailler
from tests.usine import IP, Agent

ENVOYER = "select cdap.contact_envoyer(%s, %s, %s, %s, %s::inet)"
TRAITER = "select cdap.contact_traiter(%s, %s, %s, %s, %s::inet)"


def _ticket(alice: Agent) -> str:
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, usine.dossier())
    assert ticket is not None
    return str(ticket)


def _etat(numero: int) -> str:
    return str(usine.valeur("select etat from cdap_contact where id = %s", [numero]))


def _traces(**criteres: object) -> list[tuple[str, str, str, str | None]]:
    return [
        (un["action"], un["issue"], un["objet"], un["motif"])
        for un in usine.traces(famille="compte", **criteres)
        if un["action"].startswith("contact_")
    ]


def test_a_message_goes_to_the_caisse_of_the_organisation_and_back(base: None) -> None:
    alice = usine.agent("T1", caisses=("441", "921"))
    navigateur, dora = usine.client(alice.cle), usine.operateur("441")
    reponse = navigateur.post(reverse("aide_contact"), {"sujet": "acces", "ticket": "", "texte": "Mon <b>groupe</b> ne s’ouvre pas."})
    assert (reponse.status_code, reponse["Location"]) == (303, "/aide/contact/?fait=envoye")
    numero = usine.valeur("select max(id) from cdap_contact where utilisateur_id = %s", [alice.utilisateur.pk])
    caf = usine.client(dora.session)
    assert f"M-{numero}" in caf.get(reverse("admin:contacts")).content.decode()
    page = caf.get(reverse("admin:contact", args=[numero])).content.decode()
    assert "Mon &lt;b&gt;groupe&lt;/b&gt; ne s’ouvre pas." in page
    assert alice.organisme.raison_sociale in page
    caf.post(reverse("admin:contact_traiter", args=[numero, "prendre"]))
    assert "En cours" in navigateur.get(reverse("aide_contact")).content.decode()
    caf.post(reverse("admin:contact", args=[numero]), {"reponse": "C’est <i>réglé</i>."})
    assert "C’est &lt;i&gt;réglé&lt;/i&gt;." in navigateur.get(reverse("aide_contact")).content.decode()
    caf.post(reverse("admin:contact_traiter", args=[numero, "clore"]))
    assert _etat(numero) == "close"
    assert _traces(acteur=alice.utilisateur.pk) == [("contact_envoyer", "accorde", f"contact:{numero}", "acces")]
    assert _traces(acteur=dora.utilisateur) == [
        (f"contact_{acte}", "accorde", f"contact:{numero}", "acces") for acte in ("prendre", "repondre", "clore")
    ]


def test_a_message_about_a_consultation_goes_to_the_caisse_of_its_dossier(base: None) -> None:
    alice = usine.agent("T1", caisses=("441", "921"))
    with usine.connexion() as pg:
        ticket = porte.chercher(pg, alice, usine.dossier("921"), caisse="921")
    numero = message(alice, sujet="refus", ticket=str(ticket))
    assert usine.valeur("select caisse from cdap_contact where id = %s", [numero]) == "921"
    assert usine.valeur("select caisse from cdap_contact where id = %s", [message(alice)]) == "441"


def test_six_months_run_from_the_answer_whenever_it_is_closed(base: None) -> None:
    alice, dora = usine.agent("T1"), usine.operateur("921")
    numero = message(alice)
    repondre(numero)
    usine.executer("update cdap_contact set repondue = repondue - interval '5 months' where id = %s", [numero])
    with usine.connexion("caf") as pg:
        assert pg.execute("select cdap.contact_traiter(%s, %s, 'clore', null, %s::inet)", [dora.session, numero, IP]).fetchone() == (
            "fait",
        )
    assert usine.valeur("select repondue < cdap.maintenant() - interval '4 months' from cdap_contact where id = %s", [numero])


def test_the_reference_is_one_of_the_own_consultations_of_the_last_days(base: None) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    mien, sien, vieux = _ticket(alice), _ticket(bob), _ticket(alice)
    usine.executer("update allocataires_consultation set debut = debut - interval '7 days 1 second' where ticket = %s", [vieux])
    navigateur = usine.client(alice.cle)
    page = navigateur.get(reverse("aide_contact"), {"ticket": mien}).content.decode()
    assert f'value="{mien}" selected' in page
    assert sien not in page
    assert vieux not in page
    for ticket in (sien, vieux, str(uuid4())):
        reponse = navigateur.post(reverse("aide_contact"), {"sujet": "refus", "ticket": ticket, "texte": "Pourquoi ?"})
        assert "Choisissez une de vos propres consultations" in reponse.content.decode()
        with usine.connexion() as pg:
            assert pg.execute(ENVOYER, [alice.cle, "refus", ticket, "Pourquoi ?", IP]).fetchone() == ("ticket",)
    assert _traces(acteur=alice.utilisateur.pk) == [("contact_envoyer", "refuse", "", "ticket")] * 3
    numero = message(alice, sujet="refus", ticket=mien)
    assert str(usine.valeur("select ticket from cdap_contact where id = %s", [numero])) == mien
    assert navigateur.post(reverse("aide_contact"), {"sujet": "refus", "ticket": mien, "texte": "Encore ?"}).status_code == 303


@pytest.mark.parametrize(
    "texte",
    ["1234567", "le dossier 1 234 567 A", "12.34.56.7", "１２３４５６７", "1\u00a0234\u202f567", "06 12 34 56 78", "a1-2-3-4-5-6-7b"],
)
def test_a_number_is_refused_in_whatever_digits(base: None, texte: str) -> None:
    alice, dora = usine.agent("T1"), usine.operateur("921")
    page = usine.client(alice.cle).post(reverse("aide_contact"), {"sujet": "acces", "ticket": "", "texte": texte}).content.decode()
    assert "N’écrivez ni numéro de dossier, ni téléphone" in page
    with usine.connexion() as pg, pytest.raises(errors.DataError):
        pg.execute(ENVOYER, [alice.cle, "acces", None, texte, IP])
    numero = message(alice)
    page = usine.client(dora.session).post(reverse("admin:contact", args=[numero]), {"reponse": texte}).content.decode()
    assert "N’écrivez ni numéro de dossier, ni téléphone" in page
    with usine.connexion("caf") as pg, pytest.raises(errors.DataError):
        pg.execute(TRAITER, [dora.session, numero, "repondre", texte, IP])
    assert _etat(numero) == "recue"


@pytest.mark.parametrize("texte", ["123456", "le 12/11/2026 à 14 h 02", "article 226-13 du code", "x" * 2000])
def test_near_misses_of_a_number_go_through(base: None, texte: str) -> None:
    alice = usine.agent("T1")
    assert usine.client(alice.cle).post(reverse("aide_contact"), {"sujet": "acces", "ticket": "", "texte": texte}).status_code == 303


@pytest.mark.parametrize(
    ("sujet", "texte"), [("autre", "Bonjour"), ("acces", ""), ("acces", " \n "), ("acces", "x" * 2001), ("", "Bonjour"), ("acces", None)]
)
def test_what_is_not_a_message_is_refused(base: None, sujet: str, texte: str | None) -> None:
    alice = usine.agent("T1")
    reponse = usine.client(alice.cle).post(reverse("aide_contact"), {"sujet": sujet, "ticket": "", "texte": texte or ""})
    assert reponse.status_code == 200
    assert "Erreur :" in reponse.content.decode()
    with usine.connexion() as pg, pytest.raises(errors.DataError):
        pg.execute(ENVOYER, [alice.cle, sujet, None, texte, IP])


def test_another_caisse_sees_and_does_nothing(base: None) -> None:
    noe, numero = usine.operateur("441"), message(usine.agent("T1"))
    navigateur = usine.client(noe.session)
    assert f"M-{numero}<" not in navigateur.get(reverse("admin:contacts")).content.decode()
    for inaccessible in (numero, 10**15):
        assert navigateur.get(reverse("admin:contact", args=[inaccessible])).status_code == 404
        assert navigateur.post(reverse("admin:contact", args=[inaccessible]), {"reponse": "Bonjour."}).status_code == 404
        assert navigateur.post(reverse("admin:contact_traiter", args=[inaccessible, "prendre"])).status_code == 404
    assert navigateur.get(reverse("admin:contact", args=[10**30])).status_code == 404
    assert _traces(acteur=noe.utilisateur) == [("contact_prendre", "refuse", f"contact:{un}", None) for un in (numero, 10**15)]
    assert _etat(numero) == "recue"


def test_another_agent_reads_nothing_of_it(base: None) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    message(alice, texte="Une question d’Alice.")
    assert "Une question d’Alice." in usine.client(alice.cle).get(reverse("aide_contact")).content.decode()
    assert "Une question d’Alice." not in usine.client(bob.cle).get(reverse("aide_contact")).content.decode()
    assert (
        "Une question d’Alice."
        not in usine.client(usine.administrateur(alice.organisme).session).get(reverse("aide_contact")).content.decode()
    )


@pytest.mark.parametrize("role", ["portail", "caf", "controle", "worker", "flux"])
def test_no_role_reads_the_texts_by_itself(base: None, role: str) -> None:
    for colonne in ("texte", "reponse", "ticket"):
        with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
            pg.execute(f"select {colonne} from cdap_contact")
    for acte in ("insert into cdap_contact default values", "delete from cdap_contact", "update cdap_contact set etat = 'close'"):
        with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
            pg.execute(acte)


def test_steps_go_one_way_and_the_second_operator_is_told(base: None) -> None:
    dora, numero = usine.operateur("921"), message(usine.agent("T1"))
    navigateur = usine.client(dora.session)
    for acte, apres in (("clore", "recue"), ("prendre", "en_cours"), ("prendre", "en_cours"), ("clore", "en_cours")):
        navigateur.post(reverse("admin:contact_traiter", args=[numero, acte]))
        assert _etat(numero) == apres
    repondre(numero)
    page = navigateur.post(reverse("admin:contact", args=[numero]), {"reponse": "Une seconde réponse."}, follow=True).content.decode()
    assert "Une autre personne vient de traiter ce message" in page
    assert "Une seconde réponse." not in page
    assert navigateur.post(reverse("admin:contact_traiter", args=[numero, "repondre"])).status_code == 404
    assert navigateur.get(reverse("admin:contact_traiter", args=[numero, "clore"])).status_code == 405


def test_no_more_than_ten_wait_even_sent_together(base: None) -> None:
    alice = usine.agent("T1")
    suites: list[Any] = []

    def envoyer() -> None:
        with usine.connexion() as pg:
            suites.extend(pg.execute(ENVOYER, [alice.cle, "acces", None, "Bonjour.", IP]).fetchone() for _ in range(4))

    fils = [threading.Thread(target=envoyer) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(suites) == [("attente",)] * 6 + [("envoye",)] * 10
    page = usine.client(alice.cle).post(reverse("aide_contact"), {"sujet": "acces", "ticket": "", "texte": "Bonjour."}).content.decode()
    assert "Plusieurs de vos messages attendent déjà leur réponse" in page
    repondre(usine.valeur("select min(id) from cdap_contact where utilisateur_id = %s", [alice.utilisateur.pk]))
    message(alice)


def test_a_dead_session_sends_nothing(base: None) -> None:
    with usine.connexion() as pg:
        assert pg.execute(ENVOYER, ["inconnue", "acces", None, "Bonjour.", IP]).fetchone() == ("session",)
    alice = usine.agent("T1")
    alice.session.fin -= timedelta(hours=1)
    alice.session.save(using=usine.OWNER)
    with usine.connexion() as pg:
        assert pg.execute(ENVOYER, [alice.cle, "acces", None, "Bonjour.", IP]).fetchone() == ("session",)


def test_the_mail_says_that_an_answer_waits_and_nothing_else(boite: Boite) -> None:
    alice = usine.agent("T1")
    numero = message(alice, texte="Une question secrète.")
    repondre(numero, "Une réponse secrète.")
    travailler()
    (texte,) = boite.textes(alice.utilisateur.courriel)
    assert "Une réponse de votre Caf vous attend" in texte
    assert f"M-{numero}" in texte
    assert "/aide/contact/" in texte
    assert "secrète" not in texte
    assert alice.organisme.raison_sociale not in texte


def test_who_is_suspended_is_not_written_to(boite: Boite) -> None:
    alice = usine.agent("T1")
    numero = message(alice)
    repondre(numero)
    usine.executer(
        "update habilitations_utilisateur set suspension = now(), suspension_cause = 'caf' where id = %s", [alice.utilisateur.pk]
    )
    travailler()
    assert boite.textes(alice.utilisateur.courriel) == []


def test_a_person_without_a_habilitation_may_write(base: None) -> None:
    cle = usine.ouvrir_session(usine.utilisateur(usine.organisme()))[0]
    navigateur = usine.client(cle)
    assert navigateur.post(reverse("aide_contact"), {"sujet": "acces", "ticket": "", "texte": "Pourquoi rien ?"}).status_code == 303
    assert "Pourquoi rien ?" in navigateur.get(reverse("aide_contact")).content.decode()


def test_the_board_counts_what_waits_in_the_own_caisses(base: None) -> None:
    alice = usine.agent("T1", caisses=("973",))
    numero = message(alice)
    message(alice)
    repondre(numero, "C’est réglé.", "973")
    page = usine.client(usine.operateur("973").session).get(reverse("admin:index")).content.decode()
    assert "<b>1</b> messages d’agents en attente" in page
    assert "messages d’agents en attente" not in usine.client(usine.operateur("641").session).get(reverse("admin:index")).content.decode()
