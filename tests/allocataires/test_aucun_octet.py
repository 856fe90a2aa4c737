"""No byte of what a profile may not see, in any response; each leaf that it may see is on its page (issue: the property of the matrix).

For each profile × leaf of the format, through the real door and the real views. A new leaf is covered by itself: see `sentinelles`.
"""

import functools
import re
from typing import Any

import pytest
from django.urls import reverse
from pydantic import ValidationError

from allocataires.matrice import MATRICE, PROFILS
from conventions.reference import PROFILS as REFERENCE
from tests import usine
from tests.allocataires import sentinelles
from tests.allocataires.sentinelles import AUTREMENT, BAILLEUR, INSTRUCTEUR, MOIS_DEMANDE, PARTENAIRE, Fabrique, Sentinelle, dans, texte

CODES = {"T5": (PARTENAIRE,), "T8": (BAILLEUR,)}


@functools.cache
def dossier() -> tuple[str, dict[str, Any], list[Sentinelle]]:
    """The number of the dossier, its rubriques, its sentinels."""
    fabrique = Fabrique()
    rubriques = fabrique.rubriques()
    numero = usine.dossier(code_bailleur=BAILLEUR, partenaire_rsa=PARTENAIRE, instructeurs_rsa=[INSTRUCTEUR], **rubriques)
    return numero, rubriques, fabrique.sentinelles


@functools.cache
def reponses(profil: str) -> dict[str, str]:
    """What each page says to an agent of that profile who opens the dossier, and then may not any more."""
    agent = usine.agent(profil, codes=CODES.get(profil, ()))
    navigateur = usine.client(agent.cle)
    demande = {
        "cadre": str(agent.groupe.pk), "caisse": "921", "numero": dossier()[0], "motif": REFERENCE[profil].motifs[0][0],
        "non_opposition": "on", "code_acces": CODES.get(profil, ("",))[0],
    }  # fmt: skip
    ticket = navigateur.post(reverse("recherche"), demande)["Location"]
    lues = {
        "page": navigateur.get(ticket),
        "mois": navigateur.get(ticket, {"mois": MOIS_DEMANDE}),
        "mois refusé": navigateur.get(ticket, {"mois": "2026-13"}),
        "feuille": navigateur.post(ticket + "imprimer/"),
        "feuille du mois": navigateur.post(ticket + "imprimer/", {"mois": MOIS_DEMANDE}),
        "signaler": navigateur.get(ticket + "signaler/"),
        "opposition": navigateur.get(ticket + "opposition/"),
        "recherche": navigateur.get(reverse("recherche")),
        "recherche en erreur": navigateur.post(reverse("recherche"), demande | {"motif": ""}),
        "mes consultations": navigateur.get(reverse("mes_consultations")),
    }
    ailleurs = navigateur.post(reverse("recherche"), demande | {"caisse": "441"})["Location"]
    lues["refus"] = navigateur.get(ailleurs)
    lues["impression refusée"] = navigateur.post(ailleurs + "imprimer/")
    lues["d’un autre"] = usine.client(usine.agent(profil, codes=CODES.get(profil, ())).cle).get(ticket)
    assert [lues[nom].status_code for nom in ("page", "mois", "mois refusé", "feuille", "refus")] == [200] * 5
    assert [lues[nom].status_code for nom in ("impression refusée", "d’un autre")] == [404] * 2
    return {nom: texte(reponse.content) for nom, reponse in lues.items()}


@pytest.mark.parametrize("profil", PROFILS)
def test_no_response_says_what_the_profile_may_not_see(base: None, profil: str) -> None:
    _, rubriques, toutes = dossier()
    cachees = [une for une in toutes if not sentinelles.vue(une, profil, rubriques)]
    dites = [(une.feuille, une.ligne, nom) for une in cachees for nom, page in reponses(profil).items() if dans(une, page)]
    assert dites == []
    assert len(cachees) > 10


@pytest.mark.parametrize("profil", PROFILS)
def test_the_pages_show_each_leaf_that_the_profile_may_see(base: None, profil: str) -> None:
    _, rubriques, toutes = dossier()
    vues = [une for une in toutes if sentinelles.vue(une, profil, rubriques) and not une.feuille.endswith(AUTREMENT)]
    for nom in ("mois", "feuille du mois") if profil == "T4" else ("page", "feuille"):
        page = reponses(profil)[nom]
        assert [(une.feuille, une.ligne) for une in vues if not dans(une, page)] == [], nom
    assert len(vues) > 10


@pytest.mark.parametrize("profil", PROFILS)
def test_what_is_not_on_the_pages_of_the_dossier_is_nowhere_else(base: None, profil: str) -> None:
    """A refusal, a form, the list of one's own requests: nothing of a dossier, seen or not."""
    toutes = dossier()[2]
    for nom in ("signaler", "opposition", "recherche", "mes consultations", "refus", "impression refusée", "d’un autre"):
        assert [une.feuille for une in toutes if dans(une, reponses(profil)[nom])] == [], nom


def test_a_school_reads_the_month_that_it_names_and_only_then(base: None) -> None:
    _, _, toutes = dossier()
    (demande,) = [une for une in toutes if une.feuille == "quotients.valeur" and une.ligne == 1]
    assert [nom for nom, page in reponses("T4").items() if dans(demande, page)] == ["mois", "feuille du mois"]
    assert "Ce mois n’est pas reconnu." in reponses("T4")["mois refusé"]
    assert "2026-13" not in reponses("T4")["mois refusé"]


@pytest.mark.parametrize("profil", PROFILS)
def test_the_nir_is_masked_and_for_the_teams_of_the_rsa_only(base: None, profil: str) -> None:
    for nom, page in reponses(profil).items():
        trouves = re.findall(r"[12] [0-9]{2} [0-9]{2} [0-9]{2} \*[* ]*", page)
        montre = profil == "T5" and nom in ("page", "mois", "mois refusé", "feuille", "feuille du mois")
        assert [un.strip() for un in trouves] == (["2 64 02 99 *** ***", "1 65 03 99 *** ***"] if montre else []), nom


def test_every_leaf_of_the_matrix_is_in_the_dossier(base: None) -> None:
    """What a leaf holds may not be looked for (a truth, a choice); that it is there is."""
    _, rubriques, _ = dossier()
    for rubrique in MATRICE:
        if rubrique.derivee:
            continue
        objets = rubriques[rubrique.nom] if rubrique.liste else [rubriques[rubrique.nom]]
        for ligne in rubrique.lignes:
            if not ligne.calcul:
                for objet in objets:
                    assert functools.reduce(lambda un, partie: un[partie], ligne.feuille.split("."), objet) not in (None, ""), ligne.feuille


@pytest.mark.parametrize("champ", ["iban", "rib", "bic", "oriindu", "respindu", "origine", "responsabilite"])
def test_what_nobody_may_see_has_no_place_in_the_format(champ: str) -> None:
    bonnes = {"identite": {"responsable": {}}, "creances": [{"nature": "INK", "solde": 1}], "paiements": []}
    sentinelles.ADAPTATEUR.validate_python(bonnes)
    for ajout in (
        {champ: "x"},
        {"identite": {"responsable": {champ: "x"}}},
        {"creances": [{"nature": "INK", "solde": 1, champ: "64"}]},
        {"paiements": [{"date_paiement": "2026-01-05", "montant": 1, champ: "x"}]},
    ):
        with pytest.raises(ValidationError, match="Unexpected keyword"):
            sentinelles.ADAPTATEUR.validate_python(bonnes | ajout)


@pytest.mark.parametrize(
    ("texte", "permis"),
    [
        ("FR7630006000011234567890189", False),
        ("Compte : FR76 3000 6000 0112 3456 7890 189, merci", False),
        ("gb29 nwbk 6016 1331 9268 19", False),
        ("FR7630006000011234567890188", True),  # the key is not that of an account number
        ("12 RUE DE LA MAQUETTE BATIMENT FR76", True),
        ("Résidence des Essais, 92999 CLAIRMONT-FICTIF", True),
    ],
)
def test_an_account_number_is_refused_wherever_it_is_written(texte: str, permis: bool) -> None:
    rubriques = {"identite": {"responsable": {}}, "adresse": {"lieu_dit": texte}}
    if permis:
        sentinelles.ADAPTATEUR.validate_python(rubriques)
    else:
        with pytest.raises(ValidationError, match="numéro de compte"):
            sentinelles.ADAPTATEUR.validate_python(rubriques)
