"""The CAF's staff take on partners and manage their conventions, within their caisses."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conventions.models import Acte, Bulletin, Contrat, Convention, Organisme
from tests import usine
from tests.usine import OWNER

SIRET = "99900001100018"


def operateur(*caisses: str) -> Client:
    return usine.client(usine.operateur(*caisses).session)


def papiers(**changes: Any) -> dict[str, Any]:
    """What a new partner's papers say."""
    return {
        "raison_sociale": usine.unique("Commune"), "siret": usine.siret(), "nature": "commune", "secteur": "action_sociale", "zone": "La commune",
        "caisse": "921", "adresse": "1 place de l’Exemple", "code_postal": "00000", "ville": "Ville-Fictive", "representant": "Camille Modèle",
        "representant_qualite": "Maire", "courriel": "mairie@commune.example", "debut": "2026-01-01", "duree_mois": "12", "preavis_mois": "3",
        "tacite_reconduction": "on", "profils": ["T1", "T2"], "caisses": ["921"], "effectif_max": "20", "admin1_nom": "Spécimen",
        "admin1_prenom": "Chloé", "admin1_fonction": "Directrice du CCAS", "admin1_courriel": "chloe@commune.example", **changes,
    }  # fmt: skip


def test_a_partner_is_taken_on_in_one_form(base: None) -> None:
    donnees = papiers(admin2_nom="Spécimen", admin2_prenom="Denis", admin2_fonction="Adjoint", admin2_courriel="denis@commune.example")
    reponse = operateur("921").post(reverse("admin:conventions_organisme_accueillir"), donnees)
    assert reponse.status_code == 302, reponse.content.decode()
    organisme = Organisme.objects.using(OWNER).get(siret=donnees["siret"])
    convention = Convention.objects.using(OWNER).get(organisme=organisme)
    etat = Convention.objects.using(OWNER).avec_etat().get(organisme=organisme).etat
    assert (etat, str(convention.debut), str(convention.fin)) == ("projet", "2026-01-01", "2026-12-31")
    contrat = Contrat.objects.using(OWNER).get(convention=convention)
    assert [profil.pk for profil in contrat.profils.all()] == ["T1", "T2"]
    assert [bulletin.rang for bulletin in Bulletin.objects.using(OWNER).filter(convention=convention)] == [1, 2]
    actes = Acte.objects.using(OWNER).filter(organisme=organisme).order_by("pk")
    assert [acte.genre for acte in actes] == [
        "organisme_creer",
        "convention_ouvrir",
        "contrat_ouvrir",
        "bulletin_recevoir",
        "bulletin_recevoir",
    ]
    assert [trace["action"] for trace in usine.traces(famille="convention", organisme=organisme.pk)] == [acte.genre for acte in actes]


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"siret": "99900001100019"}, "Ce SIRET n’existe pas"),
        ({"caisse": "441"}, "Choisissez dans la liste proposée"),
        ({"caisses": ["441"]}, "Choisissez dans la liste proposée"),
        ({"profils": ["T6"]}, "Choisissez dans la liste proposée"),
        ({"profils": ["T8"]}, "ne donne rien sans code"),
        ({"codes_t5": "092"}, "qui n’est pas choisi"),
        ({"codes_t8": "é"}, "chiffres ou lettres"),
        ({"preavis_mois": "12"}, "plus court que la durée"),
        ({"admin2_nom": "Seule"}, "Complétez le second administrateur"),
        ({"courriel": "maire@commune.example\nBcc: x@y.example"}, "adresse"),
        ({"raison_sociale": "Deux\nlignes"}, "une seule ligne"),
        ({"debut": "32/13/2026"}, "date"),
    ],
)
def test_a_wrong_line_is_said_at_its_field_and_nothing_is_written(base: None, changes: dict[str, Any], phrase: str) -> None:
    donnees = papiers(**changes)
    reponse = operateur("921").post(reverse("admin:conventions_organisme_accueillir"), donnees)
    assert reponse.status_code == 200
    assert phrase in reponse.content.decode()
    assert donnees["adresse"] in reponse.content.decode(), "nothing that was typed is lost"
    assert not Organisme.objects.using(OWNER).filter(siret=donnees["siret"]).exists()


def test_a_known_siret_is_refused_at_its_field(base: None) -> None:
    donnees = papiers()
    navigateur = operateur("921")
    assert navigateur.post(reverse("admin:conventions_organisme_accueillir"), donnees).status_code == 302
    reponse = navigateur.post(reverse("admin:conventions_organisme_accueillir"), donnees | {"raison_sociale": usine.unique("Autre")})
    assert "porte déjà ce SIRET" in reponse.content.decode()


def agir(navigateur: Client, modele: str, pk: int, action: str, **champs: Any) -> Any:
    """Do one action of a card, confirmed."""
    donnees = {"action": action, "_selected_action": [str(pk)], "confirme": "oui", **champs}
    return navigateur.post(reverse(f"admin:conventions_{modele}_changelist"), donnees)


def test_signatures_of_both_put_a_partner_in_force(base: None) -> None:
    navigateur, donnees = operateur("921"), papiers()
    navigateur.post(reverse("admin:conventions_organisme_accueillir"), donnees)
    convention = Convention.objects.using(OWNER).get(organisme__siret=donnees["siret"])
    contrat = Contrat.objects.using(OWNER).get(convention=convention)
    for modele, pk in (("convention", convention.pk), ("contrat", contrat.pk)):
        for partie in ("enregistrer_la_signature_du_partenaire", "enregistrer_la_signature_de_la_caf"):
            assert en_vigueur(contrat.pk) is False
            reponse = agir(navigateur, modele, pk, partie, le="2026-01-02")
            assert reponse.status_code == 302, reponse.content.decode()
    assert en_vigueur(contrat.pk) is True
    assert agir(navigateur, "convention", convention.pk, "suspendre_a_titre_conservatoire", motif="Contrôle en cours").status_code == 302
    assert en_vigueur(contrat.pk) is False
    assert agir(navigateur, "convention", convention.pk, "lever_la_suspension", motif="Contrôle fini").status_code == 302
    assert en_vigueur(contrat.pk) is True
    acte = Acte.objects.using(OWNER).filter(convention=convention, genre="suspendre").get()
    assert (acte.motif, acte.auteur_id is not None) == ("Contrôle en cours", True)


def en_vigueur(contrat: int) -> bool:
    with usine.connexion("proprietaire") as pg:
        ligne = pg.execute("select exists (select 1 from cdap.contrat_en_vigueur where contrat_id = %s)", [contrat]).fetchone()
    return bool(ligne and ligne[0])


def test_a_sensitive_act_asks_for_a_reason(base: None) -> None:
    alice = usine.agent("T1")
    reponse = agir(operateur("921"), "convention", alice.convention.pk, "resilier", motif="  ")
    assert reponse.status_code == 200
    assert Convention.objects.using(OWNER).get(pk=alice.convention.pk).resiliation is None


def test_an_operator_finds_nothing_of_another_caisse(base: None) -> None:
    """By list, filter, search, address, proposal or action."""
    alice = usine.agent("T1", caisses=("921",))
    navigateur = operateur("441")
    for modele, pk in (("organisme", alice.organisme.pk), ("convention", alice.convention.pk), ("contrat", alice.contrat.pk)):
        liste = reverse(f"admin:conventions_{modele}_changelist")
        for suite in ("", f"?q={alice.organisme.raison_sociale}"):
            assert pk not in {ligne.pk for ligne in navigateur.get(liste + suite).context["cl"].result_list}
        assert navigateur.get(reverse(f"admin:conventions_{modele}_change", args=[pk])).status_code == 404
        assert navigateur.get(reverse(f"admin:conventions_{modele}_history", args=[pk])).status_code == 404
        assert agir(navigateur, modele, pk, "suspendre_a_titre_conservatoire", motif="x").status_code == 404
    proposition = reverse("admin:autocomplete") + f"?app_label=conventions&model_name=contrat&field_name=convention&term={alice.organisme}"
    assert navigateur.get(proposition).json()["results"] == []
    assert Organisme.objects.using(OWNER).get(pk=alice.organisme.pk).suspension is None


def test_a_caisse_that_does_not_lead_reads_and_changes_nothing(base: None) -> None:
    alice = usine.agent("T1", caisses=("921", "441"))
    navigateur = operateur("441")
    assert navigateur.get(reverse("admin:conventions_organisme_change", args=[alice.organisme.pk])).status_code == 200
    for modele, pk in (("organisme", alice.organisme.pk), ("convention", alice.convention.pk), ("contrat", alice.contrat.pk)):
        assert agir(navigateur, modele, pk, "suspendre_a_titre_conservatoire", motif="x").status_code == 403
    assert (
        navigateur.post(reverse("admin:conventions_organisme_change", args=[alice.organisme.pk]), {"raison_sociale": "Pris"}).status_code
        == 403
    )


def test_an_associated_caisse_takes_itself_off_a_contract_and_no_other(base: None) -> None:
    alice = usine.agent("T1", caisses=("921", "441", "751"))
    fiche, contrat = reverse("admin:conventions_contrat_change", args=[alice.contrat.pk]), alice.contrat
    noe = usine.operateur("441")
    navigateur, gerante = usine.client(noe.session), operateur("921")

    def caisses() -> list[str]:
        return sorted(Contrat.objects.using(OWNER).get(pk=contrat.pk).caisses.values_list("pk", flat=True))

    def retirer(qui: Client) -> int:
        return int(agir(qui, "contrat", contrat.pk, "retirer_ma_caisse", motif="Plus de besoin.").status_code)

    assert "Retirer ma caisse" not in gerante.get(fiche).content.decode()
    assert retirer(gerante) == 403, "it amends the contract instead"
    page = navigateur.get(fiche).content.decode()
    assert "Retirer ma caisse" in page
    assert "Résilier" not in page
    assert 'name="_save"' not in page
    assert agir(navigateur, "contrat", contrat.pk, "retirer_ma_caisse").status_code == 200, "without a reason"
    assert caisses() == ["441", "751", "921"]
    assert retirer(navigateur) == 302
    assert caisses() == ["751", "921"]
    acte = Acte.objects.using(OWNER).get(contrat=contrat, genre="caisse_retirer")
    assert (acte.auteur_id, acte.motif, acte.detail["caisse"]) == (noe.utilisateur, "Plus de besoin.", "441")
    (trace,) = usine.traces(action="caisse_retirer", organisme=alice.organisme.pk)
    assert (trace["acteur"], trace["issue"]) == (noe.utilisateur, "accorde")
    assert navigateur.get(fiche).status_code == 404
    assert retirer(navigateur) == 404


def test_an_amendment_keeps_the_caisses_that_the_operator_does_not_see(base: None) -> None:
    alice = usine.agent("T1", caisses=("921", "441"))
    donnees = {"profils": ["T1", "T2"], "caisses": ["921"], "effectif_max": "5", "motif": "Ouverture des crèches", "version_ouverte": "1"}
    reponse = operateur("921").post(reverse("admin:conventions_contrat_change", args=[alice.contrat.pk]), donnees)
    assert reponse.status_code == 302, reponse.content.decode()
    contrat = Contrat.objects.using(OWNER).get(pk=alice.contrat.pk)
    assert [caisse.pk for caisse in contrat.caisses.all()] == ["441", "921"]
    acte = Acte.objects.using(OWNER).get(contrat=contrat, genre="contrat_modifier")
    assert (acte.detail["avant"]["profils"], acte.detail["apres"]["profils"]) == (["T1"], ["T1", "T2"])


def test_the_second_of_two_operators_is_told(base: None) -> None:
    alice = usine.agent("T1")
    adresse = reverse("admin:conventions_organisme_change", args=[alice.organisme.pk])
    donnees = {"raison_sociale": "Première saisie", "nature": "ccas", "secteur": "autre", "version_ouverte": "1"}
    assert operateur("921").post(adresse, donnees).status_code == 302
    reponse = operateur("921").post(adresse, donnees | {"raison_sociale": "Seconde saisie"})
    assert reponse.status_code == 200
    assert "Quelqu’un d’autre a modifié" in reponse.content.decode()
    assert "Seconde saisie" in reponse.content.decode()
    assert Organisme.objects.using(OWNER).get(pk=alice.organisme.pk).raison_sociale == "Première saisie"


def test_an_organisation_is_protected_by_the_caf_with_its_act_and_its_trace(base: None) -> None:
    alice = usine.agent("T1")
    adresse = reverse("admin:conventions_organisme_change", args=[alice.organisme.pk])
    donnees = {"raison_sociale": alice.organisme.raison_sociale, "nature": "autre", "secteur": "autre", "version_ouverte": "1"}
    assert "ne figurent jamais" in operateur("921").get(adresse).content.decode()
    assert operateur("441").post(adresse, donnees | {"protege": "on"}).status_code in (302, 403, 404)
    assert not Organisme.objects.using(OWNER).get(pk=alice.organisme.pk).protege, "another caisse's"
    assert operateur("921").post(adresse, donnees | {"protege": "on"}).status_code == 302
    assert Organisme.objects.using(OWNER).get(pk=alice.organisme.pk).protege
    acte = Acte.objects.using(OWNER).get(organisme=alice.organisme.pk, genre="organisme_modifier")
    assert acte.detail["champs"] == ["protege"]
    assert len(usine.traces(famille="convention", action="organisme_modifier", organisme=alice.organisme.pk)) == 1


def test_a_code_is_given_by_the_caf_and_taken_back_at_once(base: None) -> None:
    lea = usine.agent("T8", codes=("00456",))
    navigateur = operateur("921")
    donnees = {"contrat": str(lea.contrat.pk), "profil": "T8", "valeur": "00789"}
    assert navigateur.post(reverse("admin:conventions_codeacces_add"), donnees).status_code == 302
    assert "porte déjà" not in navigateur.post(reverse("admin:conventions_codeacces_add"), donnees | {"profil": "T1"}).content.decode()
    code = lea.contrat.codes_acces.using(OWNER).get(valeur="00456")
    assert agir(navigateur, "codeacces", code.pk, "retirer_le_code", motif="Parc vendu").status_code == 302
    with usine.connexion("proprietaire") as pg:
        assert (
            pg.execute("select codes from cdap.habilitation_en_vigueur where utilisateur_id = %s", [lea.utilisateur.pk]).fetchone() is None
        )


def test_the_lists_cost_the_same_for_one_row_and_for_many(base: None, django_assert_num_queries: Any) -> None:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    couts = []
    for nombre in (1, 12):
        caisse = "031" if nombre == 1 else "041"
        for _ in range(nombre):
            usine.agent("T1", caisses=(caisse,))
        navigateur = operateur(caisse)
        cout = {}
        for modele in ("organisme", "convention", "contrat"):
            with CaptureQueriesContext(connections["caf"]) as requetes:
                assert navigateur.get(reverse(f"admin:conventions_{modele}_changelist")).status_code == 200
            cout[modele] = len(requetes)
        couts.append(cout)
    assert couts[0] == couts[1]


def test_a_card_that_is_only_read_saves_nothing_whatever_is_posted(base: None) -> None:
    alice = usine.agent("T1")
    adresse = reverse("admin:conventions_convention_change", args=[alice.convention.pk])
    assert operateur("921").post(adresse, {"fin": "2099-01-01", "version_ouverte": "1"}).status_code == 403
    assert Convention.objects.using(OWNER).get(pk=alice.convention.pk).fin == alice.convention.fin
