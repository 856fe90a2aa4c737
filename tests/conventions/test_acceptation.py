"""Accepting a request, first convention or amendment."""

from datetime import date, timedelta
from typing import Any

import pytest

from audit.journal import horloge
from cdap import routeur
from conventions.erreurs import DejaModifie, Refus
from conventions.models import Acte, Contrat, Convention, Demande, Organisme, Profil
from conventions.services import acceptation
from tests import usine
from tests.conventions.conftest import Operateur, operateur, relire
from tests.usine import OWNER

DEBUT = date(2030, 1, 1)


def instruite(qui: Operateur, *, acceptees: tuple[str, ...] = ("921",), **champs: Any) -> Demande:
    """Return a request being handled, whose parts are answered: those that are not accepted are refused."""
    champs.setdefault("caisses", acceptees)
    une = usine.demande(etat="en_instruction", **champs)
    for caisse in champs["caisses"]:
        operateur(caisse).repondre(une, caisse, caisse in acceptees, "" if caisse in acceptees else "Hors de notre ressort")
    return une


def partenaire(**champs: Any) -> usine.Agent:
    """Return a partner that has a SIRET, its living convention and its CDAP contract of T1 on 921."""
    alice = usine.agent("T1")
    Organisme.objects.using(OWNER).filter(pk=alice.organisme.pk).update(siret=usine.siret())
    Contrat.objects.using(OWNER).filter(pk=alice.contrat.pk).update(effectif_max=10, **champs)
    alice.organisme.refresh_from_db(using=OWNER)
    return alice


def portee(contrat: Contrat) -> tuple[list[str], list[str], int | None]:
    contrat = Contrat.objects.using(OWNER).get(pk=contrat.pk)
    profils, caisses = contrat.profils.values_list("pk", flat=True), contrat.caisses.values_list("pk", flat=True)
    return sorted(profils), sorted(caisses), contrat.effectif_max


def en_cours(demande: Demande) -> Convention | None:
    with routeur.sur("caf"):
        return acceptation.convention_de(demande)


def rien(demande: Demande) -> None:
    """Nothing was half-created."""
    assert relire(demande).etat == "en_instruction"
    assert not Organisme.objects.using(OWNER).filter(siret=demande.siret, conventions__debut=DEBUT).exists()
    assert not Acte.objects.using(OWNER).filter(demande=demande, genre="demande_accepter").exists()


def test_a_first_request_makes_organisation_convention_and_contracts(dora: Operateur) -> None:
    une = instruite(
        dora, acceptees=("921", "751"), caisses=("921", "751", "441"), services=("cdap", "monenfant"), profils=("T1", "T2"), effectif=25
    )
    convention = dora.fait(acceptation.accepter, une, debut=DEBUT, duree_mois=24, preavis_mois=2, reponse="Bienvenue.")
    organisme = convention.organisme
    assert (organisme.siret, organisme.raison_sociale, organisme.caisse_id) == (une.siret, une.raison_sociale, "921")
    assert (organisme.representant, organisme.courriel) == (une.representant, une.demandeur_courriel)
    assert (convention.debut, convention.fin, convention.preavis_mois) == (DEBUT, date(2031, 12, 31), 2)
    contrats = {contrat.service_id: portee(contrat) for contrat in Contrat.objects.using(OWNER).filter(convention=convention)}
    assert contrats == {"cdap": (["T1", "T2"], ["751", "921"], 25), "monenfant": ([], ["751", "921"], 25)}
    finie = relire(une)
    assert (finie.etat, finie.organisme, finie.convention, finie.genre, finie.reponse) == (
        "acceptee", organisme, convention, "nouvelle", "Bienvenue.",
    )  # fmt: skip
    (acte,) = Acte.objects.using(OWNER).filter(demande=une, genre="demande_accepter")
    assert (acte.organisme, acte.convention, acte.auteur_id) == (organisme, convention, dora.par.utilisateur)
    (trace,) = usine.traces(objet=f"convention:{convention.pk}", action="demande_accepter")
    assert trace["organisme"] == organisme.pk


def test_an_organisation_without_a_living_convention_is_reused(dora: Operateur) -> None:
    alice = partenaire()
    Convention.objects.using(OWNER).filter(pk=alice.convention.pk).update(fin=date(2021, 12, 31))
    une = instruite(dora, siret=alice.organisme.siret)
    assert en_cours(relire(une)) is None
    convention = dora.fait(acceptation.accepter, une, debut=DEBUT)
    assert convention.organisme == alice.organisme
    assert Organisme.objects.using(OWNER).get(pk=alice.organisme.pk).raison_sociale == alice.organisme.raison_sociale


def test_a_merged_organisation_leads_to_the_one_that_took_it(dora: Operateur) -> None:
    absorbe, vivant = partenaire(), partenaire()
    Organisme.objects.using(OWNER).filter(pk=absorbe.organisme.pk).update(fusionne_dans=vivant.organisme)
    assert en_cours(usine.demande(siret=absorbe.organisme.siret)) == vivant.convention


def test_a_living_convention_is_amended_and_never_doubled(dora: Operateur) -> None:
    alice = partenaire()
    une = instruite(dora, siret=alice.organisme.siret, acceptees=("921", "751"), services=("cdap", "omega"), profils=("T2",), effectif=30)
    assert en_cours(relire(une)) == alice.convention
    with pytest.raises(Refus, match=alice.convention.numero):
        dora.fait(acceptation.accepter, une, debut=DEBUT)
    rien(une)
    assert dora.fait(acceptation.accepter_modification, une) == alice.convention
    assert portee(alice.contrat) == (["T1", "T2"], ["751", "921"], 30)
    nouveau = Contrat.objects.using(OWNER).get(convention=alice.convention, service="omega")
    assert (portee(nouveau), nouveau.debut, nouveau.signature_caf) == (([], ["751", "921"], 30), horloge.jour(), None)
    (acte,) = Acte.objects.using(OWNER).filter(contrat=alice.contrat, genre="contrat_modifier")
    assert acte.motif == f"Demande {une.numero}"
    assert (acte.detail["avant"]["profils"], acte.detail["apres"]["profils"]) == (["T1"], ["T1", "T2"])
    assert (relire(une).genre, relire(une).convention) == ("avenant", alice.convention)


@pytest.mark.parametrize(("present", "demande", "attendu"), [(10, 4, 10), (10, 11, 11), (None, 4, None)])
def test_an_amendment_takes_nothing_away(dora: Operateur, present: int | None, demande: int, attendu: int | None) -> None:
    alice = partenaire()
    Contrat.objects.using(OWNER).filter(pk=alice.contrat.pk).update(effectif_max=present)
    dora.fait(acceptation.accepter_modification, instruite(dora, siret=alice.organisme.siret, profils=("T2",), effectif=demande))
    assert portee(alice.contrat) == (["T1", "T2"], ["921"], attendu)


def test_an_ended_contract_is_followed_by_another(dora: Operateur) -> None:
    alice = partenaire(fin=date(2021, 12, 31))
    dora.fait(acceptation.accepter_modification, instruite(dora, siret=alice.organisme.siret, profils=("T3",), effectif=4))
    assert portee(alice.contrat)[0] == ["T1"]
    assert portee(Contrat.objects.using(OWNER).get(convention=alice.convention, fin=None)) == (["T3"], ["921"], 4)


def test_an_amendment_of_nothing_is_refused(dora: Operateur) -> None:
    une = instruite(dora)
    with pytest.raises(Refus, match="première convention"):
        dora.fait(acceptation.accepter_modification, une)
    rien(une)


@pytest.mark.parametrize("geste", ["accepter", "accepter_modification"])
def test_nothing_is_accepted_while_a_caisse_has_not_answered(dora: Operateur, geste: str) -> None:
    alice = partenaire()
    une = usine.demande(
        etat="en_instruction", caisses=("921", "751"), siret=alice.organisme.siret if geste != "accepter" else usine.siret()
    )
    dora.repondre(une, "921")
    options = {"debut": DEBUT} if geste == "accepter" else {}
    with pytest.raises(Refus, match="Caf de Paris"):
        dora.fait(getattr(acceptation, geste), une, **options)
    operateur("751").repondre(une, "751", accepte=False, motif="Non")
    dora.repondre(une, "921", accepte=False, motif="Non plus")
    with pytest.raises(Refus, match="entière"):
        dora.fait(getattr(acceptation, geste), une, **options)
    rien(une)
    dora.repondre(une, "921")
    dora.fait(getattr(acceptation, geste), une, **options)
    assert relire(une).etat == "acceptee"


def test_the_acts_of_a_partner_are_those_of_the_caisse_that_manages_it(dora: Operateur) -> None:
    alice = partenaire()
    noe = operateur("441")
    une = instruite(noe, acceptees=("441",), siret=alice.organisme.siret, profils=("T2",))
    with pytest.raises(Refus, match="Hauts-de-Seine"):
        noe.fait(acceptation.accepter_modification, une)
    with pytest.raises(Refus, match="instruite par"):
        dora.fait(acceptation.accepter_modification, une)
    Convention.objects.using(OWNER).filter(pk=alice.convention.pk).update(fin=date(2021, 12, 31))
    with pytest.raises(Refus, match="Hauts-de-Seine"):
        noe.fait(acceptation.accepter, une, debut=DEBUT)
    rien(une)
    assert portee(alice.contrat) == (["T1"], ["921"], 10)


def test_a_refusal_halfway_leaves_nothing(dora: Operateur) -> None:
    une = instruite(dora, profils=("T1",))
    with pytest.raises(Refus, match="préavis"):
        dora.fait(acceptation.accepter, une, debut=DEBUT, duree_mois=2, preavis_mois=2)
    rien(une)
    relire(une).profils.set(Profil.objects.using(OWNER).filter(pk="T6"))
    with pytest.raises(Refus, match="pas encore ouvert"):
        dora.fait(acceptation.accepter, une, debut=DEBUT)
    rien(une)
    assert not Organisme.objects.using(OWNER).filter(siret=une.siret).exists()


@pytest.mark.parametrize("etat", ["brouillon", "deposee", "acceptee", "refusee"])
def test_only_a_request_that_was_handled_is_accepted(dora: Operateur, etat: str) -> None:
    une = usine.demande(etat=etat)
    une.parts.update(etat="acceptee")
    with pytest.raises(Refus):
        dora.fait(acceptation.accepter, une, debut=DEBUT)
    assert not Organisme.objects.using(OWNER).filter(siret=une.siret).exists()


def test_the_second_operator_who_accepts_is_told(dora: Operateur) -> None:
    une = instruite(dora)
    vue = relire(une).version
    dora.fait(acceptation.accepter, une, debut=DEBUT)
    with pytest.raises(DejaModifie):
        operateur("921").fait(acceptation.accepter, une, version=vue, debut=DEBUT + timedelta(days=800))
    assert Convention.objects.using(OWNER).filter(organisme__siret=une.siret).count() == 1
