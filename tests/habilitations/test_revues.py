"""The yearly review: confirmed or closed by an administrator, suspended at 30 days and closed at 60 for want of an answer."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from audit.journal.auteur import Auteur
from conventions import chiffrement
from conventions.erreurs import Refus
from conventions.models import Organisme
from conventions.services.conventions import ajouter_mois
from envois.models import Envoi
from habilitations import preuve
from habilitations.models import Cause, LigneRevue, Revue, Utilisateur
from habilitations.services import revues, utilisateurs
from habilitations.services.ecriture import en_session
from tests import usine
from tests.conventions.commande import en_worker
from tests.travail import Boite, travailler
from tests.usine import OWNER

Etat = LigneRevue.Decision


@pytest.fixture
def organisme(base: None) -> Organisme:
    return usine.convention().organisme


def ouverte(organisme: Organisme, *, age: int = 0) -> Revue:
    en_worker(lambda: revues.ouvrir(organisme=organisme.pk))
    revue = Revue.objects.using(OWNER).get(organisme=organisme, cloture=None)
    usine.executer("update habilitations_revue set ouverture = %s where id = %s", [timezone.localdate() - timedelta(days=age), revue.pk])
    return Revue.objects.using(OWNER).get(pk=revue.pk)


def passer(revue: Revue) -> None:
    en_worker(lambda: revues.passer(Revue.objects.get(pk=revue.pk)))


def ligne(revue: Revue, personne: Utilisateur) -> LigneRevue:
    return LigneRevue.objects.using(OWNER).select_related("revue").get(revue=revue, utilisateur=personne)


def relue(personne: Utilisateur) -> Utilisateur:
    return Utilisateur.objects.using(OWNER).get(pk=personne.pk)


def envois(modele: str, objet: int | None) -> int:
    return Envoi.objects.using(OWNER).filter(modele=f"habilitations.{modele}", objet=objet or 0).count()


def test_a_review_bears_every_living_agent_and_tells_each_administrator(organisme: Organisme) -> None:
    alice, bob = usine.utilisateur(organisme), usine.utilisateur(organisme, suspension=timezone.now(), suspension_cause="administrateur")
    usine.utilisateur(organisme, suspension=timezone.now(), suspension_cause=Cause.FIN)
    chloe, denis = usine.administrateur(organisme), usine.administrateur(organisme)
    revue = ouverte(organisme)
    assert set(revue.lignes.using(OWNER).values_list("utilisateur", flat=True)) == {alice.pk, bob.pk}
    assert [envois("revue_ouverte", un.utilisateur) for un in (chloe, denis)] == [1, 1]
    with pytest.raises(Refus, match="déjà ouverte"):
        en_worker(lambda: revues.ouvrir(organisme=organisme.pk))


def test_without_an_administrator_the_caisse_is_told(organisme: Organisme) -> None:
    usine.utilisateur(organisme)
    ouverte(organisme)
    assert envois("sans_administrateur", organisme.pk) == 1


@pytest.mark.parametrize(
    ("age", "decision", "cause"),
    [(29, Etat.ATTENDUE, ""), (30, Etat.SUSPENDUE, Cause.REVUE), (59, Etat.SUSPENDUE, Cause.REVUE), (60, Etat.CLOSE_DE_DROIT, Cause.FIN)],
)
def test_who_is_not_confirmed_is_suspended_then_closed(organisme: Organisme, age: int, decision: str, cause: str) -> None:
    alice = usine.utilisateur(organisme)
    revue = ouverte(organisme, age=age)
    for _ in range(2):  # a second night finds nothing more to do
        passer(revue)
    assert (ligne(revue, alice).decision, relue(alice).suspension_cause) == (decision, cause)
    assert (Revue.objects.using(OWNER).get(pk=revue.pk).cloture is not None) is (age == 60)
    assert envois("revue_suspension", alice.pk) == (30 <= age < 60)


def test_confirming_gives_back_what_the_review_had_suspended(organisme: Organisme) -> None:
    alice, chloe = usine.utilisateur(organisme), usine.administrateur(organisme)
    revue = ouverte(organisme, age=45)
    passer(revue)
    with pytest.raises(Refus, match="confirmez-la dans la revue"):
        utilisateurs.lever(par=chloe, utilisateur=relue(alice), motif="Toujours là.")
    revues.confirmer(par=chloe, ligne=ligne(revue, alice))
    assert (relue(alice).suspension, ligne(revue, alice).decision, ligne(revue, alice).par_id) == (None, Etat.CONFIRMEE, chloe.utilisateur)
    with pytest.raises(Refus, match="déjà été revue"):
        revues.clore(par=chloe, ligne=ligne(revue, alice), motif="Partie.")


def test_a_suspension_of_the_caf_survives_the_review(organisme: Organisme) -> None:
    alice, chloe = usine.utilisateur(organisme, suspension=timezone.now(), suspension_cause=Cause.CAF), usine.administrateur(organisme)
    revue = ouverte(organisme, age=30)
    passer(revue)
    revues.confirmer(par=chloe, ligne=ligne(revue, alice))
    assert relue(alice).suspension_cause == Cause.CAF


def test_closing_in_the_review_ends_the_account_with_its_reason(organisme: Organisme) -> None:
    alice, chloe = usine.utilisateur(organisme), usine.administrateur(organisme)
    revue = ouverte(organisme)
    with pytest.raises(Refus, match="pourquoi"):
        revues.clore(par=chloe, ligne=ligne(revue, alice), motif=" ")
    assert ligne(revue, alice).decision == Etat.ATTENDUE
    revues.clore(par=chloe, ligne=ligne(revue, alice), motif="Fin de mission.")
    assert relue(alice).suspension_cause == Cause.FIN
    assert alice.decisions.using(OWNER).get(genre="compte.fin").motif == "Fin de mission."


def test_another_organisation_s_administrator_confirms_nobody(organisme: Organisme) -> None:
    alice, etranger = usine.utilisateur(organisme), usine.administrateur(usine.convention().organisme)
    revue = ouverte(organisme)
    with pytest.raises(Refus, match="pas le droit"):
        revues.confirmer(par=etranger, ligne=ligne(revue, alice))
    assert ligne(revue, alice).decision == Etat.ATTENDUE


def test_reminders_leave_once_each(organisme: Organisme) -> None:
    usine.utilisateur(organisme)
    chloe = usine.administrateur(organisme)
    for age, attendus in ((14, 0), (15, 1), (24, 1), (25, 2), (45, 3), (55, 4)):
        revue = Revue.objects.using(OWNER).filter(organisme=organisme, cloture=None).first() or ouverte(organisme)
        usine.executer(
            "update habilitations_revue set ouverture = %s where id = %s", [timezone.localdate() - timedelta(days=age), revue.pk]
        )
        passer(revue)
        passer(revue)
        assert envois("revue_rappel", chloe.utilisateur) == attendus


@pytest.mark.parametrize(("mois", "jours", "due"), [(12, 0, True), (12, -1, False), (30, 0, True)])
def test_a_review_is_due_a_year_after_the_convention_began_or_the_last_one(base: None, mois: int, jours: int, due: bool) -> None:
    depuis = ajouter_mois(timezone.localdate(), -mois) - timedelta(days=jours)
    jeune = usine.convention(debut=depuis).organisme
    revu = usine.convention().organisme
    for organisme in (jeune, revu):
        usine.utilisateur(organisme)
    Revue.objects.using(OWNER).create(organisme=revu, ouverture=depuis, cloture=timezone.now())
    trouves: list[int] = []
    en_worker(lambda: trouves.extend(revues.dues()))
    assert [organisme.pk in trouves for organisme in (jeune, revu)] == [due, due]


def test_a_night_opens_what_is_due_and_only_that(organisme: Organisme, monkeypatch: pytest.MonkeyPatch) -> None:
    usine.utilisateur(organisme)
    vide = usine.convention().organisme
    dues: list[int] = []
    en_worker(lambda: dues.extend(revues.dues()))
    assert organisme.pk in dues
    assert vide.pk not in dues
    monkeypatch.setattr(revues, "dues", lambda: [organisme.pk])
    echecs: list[int] = []
    en_worker(lambda: echecs.append(revues.nuit()))
    assert echecs == [0]
    assert Revue.objects.using(OWNER).filter(organisme=organisme, cloture=None).count() == 1


def test_the_end_of_a_review_leaves_an_encrypted_pdf_as_evidence(organisme: Organisme, boite: Boite) -> None:
    alice, chloe = usine.utilisateur(organisme), usine.administrateur(organisme)
    revue = ouverte(organisme)
    revues.confirmer(par=chloe, ligne=ligne(revue, alice))
    passer(revue)
    travailler()
    document = Revue.objects.using(OWNER).select_related("document").get(pk=revue.pk).document
    assert document is not None
    assert (document.genre, document.organisme_id) == ("revue", organisme.pk)
    assert chiffrement.dechiffrer(bytes(document.contenu)).startswith(b"%PDF-1.7 habilitations/documents/revue.html")
    en_worker(lambda: preuve.produire(revue.pk))
    assert Revue.objects.using(OWNER).get(pk=revue.pk).document_id == document.pk


def test_the_evidence_says_who_decided_what(organisme: Organisme) -> None:
    alice, bob, chloe = (
        usine.utilisateur(organisme, fonction="Assistante sociale"),
        usine.utilisateur(organisme),
        usine.administrateur(organisme),
    )
    revue = ouverte(organisme, age=60)
    revues.confirmer(par=chloe, ligne=ligne(revue, alice))
    passer(revue)
    dites: list[preuve.Ligne] = []
    en_worker(lambda: dites.extend(preuve.lignes(Revue.objects.get(pk=revue.pk))))
    par_identifiant = {une.identifiant: (une.fonction, une.decision, une.par) for une in dites}
    assert par_identifiant == {
        alice.identifiant: ("Assistante sociale", "confirmée", str(usine.personne(chloe))),
        bob.identifiant: ("", "close faute de réponse", "Le portail, faute de réponse"),
    }


def test_a_partner_may_not_send_a_review(organisme: Organisme) -> None:
    from conventions.services import documents

    with pytest.raises(Refus, match="Choisissez"):
        documents.deposer_signe(fichier=ContentFile(b"%PDF-"), genre="revue", cible=organisme, par=Auteur())


def test_an_administrator_sees_only_the_own_reviews(organisme: Organisme) -> None:
    usine.utilisateur(organisme)
    ouverte(organisme)
    for par, vues in ((usine.administrateur(organisme), 1), (usine.administrateur(usine.convention().organisme), 0), (Auteur(), 0)):
        with en_session(par):
            assert Revue.objects.filter(organisme=organisme).count() == vues
            assert LigneRevue.objects.filter(revue__organisme=organisme).count() == vues


def test_an_account_closed_during_the_review_has_been_reviewed(organisme: Organisme) -> None:
    alice, chloe = usine.utilisateur(organisme), usine.administrateur(organisme)
    revue = ouverte(organisme)
    utilisateurs.clore(par=chloe, utilisateur=relue(alice), motif="Fin de mission.")
    assert (ligne(revue, alice).decision, ligne(revue, alice).par_id) == (Etat.CLOSE, chloe.utilisateur)
    with pytest.raises(Refus, match="déjà été revue"):
        revues.confirmer(par=chloe, ligne=ligne(revue, alice))
