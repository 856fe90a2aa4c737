"""What the CAF decides of a partner's accesses: cut at once, said to the administrators, undone by the CAF alone."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

import pytest
from django.db import connections
from django.db.models import Model

from audit.journal import horloge as journal_horloge
from audit.journal.auteur import Auteur
from cdap import routeur
from conventions.erreurs import Refus
from conventions.models import Organisme
from habilitations import acces
from habilitations.models import Affectation, AvisDecision, Cause, Decision, LigneRevue, Mesure, Revue, Role, Utilisateur
from habilitations.services import supervision, utilisateurs
from tests import usine
from tests.travail import Boite, travailler
from tests.usine import OWNER

T = TypeVar("T")
MOTIF = "Connexions la nuit, à expliquer"


@pytest.fixture
def dora(base: None) -> Auteur:
    """An operator of 921."""
    return usine.operateur("921")


def caf(appel: Callable[..., T], **arguments: Any) -> T:
    """Call a service as the role of the CAF does, upon rows that it has read."""
    with routeur.sur("caf"):
        return appel(**{nom: _lu_par_la_caf(valeur) for nom, valeur in arguments.items()})


def _lu_par_la_caf(valeur: Any) -> Any:
    if isinstance(valeur, Utilisateur):
        return Utilisateur.objects.select_related("organisme").only(*utilisateurs.COLONNES, "organisme__raison_sociale").get(pk=valeur.pk)
    return type(valeur)._base_manager.get(pk=valeur.pk) if isinstance(valeur, Model) else valeur


def partenaire(appel: Callable[..., T], **arguments: Any) -> T:
    """Call a service as the portal does for an administrator."""
    return appel(**{nom: vu_du_portail(valeur) for nom, valeur in arguments.items()})


def vu_du_portail(valeur: Any) -> Any:
    if isinstance(valeur, Model):
        valeur._state.db = "default"
    return valeur


def lue(personne: Utilisateur) -> Utilisateur:
    return Utilisateur.objects.using(OWNER).get(pk=personne.pk)


def mesures(organisme: Organisme, **criteres: Any) -> list[Mesure]:
    return list(Mesure.objects.using(OWNER).filter(organisme=organisme, **criteres))


def avertis(genre: str, organisme: Organisme) -> set[int]:
    return set(
        AvisDecision.objects.using(OWNER)
        .filter(decision__genre=genre, decision__organisme=organisme)
        .values_list("destinataire", flat=True)
    )


def vivante(cle: str) -> bool:
    return isinstance(acces.lire(cle), acces.Acces)


def test_a_person_is_cut_at_once_and_the_administrators_are_told(dora: Auteur) -> None:
    lea = usine.agent()
    chef = usine.administrateur(lea.organisme)
    assert vivante(lea.cle)
    caf(supervision.suspendre_personne, par=dora, utilisateur=lea.utilisateur, motif=MOTIF)
    assert not vivante(lea.cle)
    assert lue(lea.utilisateur).suspension_cause == Cause.CAF
    (mesure,) = mesures(lea.organisme)
    assert (mesure.genre, mesure.utilisateur_id, mesure.posee_par_id, mesure.motif) == (
        "personne", lea.utilisateur.pk, dora.utilisateur, MOTIF,
    )  # fmt: skip
    assert avertis("habilitation.mesure_poser", lea.organisme) == {chef.utilisateur, lea.utilisateur.pk}
    actes = {(une["famille"], une["action"]) for une in usine.traces(acteur=dora.utilisateur, issue="accorde")}
    assert actes == {("compte", "suspendre"), ("habilitation", "mesure_poser")}


def test_only_the_caf_lifts_what_the_caf_decided(dora: Auteur) -> None:
    lea = usine.agent()
    chef = usine.administrateur(lea.organisme)
    caf(supervision.suspendre_personne, par=dora, utilisateur=lea.utilisateur, motif=MOTIF)
    with pytest.raises(Refus, match="elle seule"):
        partenaire(utilisateurs.lever, par=chef, utilisateur=lea.utilisateur, motif="Il le faut")
    caf(supervision.lever_personne, par=dora, utilisateur=lea.utilisateur, motif="Expliqué")
    assert vivante(usine.ouvrir_session(lea.utilisateur)[0])
    assert mesures(lea.organisme, levee=None) == []
    assert avertis("habilitation.mesure_lever", lea.organisme) == {chef.utilisateur, lea.utilisateur.pk}


def test_a_suspended_partner_opens_nothing_until_it_is_lifted(dora: Auteur) -> None:
    lea = usine.agent()
    chef = usine.administrateur(lea.organisme)
    caf(supervision.suspendre_organisme, par=dora, organisme=lea.organisme, motif=MOTIF)
    page = acces.lire(lea.cle)
    assert isinstance(page, acces.Acces)
    assert (page.habilitations, page.services) == ((), ())
    page = acces.lire(chef.session)
    assert isinstance(page, acces.Acces)
    assert page.administre is None
    assert avertis("habilitation.mesure_poser", lea.organisme) == {chef.utilisateur}
    caf(supervision.lever_organisme, par=dora, organisme=lea.organisme, motif="Expliqué")
    page = acces.lire(lea.cle)
    assert isinstance(page, acces.Acces)
    assert len(page.habilitations) == 1
    assert mesures(lea.organisme, levee=None) == []


def test_without_the_delegation_an_administrator_reads_and_writes_nothing(dora: Auteur) -> None:
    lea = usine.agent()
    chef = usine.administrateur(lea.organisme)
    caf(supervision.retirer_delegation, par=dora, organisme=lea.organisme, motif=MOTIF)
    page = acces.lire(chef.session)
    assert isinstance(page, acces.Acces)
    assert page.administre is not None
    assert page.administre.delegation is False
    with pytest.raises(Exception):  # noqa: B017 (the row is not theirs to lock: it is not found, or refused)
        partenaire(utilisateurs.suspendre, par=chef, utilisateur=lea.utilisateur, motif=MOTIF)
    assert lue(lea.utilisateur).suspension is None
    caf(supervision.rendre_delegation, par=dora, organisme=lea.organisme, motif="Expliqué")
    partenaire(utilisateurs.suspendre, par=chef, utilisateur=lea.utilisateur, motif=MOTIF)
    with pytest.raises(Refus, match="pas retirée"):
        caf(supervision.rendre_delegation, par=dora, organisme=lea.organisme, motif="Encore")


def test_a_question_waits_for_its_answer_and_is_filed(dora: Auteur) -> None:
    chef = usine.administrateur(usine.organisme())
    organisme = usine.personne(chef).organisme
    assert organisme is not None
    demain = journal_horloge.jour() + timedelta(days=1)
    with pytest.raises(Refus, match="au moins un jour"):
        caf(supervision.questionner, par=dora, organisme=organisme, motif=MOTIF, echeance=journal_horloge.jour())
    mesure = caf(supervision.questionner, par=dora, organisme=organisme, motif="Pourquoi\ntant  de comptes ?", echeance=demain)
    assert mesure.motif == "Pourquoi tant de comptes ?"
    assert avertis("habilitation.question_poser", organisme) == {chef.utilisateur}
    caf(supervision.classer, par=dora, mesure=mesure, motif="Répondu au téléphone")
    with pytest.raises(Refus, match="déjà classée"):
        caf(supervision.classer, par=dora, mesure=mesure, motif="Encore")
    autre = caf(supervision.retirer_delegation, par=dora, organisme=organisme, motif=MOTIF)
    with pytest.raises(Refus, match="se lève sur la fiche"):
        caf(supervision.classer, par=dora, mesure=autre, motif="Par erreur")


def test_an_address_is_authorised_for_that_partner_alone(dora: Auteur) -> None:
    chef, voisin = usine.administrateur(usine.organisme()), usine.administrateur(usine.organisme())
    organisme = usine.personne(chef).organisme
    assert organisme is not None
    identite = {"nom": "Modèle", "prenom": "Zoé", "courriel": "Creche@ville.example", "debut": journal_horloge.jour()}
    with pytest.raises(Refus, match="semble partagée"):
        partenaire(utilisateurs.creer, par=chef, organisme=organisme.pk, fonction="Directrice", service="Crèche", **identite)
    with pytest.raises(Refus):
        caf(supervision.autoriser_adresse, par=dora, organisme=organisme, courriel="creche", motif=MOTIF)
    caf(supervision.autoriser_adresse, par=dora, organisme=organisme, courriel="CRECHE@ville.example", motif=MOTIF)
    partenaire(utilisateurs.creer, par=chef, organisme=organisme.pk, fonction="Directrice", service="Crèche", **identite)
    with pytest.raises(Refus, match="semble partagée"):
        partenaire(utilisateurs.creer, par=voisin, organisme=usine.personne(voisin).organisme_id or 0, fonction="", service="", **identite)


def clos(organisme: Organisme, **champs: Any) -> Utilisateur:
    return usine.utilisateur(organisme, suspension=journal_horloge.maintenant(), suspension_cause=Cause.FIN, **champs)


def test_a_closed_account_comes_back_without_a_group_and_with_a_new_password(dora: Auteur) -> None:
    lea = usine.agent()
    usine.executer(
        "update habilitations_utilisateur set suspension = now(), suspension_cause = 'fin', fin = '2026-01-01' where id = %s",
        [lea.utilisateur.pk],
    )
    jour = journal_horloge.jour()
    caf(supervision.rouvrir, par=dora, utilisateur=lea.utilisateur, debut=jour, fin=None, motif="Revenue de congé")
    rouverte = lue(lea.utilisateur)
    assert (rouverte.suspension, rouverte.suspension_cause, rouverte.debut, rouverte.fin) == (None, "", jour, None)
    assert rouverte.mot_de_passe_provisoire
    assert Affectation.objects.using(OWNER).get(pk=lea.affectation.pk).suspension is not None
    assert not vivante(lea.cle)
    assert Decision.objects.using(OWNER).filter(utilisateur=rouverte, genre="compte.rouvrir", motif="Revenue de congé").exists()


def test_what_cannot_be_reopened(dora: Auteur) -> None:
    organisme = usine.organisme()
    jour = journal_horloge.jour()
    ouvert = usine.utilisateur(organisme)
    parti = usine.utilisateur(
        organisme, Role.ADMINISTRATEUR, bulletin=usine.bulletin(convention=usine.convention(organisme=organisme), etat="clos"),
        suspension=journal_horloge.maintenant(), suspension_cause=Cause.FIN,
    )  # fmt: skip
    pris = clos(organisme, courriel=ouvert.courriel)
    for personne, phrase in ((ouvert, "pas clos"), (parti, "bulletin"), (pris, "déjà celle")):
        with pytest.raises(Refus, match=phrase):
            caf(supervision.rouvrir, par=dora, utilisateur=personne, debut=jour, fin=None, motif="Retour")
    temporaire = clos(organisme, temporaire=True, fin=date(2026, 1, 1))
    for fin, phrase in ((None, "date de fin"), (date(2026, 1, 1), "précède")):
        with pytest.raises(Refus, match=phrase):
            caf(supervision.rouvrir, par=dora, utilisateur=temporaire, debut=jour, fin=fin, motif="Retour")
    assert all(lue(une).close for une in (parti, pris, temporaire))


def rouvrir(par: Auteur, personne: Utilisateur) -> None:
    caf(supervision.rouvrir, par=par, utilisateur=personne, debut=journal_horloge.jour(), fin=None, motif="Retour")


def mesures_ouvertes(personne: Utilisateur) -> int:
    return Mesure.objects.using(OWNER).filter(utilisateur=personne, levee=None).count()


def test_a_measure_ends_with_the_account_and_another_may_follow(dora: Auteur) -> None:
    lea = usine.agent()
    chef = usine.administrateur(lea.organisme)
    caf(supervision.suspendre_personne, par=dora, utilisateur=lea.utilisateur, motif=MOTIF)
    caf(supervision.clore, par=dora, utilisateur=lea.utilisateur, motif="Mission finie")
    assert lue(lea.utilisateur).close
    assert mesures_ouvertes(lea.utilisateur) == 0
    assert avertis("habilitation.mesure_lever", lea.organisme) == {chef.utilisateur, lea.utilisateur.pk}
    assert avertis("compte.fin", lea.organisme) == {chef.utilisateur, lea.utilisateur.pk}
    rouvrir(dora, lea.utilisateur)
    caf(supervision.suspendre_personne, par=dora, utilisateur=lea.utilisateur, motif=MOTIF)
    assert mesures_ouvertes(lea.utilisateur) == 1
    caf(supervision.lever_personne, par=dora, utilisateur=lea.utilisateur, motif="Expliqué")
    assert (mesures_ouvertes(lea.utilisateur), lue(lea.utilisateur).suspension) == (0, None)


def test_reopening_ends_the_measure_of_an_account_that_somebody_else_closed(dora: Auteur) -> None:
    lea = usine.agent()
    caf(supervision.suspendre_personne, par=dora, utilisateur=lea.utilisateur, motif=MOTIF)
    usine.executer("update habilitations_utilisateur set suspension_cause = 'fin' where id = %s", [lea.utilisateur.pk])
    rouvrir(dora, lea.utilisateur)
    assert mesures_ouvertes(lea.utilisateur) == 0
    assert avertis("habilitation.mesure_lever", lea.organisme) == {lea.utilisateur.pk}


def test_a_stale_measure_blocks_no_later_suspension(dora: Auteur) -> None:
    lea, voisine = usine.agent(), usine.agent()
    for une in (lea, voisine):
        caf(supervision.suspendre_personne, par=dora, utilisateur=une.utilisateur, motif=MOTIF)
    usine.executer("update habilitations_utilisateur set suspension = null, suspension_cause = '' where id = %s", [lea.utilisateur.pk])
    caf(supervision.suspendre_personne, par=dora, utilisateur=lea.utilisateur, motif="À nouveau")
    assert [une.motif for une in mesures(lea.organisme, levee=None)] == ["À nouveau"]
    assert avertis("habilitation.mesure_lever", lea.organisme) == set()
    assert mesures_ouvertes(voisine.utilisateur) == 1


def test_lifting_whom_a_review_suspended_confirms_them_in_it(dora: Auteur) -> None:
    lea, collegue = usine.agent(), usine.agent()
    revue = Revue.objects.using(OWNER).create(organisme=lea.organisme, ouverture=journal_horloge.jour() - timedelta(days=31))
    lignes = [
        LigneRevue.objects.using(OWNER).create(revue=revue, utilisateur=une.utilisateur, decision="suspendue") for une in (lea, collegue)
    ]
    usine.executer(
        "update habilitations_utilisateur set suspension = now(), suspension_cause = 'revue' where id = %s", [lea.utilisateur.pk]
    )
    caf(supervision.lever_personne, par=dora, utilisateur=lea.utilisateur, motif="Confirmée au téléphone")
    assert lue(lea.utilisateur).suspension is None
    sienne, autre = (LigneRevue.objects.using(OWNER).get(pk=une.pk) for une in lignes)
    assert (sienne.decision, sienne.par_id, sienne.instant is not None) == ("confirmee", dora.utilisateur, True)
    assert (autre.decision, autre.par_id) == ("suspendue", None)


def test_lifting_a_measure_confirms_nobody_whom_the_review_waits_for(dora: Auteur) -> None:
    lea = usine.agent()
    revue = Revue.objects.using(OWNER).create(organisme=lea.organisme, ouverture=journal_horloge.jour())
    ligne = LigneRevue.objects.using(OWNER).create(revue=revue, utilisateur=lea.utilisateur)
    caf(supervision.suspendre_personne, par=dora, utilisateur=lea.utilisateur, motif=MOTIF)
    caf(supervision.lever_personne, par=dora, utilisateur=lea.utilisateur, motif="Expliqué")
    assert LigneRevue.objects.using(OWNER).get(pk=ligne.pk).decision == "attendue"


@pytest.mark.parametrize(
    ("service", "genre", "phrase"),
    [
        (supervision.clore, "compte.fin", "a clos le compte"),
        (supervision.reinitialiser, "compte.mdp_forcer", "a réinitialisé le mot de passe"),
        (supervision.debloquer, "compte.deverrouiller", "a débloqué la connexion"),
    ],
)
def test_what_the_caf_does_to_an_account_has_a_reason_and_is_said(
    dora: Auteur, boite: Boite, service: Callable[..., object], genre: str, phrase: str
) -> None:
    lea = usine.agent()
    chef = usine.personne(usine.administrateur(lea.organisme))
    with pytest.raises(Refus, match="pourquoi"):
        caf(service, par=dora, utilisateur=lea.utilisateur, motif=" ")
    caf(service, par=dora, utilisateur=lea.utilisateur, motif=MOTIF)
    assert avertis(genre, lea.organisme) == {chef.pk, lea.utilisateur.pk}
    travailler()
    (texte,) = (_texte(une) for une in boite.pour(chef.courriel))
    assert phrase in texte
    assert f"Motif : {MOTIF}" in texte


ACTES: list[Callable[[Auteur, usine.Agent], object]] = [
    lambda par, lea: caf(supervision.suspendre_personne, par=par, utilisateur=lea.utilisateur, motif=MOTIF),
    lambda par, lea: caf(supervision.lever_personne, par=par, utilisateur=lea.utilisateur, motif=MOTIF),
    lambda par, lea: caf(supervision.rouvrir, par=par, utilisateur=lea.utilisateur, debut=date(2027, 1, 1), fin=None, motif=MOTIF),
    lambda par, lea: caf(supervision.clore, par=par, utilisateur=lea.utilisateur, motif=MOTIF),
    lambda par, lea: caf(supervision.reinitialiser, par=par, utilisateur=lea.utilisateur, motif=MOTIF),
    lambda par, lea: caf(supervision.debloquer, par=par, utilisateur=lea.utilisateur, motif=MOTIF),
    lambda par, lea: caf(supervision.suspendre_organisme, par=par, organisme=lea.organisme, motif=MOTIF),
    lambda par, lea: caf(supervision.lever_organisme, par=par, organisme=lea.organisme, motif=MOTIF),
    lambda par, lea: caf(supervision.retirer_delegation, par=par, organisme=lea.organisme, motif=MOTIF),
    lambda par, lea: caf(supervision.questionner, par=par, organisme=lea.organisme, motif=MOTIF, echeance=date(2099, 1, 1)),
    lambda par, lea: caf(supervision.autoriser_adresse, par=par, organisme=lea.organisme, courriel="creche@ville.example", motif=MOTIF),
]


@pytest.mark.parametrize("acte", ACTES)
def test_another_caisse_decides_nothing_and_its_attempt_is_traced(base: None, acte: Callable[[Auteur, usine.Agent], object]) -> None:
    """Even a caisse of the contract, which reads."""
    lea = usine.agent(caisses=("921", "441"))
    voisine = usine.operateur("441")
    with pytest.raises(Refus, match="autre caisse"):
        acte(voisine, lea)
    assert mesures(lea.organisme) == []
    assert not Decision.objects.using(OWNER).filter(organisme=lea.organisme).exists()
    assert [une["issue"] for une in usine.traces(acteur=voisine.utilisateur)] == ["refuse"]


@pytest.mark.parametrize("motif", ["", "   "])
def test_each_measure_has_its_reason(dora: Auteur, motif: str) -> None:
    lea = usine.agent()
    for acte in (supervision.suspendre_organisme, supervision.retirer_delegation):
        with pytest.raises(Refus, match="pourquoi"):
            caf(acte, par=dora, organisme=lea.organisme, motif=motif)
    with pytest.raises(Refus, match="pourquoi"):
        caf(supervision.suspendre_personne, par=dora, utilisateur=lea.utilisateur, motif=motif)
    assert (mesures(lea.organisme), lue(lea.utilisateur).suspension) == ([], None)


def test_ten_operators_who_suspend_at_once_make_one_measure(base: None) -> None:
    lea = usine.agent()
    operateurs = [usine.operateur("921") for _ in range(10)]
    refus: list[str] = []

    def essayer(par: Auteur) -> None:
        try:
            caf(supervision.suspendre_personne, par=par, utilisateur=lea.utilisateur, motif=MOTIF)
        except Refus as erreur:
            refus.append(erreur.phrase)
        finally:
            connections.close_all()

    fils = [threading.Thread(target=essayer, args=(par,)) for par in operateurs]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert refus == ["Ce compte est déjà suspendu."] * 9
    assert len(mesures(lea.organisme)) == 1


def test_the_mails_say_what_why_and_whom_to_ask(dora: Auteur, boite: Boite) -> None:
    lea = usine.agent()
    chef = usine.personne(usine.administrateur(lea.organisme))
    caf(supervision.suspendre_personne, par=dora, utilisateur=lea.utilisateur, motif=MOTIF)
    caf(supervision.questionner, par=dora, organisme=lea.organisme, motif="Qui est-ce ?", echeance=date(2099, 1, 31))
    travailler()
    textes = sorted(_texte(une) for une in boite.pour(chef.courriel))
    assert len(textes) == 2
    assert all("Subject: Une information de votre Caf" in texte for texte in textes)
    (question,) = (texte for texte in textes if "Sa question : Qui est-ce ?" in texte)
    assert "au plus tard le 31/01/2099" in question
    (mesure,) = (texte for texte in textes if f"Motif : {MOTIF}" in texte)
    assert str(lea.utilisateur) in mesure
    assert len(boite.pour(lea.utilisateur.courriel)) == 1


def _texte(enveloppe: Any) -> str:
    import email
    import email.policy

    message = email.message_from_bytes(enveloppe.content, policy=email.policy.default)
    corps = message.get_body()
    assert corps is not None
    return f"Subject: {message['subject']}\n{corps.get_content()}"
