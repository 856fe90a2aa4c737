"""Credentials started again by somebody else: never when no mail can leave, five times a day, and a lost factor within seven days."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from audit.journal.auteur import Auteur
from cdap import routeur
from conventions.erreurs import Refus
from envois.models import Envoi
from habilitations.models import Decision, RetraitFacteur, Utilisateur
from habilitations.services import identifiants, supervision
from tests import usine
from tests.habilitations.test_supervision import MOTIF, caf, lue, partenaire
from tests.usine import OWNER


@pytest.fixture
def dora(base: None) -> Auteur:
    """An operator of 921."""
    return usine.operateur("921")


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"suspension": "now()", "suspension_cause": "'administrateur'"}, "levez d’abord la suspension"),
        ({"suspension": "now()", "suspension_cause": "'fin'"}, "est clos"),
        ({"fin": "current_date - 2"}, "est terminé"),
    ],
)
@pytest.mark.parametrize("service", [identifiants.renvoyer, identifiants.reinitialiser])
def test_no_password_is_taken_away_when_no_mail_can_leave(
    dora: Auteur, champs: dict[str, str], phrase: str, service: Callable[..., object]
) -> None:
    """For the portal as for the CAF, and whatever the page has read before."""
    lea = usine.agent()
    chef = usine.administrateur(lea.organisme)
    motif = {"motif": MOTIF} if service is identifiants.reinitialiser else {}
    usine.executer(
        f"update habilitations_utilisateur set password = 'avant', mot_de_passe_provisoire = {service is identifiants.renvoyer}, "
        f"{', '.join(f'{nom} = {valeur}' for nom, valeur in champs.items())} where id = %s",
        [lea.utilisateur.pk],
    )
    for appel, par in ((caf, dora), (partenaire, chef)):
        with pytest.raises(Refus, match=phrase):
            appel(service, par=par, utilisateur=lea.utilisateur, **motif)
    assert lue(lea.utilisateur).password == "avant"
    assert envoyes(lea.utilisateur) == 0


def envoyes(personne: Utilisateur) -> int:
    return Envoi.objects.using(OWNER).filter(modele="habilitations.mot_de_passe_provisoire", objet=personne.pk).count()


def test_a_mailbox_receives_five_passwords_a_day_whoever_sends_them(dora: Auteur) -> None:
    lea, bob = usine.agent(), usine.agent()
    chef = usine.administrateur(lea.organisme)
    gestes: list[Callable[[], object]] = [
        lambda: caf(supervision.reinitialiser, par=dora, utilisateur=lea.utilisateur, motif=MOTIF),
        lambda: partenaire(identifiants.renvoyer, par=chef, utilisateur=lea.utilisateur),
        lambda: partenaire(identifiants.reinitialiser, par=chef, utilisateur=lea.utilisateur, motif=MOTIF),
    ]
    for rang in range(5):
        gestes[rang % 3]()
    for geste in gestes:
        avant = lue(lea.utilisateur).password
        with pytest.raises(Refus, match="Cinq envois ont déjà été faits"):
            geste()
        assert (lue(lea.utilisateur).password, envoyes(lea.utilisateur)) == (avant, 5)
    caf(supervision.reinitialiser, par=dora, utilisateur=bob.utilisateur, motif=MOTIF)
    usine.executer("update envois_envoi set cree = cree - interval '24 hours' where objet = %s", [lea.utilisateur.pk])
    gestes[0]()
    assert envoyes(lea.utilisateur) == 6


def test_ten_who_send_at_once_send_five(base: None) -> None:
    lea = usine.agent()
    refus: list[str] = []

    def essayer(par: Auteur) -> None:
        try:
            caf(supervision.reinitialiser, par=par, utilisateur=lea.utilisateur, motif=MOTIF)
        except Refus as erreur:
            refus.append(erreur.phrase)
        finally:
            connections.close_all()

    fils = [threading.Thread(target=essayer, args=(usine.operateur("921"),)) for _ in range(10)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert (len(refus), envoyes(lea.utilisateur)) == (5, 5)


def demande(par: Auteur, personne: Utilisateur, jours: int) -> RetraitFacteur:
    retrait = caf(identifiants.demander_retrait, par=par, utilisateur=personne, motif="Téléphone perdu")
    usine.executer("update habilitations_retraitfacteur set demande = now() - %s * interval '1 day' where id = %s", [jours, retrait.pk])
    return retrait


def decider(par: Auteur, retrait: RetraitFacteur, *, accorde: bool) -> None:
    with routeur.sur("caf"):
        colonnes = [champ.name for champ in RetraitFacteur._meta.concrete_fields]
        lu = RetraitFacteur.objects.select_related("utilisateur").only(*colonnes, "utilisateur__organisme").get(pk=retrait.pk)
        identifiants.decider_retrait(par=par, retrait=lu, accorde=accorde)


@pytest.mark.parametrize(("jours", "passe"), [(6, True), (8, False)])
def test_a_factor_is_not_taken_away_long_after_it_was_asked(dora: Auteur, jours: int, passe: bool) -> None:
    lea, elio = usine.agent(), usine.operateur("921")
    retrait = demande(dora, lea.utilisateur, jours)
    if passe:
        decider(elio, retrait, accorde=True)
    else:
        with pytest.raises(Refus, match="trop ancienne"):
            decider(elio, retrait, accorde=True)
        demande_directe = "select cdap.facteur_retirer(%s, %s, true)"
        with usine.connexion("caf") as pg:
            (accorde,) = pg.execute(demande_directe, [elio.session, retrait.pk]).fetchone() or (None,)
        assert accorde is False, "the database says it too"
    assert lue(lea.utilisateur).mot_de_passe_provisoire is passe


def test_a_new_ask_takes_the_place_of_one_that_is_too_old_and_of_no_other(dora: Auteur) -> None:
    lea, elio = usine.agent(), usine.operateur("921")
    demande(dora, lea.utilisateur, 6)
    with pytest.raises(Refus, match="déjà demandé"):
        demande(dora, lea.utilisateur, 0)
    usine.executer(
        "update habilitations_retraitfacteur set demande = now() - interval '8 days' where utilisateur_id = %s", [lea.utilisateur.pk]
    )
    nouvelle = demande(dora, lea.utilisateur, 0)
    assert list(RetraitFacteur.objects.using(OWNER).filter(utilisateur=lea.utilisateur)) == [nouvelle]
    assert Decision.objects.using(OWNER).filter(utilisateur=lea.utilisateur, genre="compte.otp_retirer_demander").count() == 2
    decider(elio, nouvelle, accorde=True)
    assert lue(lea.utilisateur).mot_de_passe_provisoire


def test_a_suspended_person_keeps_their_factor(dora: Auteur) -> None:
    lea, elio = usine.agent(), usine.operateur("921")
    retrait = demande(dora, lea.utilisateur, 0)
    caf(supervision.suspendre_personne, par=dora, utilisateur=lea.utilisateur, motif=MOTIF)
    with pytest.raises(Refus, match="levez d’abord la suspension"):
        decider(elio, retrait, accorde=True)
    decider(elio, retrait, accorde=False)
    assert not lue(lea.utilisateur).mot_de_passe_provisoire
