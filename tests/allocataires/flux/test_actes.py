"""Closing, mutation, opposition: each by its line, in any order, whatever the batches."""

import itertools
import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocataires.flux import echange
from allocataires.flux.actes import ABSENT
from allocataires.flux.chargement import Rapport
from allocataires.flux.recus import RUBRIQUES, Accepte, Acte, Rejet, Signalement
from tests import usine
from tests.allocataires.flux.aides import attribution, ligne, numeros, reponse_v2, stocke
from tests.allocataires.flux.test_api_particulier import lues
from tests.allocataires.flux.test_chargement import PLEIN, au, importer, sans_duree

pytestmark = pytest.mark.usefixtures("base")


def acte(operation: str, numero: str, jour: int = 10, caisse: str = "921", **champs: Any) -> str:
    return json.dumps({"operation": operation, "caisse": caisse, "numero": numero, "donnees_au": au(jour), **champs})


def muter(numero: str, vers: str, jour: int = 10, caisse: str = "921") -> str:
    return acte("muter", numero, jour, vers={"caisse": caisse, "numero": vers})


def lu(numero: str) -> dict[str, Any]:
    return dict(stocke(numero) or {})


def oppose(numero: str, caisse: str = "921") -> bool:
    return bool(
        usine.valeur(
            "select count(*) from cdap.dossier_oppose o join allocataires_dossier d using (id) where d.caisse = %s and d.numero = %s",
            [caisse, numero],
        )
    )


def liens(numero: str, caisse: str = "921") -> list[tuple[str, str]]:
    """Return where a dossier went."""
    with usine.connexion("proprietaire") as pg:
        return pg.execute(
            "select vers_caisse, vers_numero from allocataires_mutation where caisse = %s and numero = %s order by 1, 2", [caisse, numero]
        ).fetchall()


def vide(trouve: dict[str, Any]) -> bool:
    codes = trouve["code_bailleur"], trouve["partenaire_rsa"], trouve["instructeurs_rsa"]
    return codes == (None, None, []) and all(trouve[rubrique] is None for rubrique in RUBRIQUES)


# --- What each does ---------------------------------------------------------------------------------------


def test_a_dossier_that_is_closed_is_emptied() -> None:
    numero = next(numeros())
    importer(ligne(numero, donnees_au=au(9), rubriques=PLEIN, opposition=True))
    assert not vide(lu(numero))
    assert sans_duree(importer(acte("clore", numero))) == Rapport(lus=1, mis_a_jour=1)
    trouve = lu(numero)
    assert (trouve["etat"], trouve["opposition"]) == ("clos", True)
    assert vide(trouve)
    assert datetime.fromisoformat(trouve["donnees_au"]) == datetime.fromisoformat(au(10))


def test_a_dossier_that_is_muted_is_emptied_and_remembers_where_it_went() -> None:
    suite = numeros()
    ancien, nouveau = next(suite), next(suite)
    importer(ligne(ancien, donnees_au=au(9), rubriques=PLEIN))
    assert sans_duree(importer(muter(ancien, nouveau, caisse="441"))) == Rapport(lus=1, mis_a_jour=1)
    assert (lu(ancien)["etat"], liens(ancien)) == ("mute", [("441", nouveau)])
    assert vide(lu(ancien))


def test_an_opposition_alone_changes_nothing_else() -> None:
    numero = next(numeros())
    importer(ligne(numero, donnees_au=au(9), rubriques=PLEIN))
    avant = lu(numero)
    assert sans_duree(importer(acte("opposition", numero, opposition=True))) == Rapport(lus=1, mis_a_jour=1)
    apres = lu(numero)
    assert (apres.pop("opposition"), avant.pop("opposition")) == (True, False)
    assert (apres.pop("opposition_au") is None, avant.pop("opposition_au")) == (False, None)
    assert apres == avant
    importer(acte("opposition", numero, 11, opposition=False))
    assert lu(numero)["opposition"] is False


def test_each_is_ignored_when_older_than_what_is_stored() -> None:
    numero = next(numeros())
    importer(ligne(numero, donnees_au=au(12), rubriques=PLEIN, opposition=True))
    avant = lu(numero)
    anciens = acte("clore", numero, 11), muter(numero, "0000001", 11), acte("opposition", numero, 11, opposition=False)
    assert sans_duree(importer(*anciens)) == Rapport(lus=3, ignores=3)
    assert lu(numero) == avant


def test_a_line_older_than_an_opposition_does_not_lift_it() -> None:
    """The contents of the 11th are newer than those of the 9th; what they say of the opposition is older than the 12th's."""
    numero = next(numeros())
    importer(ligne(numero, donnees_au=au(9)), acte("opposition", numero, 12, opposition=True))
    assert sans_duree(importer(ligne(numero, donnees_au=au(11), opposition=False, rubriques=PLEIN))) == Rapport(lus=1, mis_a_jour=1)
    assert lu(numero)["contact"] == PLEIN["contact"]
    assert lu(numero)["opposition"] is True
    importer(ligne(numero, donnees_au=au(13), opposition=False))
    assert lu(numero)["opposition"] is False


@pytest.mark.parametrize("operation", ["clore", "muter", "opposition"])
def test_an_act_on_a_dossier_that_does_not_exist_is_refused_with_its_line(operation: str) -> None:
    suite = numeros()
    numero, bon = next(suite), next(suite)
    propres: dict[str, dict[str, Any]] = {"muter": {"vers": {"caisse": "441", "numero": "0000001"}}, "opposition": {"opposition": True}}
    champs = propres.get(operation, {})
    signales: list[Signalement] = []
    rapport = importer(ligne(bon), acte(operation, numero, **champs), signaler=signales.append)
    assert sans_duree(rapport) == Rapport(lus=2, crees=1, rejets=1)
    assert [(signale.rang, signale.raison) for signale in signales] == [(2, ABSENT)]
    assert stocke(numero) is None


@pytest.mark.parametrize("fin", ["clore", "muter"])
def test_a_more_recent_dossier_opens_again_what_had_ended(fin: str) -> None:
    suite = numeros()
    numero, autre = next(suite), next(suite)
    importer(ligne(numero, donnees_au=au(9)), acte("clore", numero) if fin == "clore" else muter(numero, autre))
    importer(ligne(numero, donnees_au=au(11), rubriques=PLEIN))
    trouve = lu(numero)
    assert (trouve["etat"], liens(numero)) == ("affilie", [] if fin == "clore" else [("921", autre)])
    assert trouve["contact"] == PLEIN["contact"]


def test_a_partial_source_does_not_fill_again_what_had_ended() -> None:
    numero = next(numeros())
    importer(ligne(numero, donnees_au="2026-05-01T00:00:00Z"), acte("clore", numero, jour=1))
    assert sans_duree(importer(*lues(reponse_v2(numero, 92999, annee=2026, mois=8), attribue=attribution()))) == Rapport(lus=1, ignores=1)
    assert (lu(numero)["etat"], vide(lu(numero))) == ("clos", True)


# --- Order and batches ------------------------------------------------------------------------------------


@pytest.mark.parametrize("par_lot", [1, 2, 50])
def test_a_file_may_say_several_things_of_one_dossier(par_lot: int) -> None:
    suite = numeros()
    ancien, nouveau, tu = next(suite), next(suite), next(suite)
    lignes = [
        acte("opposition", ancien, 1, opposition=True),  # too early: refused
        ligne(ancien, donnees_au=au(1), rubriques=PLEIN),
        acte("opposition", ancien, 2, opposition=True),
        ligne(tu, donnees_au=au(1), opposition=True),
        ligne(tu, donnees_au=au(2)),  # says nothing of the opposition
        muter(ancien, nouveau, 3),
        ligne(ancien, donnees_au=au(2), rubriques=PLEIN),  # older than the mutation
        ligne(nouveau, donnees_au=au(3), rubriques=PLEIN),
    ]
    rapport = importer(*lignes, par_lot=par_lot)
    assert (rapport.lus, rapport.rejets, rapport.crees) == (8, 1, 3)
    assert rapport.lus == rapport.crees + rapport.mis_a_jour + rapport.ignores + rapport.doublons + rapport.rejets
    assert (lu(ancien)["etat"], lu(ancien)["opposition"], vide(lu(ancien))) == ("mute", True, True)
    assert lu(nouveau)["contact"] == PLEIN["contact"]
    assert lu(tu)["opposition"] is True
    assert (oppose(nouveau), oppose(tu)) == (True, True)


OPERATIONS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 4), st.sampled_from(["enregistrer", "tu", "clore", "muter", "oppose", "leve"])), max_size=14
)


def ecrite(rang: int, numero: str, jour: int, operation: str) -> str:
    if operation in ("enregistrer", "tu"):
        dite = {"opposition": rang % 2 == 0} if operation == "enregistrer" else {}
        return ligne(numero, "481", donnees_au=au(jour), rubriques={"adresse": {"lieu_dit": str(rang)}}, **dite)
    champs: dict[str, Any] = {"vers": {"caisse": "441", "numero": f"{rang:07d}"}} if operation == "muter" else {}
    if operation in ("oppose", "leve"):
        champs, operation = {"opposition": operation == "oppose"}, "opposition"
    return acte(operation, numero, jour, caisse="481", **champs)


@given(OPERATIONS, st.integers(2, 9))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_acts_give_does_not_depend_on_where_batches_end(operations: list[tuple[int, int, str]], par_lot: int) -> None:
    """The model is a batch a line: each is committed before the next one is read."""
    resultats = []
    for taille in (1, par_lot, 5_000):
        suite = numeros()
        cles = [next(suite) for _ in range(3)]
        if any(stocke(cle, "481") for cle in cles):  # drawn at random: the same may come back
            return
        rapport = importer(*(ecrite(rang, cles[qui], jour, quoi) for rang, (qui, jour, quoi) in enumerate(operations)), par_lot=taille)
        assert rapport.lus == rapport.crees + rapport.mis_a_jour + rapport.ignores + rapport.doublons + rapport.rejets == len(operations)
        lus = [dict(stocke(cle, "481") or {}) for cle in cles]
        resultats.append([{nom: valeur for nom, valeur in un.items() if nom not in ("id", "numero", "dossier_id")} for un in lus])
    assert resultats[0] == resultats[1] == resultats[2]


def test_a_thousand_acts_on_one_dossier_are_written_in_order() -> None:
    numero = next(numeros())
    lignes = [ligne(numero, donnees_au=au(1))]
    lignes += [acte("clore", numero, 1) if rang % 2 else ligne(numero, donnees_au=au(1)) for rang in range(1, 202)]
    assert importer(*lignes).lus == 202
    assert lu(numero)["etat"] == "clos"


# --- The opposition follows a mutation --------------------------------------------------------------------


def chaine(longueur: int, **champs: Any) -> list[str]:
    """Return numbers, each muted to the next one; the fields are the first one's."""
    suite = numeros()
    cles = [next(suite) for _ in range(longueur)]
    importer(*(ligne(cle, donnees_au=au(1), **(champs if rang == 0 else {})) for rang, cle in enumerate(cles)))
    importer(*(muter(avant, apres) for avant, apres in itertools.pairwise(cles)))
    return cles


@pytest.mark.parametrize("source", ["flux", "registre"])
def test_an_opposition_known_on_the_old_number_holds_for_the_new_one(source: str) -> None:
    cles = chaine(4, opposition=source == "flux")
    temoins = chaine(4)
    if source == "registre":
        assert not oppose(cles[-1])
        usine.opposition(cles[0])
    assert [oppose(cle) for cle in cles] == [True] * 4
    assert [oppose(cle) for cle in temoins] == [False] * 4
    assert [lu(cle)["opposition"] for cle in cles[1:]] == [False] * 3  # derived, never copied
    if source == "flux":
        importer(acte("opposition", cles[0], 12, opposition=False))
        assert [oppose(cle) for cle in cles] == [False] * 4


def test_it_follows_even_when_the_old_number_is_closed_later_or_sent_again_as_muted() -> None:
    cles = chaine(3, opposition=True)
    importer(acte("clore", cles[0], 12), ligne(cles[1], donnees_au=au(12), etat="mute"))
    assert oppose(cles[2])


def test_it_follows_even_when_the_old_number_opens_again_or_goes_elsewhere_too() -> None:
    ancien, nouveau, suivant = chaine(3, opposition=True)
    autre = next(numeros())
    importer(ligne(autre, donnees_au=au(1)), ligne(ancien, donnees_au=au(11)))
    assert [oppose(cle) for cle in (ancien, nouveau, suivant, autre)] == [True, True, True, False]
    importer(muter(ancien, autre, 12), muter(ancien, autre, 13))
    assert liens(ancien) == sorted([("921", nouveau), ("921", autre)])
    assert [oppose(cle) for cle in (ancien, nouveau, suivant, autre)] == [True] * 4


def test_a_circle_of_mutations_ends() -> None:
    cles = chaine(3, opposition=False)
    importer(muter(cles[2], cles[0]))
    assert [oppose(cle) for cle in cles] == [False] * 3
    importer(acte("opposition", cles[1], 12, opposition=True))
    assert [oppose(cle) for cle in cles] == [True] * 3


def test_the_door_refuses_the_new_number_of_somebody_who_objects() -> None:
    suite = numeros()
    ancien, nouveau = next(suite), next(suite)
    importer(ligne(ancien, donnees_au=au(1), opposition=True), ligne(nouveau, donnees_au=au(1)), muter(ancien, nouveau))
    from allocataires import services

    agent = usine.agent("T1")
    for numero in (ancien, nouveau):
        demande = services.search(
            session=agent.cle, groupe=agent.groupe.pk, caisse="921", numero=numero, code="", motif="suivi_social", ip=usine.IP
        )
        assert services.open(session=agent.cle, ticket=demande.ticket, ip=usine.IP).fiche is None
    issues = [trace["issue"] for trace in usine.traces(acteur=agent.utilisateur.pk, action="consulter")]
    assert issues == ["clos", "oppose"]


# --- The lines --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [
        (acte("clore", "9900001", opposition=True), "un champ est inconnu du format"),
        (acte("clore", "9900001", rubriques={}), "un champ est inconnu du format"),
        (acte("muter", "9900001"), "vers : ce champ manque"),
        (acte("muter", "9900001", vers={"caisse": "921", "numero": "9900001"}), "vers : un dossier ne mute pas vers lui-même"),
        (acte("muter", "9900001", vers={"caisse": "921", "numero": 1}), "vers.numero : un texte est attendu"),
        (acte("opposition", "9900001"), "opposition : ce champ manque"),
        (acte("opposition", "9900001", opposition=None), "opposition : true ou false est attendu"),
        (acte("SECRET", "9900001"), "operation : la valeur n'est pas une de celles que le format permet (et un autre défaut)"),
        (ligne(operation=["clore"]), "operation : la valeur n'est pas une de celles que le format permet"),
        (ligne(operation=None), "operation : la valeur n'est pas une de celles que le format permet"),
        ('{"operation": "clore"', "le JSON s'arrête avant la fin du dossier"),
        ("[" * 100_000 + '"operation"', "ce n'est pas du JSON correct, à partir du caractère 202"),
    ],
)
def test_a_wrong_act_is_refused_in_one_sentence(texte: str, phrase: str) -> None:
    element = echange.dossier(1, texte)
    assert isinstance(element, Rejet)
    assert element.raison == phrase


def test_a_line_that_speaks_of_an_operation_elsewhere_is_a_dossier() -> None:
    element = echange.dossier(1, ligne(rubriques={"adresse": {"lieu_dit": 'le "operation"'}}))
    assert isinstance(element, Accepte)
    assert isinstance(echange.dossier(1, ligne(operation="enregistrer")), Accepte)
    assert isinstance(echange.dossier(1, acte("clore", "9900001")), Acte)


def test_an_unknown_caisse_of_a_mutation_is_refused() -> None:
    numero = next(numeros())
    signales: list[Signalement] = []
    importer(ligne(numero), muter(numero, "0000001", caisse="999"), signaler=signales.append)
    assert [signale.raison for signale in signales] == ["vers.caisse : elle n'est pas connue du portail"]
