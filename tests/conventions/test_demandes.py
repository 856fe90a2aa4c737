"""The CAF's answers to a request, under its own role."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from psycopg import errors

from audit.journal import horloge
from cdap import routeur
from conventions.erreurs import DejaModifie, Refus
from conventions.etats import SUITES, EtatDemande
from conventions.models import Acte, Caisse, Demande, DemandeCaisse, Profil, Service
from conventions.services import demandes
from envois.models import Envoi
from tests import usine
from tests.conventions.conftest import Operateur, operateur, relire
from tests.usine import OWNER


def actes(demande: Demande) -> list[str]:
    return [acte.genre for acte in Acte.objects.using(OWNER).filter(demande=demande).order_by("pk")]


def courriels(demande: Demande) -> list[str]:
    noms = Envoi.objects.using(OWNER).filter(objet=demande.pk, modele__startswith="conventions.demande_").order_by("pk")
    noms = noms.exclude(modele="conventions.demande_nouvelle")
    return [envoi.modele.removeprefix("conventions.demande_") for envoi in noms]


def test_a_request_goes_from_deposit_to_refusal_and_each_step_is_told(dora: Operateur) -> None:
    une = usine.demande()
    dora.fait(demandes.prendre_en_charge, une)
    dora.fait(demandes.demander_pieces, une, pieces=" La délibération ")
    assert relire(une).pieces == "La délibération"
    dora.fait(demandes.reprendre_instruction, une)
    dora.fait(demandes.refuser, une, reponse="Ce service ne relève pas de votre mission.")
    finie = relire(une)
    assert (finie.etat, finie.version, finie.reponse) == ("refusee", 5, "Ce service ne relève pas de votre mission.")
    assert actes(une) == ["demande_instruire", "demande_pieces", "demande_completer", "demande_refuser"]
    assert courriels(une) == ["en_instruction", "pieces_demandees", "en_instruction", "refusee"]
    traces = usine.traces(objet=f"demande:{une.pk}")
    assert [(trace["action"], trace["acteur"]) for trace in traces] == [(acte, dora.par.utilisateur) for acte in actes(une)]


GESTES: dict[str, Callable[[Operateur, Demande], object]] = {
    "prendre_en_charge": lambda qui, une: qui.fait(demandes.prendre_en_charge, une),
    "demander_pieces": lambda qui, une: qui.fait(demandes.demander_pieces, une, pieces="x"),
    "reprendre_instruction": lambda qui, une: qui.fait(demandes.reprendre_instruction, une),
    "refuser": lambda qui, une: qui.fait(demandes.refuser, une, reponse="x"),
    "repondre_part": lambda qui, une: qui.repondre(une, "921"),
}
PERMIS = {
    "prendre_en_charge": {"deposee"},
    "demander_pieces": {"en_instruction"},
    "reprendre_instruction": {"pieces_demandees"},
    "refuser": {"deposee", "en_instruction", "pieces_demandees"},
    "repondre_part": {"deposee", "en_instruction", "pieces_demandees"},
}


@pytest.mark.parametrize("geste", GESTES)
@pytest.mark.parametrize("etat", EtatDemande.values)
def test_each_act_is_for_some_states_only(dora: Operateur, geste: str, etat: str) -> None:
    une = usine.demande(etat=etat)
    if etat in PERMIS[geste]:
        GESTES[geste](dora, une)
        assert len(actes(une)) == 1
    else:
        with pytest.raises(Refus):
            GESTES[geste](dora, une)
        assert (actes(une), courriels(une), relire(une).version) == ([], [], 1)


@pytest.mark.parametrize("geste", GESTES)
def test_another_caisse_than_the_one_that_leads_is_refused(dora: Operateur, geste: str) -> None:
    une = usine.demande(caisses=("441", "921"), etat=min(PERMIS[geste]))
    if geste == "repondre_part":
        with pytest.raises(Refus, match="autre caisse"):
            dora.repondre(une, "441")
    else:
        with pytest.raises(Refus, match="instruite par"):
            GESTES[geste](dora, une)
    assert actes(une) == []


COUPLES = [(de, vers) for de in EtatDemande.values for vers in EtatDemande.values if de != vers]


@pytest.mark.parametrize(("de", "vers"), COUPLES)
@pytest.mark.parametrize("role", ["caf", "proprietaire"])
def test_the_database_itself_knows_which_state_follows_which(base: None, role: str, de: str, vers: str) -> None:
    une = usine.demande(etat=de)
    with usine.connexion(role) as pg:
        if vers in SUITES[de]:
            pg.execute("update conventions_demande set etat = %s where id = %s", [vers, une.pk])
        else:
            with pytest.raises(errors.CheckViolation) as refus:
                pg.execute("update conventions_demande set etat = %s where id = %s", [vers, une.pk])
            assert refus.value.diag.constraint_name == "conventions_demande_suite"
    assert relire(une).etat == (vers if vers in SUITES[de] else de)


def test_every_state_has_its_followers() -> None:
    assert set(SUITES) == set(EtatDemande.values)
    assert all(vers in EtatDemande.values for suites in SUITES.values() for vers in suites)


def test_the_second_of_two_operators_is_told_and_nothing_is_lost(dora: Operateur) -> None:
    une = usine.demande(etat="en_instruction")
    dora.fait(demandes.demander_pieces, une, pieces="Le budget")
    with pytest.raises(DejaModifie):
        operateur("921").fait(demandes.refuser, une, version=1, reponse="Non.")
    assert (relire(une).etat, relire(une).pieces, relire(une).reponse) == ("pieces_demandees", "Le budget", "")
    assert actes(une) == ["demande_pieces"]


def test_of_two_operators_at_the_same_instant_one_wins_and_the_other_is_told(base: None) -> None:
    une, qui = usine.demande(etat="en_instruction"), [operateur("921") for _ in range(4)]

    def agir(rang: int) -> str:
        try:
            if rang % 2:
                qui[rang].fait(demandes.refuser, une, version=1, reponse=f"réponse {rang}")
            else:
                qui[rang].fait(demandes.demander_pieces, une, version=1, pieces=f"pièce {rang}")
            return f"{rang}"
        except DejaModifie:
            return "prévenu"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as fils:
        reponses = list(fils.map(agir, range(4)))
    assert reponses.count("prévenu") == 3
    (gagnant,) = {*reponses} - {"prévenu"}
    finie = relire(une)
    assert (finie.version, len(actes(une)), len(courriels(une))) == (2, 1, 1)
    assert f"{finie.pieces}{finie.reponse}".endswith(gagnant)


@pytest.mark.parametrize("texte", ["", "   \n", "x" * 1001])
def test_a_text_for_the_applicant_is_there_and_fits(dora: Operateur, texte: str) -> None:
    une = usine.demande(etat="en_instruction")
    for geste, champ in ((demandes.demander_pieces, "pieces"), (demandes.refuser, "reponse")):
        with pytest.raises(Refus) as refus:
            dora.fait(geste, une, **{champ: texte})
        assert refus.value.champ == champ
    assert relire(une).version == 1


def test_a_caisse_answers_its_own_part_and_says_why_it_refuses(dora: Operateur) -> None:
    une = usine.demande(caisses=("441", "921"))
    with pytest.raises(Refus) as refus:
        dora.repondre(une, "921", accepte=False, motif=" ")
    assert refus.value.champ == "motif"
    dora.repondre(une, "921", accepte=False, motif="Hors de notre ressort")
    dora.repondre(une, "921")
    part = DemandeCaisse.objects.using(OWNER).get(demande=une, caisse="921")
    assert (part.etat, part.motif, part.instant is not None) == ("acceptee", "", True)
    assert actes(une) == ["caisse_refuser", "caisse_accepter"]
    assert [acte.detail for acte in Acte.objects.using(OWNER).filter(demande=une)] == [{"caisse": "921"}] * 2
    assert relire(une).etat == "deposee"
    assert courriels(une) == []


def courrier(qui: Operateur, **champs: Any) -> Demande:
    donnees: dict[str, Any] = {
        "recu": date(2026, 1, 5), "caisse": Caisse.objects.using("caf").get(pk="921"), "caisses": [Caisse.objects.using("caf").get(pk="751")],
        "services": [Service.objects.using("caf").get(pk="cdap")], "profils": [Profil.objects.using("caf").get(pk="T1")], "siret": usine.siret(),
        "demandeur_nom": "Spécimen", "demandeur_prenom": "Chloé", "demandeur_fonction": "Directrice", "raison_sociale": "Association Papier",
        "effectif": 3, "perimetre": qui.perimetre, "par": qui.par,
    }  # fmt: skip
    with routeur.sur("caf"):
        return demandes.saisir_courrier(**{**donnees, **champs})


def test_a_request_by_post_is_received_then_dealt_with(dora: Operateur) -> None:
    une = courrier(dora, demandeur_courriel="chloe@asso.example")
    assert (une.etat, une.canal, une.courrier_recu, une.ip) == ("deposee", "courrier", date(2026, 1, 5), None)
    assert courriels(une) == ["deposee"]
    parts = {part.caisse_id: part.pk for part in DemandeCaisse.objects.using(OWNER).filter(demande=une)}
    prevenues = (
        Envoi.objects.using(OWNER).filter(modele="conventions.demande_nouvelle", objet__in=parts.values()).values_list("objet", flat=True)
    )
    assert list(prevenues) == [parts["751"]]
    dora.fait(demandes.traiter_courrier, une)
    assert relire(une).courrier_traite == horloge.jour()
    with pytest.raises(Refus, match="déjà traité"):
        dora.fait(demandes.traiter_courrier, une)
    with pytest.raises(Refus, match="par courrier"):
        dora.fait(demandes.traiter_courrier, usine.demande())
    assert actes(une) == ["demande_recevoir", "demande_traiter"]


def test_a_paper_without_a_mailbox_nor_a_siret_is_taken_too(dora: Operateur) -> None:
    une = courrier(dora, siret=None)
    assert (une.siret, une.demandeur_courriel) == (None, "")


def test_what_a_paper_asks_is_checked_at_its_field(dora: Operateur) -> None:
    avant = Demande.objects.using(OWNER).count()
    for champs, champ in (
        ({"siret": "12345678901234"}, "siret"),
        ({"recu": horloge.jour() + timedelta(days=1)}, "courrier_recu"),
        ({"caisse": Caisse.objects.using("caf").get(pk="441")}, "caisse"),
        ({"services": []}, "services"),
        ({"services": [Service.objects.using("caf").get(pk="monenfant")]}, "services"),
        ({"profils": []}, "profils"),
        ({"profils": [Profil.objects.using("caf").get(pk="T6")]}, "profils"),
        ({"demandeur_courriel": "pas une adresse"}, "demandeur_courriel"),
        ({"raison_sociale": "x\r\nBcc: tous@monde.example"}, "raison_sociale"),
        ({"demandeur_nom": ""}, "demandeur_nom"),
    ):
        with pytest.raises(Refus) as refus:
            courrier(dora, **champs)
        assert refus.value.champ == champ, champs
    assert Demande.objects.using(OWNER).count() == avant
