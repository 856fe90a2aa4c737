"""Lists of people: read strictly, bounded, tried for good and rolled back, then all or nothing."""

import csv
import io
import itertools
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from conventions.erreurs import Refus
from envois.models import Envoi
from habilitations import listes
from habilitations.models import Utilisateur
from tests import usine
from tests.habilitations.monde import Monde
from tests.usine import OWNER

ENTETE = ";".join(listes.COLONNES)
_rang = itertools.count()
TEXTE = st.text(st.characters(codec="utf-8"), max_size=80)


def creer(**champs: str) -> str:
    valeurs = {
        "action": "creer", "prenom": "Bob", "nom": "Exemple", "courriel": f"bob{next(_rang)}@ville.example", "fonction": "Agent",
        "debut": "01/01/2026", **champs,
    }  # fmt: skip
    return ";".join(valeurs.get(nom, "") for nom in listes.COLONNES)


def clore(identifiant: str, motif: str = "Départ") -> str:
    return f"clore;{identifiant}" + ";" * 10 + motif


def liste(*lignes: str) -> str:
    return "\n".join([ENTETE, *lignes])


@pytest.fixture
def chez_a(base: None) -> Monde:
    return Monde()


def deposer(chez: Monde, texte: str | bytes) -> Any:
    octets = texte.encode() if isinstance(texte, str) else texte
    return chez.navigateur.post(reverse("utilisateurs_importer"), {"fichier": SimpleUploadedFile("liste.csv", octets)})


def confirmer(chez: Monde, signee: str) -> Any:
    return chez.navigateur.post(reverse("utilisateurs_importer"), {"liste": signee})


def test_a_list_is_tried_without_trace_then_applied_whole(chez_a: Monde) -> None:
    avant, envois = chez_a.etat(), Envoi.objects.using(OWNER).count()
    traces = len(usine.traces(acteur=chez_a.par.utilisateur))
    texte = liste(
        creer(groupes=chez_a.alice.groupe.libelle, nom="Élan"),
        creer(fin="2026-12-31", temporaire="OUI"),
        clore(chez_a.alice.utilisateur.identifiant),
    )
    rapport = deposer(chez_a, texte)
    page = rapport.content.decode()
    for phrase in (f"Compte créé, rattaché à {chez_a.alice.groupe.libelle}.", "Compte créé, sans groupe.", "Compte de Alice Modèle clos."):
        assert phrase in page, phrase
    assert (chez_a.etat(), Envoi.objects.using(OWNER).count(), len(usine.traces(acteur=chez_a.par.utilisateur))) == (avant, envois, traces)
    assert confirmer(chez_a, rapport.context["liste"]).status_code == 303
    assert Utilisateur.objects.using(OWNER).filter(organisme=chez_a.organisme, suspension=None).count() == 3
    assert Envoi.objects.using(OWNER).count() == envois + 4
    seconde = confirmer(chez_a, rapport.context["liste"]).content.decode()
    assert "Ligne 2 : Cette adresse est déjà celle d’une autre personne" in seconde
    assert Utilisateur.objects.using(OWNER).filter(organisme=chez_a.organisme, suspension=None).count() == 3


def test_one_bad_line_and_nothing_is_offered(chez_a: Monde) -> None:
    autre = Monde()
    avant = chez_a.etat(), autre.etat()
    rapport = deposer(
        chez_a,
        liste(
            creer(), creer(courriel=chez_a.alice.utilisateur.courriel), creer(groupes=autre.alice.groupe.libelle), creer(courriel="info@ville.example"),
            clore(autre.alice.utilisateur.identifiant), clore("inconnu"), clore(usine.personne(chez_a.par).identifiant),
        ),
    )  # fmt: skip
    assert [un.bon for un in rapport.context["resultats"]] == [True] + [False] * 6
    assert rapport.context["liste"] == ""
    etranger, inconnu = rapport.context["resultats"][4:6]
    assert etranger.texte == inconnu.texte, "nobody learns who works elsewhere"
    assert (chez_a.etat(), autre.etat()) == avant


def test_a_report_is_signed_for_one_person_and_half_an_hour(chez_a: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    autre, avant = Monde(), chez_a.etat()
    signee = deposer(chez_a, liste(creer())).context["liste"]
    for navigateur, texte in ((autre, signee), (chez_a, signee + "x"), (chez_a, ""), (chez_a, liste(creer()))):
        assert "Choisissez de nouveau le fichier." in confirmer(navigateur, texte).content.decode()
    vrai = time.time
    monkeypatch.setattr("django.core.signing.time.time", lambda: vrai() + 1801)
    assert "il y a trop longtemps" in confirmer(chez_a, signee).content.decode()
    assert chez_a.etat() == avant
    assert ("compte", "creer") in chez_a.refus()


def test_the_other_administrator_may_have_acted_meanwhile(chez_a: Monde) -> None:
    """All or nothing holds at the confirmation too: the second line fails, the first does not stay."""
    alice = chez_a.alice.utilisateur
    rapport = deposer(chez_a, liste(creer(), clore(alice.identifiant)))
    assert [un.texte for un in rapport.context["resultats"] if not un.bon] == []
    signee = rapport.context["liste"]
    usine.executer("update habilitations_utilisateur set suspension = now(), suspension_cause = 'fin' where id = %s", [alice.pk])
    avant = chez_a.etat()
    assert signee
    assert "Ligne 3 : Ce compte est clos" in confirmer(chez_a, signee).content.decode()
    assert chez_a.etat() == avant


BOMBES = {
    "too big": (b"x" * (listes.OCTETS_MAX + 1), "trop gros"),
    "NUL": (liste("creer\x00").encode(), "pas une liste"),
    "too many lines": (liste(*(["clore;x"] * 501)).encode(), "trop longue"),
    "a million empty-ish lines": (ENTETE.encode() + b"\n;" * 100_000, "Cette liste est vide"),
    "a huge field": (f'{ENTETE}\n"{"x" * 200_000}"'.encode(), "ne se lit pas"),
    "an open quote": (f'{ENTETE}\n"creer;{"x" * 1000}'.encode(), "ne se lit pas"),
    "nothing": (ENTETE.encode(), "Cette liste est vide"),
    "no title": (b"creer;bob\n", "Colonne inconnue : creer, bob"),
    "a role": (b"action;role;rang\ncreer;administrateur;3\n", "Colonne inconnue : role, rang"),
    "twice": (b"action;nom;nom\n", "deux fois"),
    "no action": (b"nom;prenom\n", "dont « action »"),
    "UTF-16": (liste("x").encode("utf-16"), "pas une liste"),
}


@pytest.mark.parametrize("bombe", BOMBES)
def test_what_is_no_list_is_refused_quickly(chez_a: Monde, bombe: str) -> None:
    octets, phrase = BOMBES[bombe]
    avant, debut = chez_a.etat(), time.process_time()
    assert phrase in deposer(chez_a, octets).content.decode()
    assert time.process_time() - debut < 2
    assert chez_a.etat() == avant


@pytest.mark.parametrize(
    ("ligne", "phrase"),
    [
        (creer(nom="=cmd()"), "signe de calcul"), (creer(prenom="+1"), "signe de calcul"), (creer(fonction="-x"), "signe de calcul"),
        (creer(service="@x"), "signe de calcul"), (creer(nom='"a\nb"'), "retour à la ligne"), (creer(nom="x" * 101), "trop long"),
        (creer(debut="31/02/2026"), "pas une date"), (creer(debut=""), "« debut » est vide"), (creer(temporaire="peut-être"), "trop long"),
        (creer(temporaire="ou"), "oui ou non"), (creer(courriel="x"), "pas une adresse"), (creer(motif="x"), "reste vide"),
        (creer(identifiant="root"), "reste vide"), ("supprimer" + ";" * 11, "« creer » ou « clore »"), ("creer;x", "2 cellules au lieu de 12"),
        (clore(""), "« identifiant » est vide"), (clore("x", ""), "« motif » est vide"),
    ],
)  # fmt: skip
def test_a_bad_line_says_what_is_wrong(ligne: str, phrase: str) -> None:
    (lue,) = listes.lire(liste(ligne))
    assert phrase in " ".join(lue.erreurs)


def test_the_same_person_twice_in_a_file_is_said(base: None) -> None:
    un = creer(courriel="bob@ville.example")
    _, second, _, quatrieme = listes.lire(liste(un, creer(courriel="BOB@ville.example"), clore("x"), clore("X")))
    assert (second.erreurs, quatrieme.erreurs) == (("Même courriel que la ligne 2.",), ("Même identifiant que la ligne 4.",))


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separateur", [";", ","])
def test_a_spreadsheet_s_ways_are_read(encodage: str, separateur: str) -> None:
    texte = liste(creer(nom="Éléonore’s", courriel="e@ville.example")).replace(";", separateur).replace("\n", "\r\n") + "\r\n\r\n"
    (lue,) = listes.lire(listes.decoder(texte.encode(encodage)))
    assert (lue.erreurs, lue.valeurs["nom"]) == ((), "Éléonore’s")


@given(octets=st.one_of(st.binary(max_size=600), st.lists(TEXTE, max_size=8).map(lambda textes: f"{ENTETE}\n{';'.join(textes)}".encode())))
def test_whatever_the_bytes_a_list_is_read_or_refused(octets: bytes) -> None:
    try:
        lignes = listes.lire(listes.decoder(octets))
    except Refus:
        return
    for ligne in lignes:
        assert ligne.erreurs or ligne.action in ("creer", "clore")


@given(st.fixed_dictionaries(dict.fromkeys(("prenom", "nom", "fonction", "service"), TEXTE)))
def test_what_passes_is_what_was_written(champs: dict[str, str]) -> None:
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=";").writerow(
        [{"action": "creer", "courriel": "b@ville.example", "debut": "2026-01-01", **champs}.get(nom, "") for nom in listes.COLONNES]
    )
    (ligne,) = listes.lire(f"{ENTETE}\n{sortie.getvalue()}")
    if not ligne.erreurs:
        assert {nom: ligne.valeurs[nom] for nom in champs} == {nom: texte.strip() for nom, texte in champs.items()}
        for texte in champs.values():
            assert not texte.strip().startswith(listes.FORMULES)
            assert "\n" not in texte.strip()


def test_the_template_has_every_column_and_no_rank() -> None:
    assert listes.decoder(listes.modele().encode()).strip() == ENTETE
    assert not {"role", "rang", "organisme", "bulletin"} & set(listes.COLONNES)
