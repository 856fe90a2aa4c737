"""A run is a row: what it says, what it keeps, how it goes on after an interruption."""

import dataclasses
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.urls import reverse

from allocataires.flux import compte_rendu, lecture, suivi
from allocataires.flux.chargement import ChargementInterrompu, Rapport
from allocataires.flux.importation import importer
from allocataires.flux.recus import FichierRefuse
from allocataires.flux.suivi import DejaCharge, EnCours
from allocataires.models import Import, LigneSignalee
from allocataires.services import entretenir_imports
from conventions.chiffrement import dechiffrer
from envois.models import Envoi
from tests import usine
from tests.allocataires.flux.aides import MAINTENANT, attribution, ecrire, ligne, numeros, stocke
from tests.allocataires.flux.test_actes import acte
from tests.allocataires.flux.test_importer_dossiers import couper
from tests.travail import Boite, en_fil, sous_le_role_worker, travailler
from tests.usine import OWNER

pytestmark = pytest.mark.usefixtures("base")


def charger(chemin: Path, **options: Any) -> Rapport:
    return importer(chemin, using="flux", **options)


def derniere() -> Import:
    course = Import.objects.using(OWNER).first()
    assert course is not None
    return course


def lignes(nombre: int) -> tuple[list[str], str]:
    """Return fresh numbers, and the file that brings them."""
    suite = numeros()
    cles = [next(suite) for _ in range(nombre)]
    return cles, "".join(f"{ligne(cle)}\n" for cle in cles)


def entretenir() -> None:
    """Do the upkeep, as the worker does."""
    with sous_le_role_worker():
        en_fil(entretenir_imports)


def courriels(course: Import) -> int:
    return Envoi.objects.using(OWNER).filter(modele="allocataires.import_a_voir", objet=course.pk).count()


@contextmanager
def tenu(chemin: Path) -> Iterator[None]:
    """Hold a file as another process that loads it would.

    Let go of in so many words, as a run does: a connection's end frees its locks too, but after the client has gone on.
    """
    with lecture.ouvrir(chemin, attribution(), MAINTENANT) as source, usine.connexion("flux") as pg:
        pg.execute("select pg_advisory_lock(hashtext('cdap.import'), hashtext(%s))", [f"{source.empreinte}:"])
        try:
            yield
        finally:
            pg.execute("select pg_advisory_unlock(hashtext('cdap.import'), hashtext(%s))", [f"{source.empreinte}:"])


# --- What a row says --------------------------------------------------------------------------------------


def test_a_run_says_what_was_done(tmp_path: Path) -> None:
    cles, texte = lignes(3)
    chemin = ecrire(tmp_path, texte + ligne(cles[0], donnees_au="2026-01-01T00:00:00Z") + "\n", "flux du 6.ndjson")
    rapport = charger(chemin, par_lot=2)
    course = derniere()
    assert (course.fichier, course.forme, course.role, course.etat) == ("flux du 6.ndjson", "echange", "cdap_flux", "termine")
    assert (course.octets_faits, course.octets_total, course.position) == (len(chemin.read_bytes()), len(chemin.read_bytes()), 4)
    assert len(course.empreinte) == 64
    assert course.fin is not None
    assert course.fin >= course.debut
    comptes = {champ.name: getattr(course, champ.name) for champ in dataclasses.fields(Rapport) if champ.name != "duree"}
    assert comptes == {"lus": 4, "crees": 3, "mis_a_jour": 0, "ignores": 1, "doublons": 0, "rejets": 0, "avertissements": 0}
    assert comptes == {nom: getattr(rapport, nom) for nom in comptes}
    assert courriels(course) == 0


def test_a_name_that_no_screen_can_show_is_made_printable(tmp_path: Path) -> None:
    chemin = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[2J"))
    chemin.write_text(lignes(1)[1])
    charger(chemin)
    assert derniere().fichier == "??[2J"


def test_a_refused_file_has_its_row_and_its_mail(tmp_path: Path) -> None:
    with pytest.raises(FichierRefuse):
        charger(ecrire(tmp_path, b"", usine.unique("vide")))
    course = derniere()
    assert (course.etat, course.motif, course.lus, course.empreinte) == ("refuse", "Le fichier est vide.", 0, "")
    assert courriels(course) == 1


def test_what_is_refused_is_kept_encrypted_with_a_reason_that_says_nothing_of_it(tmp_path: Path) -> None:
    cles, texte = lignes(1)
    mauvaise, orpheline = ligne("SECRET"), acte("clore", f"{int(cles[0]) + 1:07d}")
    rapport = charger(ecrire(tmp_path, f"{mauvaise}\n{texte}{orpheline}\n"))
    course = derniere()
    assert (rapport.rejets, course.rejets, course.etat) == (2, 2, "termine")
    gardees = list(LigneSignalee.objects.using(OWNER).filter(course=course))
    assert [(une.rang, une.genre) for une in gardees] == [(1, "rejet"), (3, "rejet")]
    assert [dechiffrer(bytes(une.ligne)).decode() for une in gardees if une.ligne] == [mauvaise, orpheline]
    for une in gardees:
        assert "SECRET" not in une.raison
        assert b"SECRET" not in bytes(une.ligne or b"")
    assert courriels(course) == 1


def test_the_owner_reads_the_refused_lines_again_and_the_journal_says_so(tmp_path: Path) -> None:
    mauvaise = ligne("SECRET")
    charger(ecrire(tmp_path, f"{mauvaise}\n{lignes(1)[1]}\n{'x' * 3}\n"))
    numero, sortie = derniere().pk, StringIO()
    usine.executer("update allocataires_lignesignalee set ligne = null where import_id = %s and rang > 1", [numero])
    call_command("relire_rejets", str(numero), database=OWNER, stdout=sortie)
    premiere, seconde = sortie.getvalue().splitlines()
    assert premiere == f"1\tnumero : la forme attendue n'est pas respectée\t{mauvaise}"
    assert seconde.endswith("\t(la ligne n'est pas gardée)")
    (trace,) = usine.traces(action="relire_rejets", objet=f"import:{numero}")
    assert (trace["famille"], trace["issue"]) == ("systeme", "accorde")
    with pytest.raises(CommandError, match="Aucun import"):
        call_command("relire_rejets", "999999999", database=OWNER, stdout=sortie)
    muette = StringIO()
    with pytest.raises(DatabaseError):
        call_command("relire_rejets", str(numero), database="flux", stdout=muette)
    assert muette.getvalue() == ""


def test_a_run_keeps_no_more_lines_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suivi, "LIGNES_SIGNALEES", 6)
    monkeypatch.setattr(suivi, "LIGNES_GARDEES", 4)
    monkeypatch.setattr(suivi, "OCTETS_GARDES", 50)
    charger(ecrire(tmp_path, "".join(f"{'x' * 19}{rang}\n" for rang in range(9)) + lignes(1)[1]))
    course = derniere()
    gardees = LigneSignalee.objects.using(OWNER).filter(course=course)
    assert (course.rejets, gardees.count(), gardees.exclude(ligne=None).count()) == (9, 6, 2)


def test_a_file_of_which_nothing_is_right_is_followed_too(tmp_path: Path) -> None:
    charger(ecrire(tmp_path, ligne("SECRET-" + usine.unique())))
    course = derniere()
    assert (course.etat, course.lus, course.rejets, course.position) == ("termine", 1, 1, 1)


# --- Once, and once only ----------------------------------------------------------------------------------


def test_the_same_contents_are_not_loaded_again_unless_asked(tmp_path: Path) -> None:
    cles, texte = lignes(1)
    charger(ecrire(tmp_path, texte))
    premiere = derniere()
    usine.executer("update allocataires_dossier set etat = 'radie' where caisse = '921' and numero = %s", [cles[0]])
    with pytest.raises(DejaCharge, match=rf"import {premiere.pk}"):
        charger(ecrire(tmp_path, texte, "autre nom"))
    assert derniere() == premiere
    assert (stocke(cles[0]) or {})["etat"] == "radie"
    assert charger(ecrire(tmp_path, texte), refaire=True).mis_a_jour == 1
    assert (stocke(cles[0]) or {})["etat"] == "affilie"


def test_a_file_of_which_something_was_refused_may_be_sent_again_until_nothing_is(tmp_path: Path) -> None:
    """An opposition that comes before its dossier is refused; the same file, sent again, is heard."""
    numero = next(numeros())
    chemin = ecrire(tmp_path, acte("opposition", numero, opposition=True))
    assert charger(chemin).rejets == 1
    charger(ecrire(tmp_path, ligne(numero), "dossier"))
    assert charger(chemin).mis_a_jour == 1
    assert (stocke(numero) or {})["opposition"] is True
    with pytest.raises(DejaCharge):
        charger(chemin)


def test_the_command_says_that_a_file_was_loaded_already(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, lignes(1)[1])
    charger(chemin)
    sortie = StringIO()
    call_command("importer_dossiers", str(chemin), database="flux", stdout=sortie, stderr=sortie)
    assert "Ce fichier a déjà été chargé en entier" in sortie.getvalue()
    assert "--refaire" in sortie.getvalue()


def test_two_runs_of_the_same_file_at_once_are_one_run_and_one_refusal(tmp_path: Path) -> None:
    cles, texte = lignes(1)
    chemin = ecrire(tmp_path, texte)
    with tenu(chemin), pytest.raises(EnCours, match="déjà en cours d'import"):
        charger(chemin)
    assert stocke(cles[0]) is None
    assert charger(chemin).crees == 1


# --- Taken up where it stopped ----------------------------------------------------------------------------


def test_a_run_whose_connection_is_cut_goes_on_after_its_last_batch(tmp_path: Path) -> None:
    cles, texte = lignes(6)
    chemin = ecrire(tmp_path, f"{ligne('SECRET')}\n{texte}")
    charger(ecrire(tmp_path, ligne(cles[4]), "avant"))
    coupure = threading.Thread(target=couper)
    with usine.connexion("proprietaire") as verrou, verrou.transaction():
        verrou.execute("select 1 from allocataires_dossier where caisse = '921' and numero = %s for update", [cles[4]])
        coupure.start()
        with pytest.raises(ChargementInterrompu) as interruption:
            charger(chemin, par_lot=2)
    coupure.join()
    premiere = derniere()
    assert interruption.value.cause == "base"
    assert (premiere.etat, premiere.position, premiere.lus, premiere.rejets, courriels(premiere)) == ("interrompu", 5, 5, 1, 1)
    usine.executer("update allocataires_dossier set etat = 'radie' where caisse = '921' and numero = %s", [cles[0]])
    rapport = charger(chemin, par_lot=2)
    seconde = derniere()
    assert (rapport.lus, rapport.crees, rapport.mis_a_jour) == (2, 1, 1)
    assert (seconde.reprend_id, seconde.etat, seconde.position) == (premiere.pk, "termine", 7)
    assert (stocke(cles[0]) or {})["etat"] == "radie"  # its batch was not read again
    assert charger(chemin).rejets == 1  # what the first run refused may be sent again


@contextmanager
def disque_plein(numero: str) -> Iterator[None]:
    """Let the server say that it has no room left, when it comes to that dossier."""
    usine.executer(
        "create function public.essai_plein() returns trigger language plpgsql as $f$ begin raise exception 'plein' using errcode = '53100'; end $f$;"
        f"create trigger essai_plein before insert on allocataires_dossier for each row when (new.numero = '{numero}') execute function public.essai_plein()"
    )
    try:
        yield
    finally:
        usine.executer("drop trigger essai_plein on allocataires_dossier; drop function public.essai_plein()")


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    cles, texte = lignes(4)
    chemin = ecrire(tmp_path, texte)
    with disque_plein(cles[2]):
        with pytest.raises(ChargementInterrompu, match=r"faute de place sur le disque \(53100\)"):
            charger(chemin, par_lot=2)
        premiere = derniere()
        with pytest.raises(ChargementInterrompu):
            charger(chemin, par_lot=2)
        seconde = derniere()
    assert [bool(stocke(cle)) for cle in cles] == [True, True, False, False]
    assert (premiere.position, seconde.position, seconde.reprend_id) == (2, 2, premiere.pk)
    assert (courriels(premiere), courriels(seconde)) == (1, 0)  # the same failure at the same place is told once
    assert charger(chemin).crees == 2


def test_a_file_that_changes_while_it_is_read_stops_its_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lecture, "VERIFIER_TOUS_LES", 1)
    cles, texte = lignes(4)
    chemin = ecrire(tmp_path, texte)

    def changer(*_: object) -> None:
        with chemin.open("a") as fichier:
            fichier.write(texte)

    with pytest.raises(ChargementInterrompu, match="a changé pendant sa lecture") as interruption:
        charger(chemin, par_lot=2, avancer=changer)
    assert interruption.value.cause == "fichier"
    assert [bool(stocke(cle)) for cle in cles] == [True, True, False, False]
    assert derniere().etat == "interrompu"
    monkeypatch.undo()
    assert charger(chemin).lus == 8  # another file, from its beginning


def test_a_truncated_last_line_is_refused_alone(tmp_path: Path) -> None:
    cles, texte = lignes(2)
    rapport = charger(ecrire(tmp_path, texte.rstrip("\n")[:-30]))
    assert (rapport.crees, rapport.rejets) == (1, 1)
    assert stocke(cles[1]) is None


def test_absurd_amounts_are_refused_with_their_line(tmp_path: Path) -> None:
    numero = next(numeros())
    droits = [{"droits": [{"code": "AF", "montant": montant}]} for montant in (1e300, 12345678.5, -1e9)]
    texte = "".join(f"{ligne(numero, rubriques=rubriques)}\n" for rubriques in droits) + ligne(numero).replace("{}", "") + "\n"
    assert charger(ecrire(tmp_path, texte)).rejets == 3


# --- The dead, and the upkeep -----------------------------------------------------------------------------


def test_the_upkeep_tells_the_dead_from_the_living(tmp_path: Path) -> None:
    texte = lignes(1)[1]
    chemin = ecrire(tmp_path, texte)
    charger(chemin)
    course = derniere()
    usine.executer("update allocataires_import set etat = 'en_cours', fin = null where id = %s", [course.pk])
    with tenu(chemin):
        entretenir()
        assert derniere().etat == "en_cours"
    entretenir()
    assert (derniere().etat, derniere().motif, courriels(course)) == ("interrompu", "Le processus s'est arrêté.", 1)


def test_refused_lines_are_forgotten_after_seven_days_and_their_reasons_stay(tmp_path: Path) -> None:
    charger(ecrire(tmp_path, f"{ligne('SECRET')}\nx\n{lignes(1)[1]}"))
    gardees = LigneSignalee.objects.using(OWNER).filter(course=derniere())
    usine.executer(
        "update allocataires_lignesignalee set creation = now() - make_interval(days => 7, secs => case rang when 1 then 1 else -60 end) "
        "where import_id = %s",
        [derniere().pk],
    )
    entretenir()
    assert [(une.rang, une.ligne is None) for une in gardees.all()] == [(1, True), (2, False)]


def test_the_mail_says_how_many_and_nothing_of_whom(tmp_path: Path, boite: Boite, settings: Any) -> None:
    settings.ENVIRONNEMENT = settings.ENVIRONNEMENT.model_copy(update={"import_courriel": "technique@caf.example"})
    charger(ecrire(tmp_path, f"{ligne('SECRET')}\n{lignes(1)[1]}", "dossier de Madame Exemple"))
    travailler()
    (texte,) = [texte for texte in boite.textes("technique@caf.example") if f"import n° {derniere().pk} " in texte]
    assert "Dossiers lus : 2. Refusés : 1." in texte
    assert reverse("admin:import", args=[derniere().pk]) in texte
    assert "SECRET" not in texte
    assert "Exemple" not in texte


@pytest.mark.parametrize(
    ("role", "requete"),
    [
        ("flux", "select raison from allocataires_lignesignalee"),
        ("flux", "select ligne from allocataires_lignesignalee"),
        ("flux", "update allocataires_lignesignalee set ligne = null"),
        ("flux", "delete from allocataires_import"),
        ("flux", "select cdap.envoi_confier('allocataires.import_a_voir', 1)"),
        ("flux", "select cdap.imports_entretenir()"),
        ("caf", "select ligne from allocataires_lignesignalee"),
        ("caf", "update allocataires_import set motif = ''"),
        ("caf", "delete from allocataires_import"),
        ("caf", "select cdap.import_avertir(1)"),
        ("portail", "select id from allocataires_import"),
        ("portail", "select id from allocataires_lignesignalee"),
        ("controle", "select id from allocataires_import"),
        ("worker", "update allocataires_import set motif = ''"),
        ("worker", "select ligne from allocataires_lignesignalee"),
    ],
)
def test_each_role_does_its_part_and_no_more(role: str, requete: str) -> None:
    with usine.connexion(role) as pg, pytest.raises(psycopg.errors.InsufficientPrivilege):
        pg.execute(requete)


# --- The progress in the terminal -------------------------------------------------------------------------


class Terminal(StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def write(self, msg: str = "", style_func: None = None, ending: str | None = None) -> int:
        return super().write(msg + ("\n" if ending is None else ending))


@pytest.mark.parametrize("terminal", [True, False])
def test_the_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(terminal: bool) -> None:
    sortie = Terminal(terminal=terminal)
    barre = compte_rendu.Barre(sortie)  # type: ignore[arg-type]
    for octets in (5, 15, 18, 50, 100):
        barre.avancer(Rapport(lus=octets, duree=1.0), octets, 100)
    barre.effacer()
    if terminal:
        assert sortie.getvalue().count("\r") == 6
        assert " 50 % · 50 lus · 50 par seconde" in sortie.getvalue()
    else:
        assert sortie.getvalue().splitlines() == ["   15 % · 15 lus · 15 par seconde", "   50 % · 50 lus · 50 par seconde"]
