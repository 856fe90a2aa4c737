"""What the database refuses by itself, whoever writes and however many write at once."""

import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import errors

from audit.journal.auteur import Auteur
from conventions.chiffrement import chiffrer
from conventions.erreurs import Refus
from conventions.models import Acte, Bulletin, CodeAcces, Contrat, Convention, Document, Profil
from conventions.services import bulletins, contrats, conventions, organismes
from tests import usine
from tests.conventions.conftest import sur, vu
from tests.usine import OWNER

CONVENTION = (
    "insert into conventions_convention (organisme_id, debut, fin, origine, duree_mois, preavis_mois, tacite_reconduction, version) "
    "values (%s, %s, %s, 'cdap', 12, 3, true, 1)"
)
CONTRAT = (
    "insert into conventions_contrat (convention_id, service_id, debut, fin, telephone_exige, version) values (%s, %s, %s, %s, false, 1)"
)
BULLETIN = (
    "insert into conventions_bulletin (convention_id, rang, etat, nom, prenom, fonction, service, courriel, telephone, debut) "
    "values (%s, %s, 'recu', 'Spécimen', 'Chloé', 'Directrice', '', 'chloe@partenaire.example', '', '2020-01-01')"
)


def en_parallele(instruction: str, parametres: list[list[Any]]) -> list[str | None]:
    """Run the instruction in as many open transactions, all before any commit; return the constraint that each one met."""
    barriere = threading.Barrier(len(parametres))
    resultats: list[str | None] = [""] * len(parametres)
    fin = threading.Condition()

    def ecrire(pg: psycopg.Connection[Any], valeurs: list[Any]) -> str | None:
        try:
            pg.execute(instruction, valeurs)
        except psycopg.IntegrityError as erreur:
            return erreur.diag.constraint_name
        return None

    def courir(rang: int, valeurs: list[Any]) -> None:
        with usine.connexion("caf", options="-c lock_timeout=20s -c statement_timeout=60s") as pg:
            barriere.wait()
            while resultats[rang] == "":
                # Bare insertions may wait for each other, and PostgreSQL ends all but one; the services lock the row above first.
                # Who was ended lets that one finish before trying again: at once, it would only close the circle again.
                restants = resultats.count("")
                try:
                    resultats[rang] = ecrire(pg, valeurs)
                except errors.DeadlockDetected:
                    with fin:
                        if resultats.count("") == restants:
                            fin.wait(20)
            with fin:
                fin.notify_all()

    fils = [threading.Thread(target=courir, args=(rang, valeurs)) for rang, valeurs in enumerate(parametres)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return resultats


def test_one_convention_at_a_time_even_in_parallel(base: None) -> None:
    un, autre = usine.organisme().pk, usine.organisme().pk
    dates = [["2026-01-01", "2026-12-31"], ["2026-12-31", "2027-12-31"], ["2025-01-01", "2026-06-30"], ["2026-05-01", "2026-05-01"]]
    resultats = en_parallele(CONVENTION, [[un, debut, fin] for debut, fin in dates])
    assert resultats.count(None) >= 1
    assert set(resultats) <= {None, "conventions_convention_une_seule"}
    paires = itertools.combinations(Convention.objects.using(OWNER).filter(organisme=un), 2)
    assert not [1 for a, b in paires if a.debut <= (b.fin or a.debut) and b.debut <= (a.fin or b.debut)]
    memes = en_parallele(CONVENTION, [[autre, "2026-01-01", "2026-12-31"]] * 6)
    assert memes.count(None) == 1
    usine.convention(organisme_id=autre, debut=date(2027, 1, 1), fin=date(2027, 1, 1))


def test_one_contract_a_service_at_a_time_even_in_parallel(base: None) -> None:
    convention = usine.convention().pk
    resultats = en_parallele(CONTRAT, [[convention, "cdap", "2026-01-01", None]] * 6)
    assert resultats.count(None) == 1
    assert set(resultats) == {None, "conventions_contrat_un_par_service"}
    assert en_parallele(CONTRAT, [[convention, "monenfant", "2026-01-01", None]]) == [None], "another service"
    assert en_parallele(CONTRAT, [[usine.convention().pk, "cdap", "2026-01-01", None]]) == [None], "another convention"
    assert en_parallele(CONTRAT, [[convention, "cdap", "2025-12-01", "2025-12-31"]]) == [None], "other days"
    assert en_parallele(CONTRAT, [[convention, "cdap", "2025-12-31", "2026-01-01"]]) != [None], "one day in common"


def test_a_third_administrator_is_refused_even_in_parallel(base: None) -> None:
    convention = usine.convention().pk
    resultats = en_parallele(BULLETIN, [[convention, rang] for rang in (1, 2, 1, 2, 1, 2, 3, 0)])
    assert resultats.count(None) == 2
    assert set(resultats) == {None, "conventions_bulletin_rang_unique", "conventions_bulletin_rang"}


def test_two_operators_who_name_administrators_at_once_name_two(caf: Auteur) -> None:
    """Through the services: each finds the first free rank, and none of them fails for want of having looked in time."""
    convention = vu(usine.convention())
    issues: list[str] = []

    def recevoir(rang: int) -> None:
        try:
            bulletins.recevoir(
                convention=convention, par=caf, debut=timezone.localdate(), nom=f"N{rang}", prenom="P", fonction="F", courriel="a@b.example"
            )
            issues.append("reçu")
        except Refus as refus:
            issues.append(str(refus))
        finally:
            connections.close_all()

    fils = [threading.Thread(target=recevoir, args=(rang,)) for rang in range(5)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(issues)[-2:] == ["reçu", "reçu"]
    assert [issue for issue in issues if issue != "reçu"] == [
        "Cette convention a déjà ses deux administrateurs. Clôturez d’abord le bulletin de celui qui part."
    ] * 3


@pytest.mark.parametrize("signatures", [{}, {"signature_personne": usine.DEBUT}, {"signature_representant": usine.DEBUT}])
def test_a_bulletin_is_not_validated_without_both_signatures(base: None, signatures: dict[str, date]) -> None:
    champs = {"signature_personne": None, "signature_representant": None} | signatures
    with pytest.raises(IntegrityError, match="conventions_bulletin_signatures"):
        usine.bulletin(etat="valide", **champs)
    bulletin = usine.bulletin(**champs)
    with usine.connexion("caf") as pg, pytest.raises(errors.CheckViolation):
        pg.execute("update conventions_bulletin set etat = 'valide', validation = now() where id = %s", [bulletin.pk])


def profil(code: str) -> Profil:
    return Profil.objects.using(OWNER).get(pk=code)


def test_a_code_belongs_to_a_profile_of_its_contract_whatever_the_path(base: None) -> None:
    contrat = usine.contrat(profils=("T1", "T8"))
    code = CodeAcces.objects.using(OWNER).create(contrat=contrat, profil_id="T8", valeur="00123")
    for autre in ("T1", "T5"):
        with pytest.raises(IntegrityError, match="pas au contrat ou ne demande pas"):
            CodeAcces.objects.using(OWNER).create(contrat=contrat, profil_id=autre, valeur="00124")
        with pytest.raises(IntegrityError, match="pas au contrat ou ne demande pas"):
            CodeAcces.objects.using(OWNER).filter(pk=code.pk).update(profil_id=autre)
    with pytest.raises(IntegrityError, match="a encore des codes"):
        contrat.profils.remove(profil("T8"))
    contrat.profils.remove(profil("T1"))
    CodeAcces.objects.using(OWNER).filter(pk=code.pk).update(retrait=timezone.now())
    contrat.profils.remove(profil("T8"))
    with pytest.raises(IntegrityError, match="pas au contrat ou ne demande pas"):
        CodeAcces.objects.using(OWNER).filter(pk=code.pk).update(retrait=None)


def test_a_code_given_while_its_profile_is_taken_away_waits(base: None) -> None:
    contrat = usine.contrat(profils=("T1", "T8"))
    issues: list[str] = []
    with usine.connexion("caf") as un:
        un.execute("begin")
        un.execute("insert into conventions_codeacces (contrat_id, profil_id, valeur) values (%s, 'T8', '00123')", [contrat.pk])

        def retirer() -> None:
            with usine.connexion("caf", options="-c lock_timeout=20s") as autre:
                try:
                    autre.execute("delete from conventions_contrat_profils where contrat_id = %s and profil_id = 'T8'", [contrat.pk])
                    issues.append("retiré")
                except errors.CheckViolation:
                    issues.append("refusé")

        fil = threading.Thread(target=retirer)
        fil.start()
        fil.join(timeout=0.5)
        assert fil.is_alive()
        un.execute("commit")
        fil.join()
    assert issues == ["refusé"]


@pytest.mark.parametrize(("debut", "fin"), [("2019-12-31", None), ("2101-01-01", None), ("2026-01-01", "2101-01-01")])
def test_a_contract_stays_within_its_convention_whoever_writes(base: None, debut: str, fin: str | None) -> None:
    convention = usine.convention()
    with usine.connexion("proprietaire") as pg, pytest.raises(errors.CheckViolation, match="sort des dates"):
        pg.execute(CONTRAT, [convention.pk, "cdap", debut, fin])
    contrat = usine.contrat(convention=convention)
    with pytest.raises(IntegrityError, match="sort des dates"):
        Contrat.objects.using(OWNER).filter(pk=contrat.pk).update(debut=debut, fin=fin)


def document(**champs: Any) -> Document:
    return Document.objects.using(OWNER).create(
        genre="piece", nature="signe", creation=timezone.now(), taille=1, sha256="0" * 64, contenu=chiffrer(b"x"), **champs
    )


@pytest.mark.parametrize("table", ["conventions_acte", "conventions_document"])
@pytest.mark.parametrize("role", ["proprietaire", "caf", "worker"])
def test_acts_and_documents_never_change_even_for_the_owner(base: None, table: str, role: str) -> None:
    organisme = usine.organisme()
    document(organisme=organisme)
    Acte.objects.using(OWNER).create(genre="organisme_creer", instant=timezone.now(), organisme=organisme)
    instructions = (f"update {table} set organisme_id = null where organisme_id = %s", f"delete from {table} where organisme_id = %s")
    with usine.connexion(role) as pg:
        for instruction in instructions:
            with pytest.raises((errors.InsufficientPrivilege,)):
                pg.execute(instruction, [organisme.pk])
        with pytest.raises((errors.InsufficientPrivilege,)):
            pg.execute(f"truncate {table} cascade")
    assert usine.valeur(f"select count(*) from {table} where organisme_id = %s", [organisme.pk]) == 1


def test_the_owner_is_stopped_by_the_trigger_and_not_by_its_rights(base: None) -> None:
    organisme = usine.organisme()
    document(organisme=organisme)
    with usine.connexion("proprietaire") as pg, pytest.raises(psycopg.Error, match="ne se modifient pas"):
        pg.execute("update conventions_document set taille = 2 where organisme_id = %s", [organisme.pk])


@pytest.mark.parametrize("table", ["organisme", "convention", "contrat", "codeacces", "bulletin", "demande", "acte", "document", "caisse"])
@pytest.mark.parametrize("role", ["caf", "worker"])
def test_nobody_deletes_a_row_of_conventions(base: None, table: str, role: str) -> None:
    with usine.connexion(role) as pg, pytest.raises(errors.InsufficientPrivilege):
        pg.execute(f"delete from conventions_{table}")


# --- in force: the view against a few lines of Python --------------------------------------------------------------------------

JOURS = st.integers(-2, 2).map(lambda n: timezone.localdate() + timedelta(days=n))
INSTANTS = st.one_of(st.none(), st.sampled_from([-1, 1]).map(lambda n: timezone.now() + timedelta(hours=n)))
CHAMPS: dict[str, st.SearchStrategy[Any]] = {
    "debut": JOURS,
    "fin": st.one_of(st.none(), JOURS),
    "signature_partenaire": st.one_of(st.none(), JOURS),
    "signature_caf": st.one_of(st.none(), JOURS),
    "suspension": INSTANTS,
    "resiliation": INSTANTS,
}


def finit_apres_avoir_commence(acte: dict[str, Any]) -> bool:
    return bool(acte["fin"] is None or acte["debut"] <= acte["fin"])


ACTE = st.fixed_dictionaries(CHAMPS).filter(finit_apres_avoir_commence)


def oracle(acte: dict[str, Any]) -> bool:
    """Return whether an act binds now, said as plainly as the rule."""
    maintenant = timezone.now()
    dans_ses_dates = acte["debut"] <= timezone.localdate() and (acte["fin"] is None or acte["fin"] >= timezone.localdate())
    signatures = [acte["signature_partenaire"], acte["signature_caf"]]
    signe = all(jour is not None and jour <= timezone.localdate() for jour in signatures)
    coupe = [instant for instant in (acte["suspension"], acte["resiliation"]) if instant is not None and instant <= maintenant]
    return dans_ses_dates and signe and not coupe


@pytest.fixture
def contrat_libre(base: None) -> Iterator[Contrat]:
    """Return a contract whose dates any value may replace: the triggers that keep them coherent are another test's."""
    contrat = usine.contrat()
    usine.executer("alter table conventions_contrat disable trigger contrat_dans_convention")
    yield contrat
    usine.executer("alter table conventions_contrat enable trigger contrat_dans_convention")


def test_a_contract_is_in_force_signed_and_dated_as_its_convention_and_never_otherwise(contrat_libre: Contrat) -> None:
    vus = {True: 0, False: 0}

    @settings(max_examples=250, derandomize=True)
    @given(convention=ACTE, contrat=ACTE, organisme=INSTANTS, fusionne=st.sampled_from([False, False, False, True]))
    def verifier(convention: dict[str, Any], contrat: dict[str, Any], organisme: Any, fusionne: bool) -> None:
        convention["fin"] = convention["fin"] or timezone.localdate() + timedelta(days=2)
        ligne = contrat_libre.convention
        Convention.objects.using(OWNER).filter(pk=ligne.pk).update(**convention)
        Contrat.objects.using(OWNER).filter(pk=contrat_libre.pk).update(**contrat)
        usine.executer(
            "update conventions_organisme set suspension = %s, fusionne_dans_id = case when %s then (select max(id) from conventions_organisme) end where id = %s",
            [organisme, fusionne, ligne.organisme_id],
        )
        attendu = oracle(convention) and oracle(contrat) and (organisme is None or organisme > timezone.now()) and not fusionne
        vus[attendu] += 1
        assert usine.valeur("select count(*) from cdap.contrat_en_vigueur where contrat_id = %s", [contrat_libre.pk]) == int(attendu)

    verifier()
    for champ in ("signature_partenaire", "signature_caf"):  # the near misses, each alone
        bon = {
            "debut": timezone.localdate(),
            "fin": timezone.localdate(),
            "signature_partenaire": timezone.localdate(),
            "signature_caf": timezone.localdate(),
            "suspension": None,
            "resiliation": None,
        }
        for modele, pk in ((Convention, contrat_libre.convention_id), (Contrat, contrat_libre.pk)):
            usine.executer(
                "update conventions_organisme set suspension = null, fusionne_dans_id = null where id = %s",
                [contrat_libre.convention.organisme_id],
            )
            Convention.objects.using(OWNER).filter(pk=contrat_libre.convention_id).update(**bon)
            Contrat.objects.using(OWNER).filter(pk=contrat_libre.pk).update(**bon)
            assert usine.valeur("select count(*) from cdap.contrat_en_vigueur where contrat_id = %s", [contrat_libre.pk]) == 1
            for valeur in (None, timezone.localdate() + timedelta(days=1)):
                modele.objects.using(OWNER).filter(pk=pk).update(**{champ: valeur})
                assert usine.valeur("select count(*) from cdap.contrat_en_vigueur where contrat_id = %s", [contrat_libre.pk]) == 0
    assert vus[True] >= 1


# --- cut at the very next request -----------------------------------------------------------------------------------------------


@pytest.fixture
def page_ouverte(base: None) -> tuple[usine.Agent, Client, str]:
    """Alice has a dossier on her screen."""
    alice, numero = usine.agent("T1"), usine.dossier()
    navigateur = usine.client(alice.cle)
    donnees = {"cadre": str(alice.groupe.pk), "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
    page = navigateur.post(reverse("recherche"), donnees)["Location"]
    assert usine.SENTINELLE in navigateur.get(page).content.decode()
    return alice, navigateur, page


COUPURES: dict[str, tuple[Callable[[usine.Agent, Auteur], Any], Callable[[usine.Agent, Auteur], Any] | None]] = {
    "organisme suspendu": (
        lambda a, par: organismes.suspendre(organisme=vu(a.organisme), motif="x", par=par),
        lambda a, par: organismes.lever(organisme=vu(a.organisme), motif="x", par=par),
    ),
    "convention suspendue": (
        lambda a, par: conventions.suspendre(acte=vu(a.convention), motif="x", par=par),
        lambda a, par: conventions.lever(acte=vu(a.convention), motif="x", par=par),
    ),
    "contrat suspendu": (
        lambda a, par: conventions.suspendre(acte=vu(a.contrat), motif="x", par=par),
        lambda a, par: conventions.lever(acte=vu(a.contrat), motif="x", par=par),
    ),
    "convention résiliée": (lambda a, par: conventions.resilier(acte=vu(a.convention), motif="x", par=par), None),
    "contrat résilié": (lambda a, par: conventions.resilier(acte=vu(a.contrat), motif="x", par=par), None),
    "profil retiré": (
        lambda a, par: contrats.modifier(contrat=vu(a.contrat), version=None, motif="x", par=par, profils=[Profil.objects.get(pk="T2")]),
        lambda a, par: contrats.modifier(contrat=vu(a.contrat), version=None, motif="x", par=par, profils=[Profil.objects.get(pk="T1")]),
    ),
    "caisse retirée": (
        lambda a, par: contrats.retirer_caisse(contrat=vu(a.contrat), caisse=vu(a.organisme).caisse, motif="x", par=par),
        lambda a, par: contrats.modifier(contrat=vu(a.contrat), version=None, motif="x", par=par, caisses=[vu(a.organisme).caisse]),
    ),
}


@pytest.mark.parametrize("coupure", COUPURES)
def test_what_stops_cuts_the_very_next_request_and_lifting_restores_it(page_ouverte: tuple[usine.Agent, Client, str], coupure: str) -> None:
    alice, navigateur, page = page_ouverte
    couper, retablir = COUPURES[coupure]
    dora_agit = usine.operateur("921")
    with sur("caf"):
        couper(alice, dora_agit)
    assert usine.SENTINELLE not in navigateur.get(page, follow=True).content.decode()
    assert usine.SENTINELLE not in navigateur.get(reverse("recherche"), follow=True).content.decode()
    if retablir is None:
        return
    with sur("caf"):
        retablir(alice, dora_agit)
    assert usine.SENTINELLE in navigateur.get(page).content.decode()


def test_a_stop_of_another_partner_cuts_nobody_else(page_ouverte: tuple[usine.Agent, Client, str]) -> None:
    _, navigateur, page = page_ouverte
    with sur("caf"):
        conventions.resilier(acte=vu(usine.convention()), motif="x", par=usine.operateur("921"))
    assert usine.SENTINELLE in navigateur.get(page).content.decode()


def test_a_closed_bulletin_frees_its_rank(base: None) -> None:
    un = usine.bulletin(etat="valide")
    with pytest.raises(IntegrityError, match="conventions_bulletin_rang_unique"):
        usine.bulletin(convention=un.convention)
    Bulletin.objects.using(OWNER).filter(pk=un.pk).update(etat="clos")
    assert usine.bulletin(convention=un.convention).rang == 1
