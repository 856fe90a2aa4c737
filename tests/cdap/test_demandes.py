"""The public pages of a request, through the whole chain of middlewares."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from conventions.forms import DemandeForm
from conventions.models import Demande, DemandeCaisse
from conventions.reference import CAISSES, PROFILS, REGIONS
from tests import usine
from tests.conventions.saisie import adresse, demande
from tests.usine import OWNER

URL = "/conventions/demande/"


def poster(navigateur: Client | None = None, /, **champs: Any) -> Any:
    return (navigateur or Client(REMOTE_ADDR=adresse())).post(URL, {**demande(), "reponse_vide": "", **champs})


def erreurs(reponse: Any) -> dict[str, list[str]]:
    """Return the errors of the form that the page shows."""
    assert reponse.status_code == 200
    contenu = reponse.content.decode()
    trouvees: dict[str, list[str]] = reponse.context["form"].errors
    for messages in trouvees.values():
        for message in messages:
            assert message.replace("'", "&#x27;") in contenu
    return trouvees


def ecrite(siret: str) -> Demande | None:
    return Demande.objects.using(OWNER).filter(siret=siret).first()


def test_the_request_of_a_commune_is_handed_in(base: None) -> None:
    siret = usine.siret()
    reponse = poster(siret=f" {siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]} ", demandeur_telephone="01 99 00.00-00")
    assert (reponse.status_code, reponse["Location"]) == (302, "/conventions/demande/envoyee/")
    une = ecrite(siret)
    assert une is not None
    assert (une.etat, une.demandeur_telephone, une.effectif) == ("brouillon", "0199000000", 12)
    assert sorted(une.parts.values_list("caisse", flat=True)) == ["751", "921"]
    assert "un courriel vient de partir" in Client().get(reponse["Location"]).content.decode()


@pytest.mark.parametrize(
    ("champs", "champ", "phrase"),
    [
        ({"siret": "12345678901234"}, "siret", "Ce SIRET n’existe pas"),
        ({"siret": "9990000110001"}, "siret", "Ce SIRET n’existe pas"),
        ({"siret": "x" * 41}, "siret", "14 chiffres"),
        ({"caisse": "999"}, "caisse", "Choisissez une Caf de la liste"),
        ({"caisses": ["751", "999"]}, "caisses", "Choisissez des Caf de la liste"),
        ({"profils": ["T1", "T6"]}, "profils", "ne sont pas ouverts"),
        ({"profils": []}, "profils", "au moins un profil"),
        ({"services": ["omega"]}, "services", "choisissez aussi CDAP"),
        ({"services": ["cdap", "rien"]}, "services", "Choisissez des services de la liste"),
        ({"effectif": "0"}, "effectif", "au moins un utilisateur"),
        ({"effectif": "beaucoup"}, "effectif", "nombre entier"),
        ({"effectif": "100000"}, "effectif", "plus petit"),
        ({"demandeur_courriel": "chloe@"}, "demandeur_courriel", "courriel complet"),
        ({"demandeur_courriel": f"{'c' * 250}@ville.example"}, "demandeur_courriel", "trop long"),
        ({"demandeur_courriel": "a@b.example\r\nBcc: c@d.example"}, "demandeur_courriel", "courriel complet"),
        ({"demandeur_telephone": "appelez-moi"}, "demandeur_telephone", "numéro de téléphone"),
        ({"code_postal": "9200A"}, "code_postal", "5 chiffres"),
        ({"genre": "autre"}, "genre", "une des réponses"),
        ({"nature": "planete"}, "nature", "de la liste"),
        ({"secteur": "planete"}, "secteur", "de la liste"),
        ({"raison_sociale": "x" * 201}, "raison_sociale", "200 caractères"),
        ({"raison_sociale": "Mairie\r\nBcc: tous@monde.example"}, "raison_sociale", "seule ligne"),
        ({"demandeur_nom": "zéro\x00"}, "demandeur_nom", "seule ligne"),
        ({"precisions": "x" * 1001}, "precisions", "1 000 caractères"),
        ({"reponse_vide": "http://robot.example"}, "__all__", "automate"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(base: None, champs: dict[str, Any], champ: str, phrase: str) -> None:
    siret = str(champs.get("siret", usine.siret()))
    reponse = poster(**{"siret": siret, "zone": "Zone d’essai", **champs})
    trouvees = erreurs(reponse)
    assert list(trouvees) == [champ]
    assert phrase in trouvees[champ][0]
    assert "Erreur : Demander une convention" in reponse.content.decode()
    for saisi in ("Zone d’essai", "Service social et crèches." if champ != "precisions" else "xxx"):
        assert saisi in reponse.content.decode()
    assert ecrite(siret) is None


def test_the_empty_form_names_every_field_that_is_needed(base: None) -> None:
    trouvees = erreurs(Client().post(URL, {"x": ""}))
    assert set(trouvees) == {*demande()} - {"demandeur_telephone", "precisions", "caisses", "profils"}
    assert all(len(messages) == 1 and messages[0].endswith(".") for messages in trouvees.values())


def test_what_was_ticked_stays_ticked_and_its_region_stays_open(base: None) -> None:
    contenu = poster(siret="faux", caisses=["751", "971"]).content.decode()
    for code in ("751", "971"):
        assert re.search(rf'<input type="checkbox" name="caisses" value="{code}" id="\w+" checked>', contenu)
    ouvertes = re.findall(r'<details class="groupe" open>\s*<summary>(.*?)</summary>', contenu)
    assert ouvertes == ["Île-de-France", "Outre-mer"]


def test_two_thousand_fields_and_a_huge_text_are_answered_plainly(base: None) -> None:
    assert Client().post(URL, {f"x{rang}": "y" for rang in range(2001)}).status_code == 400
    assert Client().post(URL, {"precisions": "x" * 1_000_001}).status_code == 400
    assert Client().post(URL, {"caisses": ["751"] * 1500}).status_code == 200


def test_a_form_that_was_sent_too_often_waits_and_keeps_what_was_typed(base: None) -> None:
    navigateur = Client(REMOTE_ADDR=adresse())
    assert [poster(navigateur).status_code for _ in range(6)] == [302] * 5 + [429]
    contenu = poster(navigateur, zone="Zone d’essai").content.decode()
    assert "Trop de demandes" in contenu
    assert "Zone d’essai" in contenu


def test_the_answer_is_the_same_for_a_known_siret(base: None) -> None:
    connu = usine.siret()
    usine.executer("update conventions_organisme set siret = %s where id = %s", [connu, usine.agent().organisme.pk])
    reponses = [poster(siret=siret) for siret in (connu, usine.siret())]
    assert len({(reponse.status_code, reponse["Location"], reponse.content) for reponse in reponses}) == 1


def test_the_form_offers_what_is_open_and_nothing_else(base: None) -> None:
    contenu = Client().get(URL).content.decode()
    assert set(re.findall(r'name="profils" value="(\w+)"', contenu)) == {code for code, fiche in PROFILS.items() if fiche.actif}
    assert re.findall(r'name="caisses" value="(\w+)"', contenu) == [code for codes in REGIONS.values() for code in codes]
    assert set(re.findall(r'<option value="(\d+)"', contenu)) == set(CAISSES)
    assert "Évaluer la situation d’un ménage suivi et ses droits." in contenu


def test_the_summary_of_errors_is_in_the_order_of_the_page() -> None:
    assert [nom for _, noms in DemandeForm.SECTIONS for nom in noms] == [nom for nom in DemandeForm.base_fields if nom != "reponse_vide"]


def test_each_caisse_is_in_one_region() -> None:
    assert sorted(code for codes in REGIONS.values() for code in codes) == sorted(CAISSES)


def test_the_page_that_follows_shows_each_state(base: None) -> None:
    for etat, phrase in (
        ("deposee", "Votre demande est déposée."),
        ("en_instruction", "La Caf instruit votre demande."),
        ("pieces_demandees", "La délibération &lt;b&gt;"),
        ("acceptee", "Votre demande est acceptée."),
        ("refusee", "Hors de notre champ"),
    ):
        une = usine.demande(
            etat=etat, caisses=("921", "751"), pieces="La délibération <b>", reponse="Hors de notre champ", precisions="SECRET"
        )
        DemandeCaisse.objects.using(OWNER).filter(demande=une, caisse="751").update(etat="refusee", motif="Déjà servi <i>")
        contenu = Client().get(f"/conventions/suivi/{une.reference}/").content.decode()
        for attendu in (phrase, une.numero, "Caf de Paris", "Déjà servi &lt;i&gt;", "Caf des Hauts-de-Seine"):
            assert attendu in contenu
        assert ("Hors de notre champ" in contenu) == (etat in ("acceptee", "refusee"))
        envoi = f'action="/conventions/suivi/{une.reference}/documents/"'
        assert (envoi in contenu) == (etat in ("pieces_demandees", "acceptee"))
        for cache in ("SECRET", une.demandeur_courriel, une.raison_sociale):
            assert cache not in contenu


def test_an_unknown_reference_and_a_draft_are_the_same_404(base: None) -> None:
    brouillon = usine.demande(etat="brouillon")
    for reference in (brouillon.reference, uuid4()):
        assert Client().get(f"/conventions/suivi/{reference}/").status_code == 404
    assert Client().get(f"/conventions/suivi/{brouillon.pk}/").status_code == 404


@pytest.mark.parametrize("jeton", ["x", "é" * 50, "x" * 5000, "%00", "a%2Fb", "..%2F"])
def test_a_forged_link_is_answered_as_an_old_one(base: None, jeton: str) -> None:
    reponse = Client().post(f"/conventions/demande/confirmer/{jeton}/")
    assert reponse.status_code in (200, 400, 404)
    if reponse.status_code == 200:
        assert "Ce lien ne convient plus" in reponse.content.decode()


def test_a_press_from_another_site_confirms_nothing(base: None) -> None:
    assert Client(enforce_csrf_checks=True).post("/conventions/demande/confirmer/x/").status_code == 403
    assert Client(enforce_csrf_checks=True).post(URL, demande()).status_code == 403


def test_the_sign_in_page_leads_to_it(base: None) -> None:
    assert Client().get("/connexion/").content.decode().count(f'href="{URL}"') == 2
