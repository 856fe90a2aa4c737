"""The flow from its file to the door: who reads it, what it keeps of a dossier, what it costs."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from allocataires.flux.chargement import Rapport
from allocataires.flux.importation import importer
from allocataires.flux.recus import Signalement
from allocataires.models import Import, LigneSignalee
from conventions.chiffrement import dechiffrer
from tests import usine
from tests.allocataires import porte
from tests.allocataires.flux.aides import ecrire, ligne, numeros, stocke
from tests.allocataires.flux.rsa.fabrique import ADRESSE, ECHANTILLON, avec_echantillon, beaucoup, entete, flux, foyer, personne
from tests.allocataires.flux.test_chargement import importer as importer_lignes
from tests.allocataires.flux.test_chargement import sans_duree

pytestmark = pytest.mark.usefixtures("base")

DEUX_CENTS_MO = 200_000_000


def charger(tmp_path: Path, *foyers: str, signales: list[tuple[str, Signalement]] | None = None, **options: Any) -> Rapport:
    chemin = ecrire(tmp_path, flux(*foyers, **options))
    recueil = signales if signales is not None else []
    return sans_duree(importer(chemin, using="flux", refaire=True, signaler=lambda *signale: recueil.append(signale)))


def matricule(numero: str) -> str:
    return numero + "00000000"


# --- Who reads it -----------------------------------------------------------------------------------------


def lecteurs_et_autres(numero: str) -> None:
    """Only the RSA team of Haute-Marne opens the dossier, with its own code."""
    haute_marne = usine.agent("T5", caisses=("521",), codes=("052",))
    with usine.connexion() as pg:
        (fiche,) = porte.ouvrir(pg, haute_marne, numero, caisse="521", code="052")
        assert fiche["numero"] == numero
        assert fiche["rsa"]["etat"]
        assert "instructeurs" not in fiche["rsa"]
        assert fiche["identite"]["responsable"]["nir_masque"].endswith("*** ***")
        assert "nir" not in fiche["identite"]["responsable"]
        for autre, code in (
            (usine.agent("T5", caisses=("521",), codes=("092",)), "092"),
            (usine.agent("T5", caisses=("521", "921"), codes=("052S01001",)), "052S01001"),
            (usine.agent("T5", caisses=("921",), codes=("052",)), "052"),
            (usine.agent("T1", caisses=("921",)), ""),
            (usine.agent("T8", caisses=("521",), codes=("00123",)), "00123"),
        ):
            assert porte.ouvrir(pg, autre, numero, caisse="521", code=code) == []
        assert porte.ouvrir(pg, haute_marne, numero, caisse="521", code="092") == []
        assert porte.ouvrir(pg, haute_marne, numero, caisse="921", code="052") == []


@avec_echantillon
def test_the_households_of_the_sample_open_for_the_team_of_their_departement_alone() -> None:
    signales: list[Signalement] = []
    rapport = importer(ECHANTILLON, using="flux", signaler=lambda unite, signale: signales.append(signale))
    assert (rapport.lus, rapport.rejets, rapport.avertissements) == (2, 0, 1)
    assert rapport.crees + rapport.mis_a_jour == 2
    for numero in ("2055990", "2089564"):
        lecteurs_et_autres(numero)
    avant = [stocke(numero, "521") for numero in ("2055990", "2089564")]
    assert sans_duree(importer(ECHANTILLON, using="flux", refaire=True)) == Rapport(lus=2, mis_a_jour=2, avertissements=1)
    assert [stocke(numero, "521") for numero in ("2055990", "2089564")] == avant


def test_a_household_opens_for_the_team_of_its_departement_alone(tmp_path: Path) -> None:
    numero = next(numeros())
    nir = "<NIR>2880300123456</NIR>"
    assert charger(tmp_path, foyer(matricule(numero), personne(identite=nir))) == Rapport(lus=1, crees=1)
    lecteurs_et_autres(numero)


# --- What it keeps ----------------------------------------------------------------------------------------

CONNU: dict[str, Any] = {
    "identite": {
        "responsable": {"nom_complet": "CAMILLE EXEMPLE", "date_naissance": "1988-03-14", "code_cog_insee_commune_naissance": "52121"},
    },
    "affiliation": {"etat_depuis": "2016-01-01", "caisse_cedante": "921", "date_mutation": "2016-01-01"},
    "adresse": {"destinataire": "Madame EXEMPLE", "lieu_dit": "L'ANCIEN", "pays": "FRANCE"},
    "famille": {
        "situation": "MAR", "nombre_enfants_beneficiaire_aeeh": 1, "nombre_enfants_aide_logement": 2, "grossesse_debut": "2025-01-01",
    },
    "rsa": {"partenaire": "052", "instructeurs": ["052C05001"], "date_ouverture": "2018-09-01", "montant": 400.0},
    "contact": {"telephone": "0600000000"},
    "quotient": {"annee": 2026, "mois": 6, "valeur": 300},
    "enfants": [{"nom_naissance": "EXEMPLE"}],
}  # fmt: skip


def test_a_flow_keeps_all_that_it_does_not_carry(tmp_path: Path) -> None:
    numero = next(numeros())
    importer_lignes(ligne(numero, "521", donnees_au="2026-06-01T00:00:00Z", etat="suspendu", opposition=True, rubriques=CONNU))
    assert charger(tmp_path, foyer(matricule(numero))) == Rapport(lus=1, mis_a_jour=1)
    trouve = stocke(numero, "521")
    assert trouve is not None
    assert trouve["identite"]["responsable"] == {
        "civilite": "MME", "nom_naissance": "EXEMPLE", "prenoms": "CAMILLE", "nom_complet": "CAMILLE EXEMPLE", "sexe": "F",
        "date_naissance": "1988-03-14", "code_cog_insee_commune_naissance": "52121",
    }  # fmt: skip
    assert trouve["famille"] == {
        "situation": "ISO", "situation_depuis": "2019-10-27", "nombre_enfants_a_charge": 0, "nombre_autres_personnes_a_charge": 0,
        "nombre_enfants_beneficiaire_aeeh": 1, "nombre_enfants_aide_logement": 2,
    }  # fmt: skip
    assert trouve["affiliation"] == {"depuis": "2015-04-01", **CONNU["affiliation"]}
    assert trouve["adresse"]["destinataire"] == "Madame EXEMPLE"
    assert "lieu_dit" not in trouve["adresse"]
    assert (trouve["rsa"]["instructeurs"], trouve["rsa"]["date_ouverture"]) == (["052C05001"], "2018-09-01")
    assert "montant" not in trouve["rsa"]
    assert (trouve["partenaire_rsa"], trouve["instructeurs_rsa"]) == ("052", ["052C05001"])
    assert (trouve["contact"], trouve["quotient"], trouve["enfants"]) == (CONNU["contact"], CONNU["quotient"], [])
    assert (trouve["etat"], trouve["opposition"], trouve["fournisseur"]) == ("suspendu", True, "CNAF")


def test_a_daily_flow_is_newer_than_the_month_and_the_month_sent_late_does_not_hide_it(tmp_path: Path) -> None:
    numero = next(numeros())
    mensuel: dict[str, Any] = {"tete": entete(au="2026-06-30", creation="2026-07-05")}
    quotidien: dict[str, Any] = {"tete": entete(sorte="J", au="2026-06-30", creation="2026-07-02", heure="03:00:00")}
    ouvert, clos = foyer(matricule(numero)), foyer(matricule(numero), situation="<ETATDOSRSA>5</ETATDOSRSA>")
    assert charger(tmp_path, ouvert, **mensuel).crees == 1
    assert charger(tmp_path, clos, **quotidien).mis_a_jour == 1
    assert charger(tmp_path, ouvert, **mensuel).ignores == 1
    assert (stocke(numero, "521") or {})["rsa"]["etat"] == "5"


def test_a_move_is_told_and_the_dossier_stays_open(tmp_path: Path) -> None:
    numero = next(numeros())
    prenant = "<OrganismePrenant><FONORGPRENMUT>CAF</FONORGPRENMUT><NUMORGPRENMUT>751</NUMORGPRENMUT><DDDEPAMUT>2026-06-01</DDDEPAMUT></OrganismePrenant>"
    charger(tmp_path, foyer(matricule(numero), mutation=prenant))
    charger(tmp_path, foyer(matricule(numero)), tete=entete(au="2026-07-31", creation="2026-08-05"))
    trouve = stocke(numero, "521") or {}
    assert trouve["affiliation"] == {"depuis": "2015-04-01", "caisse_prenante": "751", "date_mutation": "2026-06-01"}
    assert trouve["etat"] == "affilie"


def test_what_is_wrong_is_told_by_household_without_its_values(tmp_path: Path) -> None:
    suite = numeros()
    bon, absent = next(suite), next(suite)
    signales: list[tuple[str, Signalement]] = []
    adresse = ADRESSE.replace("2021-05-26", "1666-06-06")
    rapport = charger(
        tmp_path, foyer("SECRET"), foyer(matricule(bon), adresse=adresse), foyer(matricule(absent), caisse="999"), signales=signales
    )
    assert rapport == Rapport(lus=3, crees=1, rejets=2, avertissements=1)
    assert [(unite, signale.rang, signale.raison) for unite, signale in signales] == [
        ("foyer", 1, "Organisme, MATRICULE : sept chiffres suivis de huit zéros sont attendus"),
        ("foyer", 2, "rubriques.adresse.date_emmenagement : une date AAAA-MM-JJ est attendue, laissé de côté"),
        ("foyer", 3, "caisse : elle n'est pas connue du portail"),
    ]
    assert stocke(bon, "521")
    assert stocke(absent, "999") is None


def test_a_household_that_is_refused_is_kept_encrypted_with_all_that_it_says(tmp_path: Path) -> None:
    numero = next(numeros())
    refuses = (
        foyer("SECRET"),
        foyer(matricule(numero), personne(role="AUT")),
        foyer(matricule(numero), caisse="999"),
    )
    assert charger(tmp_path, *refuses).rejets == 3
    course = Import.objects.using(usine.OWNER).first()
    gardees = LigneSignalee.objects.using(usine.OWNER).filter(course=course, genre="rejet")
    lus = [json.loads(dechiffrer(bytes(une.ligne or b""))) for une in gardees]
    organismes = [lu["IdentificationRSA"][0]["Organisme"][0] for lu in lus]
    assert [organisme["MATRICULE"] for organisme in organismes] == ["SECRET", matricule(numero), matricule(numero)]
    assert organismes[2]["NUMORG"] == "999"
    assert all(lu["Personne"][0]["Identification"][0]["NOM"] for lu in lus)


# --- What it costs ----------------------------------------------------------------------------------------

PROGRAMME = """
import sys, django
django.setup()
from pathlib import Path
from allocataires.flux.importation import importer
rapport = importer(Path(sys.argv[1]), using="flux")
pic = next(int(ligne.split()[1]) * 1024 for ligne in open("/proc/self/status") if ligne.startswith("VmHWM"))
print(rapport.crees, rapport.mis_a_jour, rapport.rejets, pic, round(rapport.duree, 1))
"""


@pytest.mark.long
@pytest.mark.parametrize("nombre", [5_000, 50_000])
def test_the_memory_does_not_depend_on_the_size_of_the_flow(tmp_path: Path, nombre: int) -> None:
    """A household of the size of the sample's: two grown-ups, three months of resources each."""
    mois = "".join(
        f"<RessourcesMensuelles><GeneraliteRessourcesMensuelles><MOISRESS>2026-0{rang}-01</MOISRESS></GeneraliteRessourcesMensuelles>"
        + "<DetailRessourcesMensuelles><NATRESS>001</NATRESS><MTNATRESSMEN>0001675.00</MTNATRESSMEN></DetailRessourcesMensuelles>" * 3
        + "</RessourcesMensuelles>"
        for rang in (1, 2, 3)
    )
    deux = [personne(role, suite=f"<Ressources>{mois}</Ressources>") for role in ("DEM", "CJT")]
    chemin = tmp_path / "flux.xml"
    with chemin.open("wb") as fichier:
        fichier.writelines(beaucoup(nombre, foyer("990000100000000", *deux, personne("ENF", charge="1"), caisse="881")))
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "cdap.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    debut = time.monotonic()
    sortie = subprocess.run([sys.executable, "-c", PROGRAMME, str(chemin)], env=env, check=True, capture_output=True, text=True).stdout
    crees, mis_a_jour, rejets, pic, duree = sortie.split()
    print(
        f"{nombre} foyers, {chemin.stat().st_size} octets : {time.monotonic() - debut:.1f} s dont {duree} s de chargement, {int(pic) // 1_000_000} Mo"
    )
    assert (int(crees) + int(mis_a_jour), int(rejets)) == (nombre, 0)
    assert int(pic) <= DEUX_CENTS_MO
