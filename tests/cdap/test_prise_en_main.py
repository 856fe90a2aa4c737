"""The short course: what is right goes on, what is wrong is explained, the order is kept, the administrator sees who has done it."""

import pytest
from django.urls import reverse

from allocataires.matrice import PROFILS
from cdap.aide import cours
from conventions import reference
from habilitations.models import Affectation
from habilitations.models.prise_en_main import Etape
from tests import usine
from tests.cdap.aides import deux_profils
from tests.habilitations.monde import Monde
from tests.usine import IP

CODES = {"T5": ("092",), "T8": ("00123",)}
JUSTES = {Etape.NUMERO: "9 999 999 Z", Etape.DOSSIER: "lu", Etape.REFUS: "rien", Etape.TRACE: "tracee"}


def _adresse(etape: str, profil: str = "") -> str:
    return reverse("prise_en_main_etape", args=[etape], query={"profil": profil} if profil else None)


def _passer(cle: str, *etapes: Etape) -> None:
    for etape in etapes:
        assert cours.passer(session=cle, etape=etape, ip=IP)


@pytest.mark.parametrize("profil", PROFILS)
def test_the_course_is_done_from_end_to_end_for_each_profile(base: None, profil: str) -> None:
    alice = usine.agent(profil, codes=CODES.get(profil, ()))
    navigateur = usine.client(alice.cle)
    avant = usine.valeur("select count(*) from allocataires_consultation where acteur = %s", [alice.utilisateur.pk])
    assert "prise en main</a>" in navigateur.get("/").content.decode()
    juste = JUSTES | {Etape.MOTIF: cours.SITUATIONS[profil][1]}
    for etape in Etape:
        page = navigateur.get(_adresse(etape)).content.decode()
        assert "Dossier fictif – exercice." in page
        reponse = navigateur.post(_adresse(etape), {"reponse": juste[etape]})
        assert reponse.status_code == 303, etape
    assert reponse["Location"] == reverse("prise_en_main", query={"profil": profil})
    assert "Vous avez fait la prise en main" in navigateur.get(reverse("prise_en_main")).content.decode()
    assert "prise en main</a>" not in navigateur.get("/").content.decode()
    traces = usine.traces(acteur=alice.utilisateur.pk, famille="compte", action="prise_en_main")
    assert [(un["issue"], un["objet"], un["ticket"], un["dossier_id"]) for un in traces] == [
        ("accorde", f"etape:{etape}", None, None) for etape in Etape
    ]
    assert usine.valeur("select count(*) from allocataires_consultation where acteur = %s", [alice.utilisateur.pk]) == avant


@pytest.mark.parametrize("profil", PROFILS)
def test_each_situation_has_its_motive_among_those_of_the_profile(profil: str) -> None:
    question = cours.motif(profil)
    assert question.juste in dict(reference.PROFILS[profil].motifs)
    assert len(question.choix) > 1


@pytest.mark.parametrize("saisie", ["9999999", "9 999 999", "9999999z", "999999900000000", " 9\u00a0999\u00a0999 Z "])
def test_the_number_is_understood_as_the_search_understands_it(base: None, saisie: str) -> None:
    assert usine.client(usine.agent("T1").cle).post(_adresse("numero"), {"reponse": saisie}).status_code == 303


@pytest.mark.parametrize(
    ("saisie", "phrase"),
    [
        ("", "Saisissez le numéro"), ("AB 12 C 3456", "Ce n’est pas un numéro d’allocataire"), ("9999998", "Ce n’est pas le numéro de cette lettre"),
        ("000000000000000", "Ce n’est pas"), ("9" * 61, "Ce numéro est trop long"), ("<script>", "Ce n’est pas un numéro"),
    ],
)  # fmt: skip
def test_a_wrong_number_is_explained_and_nothing_is_noted(base: None, saisie: str, phrase: str) -> None:
    alice = usine.agent("T1")
    page = usine.client(alice.cle).post(_adresse("numero"), {"reponse": saisie}).content.decode()
    assert phrase in page
    assert "<script>alert" not in page
    assert usine.traces(acteur=alice.utilisateur.pk, action="prise_en_main") == []


@pytest.mark.parametrize("question", [cours.REFUS, cours.TRACE, cours.motif("T1")])
def test_each_wrong_answer_says_why(question: cours.Question) -> None:
    assert question.juste in {un.code for un in question.choix}
    assert all(un.pourquoi for un in question.choix if un.code != question.juste)


def test_a_wrong_answer_stays_on_the_step(base: None) -> None:
    alice = usine.agent("T1")
    _passer(alice.cle, Etape.NUMERO, Etape.MOTIF, Etape.DOSSIER)
    for reponse, phrase in (
        ("opposition", "c’est voulu"),
        ("", "Choisissez une réponse."),
        ("inventee", "Choisissez une réponse de la liste."),
    ):
        assert phrase in usine.client(alice.cle).post(_adresse("refus"), {"reponse": reponse}).content.decode()
    assert cours.progres(session=alice.cle).prochaine == Etape.REFUS


def test_a_step_is_not_passed_before_those_before_it(base: None) -> None:
    alice = usine.agent("T1")
    _passer(alice.cle, Etape.NUMERO)
    navigateur = usine.client(alice.cle)
    assert navigateur.get(_adresse("trace"))["Location"] == _adresse("motif", "T1")
    assert navigateur.post(_adresse("trace"), {"reponse": "tracee"})["Location"] == _adresse("motif", "T1")
    assert not cours.passer(session=alice.cle, etape=Etape.TRACE, ip=IP)
    assert cours.progres(session=alice.cle).faite is None
    assert [un["issue"] for un in usine.traces(acteur=alice.utilisateur.pk, action="prise_en_main")] == ["accorde", "refuse"]
    assert navigateur.get(_adresse("inconnue")).status_code == 404


def test_it_may_be_done_again(base: None) -> None:
    alice = usine.agent("T1")
    _passer(alice.cle, *Etape)
    avant = cours.progres(session=alice.cle).faite
    _passer(alice.cle, *Etape)
    apres = cours.progres(session=alice.cle).faite
    assert avant is not None
    assert apres is not None
    assert apres > avant


def test_who_has_two_profiles_learns_either_of_them(base: None) -> None:
    cle = deux_profils()
    navigateur = usine.client(cle)
    assert "?profil=T2" in navigateur.get(reverse("prise_en_main")).content.decode()
    _passer(cle, Etape.NUMERO)
    for profil, autre in (("T1", "T2"), ("T2", "T1")):
        page = navigateur.get(_adresse("motif", profil)).content.decode()
        assert cours.SITUATIONS[profil][0] in page
        assert cours.SITUATIONS[autre][0] not in page
        suite = navigateur.post(_adresse("motif", profil), {"reponse": cours.SITUATIONS[profil][1]})
        assert suite["Location"] == _adresse("dossier", profil)
    assert cours.SITUATIONS["T5"][0] not in navigateur.get(_adresse("motif", "T5")).content.decode(), "a profile of somebody else"


def test_the_progress_of_another_is_not_touched(base: None) -> None:
    alice, bob = usine.agent("T1"), usine.agent("T1")
    _passer(alice.cle, *Etape)
    assert cours.progres(session=bob.cle).passees == {}
    assert not cours.passer(session="inconnue", etape=Etape.NUMERO, ip=IP)


def test_it_is_offered_and_stops_nobody(base: None) -> None:
    alice = usine.agent("T1")
    assert usine.client(alice.cle).get(reverse("recherche")).status_code == 200
    par = usine.administrateur(alice.organisme)
    assert usine.client(par.session).get(reverse("prise_en_main")).status_code == 403, "an administrator without a group consults nothing"
    assert "prise en main</a>" not in usine.client(par.session).get("/").content.decode()


def test_the_administrator_sees_who_has_done_it_and_whom_to_remind(base: None) -> None:
    monde, voisin = Monde(), usine.agent("T1")
    bob, sans_groupe = monde.personne(nom="Zbob"), monde.personne(nom="Sansgroupe")
    Affectation.objects.using(usine.OWNER).create(utilisateur=bob, groupe=monde.alice.groupe, debut=usine.DEBUT)
    page = monde.lire("utilisateurs")
    assert "Faite le" not in page
    assert page.count("Pas encore") == 2
    _passer(monde.alice.cle, *Etape)
    _passer(voisin.cle, *Etape)
    assert monde.lire("utilisateurs").count("Faite le") == 1
    filtree = monde.navigateur.get(reverse("utilisateurs"), {"etat": "sans_prise_en_main"}).content.decode()
    assert reverse("utilisateur", args=[bob.pk]) in filtree
    assert reverse("utilisateur", args=[sans_groupe.pk]) not in filtree
    assert reverse("utilisateur", args=[monde.alice.utilisateur.pk]) not in filtree


def test_the_administrator_of_another_organisation_reads_nothing_of_it(base: None) -> None:
    alice, chloe = usine.agent("T1"), usine.administrateur(usine.agent("T1").organisme)
    _passer(alice.cle, *Etape)
    sql = "select count(*) from habilitations_priseenmain where utilisateur_id = %s"
    with usine.connexion() as pg, pg.transaction():
        pg.execute("select set_config('cdap.session', %s, true)", [chloe.session])
        assert pg.execute(sql, [alice.utilisateur.pk]).fetchone() == (0,)
        pg.execute("select set_config('cdap.session', %s, true)", [usine.administrateur(alice.organisme).session])
        assert pg.execute(sql, [alice.utilisateur.pk]).fetchone() == (5,)
