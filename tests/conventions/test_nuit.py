"""Nights: notices and renewals across the calendar, as cdap_worker and at the database's own clock."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.db import connections
from django.test import Client
from django.urls import reverse

from audit.journal.auteur import Auteur
from conventions import tasks
from conventions.courriels import vie
from conventions.models import Acte, Contrat, Convention
from conventions.services import conventions, nuit
from envois.models import Envoi
from tests import horloge, usine
from tests.conventions.commande import commande, en_worker
from tests.conventions.conftest import sur, vu
from tests.usine import OWNER

DEBUT, FIN = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture(autouse=True)
def une_nuit_tranquille(base: None) -> Iterator[None]:
    """Leave no convention of another test to renew, nor of this one to the next."""
    usine.executer("update conventions_convention set tacite_reconduction = false")
    yield
    usine.executer("update conventions_convention set tacite_reconduction = false")


def convention(**champs: object) -> Convention:
    """Return a convention of one year, signed, with a contact."""
    organisme = usine.organisme(courriel="contact@partenaire.example", representant="Camille Modèle", representant_qualite="Maire")
    return usine.convention(
        **({"organisme": organisme, "debut": DEBUT, "fin": FIN, "signature_partenaire": DEBUT, "signature_caf": DEBUT} | champs)
    )


def fin(ligne: Convention) -> date | None:
    return Convention.objects.using(OWNER).get(pk=ligne.pk).fin


def actes(ligne: Convention, genre: str) -> list[Acte]:
    return list(Acte.objects.using(OWNER).filter(convention=ligne.pk, genre=genre).order_by("pk"))


def envois(modele: str, acte: Acte) -> int:
    return Envoi.objects.using(OWNER).filter(modele=modele, objet=acte.pk).count()


def passer() -> None:
    en_worker(tasks.passer_la_nuit)


@pytest.mark.parametrize(
    ("fin_actuelle", "preavis", "veille", "lendemain"),
    [
        (date(2026, 12, 31), 3, "2026-09-30T23:59", "2026-10-01T00:01"),
        (date(2027, 2, 28), 3, "2026-11-28T23:59", "2026-11-29T00:01"),
        (date(2028, 2, 29), 1, "2028-01-29T23:59", "2028-01-30T00:01"),
        (date(2027, 5, 31), 3, "2027-02-28T23:59", "2027-03-01T00:01"),
        (date(2027, 1, 30), 0, "2027-01-30T23:59", "2027-01-31T00:01"),
    ],
)
def test_a_convention_is_renewed_the_night_after_its_last_day_of_denunciation(
    fin_actuelle: date, preavis: int, veille: str, lendemain: str
) -> None:
    """Paris's midnight decides: at 23:59 the partner may still denounce, and in UTC it is the day before already."""
    ligne = convention(fin=fin_actuelle, preavis_mois=preavis)
    with horloge.a(veille):
        passer()
    assert fin(ligne) == fin_actuelle
    with horloge.a(lendemain):
        passer()
    assert fin(ligne) == conventions.ajouter_mois(fin_actuelle + timedelta(days=1), 12) - timedelta(days=1)
    (acte,) = actes(ligne, "reconduire")
    assert (acte.effet, acte.detail, acte.auteur_id) == (fin(ligne), {"ancienne_fin": str(fin_actuelle)}, None)
    assert envois("conventions.reconduction", acte) == 1
    assert len(usine.traces(famille="convention", action="reconduire", objet=f"convention:{ligne.pk}", acteur=None)) == 1


def test_a_night_run_twice_or_late_renews_each_term_once(base: None) -> None:
    ligne = convention()
    with horloge.a("2029-03-15T04:00"):
        passer()
        passer()
    assert [acte.effet for acte in actes(ligne, "reconduire")] == [date(2027, 12, 31), date(2028, 12, 31), date(2029, 12, 31)]
    assert fin(ligne) == date(2029, 12, 31)
    assert [envois("conventions.reconduction", acte) for acte in actes(ligne, "reconduire")] == [0, 0, 1]


def test_two_nights_at_once_are_harmless(base: None) -> None:
    lignes = [convention() for _ in range(3)]
    with horloge.a("2026-11-15T04:00"), sur("worker"):

        def passer_aussi() -> None:
            tasks.passer_la_nuit()
            connections.close_all()

        fils = [threading.Thread(target=passer_aussi) for _ in range(4)]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
    assert [len(actes(ligne, "reconduire")) for ligne in lignes] == [1, 1, 1]


@pytest.mark.parametrize(
    "champs",
    [
        {"tacite_reconduction": False},
        {"denonciation": date(2026, 5, 1)},
        {"signature_caf": None},
        {"signature_partenaire": None},
        {"signature_caf": date(2027, 1, 1)},
    ],
)
def test_what_is_not_alive_is_not_renewed(base: None, champs: dict[str, object]) -> None:
    """The last one was signed after its end: nothing was ever in force that could go on."""
    ligne = convention(**champs)
    with horloge.a("2027-02-01T04:00"):
        passer()
    assert (fin(ligne), actes(ligne, "reconduire")) == (FIN, [])


def test_a_terminated_convention_is_not_renewed_and_a_suspended_one_is(base: None) -> None:
    with horloge.a("2026-11-15T04:00") as instant:
        terminee, suspendue = convention(resiliation=instant), convention(suspension=instant)
        passer()
    assert (fin(terminee), fin(suspendue)) == (FIN, date(2027, 12, 31))


def test_the_notice_is_announced_once_a_term_thirty_days_ahead(base: None, settings: LazySettings) -> None:
    ligne = convention()
    for jour, attendu in (("2026-08-30T23:59", 0), ("2026-08-31T00:01", 1), ("2026-09-15T04:00", 1), ("2026-09-30T23:00", 1)):
        with horloge.a(jour):
            passer()
        assert len(actes(ligne, "preavis_annoncer")) == attendu, jour
    with horloge.a("2027-09-10T04:00"):
        passer()
    annonces = actes(ligne, "preavis_annoncer")
    assert [acte.effet for acte in annonces] == [date(2026, 9, 30), date(2027, 9, 30)]
    assert [envois("conventions.preavis", acte) for acte in annonces] == [1, 1]


def test_a_denounced_convention_is_announced_nothing(base: None) -> None:
    ligne = convention(denonciation=date(2026, 6, 1))
    with horloge.a("2026-09-15T04:00"):
        passer()
    assert actes(ligne, "preavis_annoncer") == []


def test_the_mails_say_the_dates_and_nothing_when_they_are_no_longer_true(base: None) -> None:
    ligne = convention()
    with horloge.a("2026-09-15T04:00"):
        passer()
    with horloge.a("2026-10-15T04:00"):
        passer()
    (preavis,), (reconduction,) = actes(ligne, "preavis_annoncer"), actes(ligne, "reconduire")
    with sur("worker"):
        message = vie.reconduction(reconduction.pk)
        assert message is not None
        assert message.destinataire == "contact@partenaire.example"
        for mots in ("31 décembre 2027", "30 septembre 2027", ligne.numero, "Camille Modèle (Maire)"):
            assert mots in message.texte
        assert ligne.organisme.raison_sociale not in message.sujet
        assert vie.preavis(preavis.pk) is None, "the term that it spoke of is over"
    usine.executer("update conventions_convention set denonciation = '2026-10-16' where id = %s", [ligne.pk])
    with sur("worker"):
        assert vie.reconduction(reconduction.pk) is None


def test_the_notice_s_mail_says_until_when(base: None) -> None:
    ligne = convention()
    with horloge.a("2026-09-15T04:00"):
        passer()
    (acte,) = actes(ligne, "preavis_annoncer")
    with sur("worker"):
        message = vie.preavis(acte.pk)
    assert message is not None
    assert "30 septembre 2026" in message.texte
    assert "31 décembre 2026" in message.texte
    usine.executer("update conventions_organisme set courriel = '' where id = %s", [ligne.organisme_id])
    with sur("worker"):
        assert vie.preavis(acte.pk) is None


# --- denunciation --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recue_le", "fin_attendue"),
    [
        (date(2026, 9, 30), date(2026, 12, 31)),
        (date(2026, 10, 1), date(2027, 12, 31)),
        (date(2027, 9, 30), date(2027, 12, 31)),
        (date(2027, 10, 1), date(2028, 12, 31)),
    ],
)
def test_a_denunciation_counts_from_the_day_it_was_received_however_late_it_is_recorded(
    caf: Auteur, recue_le: date, fin_attendue: date
) -> None:
    """Two renewals have passed: one received in time takes them back, one received too late ends the term then running."""
    ligne = convention()
    with horloge.a("2027-10-15T10:00"):
        en_worker(nuit.reconduire)
        assert fin(ligne) == date(2028, 12, 31)
        conventions.denoncer(convention=vu(ligne), recue_le=recue_le, motif="lettre", par=caf)
        assert fin(ligne) == fin_attendue
        (acte,) = actes(ligne, "denoncer")
        assert (acte.effet, acte.detail["ancienne_fin"]) == (fin_attendue, "2028-12-31")
        en_worker(nuit.reconduire)
        assert fin(ligne) == fin_attendue, "nothing renews it any more"


def test_a_denunciation_after_nights_that_never_came_renews_as_they_would_have(caf: Auteur) -> None:
    ligne = convention()
    with horloge.a("2029-03-01T10:00"):
        conventions.denoncer(convention=vu(ligne), recue_le=date(2029, 2, 1), motif="lettre", par=caf)
    assert fin(ligne) == date(2029, 12, 31)


def test_a_convention_without_renewal_ends_when_it_ends(caf: Auteur) -> None:
    ligne = convention(tacite_reconduction=False)
    conventions.denoncer(convention=vu(ligne), recue_le=date(2026, 11, 20), motif="lettre", par=caf)
    assert fin(ligne) == FIN


# --- the commands --------------------------------------------------------------------------------------------------------------


def test_a_simulation_says_line_by_line_and_writes_nothing(base: None) -> None:
    lignes = [convention(), convention(), convention(denonciation=date(2026, 5, 1))]
    avant = usine.valeur("select count(*) from audit_trace")
    sortie = commande("reconduire_conventions", "--simulation", "--maintenant", "2027-01-31T02:00")
    attendues = [f"{une.numero} {une.organisme} : reconduite jusqu’au 31/12/2027." for une in lignes[:2]]
    assert sortie.texte.splitlines() == [*attendues, "Simulation : rien n’a été écrit."]
    assert [fin(une) for une in lignes] == [FIN] * 3
    assert usine.valeur("select count(*) from audit_trace") == avant
    assert (
        Envoi.objects.using(OWNER)
        .filter(modele="conventions.reconduction", objet__in=Acte.objects.using(OWNER).filter(convention=lignes[0].pk).values("pk"))
        .count()
        == 0
    )


def test_the_instant_asked_for_is_the_one_of_the_acts(base: None) -> None:
    ligne = convention()
    sortie = commande("reconduire_conventions", "--maintenant", "2026-10-01T00:30")
    assert (sortie.statut, fin(ligne)) == (0, date(2027, 12, 31))
    (acte,) = actes(ligne, "reconduire")
    assert acte.instant.isoformat() == "2026-09-30T22:30:00+00:00"
    assert commande("reconduire_conventions", "--maintenant", "2026-10-01T00:30").texte == ""
    annonce = commande("annoncer_preavis", "--maintenant", "2027-09-15T02:00+02:00")
    assert annonce.texte.splitlines() == [
        f"{ligne.numero} {ligne.organisme} : dénonciation possible jusqu’au 30/09/2027, le partenaire en est informé."
    ]


@pytest.mark.parametrize("faux", ["demain", "2027-13-01T00:00", "31/01/2027", ""])
def test_an_instant_that_is_not_one_is_refused_in_words(base: None, faux: str) -> None:
    assert "n’est pas un instant" in commande("reconduire_conventions", "--maintenant", faux).erreurs


def test_production_does_not_act_in_the_future(base: None, settings: LazySettings) -> None:
    settings.PRODUCTION = True
    ligne = convention()
    sortie = commande("reconduire_conventions", "--maintenant", "2099-01-31T02:00")
    assert (sortie.statut, fin(ligne)) == (1, FIN)
    assert "--simulation" in sortie.erreurs
    assert "31/12/2099" in commande("reconduire_conventions", "--maintenant", "2099-01-31T02:00", "--simulation").texte


def test_a_convention_that_fails_keeps_none_of_the_others_back(base: None) -> None:
    un, deux = convention(), convention()
    # Another convention stands where the first one would be renewed.
    usine.convention(organisme=un.organisme, debut=date(2027, 1, 1), fin=date(2027, 12, 31), tacite_reconduction=False)
    sortie = commande("reconduire_conventions", "--maintenant", "2026-11-01T02:00")
    assert sortie.statut == 1
    assert f"{un.numero} {un.organisme} : échec (Refus)." in sortie.texte
    assert (fin(un), fin(deux)) == (FIN, date(2027, 12, 31))


# --- what an agent sees of it --------------------------------------------------------------------------------------------------


def ouvre(alice: usine.Agent, navigateur: Client, numero: str) -> bool:
    # A session lives minutes, and the months pass here.
    usine.executer(
        "update habilitations_session set fin = cdap.maintenant() + interval '10 minutes', debut = cdap.maintenant() where id = %s",
        [alice.session.pk],
    )
    donnees = {"cadre": str(alice.groupe.pk), "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
    page = navigateur.post(reverse("recherche"), donnees, follow=True)
    return usine.SENTINELLE in page.content.decode()


def test_an_agent_crosses_a_renewal_and_is_stopped_by_a_denunciation(caf: Auteur) -> None:
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    usine.executer(
        "update conventions_convention set debut = '2026-01-01', fin = '2026-12-31', tacite_reconduction = true where id = %s",
        [alice.convention.pk],
    )
    Contrat.objects.using(OWNER).filter(pk=alice.contrat.pk).update(debut=DEBUT)
    with horloge.a("2026-12-31T23:30"):
        assert ouvre(alice, navigateur, numero)
    with horloge.a("2027-01-01T00:30"):
        assert not ouvre(alice, navigateur, numero), "nobody renewed it"
        passer()
        assert ouvre(alice, navigateur, numero), "and the missed night is caught up"
        conventions.denoncer(convention=vu(alice.convention), recue_le=date(2027, 1, 1), motif="lettre", par=caf)
    with horloge.a("2027-12-31T23:30"):
        passer()
        usine.executer(  # each year
            "update habilitations_utilisateur set charte_acceptation = cdap.maintenant() where id = %s", [alice.utilisateur.pk]
        )
        assert ouvre(alice, navigateur, numero)
    with horloge.a("2028-01-01T00:30"):
        passer()
        assert not ouvre(alice, navigateur, numero)
