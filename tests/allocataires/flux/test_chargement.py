"""What the imports write, as the role of the imports, with real commits."""

import dataclasses
import json
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocataires.flux import echange
from allocataires.flux.chargement import ChargementInterrompu, Rapport, charger
from allocataires.flux.recus import RUBRIQUES, Accepte, Element, FichierRefuse, Signalement
from tests import usine
from tests.allocataires.flux.aides import (
    AVEC_IDENTITE,
    ECHANTILLONS,
    FICHIERS_SANS_IDENTITE,
    MAINTENANT,
    attribution,
    avec_echantillons,
    ligne,
    lire,
    numeros,
    reponse_v2,
    reponse_v3,
    stocke,
)
from tests.allocataires.flux.test_api_particulier import lues

pytestmark = pytest.mark.usefixtures("base")

PLEIN = {
    "contact": {"telephone": "0600000000"},
    "famille": {"situation": "CEL"},
    "enfants": [{"prenoms": "Noé"}],
    "quotient": {"annee": 2026, "mois": 7, "valeur": 717},
    "paiements": [{"date_paiement": "2026-07-05", "code": "AF", "montant": 152.25}],
    "logement": {"code_bailleur": "00123", "loyer": 498.75},
    "rsa": {"partenaire": "092", "instructeurs": ["092C05001", "092S99901"]},
}


def flux(*lignes: str | Element) -> list[Element]:
    """Return the elements of some lines, numbered in order."""
    return [echange.dossier(rang, ligne) if isinstance(ligne, str) else ligne for rang, ligne in enumerate(lignes, 1)]


def importer(*lignes: str | Element, **options: Any) -> Rapport:
    return charger(flux(*lignes), using="flux", maintenant=options.pop("maintenant", MAINTENANT), **options)


def sans_duree(rapport: Rapport) -> Rapport:
    return dataclasses.replace(rapport, duree=0)


def au(jour: int) -> str:
    return datetime(2026, 7, jour, tzinfo=UTC).isoformat()


# --- The exchange format replaces everything -------------------------------------------------------------


def test_a_new_dossier_is_written_whole_with_its_scope_codes() -> None:
    numero = next(numeros())
    assert sans_duree(importer(ligne(numero, rubriques=PLEIN))) == Rapport(lus=1, crees=1)
    trouve = stocke(numero)
    assert trouve is not None
    assert (trouve["etat"], trouve["opposition"], trouve["fournisseur"]) == ("affilie", False, "CNAF")
    assert (trouve["code_bailleur"], trouve["partenaire_rsa"]) == ("00123", "092")
    assert trouve["instructeurs_rsa"] == ["092C05001", "092S99901"]
    assert trouve["paiements"] == [{"date_paiement": "2026-07-05", "code": "AF", "montant": 152.25}]
    assert trouve["identite"] == {"responsable": {"nom_naissance": "EXEMPLE"}}
    assert datetime.fromisoformat(trouve["donnees_au"]) == datetime.fromisoformat("2026-07-06T06:00:00+02:00")
    assert trouve["adresse"] is None


@pytest.mark.parametrize(("destinataire", "champ"), [("bailleur", "00123"), (None, "00123"), ("allocataire", None)])
def test_an_aid_paid_to_the_family_is_no_third_party_payment(destinataire: str | None, champ: str | None) -> None:
    """The landlord's scope is made of the third-party payments (design §4.1): here there is none. The code itself is kept."""
    numero = next(numeros())
    importer(ligne(numero, rubriques={"logement": {"code_bailleur": "00123", "destinataire_aide": destinataire}}))
    trouve = stocke(numero) or {}
    assert (trouve["code_bailleur"], trouve["logement"]["code_bailleur"]) == (champ, "00123")


def test_a_line_replaces_all_that_was_known_of_the_dossier() -> None:
    numero = next(numeros())
    importer(ligne(numero, rubriques=PLEIN, etat="suspendu", fournisseur="MSA"))
    assert sans_duree(importer(ligne(numero, rubriques={"adresse": {"pays": "FRANCE"}}))) == Rapport(lus=1, mis_a_jour=1)
    trouve = stocke(numero)
    assert trouve is not None
    assert trouve["adresse"] == {"pays": "FRANCE"}
    assert (trouve["etat"], trouve["fournisseur"]) == ("affilie", "CNAF")
    assert (trouve["code_bailleur"], trouve["partenaire_rsa"], trouve["instructeurs_rsa"]) == (None, None, [])
    assert {nom for nom in PLEIN if trouve[nom] is not None} == set()


def test_the_number_alone_is_not_the_key() -> None:
    numero = next(numeros())
    importer(ligne(numero, "921", etat="suspendu"), ligne(numero, "441"))
    assert (stocke(numero, "921") or {})["etat"] == "suspendu"
    assert (stocke(numero, "441") or {})["etat"] == "affilie"


@pytest.mark.parametrize(("avant", "dite", "apres"), [(True, None, True), (False, None, False), (True, False, False), (False, True, True)])
def test_an_unsaid_opposition_is_kept(avant: bool, dite: bool | None, apres: bool) -> None:
    numero = next(numeros())
    importer(ligne(numero, opposition=avant))
    importer(ligne(numero) if dite is None else ligne(numero, opposition=dite))
    assert (stocke(numero) or {})["opposition"] is apres


def test_an_older_dossier_is_ignored_even_for_its_opposition_when_the_newer_one_spoke_of_it() -> None:
    numero = next(numeros())
    importer(ligne(numero, donnees_au=au(10), rubriques=PLEIN, opposition=False))
    ancien = ligne(numero, donnees_au=au(9), opposition=True, etat="clos")
    assert sans_duree(importer(ancien)) == Rapport(lus=1, ignores=1)
    trouve = stocke(numero)
    assert trouve is not None
    assert (trouve["etat"], trouve["opposition"], trouve["code_bailleur"]) == ("affilie", False, "00123")
    assert trouve["contact"] == PLEIN["contact"]


def test_the_same_file_twice_changes_nothing() -> None:
    suite = numeros()
    lignes = [ligne(next(suite), rubriques=PLEIN) for _ in range(7)]
    assert sans_duree(importer(*lignes, par_lot=3)) == Rapport(lus=7, crees=7)
    avant = [stocke(json.loads(texte)["numero"]) for texte in lignes]
    assert sans_duree(importer(*lignes, par_lot=3)) == Rapport(lus=7, mis_a_jour=7)
    assert [stocke(json.loads(texte)["numero"]) for texte in lignes] == avant


def test_a_dossier_without_contents_receives_them() -> None:
    numero = next(numeros())
    usine.executer(
        "insert into allocataires_dossier (caisse, numero, etat, opposition, fournisseur, instructeurs_rsa) "
        "values ('921', %s, 'affilie', true, 'CNAF', '{}')",
        [numero],
    )
    assert sans_duree(importer(ligne(numero, rubriques=PLEIN))) == Rapport(lus=1, mis_a_jour=1)
    assert (stocke(numero) or {})["contact"] == PLEIN["contact"]
    assert (stocke(numero) or {})["opposition"] is True


@pytest.mark.parametrize("par_lot", [1, 50])
def test_an_opposition_is_heard_even_when_its_line_is_older_than_one_that_says_nothing_of_it(par_lot: int) -> None:
    suite = numeros()
    muet, partiel = next(suite), next(suite)
    (reponse,) = lues(reponse_v2(partiel, 92999), attribue=attribution())
    tardifs = [ligne(cle, donnees_au="2026-06-30T00:00:00Z", opposition=True, rubriques=PLEIN) for cle in (muet, partiel)]
    rapport = importer(ligne(muet, donnees_au=au(10)), reponse, *tardifs, par_lot=par_lot)
    assert sans_duree(rapport) == Rapport(lus=4, crees=2, ignores=2)
    for cle in (muet, partiel):
        trouve = stocke(cle) or {}
        assert (trouve["opposition"], trouve["contact"]) == (True, None)
        assert datetime.fromisoformat(trouve["opposition_au"]) == datetime(2026, 6, 30, tzinfo=UTC)
    importer(ligne(muet, donnees_au="2026-06-29T00:00:00Z", opposition=False))
    assert (stocke(muet) or {})["opposition"] is True


@pytest.mark.parametrize("etat", ["clos", "mute"])
def test_a_dossier_that_is_recorded_as_ended_keeps_nothing(etat: str) -> None:
    suite = numeros()
    connu, nouveau = next(suite), next(suite)
    importer(ligne(connu, rubriques=PLEIN))
    importer(*(ligne(cle, rubriques=PLEIN, etat=etat) for cle in (connu, nouveau)))
    for trouve in (stocke(connu) or {}, stocke(nouveau) or {}):
        assert (trouve["etat"], trouve["code_bailleur"], trouve["partenaire_rsa"], trouve["instructeurs_rsa"]) == (etat, None, None, [])
        assert {nom for nom in RUBRIQUES if trouve[nom] is not None} == set()


def test_a_part_that_says_that_the_dossier_has_ended_empties_it() -> None:
    numero = next(numeros())
    importer(ligne(numero, rubriques=PLEIN))
    (element,) = flux(ligne(numero, etat="clos"))
    assert isinstance(element, Accepte)
    importer(dataclasses.replace(element, portees=frozenset({"etat", "identite.responsable.nom_naissance"})))
    trouve = stocke(numero) or {}
    assert (trouve["code_bailleur"], {nom for nom in RUBRIQUES if trouve[nom] is not None}) == (None, set())


def test_payments_older_than_two_years_are_not_kept() -> None:
    numero = next(numeros())
    jours = ("2024-07-05", "2024-07-06", "2026-07-05")
    paiements = [{"date_paiement": jour, "code": "AF", "montant": 1} for jour in jours]
    tiers = [paiement | {"genre": "bailleur"} for paiement in paiements]
    importer(ligne(numero, donnees_au="2026-07-05T23:00:00Z", rubriques={"paiements": paiements, "paiements_tiers": tiers}))
    trouve = stocke(numero) or {}  # in Paris, the data are of the 6th
    assert [paiement["date_paiement"] for paiement in trouve["paiements"]] == ["2024-07-06", "2026-07-05"]
    assert [paiement["date_paiement"] for paiement in trouve["paiements_tiers"]] == ["2024-07-06", "2026-07-05"]
    importer(
        ligne(numero, donnees_au="2028-02-29T12:00:00Z", rubriques={"paiements": paiements}), maintenant=datetime(2028, 3, 1, tzinfo=UTC)
    )
    assert [paiement["date_paiement"] for paiement in (stocke(numero) or {})["paiements"]] == ["2026-07-05"]


# --- API Particulier says a part --------------------------------------------------------------------------


def test_an_answer_keeps_what_it_does_not_say() -> None:
    numero = next(numeros())
    importer(ligne(numero, donnees_au="2026-06-30T00:00:00Z", rubriques=PLEIN, etat="suspendu", fournisseur="MSA", opposition=True))
    assert sans_duree(importer(*lues(reponse_v2(numero, 92999, enfants=[]), attribue=attribution()))) == Rapport(lus=1, mis_a_jour=1)
    trouve = stocke(numero)
    assert trouve is not None
    assert trouve["identite"]["responsable"]["nom_complet"] == "EXEMPLE CAMILLE"
    assert trouve["enfants"] == []
    assert {nom: trouve[nom] for nom in ("contact", "famille", "paiements", "logement", "rsa")} == {
        nom: PLEIN[nom] for nom in ("contact", "famille", "paiements", "logement", "rsa")
    }
    assert (trouve["etat"], trouve["fournisseur"], trouve["opposition"]) == ("suspendu", "MSA", True)
    assert (trouve["code_bailleur"], trouve["partenaire_rsa"]) == ("00123", "092")
    assert trouve["instructeurs_rsa"] == ["092C05001", "092S99901"]


def test_answers_that_carry_different_rubriques_share_a_batch() -> None:
    suite = numeros()
    premier, second, tiers = next(suite), next(suite), next(suite)
    participation = {"nombre_enfants_a_charge": 2}
    quotient = {"fournisseur": "MSA", "valeur": 1, "annee": 2026, "mois": 7}
    elements = lues(
        reponse_v2(premier, 92999),
        reponse_v3(parametres_calcul_participation_familiale=participation),
        reponse_v3(quotient_familial=quotient),
        attribue=attribution("921", second),
    )
    assert sans_duree(importer(*elements)) == Rapport(lus=3, crees=3)
    lus = [stocke(numero) or {} for numero in (premier, second, tiers)]
    assert [trouve["famille"] for trouve in lus] == [None, participation, None]
    assert [trouve["fournisseur"] for trouve in lus] == ["CNAF", "CNAF", "MSA"]
    assert [trouve["quotient"] is None for trouve in lus] == [False, True, False]


@avec_echantillons
@pytest.mark.parametrize(("nom", "nombre"), (AVEC_IDENTITE | FICHIERS_SANS_IDENTITE).items())
def test_the_samples_load(nom: str, nombre: int) -> None:
    signales: list[Signalement] = []
    elements = lire(ECHANTILLONS / nom, attribution("481", next(numeros())))
    rapport = charger(elements, using="flux", signaler=signales.append, maintenant=MAINTENANT)
    assert rapport.lus == nombre
    assert rapport.crees + rapport.mis_a_jour == (nombre if nom in AVEC_IDENTITE else 0)
    assert rapport.rejets == (0 if nom in AVEC_IDENTITE else nombre)
    assert len(signales) == rapport.rejets + rapport.avertissements


# --- What is refused --------------------------------------------------------------------------------------


def test_an_unknown_caisse_is_refused_with_its_line() -> None:
    suite = numeros()
    signales: list[Signalement] = []
    rapport = importer(ligne(next(suite)), ligne(next(suite), "999"), ligne(next(suite)), signaler=signales.append)
    assert sans_duree(rapport) == Rapport(lus=3, crees=2, rejets=1)
    assert [(signale.rang, signale.raison) for signale in signales] == [(2, "caisse : elle n'est pas connue du portail")]


@pytest.mark.parametrize(
    "instant", [MAINTENANT + timedelta(days=1, seconds=1), datetime(1999, 12, 31, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)]
)
def test_a_dossier_of_an_impossible_date_is_refused(instant: datetime) -> None:
    numero = next(numeros())
    assert sans_duree(importer(ligne(numero, donnees_au=instant.isoformat()))) == Rapport(lus=1, rejets=1)
    assert stocke(numero) is None


def test_a_dossier_of_a_clock_that_is_fast_is_taken() -> None:
    assert importer(ligne(next(numeros()), donnees_au=(MAINTENANT + timedelta(hours=23)).isoformat())).crees == 1


# --- Batches ----------------------------------------------------------------------------------------------

LIGNES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.booleans()), max_size=14)


@given(LIGNES, st.integers(1, 5))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_file_gives_does_not_depend_on_where_its_batches_end(lignes: list[tuple[int, int, bool]], par_lot: int) -> None:
    """Each line is (which dossier, day of its data, whether it is right); the model keeps the most recent, then the last."""
    debut = next(numeros())
    modele: dict[int, tuple[int, int]] = {}
    textes = []
    for rang, (lequel, jour, bonne) in enumerate(lignes):
        numero = f"{int(debut) + lequel:07d}"
        textes.append(ligne(numero, "481", donnees_au=au(jour), rubriques={"adresse": {"lieu_dit": str(rang)}}) if bonne else "{}")
        if bonne and jour >= modele.get(lequel, (0, 0))[0]:
            modele[lequel] = (jour, rang)
    connus = {lequel for lequel in range(4) if stocke(f"{int(debut) + lequel:07d}", "481")}
    rapport = importer(*textes, par_lot=par_lot)
    assert rapport.lus == len(lignes)
    assert rapport.lus == rapport.crees + rapport.mis_a_jour + rapport.ignores + rapport.doublons + rapport.rejets
    assert rapport.rejets == sum(not bonne for _, _, bonne in lignes)
    if not connus:  # the numbers are drawn at random: the same may come back
        assert rapport.crees == len(modele)
        for lequel, (jour, rang) in modele.items():
            trouve = stocke(f"{int(debut) + lequel:07d}", "481") or {}
            assert (trouve["adresse"]["lieu_dit"], datetime.fromisoformat(trouve["donnees_au"]).day) == (str(rang), jour)


def test_the_same_key_twice_in_a_batch_is_counted_and_the_last_line_wins() -> None:
    numero = next(numeros())
    lignes = [ligne(numero, rubriques={"adresse": {"lieu_dit": str(rang)}}) for rang in range(3)]
    assert sans_duree(importer(*lignes)) == Rapport(lus=3, crees=1, doublons=2)
    assert (stocke(numero) or {})["adresse"] == {"lieu_dit": "2"}


def test_a_failure_writes_nothing_of_its_batch_and_keeps_the_others() -> None:
    suite = numeros()
    bloque, *autres = (next(suite) for _ in range(6))
    importer(ligne(bloque))
    ordre = [*autres[:3], bloque, *autres[3:]]
    with usine.connexion("proprietaire") as verrou, verrou.transaction():
        verrou.execute("select 1 from allocataires_dossier where caisse = '921' and numero = %s for update", [bloque])
        with pytest.raises(ChargementInterrompu, match=r"^La base a refusé un lot \(55P03\)") as interruption:
            importer(*(ligne(numero) for numero in ordre), par_lot=3)
    assert sans_duree(interruption.value.rapport) == Rapport(lus=3, crees=3)
    assert [numero for numero in autres if stocke(numero)] == autres[:3]
    assert importer(*(ligne(numero) for numero in ordre), par_lot=3).crees == 2


def test_a_file_that_fails_on_the_way_keeps_the_batches_written() -> None:
    suite = numeros()
    ecrit, perdu = next(suite), next(suite)

    def elements() -> Iterable[Element]:
        yield from flux(ligne(ecrit), ligne(perdu))
        raise FichierRefuse("Le fichier ne peut pas être lu.")

    with pytest.raises(ChargementInterrompu, match="ne peut pas être lu") as interruption:
        charger(elements(), using="flux", maintenant=MAINTENANT, par_lot=1)
    assert interruption.value.rapport.crees == 2
    with pytest.raises(ChargementInterrompu) as interruption:
        charger(elements(), using="flux", maintenant=MAINTENANT, par_lot=5)
    assert sans_duree(interruption.value.rapport) == Rapport()


def test_an_import_may_not_hide_in_a_transaction_of_its_caller() -> None:
    with pytest.raises(RuntimeError), transaction.atomic(using="flux"):
        importer(ligne(next(numeros())))


def test_imports_of_the_same_dossiers_at_the_same_time_all_end() -> None:
    suite = numeros()
    cles = [next(suite) for _ in range(600)]
    ordres: list[Callable[[list[str]], Iterable[str]]] = [list, reversed, sorted, lambda liste: liste[300:] + liste[:300]]
    rapports: list[Rapport] = []
    erreurs: list[BaseException] = []

    def un(ordre: Callable[[list[str]], Iterable[str]]) -> None:
        try:
            rapports.append(importer(*(ligne(numero, rubriques=PLEIN) for numero in ordre(cles)), par_lot=600))
        except BaseException as erreur:
            erreurs.append(erreur)
        finally:
            connections["flux"].close()

    fils = [threading.Thread(target=un, args=(ordre,)) for ordre in ordres]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert erreurs == []
    assert sum(rapport.crees for rapport in rapports) == len(cles)
    assert sum(rapport.mis_a_jour for rapport in rapports) == 3 * len(cles)


# --- The role ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "requete",
    [
        "select identite from allocataires_contenu",
        "select code_bailleur from allocataires_dossier",
        "delete from allocataires_contenu",
        "delete from allocataires_dossier",
        "truncate allocataires_contenu",
        "select * from audit_trace",
    ],
)
def test_the_role_of_the_imports_reads_no_contents_and_deletes_nothing(requete: str) -> None:
    with pytest.raises(ProgrammingError) as refus, connections["flux"].cursor() as curseur:
        curseur.execute(requete)
    assert isinstance(refus.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_an_unknown_code_is_kept_and_told_without_being_repeated() -> None:
    numero, signales = next(numeros()), list[Signalement]()
    rubriques = {"famille": {"situation": "ZZX"}, "droits": [{"code": "ZZY"}, {"code": "ZZZ"}, {"code": "AF"}]}
    rapport = importer(ligne(numero, rubriques=rubriques), signaler=signales.append)
    assert (rapport.crees, rapport.avertissements) == (1, 2)
    assert [un.raison for un in signales] == [
        "famille.situation : code inconnu, gardé tel quel",
        "droits.code : code inconnu, gardé tel quel",
    ]
    assert (stocke(numero) or {})["famille"] == {"situation": "ZZX"}
