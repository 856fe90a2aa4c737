"""A limit of a day suspends the consultation of a person until an administrator, or the CAF, confirms (security §2.C)."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.urls import reverse

from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from habilitations.models import Decision, Utilisateur
from habilitations.services import consultation
from tests import usine
from tests.allocataires import porte
from tests.allocataires.test_consultation_http import demander
from tests.travail import Boite, travailler
from tests.usine import OWNER

MOTIF = "Vu avec elle : relance annuelle des dossiers."


def suspendue(combien: int = 300, *, affichees: bool = True) -> usine.Agent:
    """Return an agent who has just reached a limit of the day."""
    alice = usine.agent("T1")
    porte.passees(alice, porte.epars(combien), il_y_a="3 hours", affichees=affichees)
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, usine.dossier()) is None
    return alice


def retablir(par: Auteur, alice: usine.Agent, motif: str = MOTIF) -> None:
    elle = Utilisateur.objects.using(OWNER).get(pk=alice.utilisateur.pk)
    consultation.retablir(par=par, utilisateur=elle, motif=motif)


def est_suspendue(alice: usine.Agent) -> bool:
    return bool(
        usine.valeur(
            "select exists (select 1 from habilitations_consultationsuspendue where utilisateur_id = %s and levee is null)",
            [alice.utilisateur.pk],
        )
    )


@pytest.mark.parametrize(
    ("combien", "affichees", "il_y_a", "attendu"),
    [
        (299, True, "3 hours", False), (300, True, "3 hours", True), (300, True, "25 hours", False), (39, False, "3 hours", False),
        (40, False, "3 hours", True), (40, False, "25 hours", False), (40, True, "3 hours", False),
    ],
)  # fmt: skip
def test_the_day_suspends_at_its_limit_and_not_before(base: None, combien: int, affichees: bool, il_y_a: str, attendu: bool) -> None:
    alice = usine.agent("T1")
    porte.passees(alice, porte.epars(combien), il_y_a=il_y_a, affichees=affichees)
    with usine.connexion() as pg:
        assert (porte.chercher(pg, alice, "9000000") is None) is attendu
    assert est_suspendue(alice) is attendu


def test_a_suspension_is_written_traced_and_told_once(base: None) -> None:
    alice = usine.agent("T1")
    chef = usine.administrateur(alice.organisme)
    porte.passees(alice, porte.epars(40), il_y_a="3 hours", affichees=False)

    def un(_: int) -> bool:
        with usine.connexion() as pg:
            return porte.chercher(pg, alice, "9000000") is None

    with ThreadPoolExecutor(8) as bassin:
        assert all(bassin.map(un, range(8)))
    assert porte.alertes(alice) == ["limite_non_affiches_jour"]
    (trace,) = usine.traces(objet=f"utilisateur:{alice.utilisateur.pk}", action="consultation_suspendre")
    assert (trace["famille"], trace["organisme"], trace["motif"]) == ("habilitation", alice.organisme.pk, "limite_non_affiches_jour")
    (decision,) = Decision.objects.using(OWNER).filter(utilisateur=alice.utilisateur.pk)
    assert {avis.destinataire_id for avis in decision.avis.using(OWNER)} == {chef.utilisateur, alice.utilisateur.pk}
    assert usine.valeur("select count(*) from habilitations_acces where utilisateur = %s and au is null", [alice.utilisateur.pk]) == 0


def test_it_holds_from_the_next_request_open_pages_included(base: None) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    ticket = demander(alice, numero, navigateur)["Location"]
    assert navigateur.get(ticket).status_code == 200
    porte.passees(alice, porte.epars(300), il_y_a="3 hours")
    reponses = [demander(alice, numero, navigateur), navigateur.get(ticket), navigateur.get(reverse("recherche"))]
    for reponse in reponses:
        assert reponse.status_code == 403
        assert "Votre consultation des dossiers est suspendue" in reponse.content.decode()
        assert usine.SENTINELLE.encode() not in reponse.content
    accueil = navigateur.get("/").content.decode()
    assert "Votre consultation des dossiers est suspendue" in accueil
    assert "Aucune habilitation n’est en vigueur" not in accueil
    with usine.connexion() as pg:
        assert porte.lire(pg, alice.cle, UUID(ticket.strip("/").split("/")[-1])) is None
    assert usine.traces(acteur=alice.utilisateur.pk)[-1]["issue"] == "non_habilite"


def test_an_administrator_gives_it_back_with_a_reason(base: None) -> None:
    alice = suspendue()
    chef = usine.administrateur(alice.organisme)
    navigateur, adresse = usine.client(chef.session), reverse("utilisateur", args=[alice.utilisateur.pk])
    assert "Consultation des dossiers suspendue le" in navigateur.get(adresse).content.decode()
    acte = reverse("utilisateur_acte", args=[alice.utilisateur.pk, "retablir-consultation"])
    assert navigateur.post(acte, {"motif": " "}).status_code == 200
    assert est_suspendue(alice)
    assert navigateur.post(acte, {"motif": MOTIF}).status_code == 303
    assert not est_suspendue(alice)
    texte = navigateur.get(adresse).content.decode()
    assert "Consultation des dossiers suspendue le" not in texte
    assert MOTIF in texte
    assert demander(alice, usine.dossier()).status_code == 303  # what was confirmed counts no more
    assert usine.traces(acteur=chef.utilisateur, action="consultation_retablir")[-1]["issue"] == "accorde"
    decision = Decision.objects.using(OWNER).filter(utilisateur=alice.utilisateur.pk).latest("pk")
    assert alice.utilisateur.pk in {avis.destinataire_id for avis in decision.avis.using(OWNER)}


def test_after_it_the_day_begins_again(base: None) -> None:
    alice = suspendue(40, affichees=False)
    retablir(usine.administrateur(alice.organisme), alice)
    with usine.connexion() as pg:
        for _ in range(9):
            assert porte.chercher(pg, alice, "9000000") is not None
    porte.passees(alice, porte.epars(40), il_y_a="0 s", affichees=False)
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, "9000000") is None
    assert est_suspendue(alice)
    assert porte.alertes(alice) == ["limite_non_affiches_jour"] * 2


def test_nobody_else_gives_it_back(base: None) -> None:
    alice = suspendue()
    collegue = usine.utilisateur(alice.organisme)
    sans_droit = [
        Auteur(session=alice.cle, utilisateur=alice.utilisateur.pk, ip=usine.IP),
        Auteur(session=usine.ouvrir_session(collegue)[0], utilisateur=collegue.pk, ip=usine.IP),
        usine.administrateur(usine.organisme()),
    ]
    for par in sans_droit:
        with pytest.raises(Refus):
            retablir(par, alice)
    assert est_suspendue(alice)


def test_what_is_not_suspended_is_not_given_back(base: None) -> None:
    alice = usine.agent("T1")
    with pytest.raises(Refus):
        retablir(usine.administrateur(alice.organisme), alice)
    assert not Decision.objects.using(OWNER).filter(utilisateur=alice.utilisateur.pk).exists()


def test_the_mails_say_what_to_do_and_then_that_it_is_over(base: None, boite: Boite) -> None:
    alice = usine.agent("T1")
    chef = usine.administrateur(alice.organisme)
    adresses = [usine.personne(chef).courriel, alice.utilisateur.courriel]
    porte.passees(alice, porte.epars(40), il_y_a="3 hours", affichees=False)
    with usine.connexion() as pg:
        assert porte.chercher(pg, alice, "1234567") is None
    retablir(chef, alice)
    travailler()
    for adresse in adresses:
        suspension, retour = boite.textes(adresse)
        assert "Le portail a suspendu la consultation des dossiers par Alice Modèle" in suspension
        assert "Trop de demandes restées sans dossier en vingt-quatre heures." in suspension
        assert "la rétablit sur la fiche de la personne" in suspension
        assert "1234567" not in suspension
        assert "est rétablie" in retour
        assert MOTIF in retour
