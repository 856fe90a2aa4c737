"""The steps of a sign-in that come once, or once a year; what a stolen password alone cannot do."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from cdap.demo import monde
from habilitations import acces, connexion, premiere_connexion
from habilitations.acces import Etat, SessionMorte
from habilitations.models import CodeSecours, FacteurTotp, Utilisateur
from tests import usine
from tests.habilitations.personnes import (
    IP,
    MOT_DE_PASSE,
    NOUVEAU,
    PROVISOIRE,
    code,
    entree,
    nouvelle,
    oublier_le_code,
    personne,
    presenter,
    qui,
    relire,
    sessions_ouvertes,
    textes,
)
from tests.travail import Boite, travailler
from tests.usine import OWNER


def choisir(cle: str | None, mot_de_passe: str = NOUVEAU) -> str | None:
    return premiere_connexion.choisir_mot_de_passe(qui=qui(cle), mot_de_passe=mot_de_passe, ip=IP)


def graine(cle: str | None) -> bytes:
    proposition = premiere_connexion.proposer_facteur(qui=qui(cle))
    assert proposition is not None
    return base64.b32decode(proposition.cle.replace(" ", ""))


def enroler(cle: str | None, valeur: str) -> tuple[str, tuple[str, ...]] | None:
    return premiere_connexion.enroler_facteur(qui=qui(cle), code=valeur, ip=IP)


def test_a_first_sign_in_goes_through_each_step_in_order(base: None, boite: Boite) -> None:
    alice = nouvelle()
    cle = presenter(alice, PROVISOIRE)
    assert qui(cle).etat is Etat.MOT_DE_PASSE
    cle = choisir(cle)
    assert qui(cle).etat is Etat.CHARTE
    premiere_connexion.accepter_charte(qui=qui(cle), ip=IP)
    assert qui(cle).etat is Etat.ENROLEMENT
    secret = graine(cle)
    assert len(secret) == 20
    assert graine(cle) == secret, "showing the page again shows the same picture"
    enrolee = enroler(cle, code(secret))
    assert enrolee is not None
    cle, codes = enrolee
    assert qui(cle).etat is Etat.SANS_HABILITATION
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([A-Z2-7]{5}-){3}[A-Z2-7]{5}", un) for un in codes)
    assert [une["action"] for une in usine.traces(acteur=alice.pk)] == ["mdp_changer", "charte_accepter", "otp_enroler", "ouvrir"]
    apres = relire(alice)
    assert apres.check_password(NOUVEAU)
    assert (apres.mot_de_passe_provisoire, apres.mot_de_passe_fin) == (False, None)
    travailler()
    recus = textes(boite, alice.courriel)
    assert len(recus) == 2
    for secret_texte in (NOUVEAU, PROVISOIRE, alice.identifiant, "http", *codes):
        assert not any(secret_texte in un for un in recus)


def test_the_database_keeps_neither_the_seed_nor_the_recovery_codes(base: None) -> None:
    alice = nouvelle(mot_de_passe_provisoire=False, charte=acces.CHARTE, charte_acceptation=timezone.now())
    cle = presenter(alice, PROVISOIRE)
    secret = graine(cle)
    enrolee = enroler(cle, code(secret))
    assert enrolee is not None
    texte = str(
        usine.valeur(
            "select json_build_object('f', (select json_agg(f) from habilitations_facteurtotp f), "
            "'c', (select json_agg(c) from habilitations_codesecours c), 's', (select json_agg(s) from habilitations_session s))::text"
        )
    )
    assert secret.hex() not in texte
    assert base64.b32encode(secret).decode() not in texte
    assert not any(un.replace("-", "") in texte for un in enrolee[1])


def test_the_code_of_an_enrolment_does_not_serve_again(base: None) -> None:
    alice = nouvelle(mot_de_passe_provisoire=False, charte=acces.CHARTE, charte_acceptation=timezone.now())
    cle = presenter(alice, PROVISOIRE)
    secret = graine(cle)
    valeur = code(secret)
    assert enroler(cle, valeur) is not None
    attente = presenter(alice, PROVISOIRE)
    assert connexion.second_facteur(session=str(attente), code=valeur, ip=IP) is None
    oublier_le_code(alice)
    assert connexion.second_facteur(session=str(attente), code=code(secret), ip=IP) is not None


def test_a_provisional_password_serves_once_even_in_parallel(base: None) -> None:
    alice = nouvelle()

    def essayer(_: int) -> str | None:
        try:
            return presenter(alice, PROVISOIRE)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as bassin:
        cles = [cle for cle in bassin.map(essayer, range(4)) if cle]
    assert len(cles) == 1
    assert choisir(cles[0]) is not None


def test_leaving_the_page_means_asking_for_another_one(base: None) -> None:
    alice = nouvelle()
    assert presenter(alice, PROVISOIRE) is not None
    assert presenter(alice, PROVISOIRE) is None


@pytest.mark.parametrize(("secondes", "ouvre"), [(60, True), (-1, False)])
def test_the_end_of_a_provisional_password_is_respected(base: None, secondes: int, ouvre: bool) -> None:
    alice = nouvelle(mot_de_passe_fin=timezone.now() + timedelta(seconds=secondes))
    assert (presenter(alice, PROVISOIRE) is not None) is ouvre


def test_a_session_opened_before_a_reset_may_not_choose(base: None) -> None:
    """A thief who waits at the code page with the old password gains nothing when the password is reset."""
    alice = personne()
    attente, ouverte = presenter(alice), usine.ouvrir_session(alice)[0]
    Utilisateur.objects.using(OWNER).filter(pk=alice.pk).update(
        mot_de_passe_provisoire=True, mot_de_passe_fin=timezone.now() + timedelta(hours=1)
    )
    for cle in (attente, ouverte):
        assert acces.lire(str(cle)) == SessionMorte("expiree")
        with usine.connexion() as pg:
            assert pg.execute("select cdap.mot_de_passe_choisir(%s, %s, 'x', null)", [cle, "x" * 30]).fetchone() == (False,)
            assert pg.execute("select cdap.mot_de_passe_ancien(%s)", [cle]).fetchone() == (None,)
    assert relire(alice).check_password(MOT_DE_PASSE)


def test_who_has_a_factor_proves_it_before_anything_but_a_provisional_password(base: None) -> None:
    alice = personne(charte="", mot_de_passe_a_changer=True)
    cle = presenter(alice)
    assert qui(cle).etat is Etat.CODE
    premiere_connexion.accepter_charte(qui=qui(cle), ip=IP)
    assert choisir(cle) is None
    assert premiere_connexion.proposer_facteur(qui=qui(cle)) is None
    assert (relire(alice).charte, relire(alice).check_password(MOT_DE_PASSE)) == ("", True)
    cle = connexion.second_facteur(session=str(cle), code=code(), ip=IP)
    assert qui(cle).etat is Etat.RENOUVELLEMENT
    cle = choisir(cle)
    assert qui(cle).etat is Etat.CHARTE
    premiere_connexion.accepter_charte(qui=qui(cle), ip=IP)
    assert qui(cle).etat is Etat.SANS_HABILITATION


def test_a_reset_person_chooses_then_proves_the_factor(base: None) -> None:
    alice = personne(password=nouvelle().password, mot_de_passe_provisoire=True)
    cle = choisir(presenter(alice, PROVISOIRE))
    assert qui(cle).etat is Etat.CODE


@pytest.mark.parametrize("mot_de_passe", [MOT_DE_PASSE, "Une phrase longue et tranquille"])
def test_a_renewed_password_is_another_one(base: None, mot_de_passe: str) -> None:
    alice = personne(mot_de_passe_a_changer=True)
    cle = entree(alice).cle
    with pytest.raises(ValidationError, match="remplacer"):
        choisir(cle, mot_de_passe)
    assert relire(alice).mot_de_passe_a_changer
    assert choisir(cle) is not None
    assert not relire(alice).mot_de_passe_a_changer


def test_a_new_password_closes_the_other_sessions(base: None) -> None:
    alice = personne(mot_de_passe_a_changer=True)
    autre, celle_ci = usine.ouvrir_session(alice)[0], usine.ouvrir_session(alice)[0]
    nouvelle_cle = choisir(celle_ci)
    assert acces.lire(autre) == SessionMorte("mot_de_passe")
    assert acces.lire(celle_ci) is None
    assert qui(nouvelle_cle).etat is Etat.SANS_HABILITATION
    assert sessions_ouvertes(alice) == 1


def test_an_open_session_chooses_nothing_unless_it_was_asked_to(base: None) -> None:
    assert choisir(entree(personne()).cle) is None


@pytest.mark.parametrize(("jours", "etat"), [(364, Etat.SANS_HABILITATION), (367, Etat.CHARTE)])
def test_the_charter_is_asked_again_each_year(base: None, jours: int, etat: Etat) -> None:
    assert entree(personne(charte_acceptation=timezone.now() - timedelta(days=jours))).etat is etat


def test_the_charter_is_asked_again_when_it_changes(base: None) -> None:
    alice = personne(charte="2025-9")
    assert entree(alice).etat is Etat.CHARTE
    premiere_connexion.accepter_charte(qui=entree(alice), ip=IP)
    assert entree(alice).etat is Etat.SANS_HABILITATION
    assert usine.traces(acteur=alice.pk)[-1]["objet"] == f"charte:{acces.CHARTE}"


def codes_de(alice: Utilisateur) -> list[str]:
    """Give the person ten recovery codes, and return them as they are typed."""
    codes = premiere_connexion.nouveaux_codes()
    CodeSecours.objects.using(OWNER).bulk_create(CodeSecours(utilisateur=alice, empreinte=connexion.empreinte(un)) for un in codes)
    return codes


def test_a_recovery_code_opens_once_and_tells_how_many_are_left(base: None, boite: Boite) -> None:
    alice = personne()
    un, deux, *_ = codes_de(alice)
    for valeur, ouvre in ((un, True), (un, False), (deux, True), ("A" * 20, False)):
        assert (connexion.second_facteur(session=str(presenter(alice)), code=valeur, ip=IP) is not None) is ouvre
    travailler()
    recus = textes(boite, alice.courriel)
    assert len(recus) == 2
    assert "Il vous en reste 8" in recus[-1]


def test_another_person_s_recovery_code_opens_nothing(base: None) -> None:
    alice, bob = personne(), personne()
    assert connexion.second_facteur(session=str(presenter(alice)), code=codes_de(bob)[0], ip=IP) is None


def test_a_recovery_code_serves_once_even_in_parallel(base: None) -> None:
    alice = personne()
    valeur = codes_de(alice)[0]
    attentes = [presenter(alice) for _ in range(4)]

    def essayer(session: str | None) -> bool:
        try:
            return connexion.second_facteur(session=str(session), code=valeur, ip=IP) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as bassin:
        assert sum(bassin.map(essayer, attentes)) == 1


def test_the_fictional_world_has_somebody_who_has_never_signed_in(base: None) -> None:
    lu = monde.acces()["en_attente"]
    assert qui(connexion.premier_facteur(**lu, ip=IP)).etat is Etat.MOT_DE_PASSE
    assert connexion.premier_facteur(**lu, ip=IP) is None


def test_a_session_dies_with_the_factor_that_made_it(base: None) -> None:
    alice = personne()
    cle = entree(alice).cle
    FacteurTotp.objects.using(OWNER).filter(utilisateur=alice).delete()
    assert acces.lire(cle) == SessionMorte("expiree")
