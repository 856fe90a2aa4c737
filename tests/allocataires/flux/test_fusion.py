"""A part of a rubrique is merged into what is stored, by a role that reads none of it."""

import json
import re
from typing import Any

import psycopg
import pytest
from django.db import connections

from allocataires.flux import ecriture
from allocataires.flux.chargement import Rapport, charger
from allocataires.flux.operations import ECHANGE
from allocataires.flux.recus import Accepte
from tests import usine
from tests.allocataires.flux.aides import MAINTENANT, ligne, numeros, reponse_v3, stocke
from tests.allocataires.flux.test_api_particulier import lues
from tests.allocataires.flux.test_chargement import importer

pytestmark = pytest.mark.usefixtures("base")

SECRET = "ZZSECRETZZ"
NEE = {"date_naissance": "1988-03-14"}
STOCKE: dict[str, Any] = {
    "identite": {
        "responsable": {"nom_naissance": "EXEMPLE", "nom_complet": SECRET, "code_cog_insee_commune_naissance": "92050", **NEE},
        "conjoint": {"nom_complet": "MODÈLE NOÉ", "date_naissance": "1986-01-01"},
    },
    "famille": {"situation": "CEL", "nombre_enfants_beneficiaire_aeeh": 1, "nombre_enfants_a_charge": 2},
    "rsa": {"partenaire": "092", "instructeurs": ["092C05001"], "etat": "2"},
    "logement": {"code_bailleur": "00123", "loyer": 500.0},
}


def partiel(numero: str, *portees: str, au: str = "2026-07-07T06:00:00+02:00", **rubriques: Any) -> Accepte:
    dossier = json.loads(ligne(numero, donnees_au=au, rubriques=rubriques))
    return Accepte(1, ECHANGE.validate_json(json.dumps(dossier)), frozenset(portees))


def charge(*elements: Accepte) -> Rapport:
    return charger(elements, using="flux", maintenant=MAINTENANT)


def apres(*portees: str, **rubriques: Any) -> dict[str, Any]:
    """Return what is stored after a partial source came upon STOCKE."""
    numero = next(numeros())
    importer(ligne(numero, rubriques=STOCKE))
    assert charge(partiel(numero, *portees, **rubriques)).mis_a_jour == 1
    trouve = stocke(numero)
    assert trouve is not None
    return dict(trouve)


def test_a_leaf_that_is_carried_replaces_and_the_others_stay() -> None:
    trouve = apres("famille.situation", "famille.nombre_enfants_a_charge", famille={"situation": "MAR"})
    assert trouve["famille"] == {"situation": "MAR", "nombre_enfants_beneficiaire_aeeh": 1}
    assert {nom: trouve[nom] for nom in ("identite", "rsa", "logement")} == {nom: STOCKE[nom] for nom in ("identite", "rsa", "logement")}


def test_a_rubrique_that_is_carried_whole_is_replaced_whole() -> None:
    assert apres("famille", famille={"situation": "MAR"})["famille"] == {"situation": "MAR"}


def test_a_person_keeps_what_the_source_does_not_say_of_the_same_person() -> None:
    portees = [f"identite.responsable.{feuille}" for feuille in ("nom_naissance", "prenoms", "date_naissance")]
    responsable = {"nom_naissance": "EXEMPLE", "prenoms": "CAMILLE", **NEE}
    trouve = apres(*portees, "identite.conjoint", identite={"responsable": responsable})["identite"]
    assert trouve == {"responsable": {**STOCKE["identite"]["responsable"], "prenoms": "CAMILLE"}}


@pytest.mark.parametrize("naissance", ["1988-03-15", "1988-03-00", None])
def test_two_persons_are_never_mixed(naissance: str | None) -> None:
    portees = [f"identite.responsable.{feuille}" for feuille in ("nom_naissance", "date_naissance")]
    responsable = {"nom_naissance": "AUTRE"} | ({"date_naissance": naissance} if naissance else {})
    trouve = apres(*portees, identite={"responsable": responsable})["identite"]
    assert trouve == {"responsable": responsable, "conjoint": STOCKE["identite"]["conjoint"]}


@pytest.mark.parametrize(
    ("portees", "rubriques", "colonnes"),
    [
        (("rsa.etat",), {"rsa": {"etat": "5"}}, ("00123", "092", ["092C05001"])),
        (("rsa.partenaire",), {"rsa": {"partenaire": "052"}}, ("00123", "052", ["092C05001"])),
        (("rsa.partenaire", "rsa.etat"), {}, ("00123", None, ["092C05001"])),
        (("rsa",), {"rsa": {"partenaire": "052"}}, ("00123", "052", [])),
        (("logement.loyer",), {"logement": {"loyer": 510}}, ("00123", "092", ["092C05001"])),
        (("logement.code_bailleur",), {"logement": {"code_bailleur": "99999"}}, ("99999", "092", ["092C05001"])),
    ],
)
def test_the_scope_codes_follow_the_leaves_that_are_carried(portees: tuple[str, ...], rubriques: dict[str, Any], colonnes: Any) -> None:
    trouve = apres(*portees, **rubriques)
    assert (trouve["code_bailleur"], trouve["partenaire_rsa"], trouve["instructeurs_rsa"]) == colonnes
    assert ((trouve["rsa"] or {}).get("partenaire"), (trouve["rsa"] or {}).get("instructeurs", [])) == colonnes[1:]


ICI: dict[str, Any] = {"code_bailleur": "00123", "est_adresse_du_dossier": True}
AVANT, APRES = {"code_postal_ville": "92000 NANTERRE"}, {"code_postal_ville": "44000 NANTES"}


@pytest.mark.parametrize(
    ("portees", "rubriques", "logement"),
    [
        (("adresse",), {"adresse": APRES}, {"code_bailleur": "00123"}),
        (("adresse.code_postal_ville",), {"adresse": APRES}, {"code_bailleur": "00123"}),
        (("adresse.code_postal_ville", "logement.loyer"), {"adresse": APRES}, {"code_bailleur": "00123"}),
        (("adresse.code_postal_ville",), {}, {"code_bailleur": "00123"}),
        (("adresse",), {"adresse": AVANT}, ICI),
        (("adresse.code_postal_ville",), {"adresse": AVANT}, ICI),
        (("adresse", "logement"), {"adresse": APRES, "logement": ICI}, ICI),
        (("adresse", "logement.est_adresse_du_dossier"), {"adresse": APRES, "logement": ICI}, ICI),
        (("famille.situation",), {"famille": {"situation": "MAR"}}, ICI),
    ],
)
def test_a_new_address_is_not_known_to_be_that_of_the_dwelling(portees: tuple[str, ...], rubriques: Any, logement: Any) -> None:
    numero = next(numeros())
    importer(ligne(numero, rubriques={"adresse": AVANT, "logement": ICI}))
    assert charge(partiel(numero, *portees, **rubriques)).mis_a_jour == 1
    assert (stocke(numero) or {})["logement"] == logement


def test_what_is_new_holds_no_null_and_what_becomes_empty_is_not_known() -> None:
    numero = next(numeros())
    assert (
        charge(partiel(numero, "famille.situation", "famille.nombre_enfants_a_charge", "adresse.pays", famille={"situation": "MAR"})).crees
        == 1
    )
    trouve = stocke(numero) or {}
    assert (trouve["famille"], trouve["adresse"]) == ({"situation": "MAR"}, None)
    assert charge(partiel(numero, "famille.situation")).mis_a_jour == 1
    assert (stocke(numero) or {})["famille"] is None


def test_an_older_part_changes_nothing() -> None:
    numero = next(numeros())
    importer(ligne(numero, rubriques=STOCKE))
    ancien = partiel(numero, "famille.situation", au="2026-07-01T00:00:00+02:00", famille={"situation": "VEU"})
    assert charge(ancien).ignores == 1
    assert (stocke(numero) or {})["famille"] == STOCKE["famille"]


def test_a_group_that_merges_does_not_make_the_next_one_merge() -> None:
    suite = numeros()
    fusionne, remplace = next(suite), next(suite)
    importer(ligne(fusionne, rubriques=STOCKE), ligne(remplace, rubriques=STOCKE))
    for ordre in ((0, 1), (1, 0)):
        deux = [
            partiel(fusionne, "famille.situation", famille={"situation": "MAR"}),
            partiel(remplace, "famille", famille={"situation": "MAR"}),
        ]
        charge(*(deux[rang] for rang in ordre))
    assert (stocke(fusionne) or {})["famille"] == {**STOCKE["famille"], "situation": "MAR"}
    assert (stocke(remplace) or {})["famille"] == {"situation": "MAR"}


def test_participation_familiale_keeps_the_rest_of_the_family() -> None:
    numero = next(numeros())
    importer(ligne(numero, donnees_au="2026-06-30T00:00:00Z", rubriques=STOCKE))
    participation = {"nombre_enfants_a_charge": 3, "nombre_enfants_beneficiaire_aeeh": None}
    (element,) = lues(reponse_v3(parametres_calcul_participation_familiale=participation))
    assert isinstance(element, Accepte)
    donnees = json.loads(ECHANGE.dump_json(element.dossier)) | {"caisse": "921", "numero": numero}
    assert charge(Accepte(1, ECHANGE.validate_json(json.dumps(donnees)), element.portees)).mis_a_jour == 1
    trouve = stocke(numero) or {}
    assert trouve["famille"] == {"situation": "CEL", "nombre_enfants_a_charge": 3}
    assert trouve["identite"] == {
        "responsable": {"nom_naissance": "EXEMPLE", "nom_complet": SECRET, "prenoms": "CAMILLE", "sexe": "F", **NEE}
    }


def test_a_child_keeps_what_a_partial_source_never_says() -> None:
    numero = next(numeros())
    propre = {"residence_alternee": True, "partage_prestations": False, "beneficiaire_aeeh": True}
    ne = {"date_naissance": "2018-05-14"}
    anciens = [
        {"prenoms": "Noé", "a_charge": True, "sexe": "M", **ne, **propre},
        {"prenoms": "Lou", "date_naissance": "2020-01-01", **propre},
        {"prenoms": "Jumelle", **ne, **propre},
        {"prenoms": "JUMELLE", **ne, **propre},
        {"prenoms": "Sans date", **propre},
        {"date_naissance": "2021-02-02", **propre},
    ]
    nouveaux = [
        {"prenoms": "Lou", "date_naissance": "2020-01-02"},
        {"prenoms": "NOÉ", **ne},
        {"prenoms": "Max", **ne},
        {"prenoms": "Jumelle", **ne},
        {"prenoms": "Sans date"},
        {"date_naissance": "2021-02-02"},
    ]
    importer(ligne(numero, rubriques={"enfants": anciens}))
    assert charge(partiel(numero, "enfants", enfants=nouveaux)).mis_a_jour == 1
    attendus = [{**enfant, **(propre if enfant.get("prenoms") == "NOÉ" else {})} for enfant in nouveaux]
    assert (stocke(numero) or {})["enfants"] == attendus
    assert charge(partiel(numero, "enfants", enfants=[])).mis_a_jour == 1
    assert (stocke(numero) or {})["enfants"] == []
    importer(ligne(numero, donnees_au="2026-07-08T00:00:00Z", rubriques={"enfants": [anciens[0]]}))
    importer(ligne(numero, donnees_au="2026-07-09T00:00:00Z", rubriques={"enfants": [nouveaux[1]]}))
    assert (stocke(numero) or {})["enfants"] == [nouveaux[1]]  # a whole line replaces everything


# --- Nothing comes back to the role of the imports --------------------------------------------------------

CHEMIN = "set search_path = pg_temp, public, pg_catalog"
ESPION = (
    "create function pg_temp.espion(v text) returns boolean language plpgsql as $f$ begin raise exception '%', v; end $f$",
    "create domain pg_temp.jsonb as pg_catalog.jsonb check (pg_temp.espion(value::pg_catalog.text))",
)
FUSIONNER = "select set_config('cdap.fusion', 'identite,famille,rsa', false)"
VISE = "where dossier_id = (select id from allocataires_dossier where caisse = '921' and numero = '{numero}')"
PART = """'{"responsable": {"date_naissance": "1988-03-14"}}'"""


@pytest.mark.parametrize(
    "affectation",
    [
        "allocataires_contenu set dossier_id = -1",
        "allocataires_dossier set id = -1",
        "allocataires_dossier set caisse = '441'",
        "allocataires_dossier set numero = '0000001'",
        "allocataires_dossier set etat = 'affilie', numero = numero",
    ],
)
def test_the_role_of_the_imports_moves_no_dossier(affectation: str) -> None:
    importer(ligne(next(numeros())))
    with usine.connexion("flux") as pg, pytest.raises(psycopg.errors.InsufficientPrivilege):
        pg.execute(f"update {affectation}")


@pytest.mark.parametrize(
    "requetes",
    [
        (FUSIONNER, f"update allocataires_contenu set identite = {PART} {VISE} returning identite"),
        (FUSIONNER, f"update allocataires_contenu set identite = {PART} {VISE} returning *"),
        (FUSIONNER, f"update allocataires_contenu c set identite = {PART} {VISE} returning to_jsonb(c)"),
        (FUSIONNER, f"update allocataires_contenu set contact = identite {VISE}"),
        (FUSIONNER, f"update allocataires_contenu set contact = cdap.fusionner(identite, {PART}) {VISE}"),
        (FUSIONNER, f"update allocataires_contenu set identite = {PART} {VISE} and identite ->> 'responsable' <> ''"),
        (FUSIONNER, f"update allocataires_contenu set identite = {PART}, donnees_au = null {VISE}"),
        (FUSIONNER, f"update allocataires_contenu set identite = {PART}, dossier_id = null {VISE}"),
        (FUSIONNER, f"update allocataires_contenu set identite = {PART}, dossier_id = -1 {VISE}"),
        (FUSIONNER, f"update allocataires_contenu set identite = '[1]', famille = '1', rsa = 'null' {VISE}"),
        (FUSIONNER, f"insert into allocataires_contenu (dossier_id, donnees_au, identite) select id, now(), {PART} from allocataires_dossier d "
         "where d.caisse = '921' and d.numero = '{numero}' on conflict (dossier_id) do update set identite = excluded.identite returning identite"),
        (*ESPION, CHEMIN, FUSIONNER, f"update public.allocataires_contenu set identite = {PART} {VISE}"),
        ("create function pg_temp.f() returns trigger language plpgsql as $f$ begin raise exception '%', old.identite; end $f$",
         "create trigger espion before update on allocataires_contenu for each row execute function pg_temp.f()"),
        ("select cdap.contenu_fusionner()",),
        ("select identite from allocataires_contenu",),
    ],
)  # fmt: skip
def test_the_role_of_the_imports_learns_nothing(requetes: tuple[str, ...]) -> None:
    """Whatever it tries, neither a row, an error nor a notice holds what is stored."""
    numero = next(numeros())
    importer(ligne(numero, rubriques=STOCKE))
    appris: list[str] = []
    with usine.connexion("flux") as pg:
        pg.add_notice_handler(lambda avis: appris.append(f"{avis.message_primary} {avis.message_detail} {avis.context}"))
        pg.execute("set client_min_messages = debug1")
        for requete in requetes:
            try:
                resultat = pg.execute(requete.replace("{numero}", numero))
                appris += map(str, resultat.fetchall()) if resultat.description else ()
            except psycopg.Error as erreur:
                appris.append(f"{erreur} {erreur.diag.message_detail} {erreur.diag.context}")
    assert SECRET not in " ".join(appris)
    assert "MODÈLE" not in " ".join(appris)


def test_the_plans_of_a_merge_are_not_shown() -> None:
    """What is stored becomes constants of the plans of the trigger: PostgreSQL prints those, byte by byte, to whoever asks."""
    numero = next(numeros())
    importer(ligne(numero, rubriques=STOCKE))
    appris: list[str] = []
    with usine.connexion("flux") as pg:
        pg.add_notice_handler(lambda avis: appris.append(f"{avis.message_primary} {avis.message_detail}"))
        for reglage in ("debug_print_parse = on", "debug_print_rewritten = on", "debug_print_plan = on", "debug_pretty_print = off"):
            pg.execute(f"set {reglage}")
        pg.execute("set client_min_messages = log")
        pg.execute(FUSIONNER)
        pg.execute(f"update allocataires_contenu set identite = {PART} {VISE}".replace("{numero}", numero))
    montre = _octets(" ".join(appris))
    assert "1988-03-14" in montre  # what the statement itself says is seen: the test reads plans
    assert SECRET not in montre
    assert "MODÈLE" not in montre


def _octets(plans: str) -> str:
    """Return the constants of plans as text: PostgreSQL writes the bytes of each as signed numbers."""
    suites = re.findall(r"constvalue\s+\d+\s+\[([-\d\s]+)\]", plans)
    return " ".join(bytes(int(octet) % 256 for octet in suite.split()).decode("utf-8", "replace") for suite in suites)


def test_the_spy_of_these_tests_would_see() -> None:
    """Its types are called where a search_path lets them be: otherwise the test above proves nothing."""
    with usine.connexion("flux") as pg:
        for requete in (*ESPION, CHEMIN):
            pg.execute(requete)
        with pytest.raises(psycopg.Error, match=SECRET):
            pg.execute(f"""select '"{SECRET}"'::jsonb""")


def test_contents_have_no_constraint_that_a_merge_could_break() -> None:
    """PostgreSQL quotes the row that breaks one: the trigger refuses what would break these two before it merges."""
    with connections[usine.OWNER].cursor() as curseur:
        curseur.execute(
            "select attname from pg_attribute where attrelid = 'allocataires_contenu'::regclass and attnotnull and attnum > 0 order by 1"
        )
        assert [nom for (nom,) in curseur.fetchall()] == ["donnees_au", "dossier_id"]
        curseur.execute("select contype::text from pg_constraint where conrelid = 'allocataires_contenu'::regclass order by 1")
        assert {genre for (genre,) in curseur.fetchall()} <= {"f", "p", "n"}
        curseur.execute("select tgname from pg_trigger where tgrelid = 'allocataires_contenu'::regclass and not tgisinternal order by 1")
        # The second one writes no column of the contents: only that a rubrique has changed (sql/suivis.sql).
        assert [nom for (nom,) in curseur.fetchall()] == ["allocataires_contenu_fusion", "allocataires_contenu_suivi"]


def test_a_complete_source_says_nothing_to_merge() -> None:
    (element,) = (Accepte(1, ECHANGE.validate_json(ligne(rubriques=STOCKE))),)
    assert "null" not in ecriture.ligne(element).rubriques
