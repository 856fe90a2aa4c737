"""The pages of the controllers' space, as a browser without JavaScript goes through them."""

import csv
import html
import io
import re
import shlex
import zipfile
from itertools import groupby

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from lxml import etree

from audit.controle import lectures, mots
from audit.journal.actions import ACTIONS, Famille, Issue
from habilitations.models import Role
from tests import usine
from tests.controle.lecteur import consulter, controleur, dpo

pytestmark = pytest.mark.usefixtures("base")


@pytest.fixture(autouse=True)
def _fermer() -> object:
    yield
    connections["controle"].close()


def demander(navigateur: Client, adresse: str = "controle_journal", **criteres: str) -> str:
    """Fill the form as it comes, and return where it leads."""
    page = navigateur.get(reverse(adresse)).content.decode()
    jours = dict(re.findall(r'name="(du|au)"\s+value="([0-9-]+)"', page))
    assert len(jours) == 2
    reponse = navigateur.post(reverse(adresse), jours | {"motif": "controle"} | criteres)
    assert reponse.status_code == 303, reponse.content.decode()
    return str(reponse["Location"])


@pytest.mark.parametrize("role", [Role.CONTROLEUR, Role.DPO])
def test_the_menu_leads_both_roles_to_the_space(role: Role) -> None:
    navigateur = usine.client(usine.operateur("921", role=role).session)
    for adresse in ("accueil", "controle"):
        assert reverse("controle") in navigateur.get(reverse(adresse)).content.decode()
    page = navigateur.get(reverse("controle")).content.decode()
    for nom in ("controle_journal", "controle_violation", "controle_exports"):
        assert reverse(nom) in page


def test_a_search_is_traced_then_shown_and_its_number_is_in_no_address() -> None:
    alice, numero = usine.agent(), usine.dossier()
    consulter(alice, numero)
    navigateur = usine.client(controleur("921"))
    adresse = demander(navigateur, caisse="921", numero=f"{numero} A")
    assert numero not in adresse
    page = navigateur.get(adresse).content.decode()
    for texte in (numero, alice.organisme.raison_sociale, "Ouverture du dossier", "Accordé", "UTC+", "Demande d’un dossier"):
        assert texte in page
    assert usine.SENTINELLE not in page
    assert usine.client(controleur("921")).get(adresse).status_code == 404
    [trace] = usine.traces(objet=f"lecture:{adresse.split('/')[3]}")
    assert numero not in str(trace)


def test_a_row_leads_to_the_story_of_its_ticket_and_to_a_day_of_its_author() -> None:
    alice = usine.agent()
    consulter(alice, usine.dossier(opposition=True))
    navigateur = usine.client(controleur("921"))
    adresse = demander(navigateur, personne=alice.utilisateur.identifiant)
    page = navigateur.get(adresse).content.decode()
    assert "L’allocataire s’est opposé à cette consultation." in page
    for nom, titre in (("suite", "Suite d’une demande"), ("journee", "Actes d’une journée")):
        valeur = re.findall(rf'name="{nom}"\s+value="([^"]+)"', page)[0]
        reponse = navigateur.post(f"{adresse}suite/", {nom: valeur}, follow=True)
        assert titre in reponse.content.decode()
        assert reponse.content.decode().index("Demande d’un dossier") < reponse.content.decode().index("Ouverture du dossier")


@pytest.mark.parametrize(
    "envoi",
    [
        {},
        {"suite": "x"},
        {"suite": "x_1-1"},
        {"journee": "1"},
        {"journee": "1_hier"},
        {"journee": "x_2027-01-01"},
        {"journee": "1_9999-12-31"},
    ],
)
def test_a_row_that_is_invented_leads_nowhere(envoi: dict[str, str]) -> None:
    navigateur = usine.client(controleur("921"))
    assert navigateur.post(f"{demander(navigateur)}suite/", envoi).status_code in (400, 404)


def test_a_long_result_is_read_page_after_page() -> None:
    alice = usine.agent()
    for _ in range(53):
        usine.executer(
            "select cdap.journal_ecrire(%s, %s, null, null, 'compte', 'modifier', 'accorde', %s, null, null, null, null)",
            [alice.utilisateur.pk, alice.organisme.pk, usine.unique("objet")],
        )
    navigateur = usine.client(controleur("921"))
    adresse = demander(navigateur, organisme=alice.organisme.raison_sociale)
    page = navigateur.get(adresse).content.decode()
    [suite] = re.findall(r'href="(\?apres=[0-9-]+)"', page)
    derniere = navigateur.get(adresse + suite).content.decode()
    objets = [set(re.findall(r"objet-[0-9a-f]{12}", une)) for une in (page, derniere)]
    assert [len(un) for un in objets] == [50, 3]
    assert not objets[0] & objets[1]
    assert "Revenir au début" in derniere
    for faux in ("x", "1", "-", "99999999999999999999-1", "1-x", "²-1"):
        assert navigateur.get(adresse, {"apres": faux}).status_code == 200


def test_what_is_badly_typed_is_explained_in_the_form() -> None:
    navigateur = usine.client(controleur("921"))
    envoi = {"du": "2027-01-01", "au": "2027-01-02", "motif": "controle"}
    for faute, phrase in (
        ({"du": "2025-01-01"}, "six mois"),
        ({"au": "2026-12-31"}, "Le dernier jour précède le premier."),
        ({"motif": ""}, "Choisissez pourquoi."),
        ({"numero": "12a45"}, "7 chiffres"),
        ({"numero": "1234567"}, "Choisissez la caisse"),
        ({"caisse": "921"}, "Saisissez le numéro"),
        ({"ticket": "x"}, "Un ticket a 32 chiffres"),
    ):
        page = navigateur.post(reverse("controle_journal"), envoi | faute)
        assert page.status_code == 200
        assert phrase in page.content.decode()
    page = navigateur.post(reverse("controle_violation"), envoi | {"personne": "inconnue-de-tous"})
    assert "Aucun compte de votre périmètre" in page.content.decode()


def test_the_breach_kit_shows_the_dossiers_the_rubriques_and_the_hours() -> None:
    alice, numero = usine.agent(), usine.dossier()
    consulter(alice, numero)
    navigateur = usine.client(dpo())
    adresse = demander(navigateur, "controle_violation", personne=alice.utilisateur.identifiant)
    page = navigateur.get(adresse).content.decode()
    for texte in (f"921 {numero}", "Volumes par heure", "Données que ces profils affichent", "1 dossier"):
        assert texte in page
    [commande] = re.findall(r'id="commande">([^<]+)<', page)
    assert f"manage.py extraire_journal --utilisateur {alice.utilisateur.identifiant} --du " in commande
    usine.executer(
        "update habilitations_utilisateur set identifiant = %s where id = %s", [f"d'accès {alice.utilisateur.pk}", alice.utilisateur.pk]
    )
    adresse = demander(navigateur, "controle_violation", personne=f"d'accès {alice.utilisateur.pk}")
    [commande] = re.findall(r'id="commande">([^<]+)<', navigateur.get(adresse).content.decode())
    mots_de_la_commande = shlex.split(html.unescape(commande))
    assert mots_de_la_commande[mots_de_la_commande.index("--utilisateur") + 1] == f"d'accès {alice.utilisateur.pk}", "quoted for the shell"


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("adresse", ["controle_journal", "controle_violation"])
def test_an_export_goes_through_two_persons_to_a_file(format: str, adresse: str) -> None:
    alice, numero = usine.agent(), usine.dossier()
    consulter(alice, numero)
    usine.executer("update habilitations_utilisateur set prenom = '=1+1' where id = %s", [alice.utilisateur.pk])
    sessions = [controleur("921"), controleur("921")]
    emile, second = map(usine.client, sessions)
    lecture = demander(emile, adresse, personne=alice.utilisateur.identifiant)
    assert emile.post(f"{lecture}exporter/", {"format": format, "justification": ""}).status_code == 200
    phrase = usine.unique("justification")
    reponse = emile.post(f"{lecture}exporter/", {"format": format, "justification": phrase}, follow=True)
    assert "attend la décision" in reponse.content.decode()
    assert "Télécharger" not in reponse.content.decode()
    a_decider = second.get(reverse("controle_exports")).content.decode()
    export = usine.valeur("select id from controle_export where justification = %s", [phrase])
    assert phrase in a_decider
    fichier = reverse("controle_export_fichier", kwargs={"export": export})
    for navigateur, adresse_prouvee, titre in (
        (emile, fichier, "Télécharger un export"),
        (second, reverse("controle_export_decider", kwargs={"export": export}), "Décider d’un export"),
    ):
        reponse = navigateur.post(adresse_prouvee, {"decision": "approuver"})
        assert titre in reponse.content.decode()
        assert '<input type="hidden" name="decision" value="approuver">' in reponse.content.decode()
    usine.prouver(sessions[0])
    usine.prouver(sessions[1])
    assert emile.post(fichier)["Location"].endswith("?fait=indisponible")
    decision = reverse("controle_export_decider", kwargs={"export": export})
    assert emile.post(decision, {"decision": "approuver"})["Location"].endswith("?fait=trop-tard")
    assert second.post(decision, {"decision": "approuver"})["Location"].endswith("?fait=decide")
    assert "Télécharger" in emile.get(reverse("controle_exports")).content.decode()
    reponse = emile.post(fichier)
    octets = b"".join(reponse.streaming_content)  # type: ignore[attr-defined]
    assert f'filename="journal-{export}.{format}"' in reponse["Content-Disposition"]
    tables = _tables_du_csv(octets) if format == "csv" else _feuilles_du_classeur(octets)
    assert all(len({len(ligne) for ligne in table}) == 1 for table in tables.values())
    if adresse == "controle_journal":
        [lignes] = tables.values()
        assert (len(lignes), numero in lignes[1], lignes[1][1]) == (3, True, "'=1+1 Modèle")
    else:
        dossiers, heures = tables.values()
        assert (len(dossiers), dossiers[1][1]) == (2, numero)
        assert (heures[0][0], heures[1][1:]) == ("Heure (Paris)", ["1", "0", "1", "0"])
        assert list(tables) == (["Dossiers", "Volumes par heure"] if format == "xlsx" else ["0", "1"])


def _tables_du_csv(octets: bytes) -> dict[str, list[list[str]]]:
    """The tables of a file, parted by an empty line."""
    lignes = list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
    return {
        str(rang): table for rang, table in enumerate([list(table) for vide, table in groupby(lignes, lambda ligne: not ligne) if not vide])
    }


def _feuilles_du_classeur(octets: bytes) -> dict[str, list[list[str]]]:
    """The sheets of a workbook, by the name that its reader sees, found as a reader does: name, relation, part, declared type."""
    espace = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        lire = {nom: etree.fromstring(archive.read(nom)) for nom in archive.namelist()}
    relations = {un.get("Id"): f"xl/{un.get('Target')}" for un in lire["xl/_rels/workbook.xml.rels"]}
    types = {un.get("PartName") for un in lire["[Content_Types].xml"]}
    feuilles = {}
    for une in lire["xl/workbook.xml"].iter(f"{espace}sheet"):
        partie = relations[une.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")]
        assert f"/{partie}" in types
        feuilles[str(une.get("name"))] = [
            ["".join(map(str, cellule.itertext())) for cellule in rangee.iter(f"{espace}c")] for rangee in lire[partie].iter(f"{espace}row")
        ]
    return feuilles


def test_a_proof_just_given_decides_at_once_and_leads_back_to_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = [controleur("921"), dpo()]
    emile, second = map(usine.client, sessions)
    phrase = usine.unique("justification")
    emile.post(f"{demander(emile)}exporter/", {"format": "csv", "justification": phrase})
    export = usine.valeur("select id from controle_export where justification = %s", [phrase])
    preuve = {"decision": "approuver", "mot_de_passe": "juste", "code": "123456"}
    decision = reverse("controle_export_decider", kwargs={"export": export})
    for saisie in (preuve | {"code": ""}, preuve | {"mot_de_passe": ""}, preuve):
        assert second.post(decision, saisie).status_code == 200, "nobody believes it without asking"
    monkeypatch.setattr("habilitations.compte.confirmer", lambda *, qui, **_: usine.prouver(qui.cle) == qui.cle)
    assert second.post(decision, preuve)["Location"].endswith("?fait=decide")
    fichier = reverse("controle_export_fichier", kwargs={"export": export})
    page = emile.post(fichier, preuve, follow=True).content.decode()
    assert "pendant cinq minutes" in page
    assert "attachment" in emile.post(fichier)["Content-Disposition"]


def test_every_act_and_every_outcome_has_its_words() -> None:
    assert {f"{famille}.{action}" for famille, actions in ACTIONS.items() for action in actions} <= set(mots.ACTES)
    assert set(mots.ISSUES) == set(Issue)
    assert set(mots.FAMILLES) == set(Famille)


def test_a_code_that_two_lists_share_is_read_in_the_list_of_its_act() -> None:
    assert mots.motif("accompagnement", "dossier.rechercher") == "Accompagnement d’un bénéficiaire"
    assert mots.motif("accompagnement", "alerte.sondage_repondre") == "Un accompagnement en cours"
    assert mots.motif("contestee", "alerte.sondage_trancher") == "Contestée"
    assert mots.motif("R3", "alerte.lever").startswith("R3 : ")
    assert mots.motif("droit_acces", "journal.consulter") == mots.motif("droit_acces")


def test_what_takes_too_long_is_answered_by_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    navigateur = usine.client(controleur("921"))
    adresse = demander(navigateur)
    appeler = lectures.appeler

    def lente(sql: str, *parametres: object) -> list[tuple[object, ...]]:
        if "lecture_traces" in sql:
            appeler("select set_config('statement_timeout', '10ms', false)")
            sql, parametres = "select pg_sleep(1)", ()
        return appeler(sql, *parametres)

    monkeypatch.setattr(lectures, "appeler", lente)
    page = navigateur.get(adresse)
    assert page.status_code == 200
    assert "trop large" in page.content.decode()
