"""What is announced, to whom and when; the portal in maintenance; who may publish."""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from allocataires.formats import heure_fr
from audit.journal.auteur import Auteur
from cdap import annonces, barriere
from cdap.models import Annonce
from conventions.models import Caisse
from habilitations.models import Role
from habilitations.perimetre import HorsPerimetre
from tests import usine
from tests.cdap.test_barriere import ACTEURS, ADMINISTRATION, PUBLIQUES, RENVOIS, administration, adresse
from tests.usine import OWNER

Genre = Annonce.Genre
PERSONNEL = ("caf", "controleur", "dpo")


@contextmanager
def annonce(
    genre: Annonce.Genre, *, dans: timedelta = -timedelta(hours=1), duree: timedelta = timedelta(hours=3), **champs: Any
) -> Iterator[Annonce]:
    """An announcement that begins `dans` from now; it is shared by the whole database, so it goes away."""
    debut = timezone.now() + dans
    une = Annonce.objects.using(OWNER).create(
        **{"genre": genre, "titre": usine.unique("Titre"), "texte": usine.unique("Texte"), "debut": debut, "fin": debut + duree} | champs
    )
    try:
        yield une
    finally:
        une.delete(using=OWNER)


@pytest.fixture
def maintenance(base: None) -> Iterator[Annonce]:
    """The portal in maintenance for two hours more."""
    with annonce(Genre.MAINTENANCE) as une:
        yield une


def page(navigateur: Client, nom: str = "accueil") -> str:
    return html.unescape(navigateur.get(reverse(nom)).content.decode())


# --- The maintenance --------------------------------------------------------------------------------------


@pytest.mark.parametrize("acteur", ACTEURS)
def test_a_maintenance_closes_the_portal_to_all_but_the_staff_of_the_caf(maintenance: Annonce, acteur: str) -> None:
    """Public pages and the steps of signing in stay open; those who would be sent to sign in still are."""
    navigateur = ACTEURS[acteur]()
    for nom, vue in barriere.vues():
        condition = vue.condition  # type: ignore[attr-defined]
        statut = navigateur.get(administration(nom) if nom in ADMINISTRATION else adresse(nom)).status_code
        ouverte = nom in PUBLIQUES or nom in barriere.TOUJOURS or bool(condition.etats)
        ferme = not ouverte and RENVOIS.get(acteur) != "connexion" and acteur not in PERSONNEL
        assert (statut == 503) is ferme, (nom, acteur, statut)


def test_the_page_of_a_maintenance_says_when_to_come_back(maintenance: Annonce) -> None:
    reponse = usine.client(usine.agent("T1").cle).get(reverse("recherche"))
    assert reponse.status_code == 503
    assert 7100 <= int(reponse["Retry-After"]) <= 7200
    texte = html.unescape(reponse.content.decode())
    assert maintenance.titre in texte
    assert maintenance.texte in texte
    assert heure_fr(maintenance.fin) in texte
    assert "no-store" in reponse["Cache-Control"]


def test_a_post_is_refused_during_a_maintenance_and_asks_nothing(maintenance: Annonce) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    demande = {"cadre": alice.groupe.pk, "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
    assert usine.client(alice.cle).post(reverse("recherche"), demande).status_code == 503
    assert usine.traces(acteur=alice.utilisateur.pk) == []


def test_signing_in_and_out_stays_possible_and_says_so(maintenance: Annonce) -> None:
    texte = page(Client(), "connexion")
    assert maintenance.titre in texte
    assert f"fermé aux partenaires jusqu’au {heure_fr(maintenance.fin)}" in texte
    assert "Seul le personnel de la Caf peut y entrer" in texte
    alice = usine.agent("T1")
    assert usine.client(alice.cle).post(reverse("deconnexion")).status_code == 302
    en_attente, _ = usine.ouvrir_session(usine.utilisateur(None, Role.CAF), verifiee=False)
    assert usine.client(en_attente).get(reverse("code")).status_code == 200


def test_sante_answers_during_a_maintenance(maintenance: Annonce) -> None:
    for navigateur in (Client(), usine.client(usine.agent("T1").cle)):
        assert navigateur.get(reverse("sante")).content == b"ok"


def test_the_staff_is_told_of_the_maintenance_that_it_goes_through(maintenance: Annonce) -> None:
    assert maintenance.titre in page(usine.client(usine.operateur("921").session))


@pytest.mark.parametrize(
    ("champs", "ferme"),
    [
        ({}, True),
        ({"dans": timedelta(minutes=1)}, False),
        ({"dans": -timedelta(hours=3), "duree": timedelta(hours=3) - timedelta(seconds=1)}, False),
        ({"retiree": datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone())}, False),
        ({"genre": Genre.MESSAGE_DU_JOUR}, False),
    ],
)
def test_only_a_maintenance_of_this_instant_closes(base: None, champs: dict[str, Any], ferme: bool) -> None:
    with annonce(**({"genre": Genre.MAINTENANCE} | champs)):
        assert (usine.client(usine.agent("T1").cle).get(reverse("recherche")).status_code == 503) is ferme


def test_of_two_maintenances_the_last_to_end_is_told(base: None) -> None:
    with annonce(Genre.MAINTENANCE, duree=timedelta(hours=9)) as longue, annonce(Genre.MAINTENANCE):
        assert heure_fr(longue.fin) in page(usine.client(usine.agent("T1").cle))


@pytest.mark.parametrize(("dans", "dite"), [(timedelta(hours=23, minutes=59), True), (timedelta(hours=24, minutes=1), False)])
def test_a_maintenance_is_told_a_day_ahead(base: None, dans: timedelta, dite: bool) -> None:
    with annonce(Genre.MAINTENANCE, dans=dans) as une:
        for navigateur, nom in ((Client(), "connexion"), (usine.client(usine.agent("T1").cle), "accueil")):
            assert (une.titre in page(navigateur, nom)) is dite
            assert (f"Le portail sera fermé du {heure_fr(une.debut)} au {heure_fr(une.fin)}" in page(navigateur, nom)) is dite


def test_a_maintenance_announced_costs_a_dossier_no_statement(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    demande = {"cadre": alice.groupe.pk, "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
    ticket = navigateur.post(reverse("recherche"), demande)["Location"]
    nombres = []
    for _ in range(2):
        with annonce(Genre.MAINTENANCE, dans=timedelta(hours=1)), CaptureQueriesContext(connection) as requetes:
            assert navigateur.get(ticket).status_code == 200
        nombres.append(len(requetes))
    assert nombres == [3, 3]  # the gate, the decision, the reading


# --- News and messages ------------------------------------------------------------------------------------


def _agent(*caisses: str) -> Client:
    return usine.client(usine.agent("T1", caisses=caisses).cle)


def _administrateur() -> Client:
    return usine.client(usine.ouvrir_session(usine.utilisateur(usine.agent("T1").organisme, Role.ADMINISTRATEUR))[0])


def _suspendu() -> Client:
    alice = usine.agent("T1")
    alice.affectation.suspension = timezone.now()
    alice.affectation.save(using=OWNER)
    return usine.client(alice.cle)


LECTEURS: dict[str, tuple[Callable[[], Client], bool]] = {
    "agent de la caisse": (lambda: _agent("921"), True),
    "agent de deux caisses": (lambda: _agent("441", "921"), True),
    "agent d'une autre caisse": (lambda: _agent("441"), False),
    "agent dont l'affectation est suspendue": (_suspendu, False),
    "administrateur d'un partenaire de la caisse": (_administrateur, True),
    "opérateur de la caisse": (lambda: usine.client(usine.operateur("921").session), True),
    "opérateur d'une autre caisse": (lambda: usine.client(usine.operateur("441").session), False),
    "délégué à la protection des données": (lambda: usine.client(usine.operateur(role=Role.DPO).session), False),
}


@pytest.mark.parametrize("lecteur", LECTEURS)
def test_news_go_to_those_of_the_caisse_and_national_news_to_all(base: None, lecteur: str) -> None:
    navigateur, attendue = LECTEURS[lecteur][0](), LECTEURS[lecteur][1]
    caisse = Caisse.objects.using(OWNER).get(pk="921")
    with annonce(Genre.ACTUALITE, caisse=caisse) as locale, annonce(Genre.ACTUALITE) as nationale:
        texte = page(navigateur)
        assert (locale.titre in texte) is attendue
        assert (locale.texte in texte) is attendue
        assert nationale.titre in texte
        assert locale.titre not in page(Client(), "connexion")
        assert nationale.titre not in page(Client(), "connexion")


def test_the_message_of_the_day_is_on_the_sign_in_page_and_at_home(base: None) -> None:
    with annonce(Genre.MESSAGE_DU_JOUR) as une:
        for navigateur, nom in ((Client(), "connexion"), (_agent("921"), "accueil"), (_administrateur(), "accueil")):
            assert une.titre in page(navigateur, nom)
        assert une.titre not in page(Client(), "contacts")


@pytest.mark.parametrize("genre", [Genre.ACTUALITE, Genre.MESSAGE_DU_JOUR])
@pytest.mark.parametrize(
    "champs",
    [
        {"dans": timedelta(minutes=1)},
        {"dans": -timedelta(hours=3), "duree": timedelta(hours=3) - timedelta(seconds=1)},
        {"retiree": datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone())},
    ],
)
def test_what_has_not_begun_is_over_or_is_withdrawn_is_not_shown(base: None, genre: Annonce.Genre, champs: dict[str, Any]) -> None:
    with annonce(genre, **champs) as une:
        assert une.titre not in page(_agent("921"))


def test_an_announcement_is_text_and_its_line_breaks_are_kept(base: None) -> None:
    with annonce(Genre.ACTUALITE, titre="<b>Titre</b>", texte="Ligne 1\n<script>alert(1)</script>\r\n{{ 7|add:7 }}"):
        texte = _agent("921").get(reverse("accueil")).content.decode()
    assert "&lt;b&gt;Titre&lt;/b&gt;" in texte
    assert "Ligne 1<br>&lt;script&gt;alert(1)&lt;/script&gt;<br>{{ 7|add:7 }}" in texte


def test_many_announcements_cost_home_one_statement(base: None) -> None:
    navigateur = _agent("921")
    navigateur.get(reverse("accueil"))
    nombres = []
    for nombre in (1, 40):
        toutes = Annonce.objects.using(OWNER).bulk_create(
            [
                Annonce(
                    genre="actualite",
                    titre=f"Titre {rang}",
                    texte="Texte",
                    debut=timezone.now() - timedelta(1),
                    fin=timezone.now() + timedelta(1),
                )
                for rang in range(nombre)
            ]
        )
        with CaptureQueriesContext(connection) as requetes:
            assert page(navigateur).count('<article class="actualite">') >= nombre
        nombres.append(len(requetes))
        Annonce.objects.using(OWNER).filter(pk__in=[une.pk for une in toutes]).delete()
    # The gate, the announcements, the connection before this one, what the agent is asked to explain, the samplings owed, the course.
    assert nombres == [6, 6]


# --- Publishing -------------------------------------------------------------------------------------------


def publier(par: Auteur, **champs: Any) -> int:
    maintenant = timezone.now()
    bons: dict[str, Any] = {
        "genre": Genre.ACTUALITE,
        "titre": "Titre",
        "texte": "Texte",
        "debut": maintenant - timedelta(minutes=1),
        "fin": maintenant + timedelta(hours=1),
    }
    return annonces.publier(**(bons | champs), par=par)


def caisse(code: str) -> Caisse:
    return Caisse.objects.using(OWNER).get(pk=code)


def test_an_operator_publishes_and_withdraws(en_caf: None) -> None:
    dora, titre = usine.operateur("921"), usine.unique("Titre")
    numero = publier(dora, titre=titre, caisse=caisse("921"))
    navigateur = _agent("921")
    assert titre in page(navigateur)
    assert annonces.retirer(annonce=numero, par=dora) is True
    assert titre not in page(navigateur)
    assert annonces.retirer(annonce=numero, par=dora) is False
    assert [(trace["famille"], trace["action"], trace["objet"], trace["motif"]) for trace in usine.traces(acteur=dora.utilisateur)] == [
        ("systeme", "annonce_publier", f"annonce:{numero}", "actualite"),
        ("systeme", "annonce_retirer", f"annonce:{numero}", "actualite"),
    ]


@pytest.mark.parametrize("genre", Genre)
def test_an_operator_publishes_for_all_the_caisses(en_caf: None, genre: Annonce.Genre) -> None:
    dora = usine.operateur("921")
    numero = publier(dora, genre=genre)
    assert annonces.retirer(annonce=numero, par=usine.operateur("441")) is True


def test_the_perimeter_bounds_what_is_published_and_withdrawn(en_caf: None) -> None:
    dora, noe = usine.operateur("921"), usine.operateur("441")
    numero = publier(dora, caisse=caisse("921"))
    actes: tuple[Callable[[], object], ...] = (
        lambda: publier(noe, caisse=caisse("921")),
        lambda: annonces.retirer(annonce=numero, par=noe),
        lambda: annonces.retirer(annonce=10**15, par=noe),
        lambda: publier(usine.operateur("921", role=Role.CONTROLEUR), caisse=caisse("921")),
        lambda: publier(usine.operateur(role=Role.DPO)),
        lambda: publier(Auteur(session=usine.agent("T1").cle, ip=usine.IP)),
        lambda: publier(Auteur(session="inconnue", ip=usine.IP)),
    )
    for acte in actes:
        with pytest.raises(HorsPerimetre):
            acte()
    assert annonces.retirer(annonce=numero, par=dora) is True


@pytest.mark.parametrize(
    ("champs", "erreur"),
    [
        ({"titre": "  "}, DataError),
        ({"texte": " \r\n "}, DataError),
        ({"titre": "x" * 121}, DataError),
        ({"texte": "x" * 2001}, DataError),
        ({"fin": timezone.now() - timedelta(hours=1)}, DataError),
        ({"debut": timezone.now() + timedelta(days=400)}, IntegrityError),
        ({"genre": "rumeur"}, IntegrityError),
        ({"genre": Genre.MAINTENANCE, "caisse": "921"}, IntegrityError),
        ({"genre": Genre.MESSAGE_DU_JOUR, "caisse": "921"}, IntegrityError),
    ],
)
def test_a_wrong_announcement_is_refused_without_a_trace(en_caf: None, champs: dict[str, Any], erreur: type[Exception]) -> None:
    dora = usine.operateur("921")
    if "caisse" in champs:
        champs = champs | {"caisse": caisse(champs["caisse"])}
    with pytest.raises(erreur):
        publier(dora, **champs)
    assert usine.traces(acteur=dora.utilisateur) == []


def test_announcements_are_written_by_no_role_but_through_the_functions(base: None) -> None:
    for role in ("portail", "caf", "controle", "worker", "flux"):
        with usine.connexion(role) as pg:
            droits = pg.execute(
                "select has_table_privilege('cdap_annonce', 'insert'), has_any_column_privilege('cdap_annonce', 'update'), "
                "has_table_privilege('cdap_annonce', 'delete'), has_table_privilege('cdap_annonce', 'select'), "
                "has_function_privilege('cdap.annonce_publier(text, text, text, text, text, timestamptz, timestamptz, inet)', 'execute')"
            ).fetchone()
        assert droits == (False, False, False, role == "caf", role == "caf")
