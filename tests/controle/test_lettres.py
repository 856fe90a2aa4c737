"""The letter of a right of access: asked, made by the worker, downloaded by who asked, gone after an hour; it names nobody by default."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from audit.controle.acces import lettres
from audit.controle.motifs import NOMS
from audit.journal import horloge as du_journal
from conventions import confidentiel, impression
from conventions.chiffrement import dechiffrer
from habilitations.models import Utilisateur
from tests import horloge, usine
from tests.controle.lecteur import consulter, controleur
from tests.controle.test_acces import attendre, longue
from tests.conventions.documents import comme
from tests.conventions.test_documents_pdf import elements
from tests.usine import IP, Agent

pytestmark = pytest.mark.usefixtures("base")


@pytest.fixture(autouse=True)
def _apres(base: None) -> Iterator[None]:
    yield
    connections["controle"].close()
    try:
        horloge.enchainer()
    finally:
        horloge.regler("clock_timestamp()")


class Delegue:
    """The officer at a browser without JavaScript, before the consultations of a dossier."""

    def __init__(self, numero: str = "") -> None:
        self.session = longue()
        self.navigateur = usine.client(self.session)
        self.numero = numero or usine.dossier()
        envoi = {"caisse": "921", "numero": self.numero, "recue": str(du_journal.jour()), "identite": "on"}
        reponse = self.navigateur.post(reverse("controle_acces"), envoi)
        assert reponse.status_code == 303, reponse.content.decode()
        self.liste: str = reponse["Location"]
        self.lettre = ""

    def demander(self, **envoi: str) -> Any:
        reponse = self.navigateur.post(f"{self.liste}lettre/", envoi)
        self.lettre = reponse["Location"] if reponse.status_code == 303 else ""
        return reponse

    def page(self, navigateur: Client | None = None) -> Any:
        return (navigateur or self.navigateur).get(self.lettre)

    def fichier(self, navigateur: Client | None = None) -> Any:
        usine.prouver(self.session)
        return (navigateur or self.navigateur).post(f"{self.lettre}fichier/")

    @property
    def id(self) -> UUID:
        return UUID(self.lettre.strip("/").split("/")[-1])

    def imprimer(self) -> None:
        comme("worker", lambda: lettres.produire(lettre=self.id))

    def obtenir(self, **envoi: str) -> bytes:
        assert self.demander(**envoi).status_code == 303
        self.imprimer()
        reponse = self.fichier()
        assert reponse.status_code == 200
        octets: bytes = reponse.content
        return octets

    def traces(self) -> list[tuple[str, str, str]]:
        return [(t["action"], t["issue"], t["motif"]) for t in usine.traces(objet=f"lettre:{self.id}")]

    def ligne(self) -> dict[str, Any] | None:
        with usine.connexion("proprietaire") as pg:
            trouve = pg.execute("select to_jsonb(e) from controle_lettre e where id = %s", [self.id]).fetchone()
        return trouve[0] if trouve else None


def agent(numero: str) -> Agent:
    """An agent with a name of their own, who has opened and printed the dossier."""
    alice = usine.agent()
    usine.executer(
        "update habilitations_utilisateur set prenom = 'Violaine', nom = 'Quasimodo', fonction = 'Conseillère' where id = %s",
        [alice.utilisateur.pk],
    )
    ticket = consulter(alice, numero)
    with usine.connexion() as pg:
        pg.execute("select cdap.porte_lire(%s, %s, %s::inet, 'imprimer')", [alice.cle, ticket, IP])
    return alice


def texte(octets: bytes) -> str:
    """Return the text of a PDF without its blanks: lines break anywhere."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(octets)).pages).split())


def serre(phrase: str) -> str:
    return "".join(phrase.split())


def test_the_letter_lists_organisations_profiles_motives_and_names_no_agent() -> None:
    numero = usine.dossier()
    alice = agent(numero)
    attendre()
    dpo = Delegue(numero)
    page = dpo.navigateur.get(dpo.liste).content.decode()
    for attendu in (numero, alice.organisme.raison_sociale, "Travailleurs sociaux", "Suivi social d’un ménage", "imprimé"):
        assert attendu in page
    octets = dpo.obtenir()
    lu = texte(octets)
    for attendu in (
        "Caisse d’allocations familiales des Hauts-de-Seine", f"Dossier n° 921 {numero}", f"DA-{dpo.id.hex[:8].upper()}", "1 consultation",
        alice.organisme.raison_sociale, "Travailleurs sociaux", "Suivi social d’un ménage", "Dossier ouvert, imprimé", "six mois", "Elle s’arrête au",
        "Commission nationale de l’informatique et des libertés", "Nous ne donnons pas le nom des agents",
    ):  # fmt: skip
        assert serre(attendu) in lu, attendu
    for absent in ("Quasimodo", "Violaine", "Conseillère", alice.utilisateur.identifiant, usine.SENTINELLE):
        assert absent not in lu
        assert absent not in page
    assert "protégé" not in lu, "the letter says nothing of them"
    assert dpo.traces() == [("lettre_demander", "accorde", "droit_acces"), ("exporter", "accorde", "droit_acces")]
    assert numero not in str(usine.traces(objet=f"lettre:{dpo.id}"))


def test_names_are_given_by_a_choice_of_its_own_with_its_reason_and_its_trace() -> None:
    numero = usine.dossier()
    agent(numero)
    attendre()
    dpo = Delegue(numero)
    for envoi, phrase in (({"nommer": "on"}, "Choisissez pourquoi"), ({"noms": "noms_plainte"}, "Cochez la case")):
        page = dpo.demander(**envoi)
        assert page.status_code == 200
        assert phrase in page.content.decode()
    assert dpo.demander(nommer="on", noms="parce que").status_code == 200
    lu = texte(dpo.obtenir(nommer="on", noms="noms_plainte"))
    assert serre("Violaine Quasimodo, Conseillère") in lu
    assert serre("Nous nommons les agents") in lu
    assert dpo.traces() == [
        ("lettre_demander", "accorde", "droit_acces"),
        ("agents_nommer", "accorde", "noms_plainte"),
        ("exporter", "accorde", "droit_acces"),
    ]


def test_the_names_are_read_by_no_other_way(base: None) -> None:
    """Not from a letter that does not name, nor from one whose trace is not committed, nor by another officer, nor once it is written."""
    numero = usine.dossier()
    agent(numero)
    attendre()
    dpo = Delegue(numero)
    lecture = dpo.liste.strip("/").split("/")[-1]
    lignes, demander = "select agent from cdap.lettre_lignes(%s, %s)", "select cdap.lettre_demander(%s, %s, %s, %s::inet)"
    with usine.connexion("controle") as pg:
        [(sans,)] = pg.execute(demander, [dpo.session, lecture, None, IP]).fetchall()
        assert pg.execute(lignes, [dpo.session, sans]).fetchall() == [(None,)]
        with pg.transaction(force_rollback=True):
            [(avec,)] = pg.execute(demander, [dpo.session, lecture, "noms_plainte", IP]).fetchall()
            assert pg.execute(lignes, [dpo.session, avec]).fetchall() == []
        assert pg.execute(lignes, [dpo.session, avec]).fetchall() == []
        [(avec,)] = pg.execute(demander, [dpo.session, lecture, "noms_plainte", IP]).fetchall()
        assert pg.execute(lignes, [longue(), avec]).fetchall() == []
        assert pg.execute(lignes, [dpo.session, avec]).fetchall() == [("Violaine Quasimodo, Conseillère",)]
        assert pg.execute("select cdap.lettre_confier(%s, %s, 'gAAAAx')", [dpo.session, avec]).fetchone() == (True,)
        assert pg.execute("select cdap.lettre_confier(%s, %s, 'gAAAAy')", [dpo.session, avec]).fetchone() == (False,)
        assert pg.execute(lignes, [dpo.session, avec]).fetchall() == []
        assert pg.execute(demander, [longue(), lecture, None, IP]).fetchone() == (None,), "another officer's reading"


def test_a_dossier_that_nobody_opened_has_its_letter_too() -> None:
    dpo = Delegue()
    assert "la lettre le dira" in dpo.navigateur.get(dpo.liste).content.decode()
    lu = texte(dpo.obtenir())
    assert serre("Nous n’avons aucune consultation de votre dossier à vous communiquer pour cette période.") in lu


def test_the_pdf_is_tagged_and_its_properties_say_neither_number_nor_name() -> None:
    numero = usine.dossier()
    agent(numero)
    attendre()
    dpo = Delegue(numero)
    octets = dpo.obtenir()
    lecteur = PdfReader(BytesIO(octets), strict=True)
    racine: Any = lecteur.root_object
    assert (racine["/Lang"], racine["/MarkInfo"]["/Marked"].value) == ("fr", True)
    meta = racine["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", meta)
    balises = elements(racine["/StructTreeRoot"])
    genres = [un["/S"] for un in balises]
    assert genres.count("/H1") == 1
    assert {"/Table", "/TH", "/TD", "/Caption", "/H2", "/P"} <= set(genres)
    assert all(un["/A"]["/Headers"] for un in balises if un["/S"] == "/TD")
    assert lecteur.metadata is not None
    assert lecteur.metadata.title == f"Réponse à une demande d’accès – DA-{dpo.id.hex[:8].upper()}"
    disposition = dpo.fichier()["Content-Disposition"]
    assert disposition == f'attachment; filename="droit-acces-DA-{dpo.id.hex[:8].upper()}.pdf"'
    assert numero not in meta + disposition + dpo.lettre + dpo.liste


def test_who_has_not_asked_gets_nothing() -> None:
    """Another officer, the same one in another session, a controller: no page, no file; the tries of officers are traced."""
    dpo = Delegue()
    dpo.demander()
    dpo.imprimer()
    moi = usine.valeur("select cdap.session_utilisateur(%s)", [dpo.session])
    moi_ailleurs = usine.ouvrir_session(Utilisateur.objects.using(usine.OWNER).get(pk=moi))[0]
    for session in (longue(), moi_ailleurs):
        navigateur = usine.client(session)
        assert [dpo.page(navigateur).status_code, dpo.fichier(navigateur).status_code] == [404, 404]
        assert navigateur.get(dpo.liste).status_code == 404
        assert navigateur.post(f"{dpo.liste}lettre/").status_code == 404
    navigateur = usine.client(controleur("921"))
    assert [dpo.page(navigateur).status_code, dpo.fichier(navigateur).status_code, navigateur.get(dpo.liste).status_code] == [403] * 3
    assert dpo.traces()[1:] == [("exporter", "refuse", "droit_acces")] * 2
    assert dpo.fichier().status_code == 200, "the near miss"


def test_an_hour_later_it_is_hidden_at_once_and_then_gone() -> None:
    dpo = Delegue()
    dpo.demander()
    dpo.imprimer()
    for minutes, statut in ((59, 200), (61, 404)):
        horloge.regler(f"clock_timestamp() + interval '{minutes} minutes'")
        usine.executer("select cdap.journal_ouvrir(1)")
        assert dpo.fichier().status_code == statut
    assert dpo.page().status_code == 404
    assert dpo.ligne() is not None, "hidden before it is deleted"
    with usine.connexion("worker") as pg:
        pg.execute("select cdap.controle_menage()")
    assert dpo.ligne() is None
    assert dpo.traces()[-1] == ("exporter", "refuse", "droit_acces")


def test_no_byte_is_read_before_its_trace_is_committed_and_nothing_is_stored_in_clear() -> None:
    dpo = Delegue()
    dpo.demander()
    ligne = dpo.ligne()
    assert ligne is not None
    assert dpo.numero not in str(ligne)
    assert dpo.numero in dechiffrer(bytes(usine.valeur("select page from controle_lettre where id = %s", [dpo.id]))).decode()
    assert "en préparation" in dpo.page().content.decode()
    assert dpo.fichier().status_code == 404, "not ready"
    dpo.imprimer()
    assert "La lettre est prête" in dpo.page().content.decode()
    usine.prouver(dpo.session)
    with usine.connexion("controle") as pg:
        lire = "select cdap.lettre_lire(%s, %s)"
        assert pg.execute(lire, [dpo.session, dpo.id]).fetchone() == (None,)
        with pg.transaction(force_rollback=True):
            assert pg.execute("select cdap.lettre_telecharger(%s, %s, %s::inet)", [dpo.session, dpo.id, IP]).fetchone() == (True,)
            assert pg.execute(lire, [dpo.session, dpo.id]).fetchone() == (None,)
        assert pg.execute(lire, [dpo.session, dpo.id]).fetchone() == (None,)


def test_a_letter_is_not_downloaded_from_a_session_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    dpo = Delegue()
    dpo.demander(nommer="on", noms=next(iter(NOMS)))
    dpo.imprimer()
    usine.prouver(dpo.session, "5 minutes 1 second")
    with usine.connexion("controle") as pg:
        assert pg.execute("select cdap.lettre_telecharger(%s, %s, %s::inet)", [dpo.session, dpo.id, IP]).fetchone() == (False,)
    fichier = f"{dpo.lettre}fichier/"
    assert "Confirmez d’abord que c’est bien vous" in dpo.navigateur.post(fichier).content.decode()
    monkeypatch.setattr("habilitations.compte.confirmer", lambda **_: usine.prouver(dpo.session) == dpo.session)
    confirmee = dpo.navigateur.post(fichier, {"mot_de_passe": "juste", "code": "000000"})
    assert (confirmee.status_code, confirmee["Location"]) == (303, dpo.lettre)
    assert dpo.navigateur.post(fichier)["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("panne", ["bibliotheques", "PAGE_MAX", "PDF_MAX"])
def test_what_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch, caplog: Any, panne: str) -> None:
    def composer(html: str, nom: str) -> bytes:
        raise OSError(usine.SENTINELLE)

    dpo = Delegue()
    if panne == "bibliotheques":
        monkeypatch.setattr(impression, "composer", composer)
    else:
        monkeypatch.setattr(confidentiel, panne, 100)
    assert dpo.demander().status_code == 303
    dpo.imprimer()
    assert "n’a pas pu être préparée" in dpo.page().content.decode()
    assert usine.SENTINELLE not in caplog.text


def test_a_letter_that_waits_long_says_so() -> None:
    dpo = Delegue()
    dpo.demander()
    usine.executer("update controle_lettre set demande = demande - interval '61 seconds' where id = %s", [dpo.id])
    assert "plus de temps que d’habitude" in dpo.page().content.decode()


def test_an_unknown_number_and_a_wrong_form_are_explained() -> None:
    navigateur = usine.client(longue())
    envoi = {"caisse": "931", "numero": "9999999", "recue": str(du_journal.jour()), "identite": "on"}
    assert "Aucun dossier de cette caisse" in navigateur.post(reverse("controle_acces"), envoi).content.decode()
    assert "un tiers" in navigateur.post(reverse("controle_acces"), envoi | {"identite": ""}).content.decode()
    assert navigateur.get(reverse("controle_lettre", args=[uuid4()])).status_code == 404


def test_the_menu_of_the_space_has_it_for_the_officer_alone() -> None:
    for session, y_est in ((longue(), True), (controleur("921"), False)):
        assert (reverse("controle_acces") in usine.client(session).get(reverse("controle")).content.decode()) is y_est
