"""Requests in the administration: read, advanced, answered by each caisse; those that come by post are typed in."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cdap.models import Annonce
from conventions.models import Contrat, Convention, Demande
from tests import usine
from tests.administration.test_pages import agir, operateur
from tests.usine import OWNER

LISTE = "admin:conventions_demande_changelist"


def carte(demande: Demande) -> str:
    return reverse("admin:conventions_demande_change", args=[demande.pk])


def etat(demande: Demande) -> str:
    return Demande.objects.using(OWNER).get(pk=demande.pk).etat


def deposee(**champs: Any) -> Demande:
    return usine.demande(**{"etat": "deposee", **champs})


def test_a_request_becomes_a_convention(base: None) -> None:
    demande, dora = deposee(), operateur("921")
    for action, champs in (
        ("prendre_en_charge", {}),
        ("demander_des_pieces", {"pieces": "Le bulletin du second administrateur."}),
        ("noter_larrivee_des_pieces", {}),
        ("accepter_la_part_de_ma_caisse", {}),
        (
            "accepter_comme_premiere_convention",
            {"debut": "2026-01-01", "duree_mois": "12", "preavis_mois": "3", "tacite_reconduction": "on"},
        ),
    ):
        reponse = agir(dora, "demande", demande.pk, action, **champs)
        assert reponse.status_code == 302, action
    assert etat(demande) == "acceptee"
    convention = Convention.objects.using(OWNER).get(organisme__siret=demande.siret)
    assert Contrat.objects.using(OWNER).filter(convention=convention).count() == demande.services.count()


def test_what_the_state_does_not_allow_is_not_offered_and_is_refused(base: None) -> None:
    demande, dora = deposee(), operateur("921")
    page = dora.get(carte(demande)).content.decode()
    assert "Prendre en charge" in page
    assert "Accepter comme première convention" not in page
    reponse = agir(dora, "demande", demande.pk, "demander_des_pieces", pieces="Une pièce")
    assert reponse.status_code == 200
    assert "déposée" in reponse.content.decode()
    assert etat(demande) == "deposee"


def test_the_second_of_two_operators_on_a_request_is_told_and_keeps_what_they_typed(base: None) -> None:
    demande = deposee()
    agir(operateur("921"), "demande", demande.pk, "prendre_en_charge")
    version = Demande.objects.using(OWNER).get(pk=demande.pk).version
    champs = {f"version_{demande.pk}": str(version), "pieces": "Mon texte."}
    assert agir(operateur("921"), "demande", demande.pk, "demander_des_pieces", **champs).status_code == 302
    reponse = agir(
        operateur("921"), "demande", demande.pk, "refuser_la_demande", **{f"version_{demande.pk}": str(version), "reponse": "Mon refus."}
    )
    assert reponse.status_code == 200
    assert "Une autre personne a modifié" in reponse.content.decode()
    assert "Mon refus." in reponse.content.decode()
    assert etat(demande) == "pieces_demandees"


def test_each_caisse_answers_its_own_part(base: None) -> None:
    demande = deposee(caisses=("921", "751"))
    noe = operateur("751")
    assert agir(noe, "demande", demande.pk, "prendre_en_charge").status_code == 403, "the caisse that manages does it"
    assert etat(demande) == "deposee"
    assert agir(noe, "demande", demande.pk, "refuser_la_part_de_ma_caisse", motif="Hors de notre territoire.").status_code == 302
    parts = dict(Demande.objects.using(OWNER).get(pk=demande.pk).parts.values_list("caisse", "etat"))
    assert parts == {"921": "en_attente", "751": "refusee"}


def test_a_request_of_another_caisse_is_not_there(base: None) -> None:
    demande, noe = deposee(), operateur("441")
    assert noe.get(carte(demande)).status_code == 404
    assert agir(noe, "demande", demande.pk, "prendre_en_charge").status_code == 404
    assert demande.pk not in {ligne.pk for ligne in noe.get(reverse(LISTE)).context["cl"].result_list}


def test_a_draft_is_nobody_s(base: None) -> None:
    brouillon = usine.demande(etat="brouillon")
    assert operateur("921").get(carte(brouillon)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [({}, ""), ({"courrier_recu": "2099-01-01"}, "jour à venir"), ({"siret": "12345678901234"}, "SIRET"), ({"effectif": "0"}, "effectif")],
)
def test_a_request_by_post_is_typed_in(base: None, changes: dict[str, str], phrase: str) -> None:
    donnees = {
        "courrier_recu": "2026-02-03", "genre": "nouvelle", "caisse": "921", "caisses": ["751"], "raison_sociale": usine.unique("Commune"),
        "siret": usine.siret(), "nature": "commune", "secteur": "autre", "zone": "La ville", "adresse": "1 rue de l’Exemple", "code_postal": "00000",
        "ville": "Ville-Fictive", "representant": "Camille Modèle", "representant_qualite": "Maire", "demandeur_nom": "Essai",
        "demandeur_prenom": "Inès", "demandeur_fonction": "Secrétaire", "demandeur_courriel": "ines@commune.example", "services": ["cdap"],
        "profils": ["T1"], "effectif": "4", **changes,
    }  # fmt: skip
    reponse = operateur("921").post(reverse("admin:conventions_demande_add"), donnees)
    trouvee = Demande.objects.using(OWNER).filter(raison_sociale=donnees["raison_sociale"]).first()
    if phrase:
        assert reponse.status_code == 200
        assert phrase in reponse.content.decode()
        assert trouvee is None
    else:
        assert reponse.status_code == 302
        assert trouvee is not None
        assert (trouvee.canal, str(trouvee.courrier_recu), trouvee.etat) == ("courrier", "2026-02-03", "deposee")


def test_the_board_counts_what_the_operator_sees(base: None) -> None:
    for caisse in ("091", "081"):
        for _ in range(2):
            deposee(caisses=(caisse,))
    page = usine.client(usine.operateur("091").session).get(reverse("admin:index"))
    assert {case.libelle: case.nombre for colonne in page.context["tableau"] for case in colonne.cases} == {"déposée": 2}


def poster(navigateur: Client, nom: str, **champs: str) -> Any:
    return navigateur.post(reverse(f"admin:{nom}"), champs)


def test_an_opposition_gets_the_same_page_whether_the_number_exists_or_not(base: None) -> None:
    dora, pages = operateur("921"), []
    existant = usine.dossier()
    for numero in (existant, existant, "9" + usine.dossier()[1:]):
        reponse = poster(dora, "opposition_enregistrer", caisse="921", numero=numero, origine="courrier", le="2026-01-05")
        assert reponse.status_code == 302
        pages.append((reponse["Location"], reponse.cookies.output(header="").split(";")[0][-40:] != ""))
    assert len(set(pages)) == 1
    with usine.connexion("proprietaire") as pg:
        ouvertes = pg.execute("select count(*) from allocataires_opposition where caisse = '921' and numero = %s", [existant]).fetchone()
    assert ouvertes == (1,)
    assert poster(dora, "opposition_lever", caisse="921", numero=existant, le="2026-01-06").status_code == 302


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"numero": "12"}, ""),
        ({"numero": "abc"}, "7 chiffres"),
        ({"le": "2099-01-01"}, "à venir"),
        ({"caisse": "441"}, "Choisissez dans la liste proposée"),
        ({"origine": "rumeur"}, "Choisissez dans la liste proposée"),
    ],
)
def test_a_wrong_opposition_is_said_at_its_field(base: None, champs: dict[str, str], phrase: str) -> None:
    donnees = {"caisse": "921", "numero": usine.dossier(), "origine": "courrier", "le": "2026-01-05", **champs}
    reponse = poster(operateur("921"), "opposition_enregistrer", **donnees)
    assert (reponse.status_code == 302) is (phrase == "")
    assert phrase in reponse.content.decode()


def test_a_reported_opposition_ends_in_the_register(base: None) -> None:
    alice, numero = usine.agent("T1", caisses=("971",)), usine.dossier("971")
    agent = usine.client(alice.cle)
    demande = {"cadre": alice.groupe.pk, "caisse": "971", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
    ticket = agent.post(reverse("recherche"), demande)["Location"]
    agent.get(ticket)
    agent.post(ticket + "opposition/")
    dora = usine.client(usine.operateur("971").session)
    page = dora.get(reverse("admin:signalements"))
    (ligne,) = [une for une in page.context["lignes"] if une["signalement"].organisme == alice.organisme.raison_sociale]
    assert numero not in page.content.decode()
    assert (
        usine.client(usine.operateur("972").session)
        .post(reverse("admin:signalement_traiter", args=[ligne["signalement"].id]), {"suite": "opposer"})
        .status_code
        == 404
    )
    assert dora.post(reverse("admin:signalement_traiter", args=[ligne["signalement"].id]), {"suite": "opposer"}).status_code == 302
    assert usine.SENTINELLE not in agent.get(ticket).content.decode()
    assert numero[-3:] in dora.get(reverse("admin:oppositions")).content.decode()


def test_news_of_a_caisse_is_published_and_withdrawn(base: None) -> None:
    donnees = {
        "genre": "actualite",
        "caisse": "921",
        "titre": usine.unique("Titre"),
        "texte": "Un texte.",
        "debut": "2026-01-01T08:00",
        "fin": "2099-01-01T08:00",
    }
    dora = operateur("921")
    assert dora.post(reverse("admin:cdap_annonce_add"), donnees).status_code == 302
    for faux, phrase in (
        ({"fin": "2020-01-01T08:00"}, "La fin est passée"),
        ({"caisse": "441"}, "Choisissez dans la liste"),
        ({"genre": "maintenance"}, "toutes les caisses"),
    ):
        reponse = dora.post(reverse("admin:cdap_annonce_add"), donnees | {"titre": usine.unique("Titre")} | faux)
        assert phrase in reponse.content.decode(), (faux, reponse.context["adminform"].form.errors)
    annonce = Annonce.objects.using(OWNER).get(titre=donnees["titre"])
    retirer = {"action": "retirer_lannonce", "_selected_action": [str(annonce.pk)], "confirme": "oui"}
    assert dora.post(reverse("admin:cdap_annonce_changelist"), retirer).status_code == 302
    assert Annonce.objects.using(OWNER).get(pk=annonce.pk).retiree is not None
