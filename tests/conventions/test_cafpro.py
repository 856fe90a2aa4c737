"""Taking over the conventions of Cafpro: a file read strictly, then written whole or not at all."""

from pathlib import Path

import pytest
from django.urls import reverse

from conventions import tasks
from conventions.cafpro import lecture
from conventions.models import Acte, CodeAcces, Contrat, Convention, Organisme
from conventions.services import contrats
from habilitations.models import Affectation, Groupe
from tests import horloge, usine
from tests.conventions.commande import Sortie, commande, en_worker
from tests.usine import OWNER

ENTETE = "siret;raison_sociale;caisse;profils;codes;date_signature"
INSTANT = "2026-12-01T10:00"
FIN = "2027-09-30"


def ligne(siret: str | None = None, /, **cellules: str) -> str:
    """Return a good line, but for the cells that are given."""
    bonnes = {
        "siret": siret or usine.siret(),
        "raison_sociale": "Commune d’Exemple",
        "caisse": "921",
        "profils": "T1+T2",
        "codes": "",
        "date_signature": "2016-09-01",
    }
    return ";".join((bonnes | cellules).values())


def fichier(tmp_path: Path, *lignes: str, entete: str = ENTETE, octets: bytes | None = None) -> Path:
    chemin = tmp_path / "cafpro.csv"
    chemin.write_bytes(octets if octets is not None else "\r\n".join([entete, *lignes]).encode())
    return chemin


def importer(chemin: Path, *options: str) -> Sortie:
    return commande("importer_cafpro", str(chemin), "--jusqu-au", FIN, "--maintenant", INSTANT, *options)


def convention(siret: str) -> Convention:
    return Convention.objects.using(OWNER).get(organisme__siret=siret)


def test_a_file_makes_conventions_in_force_until_the_day_and_no_further(base: None, tmp_path: Path) -> None:
    un, deux = usine.siret(), usine.siret()
    sortie = importer(
        fichier(
            tmp_path,
            ligne(un),
            ligne(
                deux,
                raison_sociale='"Office « Fictif » ; de l’Habitat"',
                caisse="301",
                profils="T8+T5",
                codes="T8:00123+T5:092",
                date_signature="01/09/2016",
            ),
        )
    )
    assert (sortie.statut, sortie.erreurs) == (0, "")
    assert sortie.texte.splitlines() == [
        f"ligne 2 : Commune d’Exemple ({un}), caisse 921, T1 + T2, jusqu’au 30/09/2027",
        f"ligne 3 : Office « Fictif » ; de l’Habitat ({deux}), caisse {convention(deux).organisme.caisse_id}, T8 + T5, jusqu’au 30/09/2027",
        "2 convention(s) reprise(s).",
    ]
    reprise = convention(deux)
    assert (reprise.origine, str(reprise.debut), str(reprise.fin), reprise.tacite_reconduction) == ("cafpro", "2016-09-01", FIN, False)
    assert (str(reprise.signature_partenaire), str(reprise.signature_caf)) == ("2016-09-01", "2016-09-01")
    contrat = Contrat.objects.using(OWNER).get(convention=reprise.pk)
    assert contrats.portee(contrat)["profils"] == ["T5", "T8"]
    codes = CodeAcces.objects.using(OWNER).filter(contrat=contrat.pk).order_by("profil").values_list("profil", "valeur")
    assert list(codes) == [("T5", "092"), ("T8", "00123")]
    assert Acte.objects.using(OWNER).filter(convention=reprise.pk, genre="convention_ouvrir").count() == 1
    assert len(usine.traces(famille="convention", action="convention_ouvrir", objet=f"convention:{reprise.pk}", acteur=None)) == 1


def test_an_historic_code_is_an_alias(base: None, tmp_path: Path) -> None:
    ancien, actuel = usine.valeur("select array[code, caisse_id] from conventions_codehistorique order by code limit 1")
    siret = usine.siret()
    assert importer(fichier(tmp_path, ligne(siret, caisse=ancien))).statut == 0
    assert Organisme.objects.using(OWNER).get(siret=siret).caisse_id == actuel


def test_the_transition_ends_by_itself(base: None, tmp_path: Path) -> None:
    siret = usine.siret()
    importer(fichier(tmp_path, ligne(siret)))
    contrat = Contrat.objects.using(OWNER).get(convention__organisme__siret=siret)
    groupe = Groupe.objects.using(OWNER).create(libelle="Service social", contrat=contrat, profil_id="T1", debut=usine.DEBUT)
    alice = usine.utilisateur(Organisme.objects.using(OWNER).get(siret=siret))
    Affectation.objects.using(OWNER).create(utilisateur=alice, groupe=groupe, debut=usine.DEBUT)
    numero = usine.dossier()
    for instant, ouvert in (("2027-09-30T23:30", True), ("2027-10-01T00:30", False)):
        with horloge.a(instant):
            en_worker(tasks.passer_la_nuit)
            cle, session = usine.ouvrir_session(alice)
            usine.executer(
                "update habilitations_session set debut = cdap.maintenant(), fin = cdap.maintenant() + interval '5 minutes' where id = %s",
                [session.pk],
            )
            donnees = {"cadre": str(groupe.pk), "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
            page = usine.client(cle).post(reverse("recherche"), donnees, follow=True)
            assert (usine.SENTINELLE in page.content.decode()) is ouvert


def test_a_simulation_reports_everything_and_writes_nothing(base: None, tmp_path: Path) -> None:
    siret = usine.siret()
    sortie = importer(fichier(tmp_path, ligne(siret)), "--simulation")
    assert sortie.texte.splitlines()[-2:] == ["1 convention(s) reprise(s).", "Simulation : rien n’a été écrit."]
    assert siret in sortie.texte
    assert not Organisme.objects.using(OWNER).filter(siret=siret).exists()


@pytest.mark.parametrize(
    ("cellules", "attendu"),
    [
        ({"siret": ""}, "siret : la cellule est vide"),
        ({"siret": "12345678901234"}, "siret : il a 14 chiffres"),
        ({"siret": "9"}, "siret : il a 14 chiffres"),
        ({"raison_sociale": ""}, "raison_sociale : la cellule est vide"),
        ({"raison_sociale": "=HYPERLINK(1)"}, "raison_sociale : une cellule ne commence"),
        ({"raison_sociale": "@SUM(A1)"}, "raison_sociale : une cellule ne commence"),
        ({"raison_sociale": '"Deux\nlignes"'}, "raison_sociale : Écrivez sur une seule ligne"),
        ({"raison_sociale": "x" * 201}, "raison_sociale : "),
        ({"caisse": "999"}, "caisse : cette caisse n’existe pas"),
        ({"caisse": ""}, "caisse : la cellule est vide"),
        ({"profils": "T9"}, "profils : les profils se séparent"),
        ({"profils": "T1,T2"}, "profils : les profils se séparent"),
        ({"profils": "T1+"}, "profils : les profils se séparent"),
        ({"codes": "T8:00123"}, "codes : le profil T8 n’est pas à cette ligne"),
        ({"profils": "T8"}, "codes : le profil T8 demande un code d’accès"),
        ({"profils": "T8", "codes": "00123"}, "codes : un code suit son profil"),
        ({"codes": "T1:00123"}, "codes : un code suit son profil"),
        ({"date_signature": "2016-02-30"}, "date_signature : une date s’écrit"),
        ({"date_signature": "01/09/16"}, "date_signature : une date s’écrit"),
        ({"date_signature": "2026-12-02"}, "date_signature : une signature n’est ni à venir"),
        ({"codes": ";"}, "ligne : 7 cellules au lieu de 6"),
    ],
)
def test_a_broken_line_gives_its_number_its_field_and_its_reason_and_nothing_is_written(
    base: None, tmp_path: Path, cellules: dict[str, str], attendu: str
) -> None:
    bonne, derniere = usine.siret(), usine.siret()
    sortie = importer(fichier(tmp_path, ligne(bonne), ligne(**cellules), ligne(derniere)))
    assert sortie.statut == 1
    (erreur,) = [une for une in sortie.erreurs.splitlines() if une.startswith("ligne")]
    assert erreur.startswith(f"ligne 3, {attendu}"), erreur
    assert "1 erreur(s) : rien n’a été écrit." in sortie.erreurs
    assert not Organisme.objects.using(OWNER).filter(siret__in=[bonne, derniere]).exists()


def test_every_error_is_told_at_once_by_line(base: None, tmp_path: Path) -> None:
    connu, double = usine.siret(), usine.siret()
    usine.organisme(siret=connu)
    sortie = importer(fichier(tmp_path, ligne(double), ligne(connu), "", ligne(double), ligne(caisse="000", profils="T6")))
    assert [erreur.partition(" :")[0] for erreur in sortie.erreurs.splitlines()[:-1]] == [
        "ligne 3, siret",
        "ligne 5, siret",
        "ligne 6, profils",
    ]
    assert "il est déjà à la ligne 2" in sortie.erreurs
    assert Organisme.objects.using(OWNER).filter(siret=connu).count() == 1


@pytest.mark.parametrize(
    ("octets", "attendu"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf", "vide"),
        ("siret;raison_sociale\nCommune d\u2019Ex\xe9mple".encode("cp1252"), "UTF-8"),
        ((ENTETE + "\n").encode("utf-16"), "UTF-8"),
        (b"siret\x00;raison_sociale", "vide, ou"),
        (b"PK\x03\x04\xff\xfe", "UTF-8"),
        ((ENTETE + '\n1;"ouvert;921;T1;;2016-09-01').encode(), "guillemets"),
        ((ENTETE + '\n1;"a"b;921;T1;;2016-09-01').encode(), "guillemets"),
        (ENTETE.replace("caisse", "cause").encode(), "Colonne inconnue : cause"),
        (ENTETE.replace(";caisse", "").encode(), "Colonne manquante : caisse"),
        ((ENTETE + ";siret").encode(), "répétée"),
        (ENTETE.encode() + b"\n" + b"a;" * 600_000, "un million"),
        ((ENTETE + "\n" + "x\n" * 2001).encode(), "2000 lignes"),
    ],
)
def test_what_is_not_such_a_file_is_refused_in_one_sentence(base: None, tmp_path: Path, octets: bytes, attendu: str) -> None:
    sortie = importer(fichier(tmp_path, octets=octets))
    assert sortie.statut == 1
    assert attendu in sortie.erreurs
    assert len(sortie.erreurs.splitlines()) == 1


def test_a_file_that_is_not_there_is_refused_in_words(base: None, tmp_path: Path) -> None:
    assert "ne se lit pas" in importer(tmp_path / "absent.csv").erreurs
    assert "ne se lit pas" in importer(tmp_path).erreurs


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separateur", [";", ","])
def test_spreadsheets_write_it_in_their_own_ways(base: None, tmp_path: Path, bom: bytes, separateur: str) -> None:
    siret = usine.siret()
    entete = ENTETE.upper() + ";COURRIEL;EFFECTIF_MAX;NATURE"
    texte = "\r\n".join([entete, ligne(siret) + ";contact@partenaire.example;12;commune", ""]).replace(";", separateur)
    assert importer(fichier(tmp_path, octets=bom + texte.encode())).statut == 0
    organisme = Organisme.objects.using(OWNER).get(siret=siret)
    assert (organisme.courriel, organisme.nature) == ("contact@partenaire.example", "commune")
    assert Contrat.objects.using(OWNER).get(convention__organisme=organisme).effectif_max == 12


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        ("courriel", "pas une adresse", "courriel : "),
        ("nature", "royaume", "nature : une valeur parmi"),
        ("effectif_max", "douze", "effectif_max : "),
        ("effectif_max", "0", "effectif_max : "),
    ],
)
def test_optional_columns_are_checked_too(base: None, tmp_path: Path, champ: str, valeur: str, attendu: str) -> None:
    sortie = importer(fichier(tmp_path, f"{ligne()};{valeur}", entete=f"{ENTETE};{champ}"))
    assert sortie.erreurs.startswith(f"ligne 2, {attendu}")


def test_a_day_that_is_past_or_not_one_is_refused(base: None, tmp_path: Path) -> None:
    chemin = str(fichier(tmp_path, ligne()))
    assert "passé" in commande("importer_cafpro", chemin, "--jusqu-au", "2026-11-30", "--maintenant", INSTANT).erreurs
    assert "n’est pas un jour" in commande("importer_cafpro", chemin, "--jusqu-au", "30/09/2027").erreurs


def test_the_format_s_documentation_names_every_column() -> None:
    page = (Path(__file__).parents[2] / "docs" / "exploitation.md").read_text(encoding="utf-8")
    assert [colonne for colonne in lecture.COLONNES if f"`{colonne}`" not in page] == []
