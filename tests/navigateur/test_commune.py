"""The example of the commune (domain §3.3), from its request to the credentials of its two administrators."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page

from conventions.models import Bulletin, Demande
from envois.models import Envoi
from habilitations.models import Utilisateur
from tests import usine
from tests.navigateur.gestes import Ouvrir
from tests.travail import Boite, travailler
from tests.usine import OWNER

ADMINISTRATEURS = (("Chloé", "Spécimen", "Directrice du CCAS"), ("Denis", "Spécimen", "Adjoint à la directrice"))


def demander(page: Page, siret: str, nom: str, courriel: str) -> None:
    """Fill the public form: social service T1, crèches T2."""
    page.goto("/conventions/demande/")
    for champ, texte in {
        "demandeur_prenom": "Chloé", "demandeur_nom": "Spécimen", "demandeur_fonction": "Directrice du CCAS", "demandeur_courriel": courriel,
        "raison_sociale": nom, "siret": siret, "adresse": "1 place de l’Exemple", "code_postal": "92000", "ville": "Ville-Fictive",
        "representant": "Camille Modèle", "representant_qualite": "Maire", "effectif": "12", "zone": "La commune",
    }.items():  # fmt: skip
        page.fill(f"[name={champ}]", texte)
    page.check("[name=genre][value=nouvelle]")
    page.select_option("[name=nature]", "commune")
    page.select_option("[name=secteur]", "action_sociale")
    page.check("[name=services][value=cdap]")
    page.check("[name=profils][value=T1]")
    page.check("[name=profils][value=T2]")
    page.select_option("[name=caisse]", "921")
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/conventions/demande/envoyee/")


def agir(page: Page, bouton: str, **champs: str) -> None:
    """Do one act from the card that is shown, and come back to the list."""
    page.get_by_role("button", name=bouton, exact=True).click()
    page.wait_for_selector("form.formulaire [name=confirme]", state="attached")
    for champ, texte in champs.items():
        page.fill(f"[name={champ}]", texte)
    page.locator("form.formulaire button[type=submit]").click()
    page.wait_for_selector(".message.ok")


def carte(page: Page, modele: str, cherche: str) -> None:
    """Open the card of the only row that the search finds."""
    page.goto(f"/admin/conventions/{modele}/?q={cherche}")
    page.locator(".liste tbody th a").first.click()


@pytest.mark.long
def test_the_commune_goes_from_its_request_to_two_credentials(ouvrir: Ouvrir, boite: Boite) -> None:
    siret, nom, courriel = usine.siret(), usine.unique("Commune"), f"{usine.unique('chloe')}@commune.example"
    aujourdhui = date.today().isoformat()
    publique = ouvrir()
    demander(publique, siret, nom, courriel)
    travailler()
    (enveloppe,) = boite.pour(courriel)
    lien = re.search(r"/conventions/demande/confirmer/\S+", (enveloppe.original_content or b"").decode().replace("=\r\n", ""))
    assert lien is not None
    publique.goto(lien.group())
    publique.locator("main form button[type=submit]").click()
    publique.wait_for_url("**/conventions/suivi/**")
    assert Demande.objects.using(OWNER).get(siret=siret).etat == "deposee"

    caf = ouvrir(usine.operateur("921").session)
    for bouton, champs in (
        ("Prendre en charge", {}),
        ("Accepter la part de ma caisse", {}),
        ("Accepter comme première convention", {"debut": aujourdhui}),
    ):
        carte(caf, "demande", siret)
        agir(caf, bouton, **champs)
    for modele in ("convention", "contrat"):
        for partie in ("du partenaire", "de la Caf"):
            carte(caf, modele, siret)
            agir(caf, f"Enregistrer la signature {partie}", le=aujourdhui)

    convention = Demande.objects.using(OWNER).get(siret=siret).convention
    assert convention is not None
    for prenom, nom_de_famille, fonction in ADMINISTRATEURS:
        caf.goto("/admin/conventions/bulletin/add/")
        for champ, texte in {
            "convention": str(convention.pk), "prenom": prenom, "nom": nom_de_famille, "fonction": fonction,
            "courriel": f"{usine.unique(prenom[:2].lower())}@commune.example".replace("é", "e"), "debut": aujourdhui,
        }.items():  # fmt: skip
            caf.fill(f"[name={champ}]", texte)
        caf.get_by_role("button", name="Enregistrer", exact=True).click()
        caf.wait_for_selector(".message.ok")
    for bulletin in Bulletin.objects.using(OWNER).filter(convention=convention):
        for bouton, champs in (
            ("Enregistrer la signature de la personne", {"le": aujourdhui}),
            ("Enregistrer la signature du représentant légal", {"le": aujourdhui}),
            ("Contrôler la fonction", {}),
            ("Valider", {}),
        ):
            caf.goto(f"/admin/conventions/bulletin/{bulletin.pk}/change/")
            agir(caf, bouton, **champs)

    boite.eteindre()  # the mails are queued, and wait
    travailler()
    comptes = list(Utilisateur.objects.using(OWNER).filter(bulletin__convention=convention).order_by("bulletin__rang"))
    assert [(compte.prenom, compte.role, compte.mot_de_passe_provisoire) for compte in comptes] == [
        ("Chloé", "administrateur", True),
        ("Denis", "administrateur", True),
    ]
    for compte in comptes:
        envois = Envoi.objects.using(OWNER).filter(objet=compte.pk, modele__startswith="habilitations.").order_by("modele")
        assert [(envoi.modele, envoi.etat) for envoi in envois] == [
            ("habilitations.identifiant", "a_refaire"),
            ("habilitations.mot_de_passe_provisoire", "a_refaire"),
        ]
