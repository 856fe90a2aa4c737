"""The data-protection officer's pages: proofs, inventory, registers; for this role alone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import escape

import pytest
from django.db import connections
from django.urls import reverse
from procrastinate.contrib.django import app

from allocataires import oppositions
from allocataires.matrice import PROFILS
from allocataires.oppositions import Origine
from cdap.conservation import INVENTAIRE, PERSONNE, en_clair
from cdap.dpo import Preuves, presentation, registre
from conventions import reference
from habilitations.models import Role
from tests import usine
from tests.controle.lecteur import chercher, controleur, dpo
from tests.travail import Boite, travailler
from tests.usine import IP

pytestmark = pytest.mark.usefixtures("base")
APPELS = (
    "select cdap.dpo_preuves(%s, '192.0.2.1')", "select * from cdap.dpo_conservation(%s)", "select * from cdap.dpo_destructions(%s, 0, 50)",
    "select * from cdap.dpo_lecteurs(%s, 28)", "select * from cdap.dpo_oppositions_comptes(%s)", "select * from cdap.dpo_oppositions(%s, 0, 50)",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _fermer() -> Iterator[None]:
    yield
    connections["controle"].close()


@pytest.mark.parametrize("appel", APPELS)
def test_nobody_but_the_officer_is_answered(appel: str) -> None:
    with usine.connexion("controle") as pg:
        assert pg.execute(appel, [dpo()]).fetchall() != [(None,)]
        for autre in (controleur("921"), usine.operateur("921").session, usine.agent().cle, "forgée"):
            assert pg.execute(appel, [autre]).fetchall() in ([], [(None,)])


def test_the_home_page_leads_the_officer_there_and_not_a_controller() -> None:
    assert reverse("controle_dpo") in usine.client(dpo()).get(reverse("controle")).content.decode()
    assert reverse("controle_dpo") not in usine.client(controleur("921")).get(reverse("controle")).content.decode()


def test_the_page_shows_each_table_with_its_oldest_row() -> None:
    usine.agent()
    page = usine.client(dpo()).get(reverse("controle_dpo")).content.decode()
    for table in INVENTAIRE:
        assert f"<small>{table.nom}</small>".replace("_", "_<wbr>") in page
    assert "CDAP_" not in page
    with usine.connexion("controle") as pg:
        temoins = {nom: ancienne for nom, ancienne, _ in pg.execute("select * from cdap.dpo_conservation(%s)", [dpo()]).fetchall()}
    assert set(temoins) == {table.nom for table in INVENTAIRE if table.preuve}
    assert temoins["habilitations_session"] == usine.valeur("select min(debut) from habilitations_session")
    assert temoins["audit_trace"] == usine.valeur("select min(ts) from audit_trace")


def test_what_should_be_gone_is_said() -> None:
    with usine.connexion("proprietaire") as pg, pg.transaction(force_rollback=True):
        session = dpo()
        for depuis, attend in (("1 hour", False), ("25 hours", True)):
            pg.execute("delete from habilitations_tentative")
            pg.execute(
                "insert into habilitations_tentative (cle, ip, instant, reussie) values ('', %s, cdap.conservation_debut() - %s::interval, false)",
                [IP, depuis],
            )
            [(dit,)] = pg.execute(
                "select attend from cdap.dpo_conservation(%s) where nom = 'habilitations_tentative'", [session]
            ).fetchall()
            assert dit is attend


def test_a_day_destroyed_shows_its_proof() -> None:
    jour = date(2001, 2, 3)
    usine.executer(
        "insert into audit_destruction values (%s, 1234, decode(repeat('ab', 32), 'hex'), '2001-08-04T00:05Z') on conflict do nothing",
        [jour],
    )
    page = usine.client(dpo()).get(reverse("controle_dpo_destructions"))
    derniere = max(1, -(-usine.valeur("select count(*) from audit_destruction") // 50))
    page = usine.client(dpo()).get(reverse("controle_dpo_destructions"), {"page": derniere})
    for texte in ("3 février 2001", "1\u00a0234", "abababababababab…", "4 août 2001"):
        assert texte in page.content.decode()


def test_the_register_is_read_by_pages_and_each_reading_leaves_a_trace(en_caf: None) -> None:
    par = usine.operateur("921")
    numero = usine.dossier()
    oppositions.poser(caisse="921", numero=numero, origine=Origine.COURRIER, declaree_le=date(2026, 1, 2), par=par)
    officier = usine.operateur(role=Role.DPO)
    navigateur = usine.client(officier.session)
    assert usine.traces(acteur=officier.utilisateur, objet="oppositions") == []
    with usine.connexion("controle") as pg, pg.transaction(force_rollback=True):
        for sql in ("select cdap.lecture_annoncer(%s, null, 'oppositions', '192.0.2.1')", "select * from cdap.dpo_oppositions(%s, 0, 50)"):
            lus = pg.execute(sql, [officier.session]).fetchall()
        assert lus == [], "no trace is committed"
    page = navigateur.get(reverse("controle_dpo_oppositions")).content.decode()
    assert f"•••• {numero[-3:]}" in page
    assert numero not in page
    assert "courrier" in page
    assert len(usine.traces(acteur=officier.utilisateur, famille="journal", action="consulter", objet="oppositions")) == 1
    assert navigateur.get(reverse("controle_dpo_oppositions"), {"page": "99999"}).status_code == 200


def test_the_register_is_counted_by_caisse(en_caf: None) -> None:
    par, session = usine.operateur("881"), dpo()

    def comptes() -> dict[str, tuple[int, int]]:
        with usine.connexion("controle") as pg:
            lignes = pg.execute("select caisse, en_cours, levees from cdap.dpo_oppositions_comptes(%s)", [session]).fetchall()
        return {caisse: (ouvertes, levees) for caisse, ouvertes, levees in lignes}

    ouvertes, levees = comptes().get("881", (0, 0))
    numeros = [usine.dossier("881") for _ in range(3)]
    for numero in numeros:
        oppositions.poser(caisse="881", numero=numero, origine=Origine.ACCUEIL, declaree_le=date(2026, 1, 2), par=par)
    oppositions.lever(caisse="881", numero=numeros[0], retiree_le=date(2026, 1, 3), par=par)
    assert comptes()["881"] == (ouvertes + 2, levees + 1)


def test_the_officer_sees_who_reads_the_journal() -> None:
    emile = usine.operateur("921", role=Role.CONTROLEUR)
    usine.executer("update habilitations_utilisateur set nom = %s where id = %s", [usine.unique("Émile"), emile.utilisateur])
    for _ in range(3):
        chercher(emile.session)
    page = usine.client(dpo()).get(reverse("controle_dpo")).content.decode()
    with usine.connexion("controle") as pg:
        lignes = {ligne[0]: ligne[1:4] for ligne in pg.execute("select * from cdap.dpo_lecteurs(%s, 28)", [dpo()]).fetchall()}
    nom = str(usine.personne(emile))
    assert nom in page
    assert lignes[nom] == ("controleur", 3, 0)


def test_each_week_a_mail_says_where_to_look_and_nothing_else(boite: Boite) -> None:
    officier, parti = usine.operateur(role=Role.DPO), usine.operateur(role=Role.DPO)
    usine.executer("update habilitations_utilisateur set fin = cdap.jour_paris() - 1 where id = %s", [parti.utilisateur])
    emile = usine.operateur("921", role=Role.CONTROLEUR)
    chercher(emile.session)
    with usine.connexion("worker") as pg:
        pg.execute("select cdap.dpo_bilan()")
    travailler()
    [recu] = boite.textes(usine.personne(officier).courriel)
    assert "/controle/dpo/" in recu
    assert "lu le journal" in recu
    assert emile.session not in recu
    assert usine.personne(emile).identifiant not in recu
    assert boite.textes(usine.personne(parti).courriel) == []


def test_the_worker_knows_the_weekly_mail_and_the_hourly_count() -> None:
    connues = {tache.task.name: tache.cron for tache in app.periodic_registry.periodic_tasks.values()}
    assert connues["controle.bilan"] == "0 6 * * 1"
    assert connues["controle.compter"] == "40 * * * *"


def test_the_record_says_each_profile_each_table_and_comes_as_a_file() -> None:
    navigateur = usine.client(dpo())
    page = navigateur.get(reverse("controle_dpo_registre")).content.decode()
    fichier = navigateur.get(reverse("controle_dpo_registre_fichier"))
    texte = fichier.content.decode()
    assert texte == registre.markdown()
    assert "attachment" in fichier["Content-Disposition"]
    for profil in PROFILS:
        fiche = reference.PROFILS[profil]
        for dit in (fiche.finalite, fiche.base_legale, fiche.libelle):
            assert dit in texte
    for table in INVENTAIRE:
        assert en_clair(table.contenu) in texte
    assert "CDAP_" not in texte  # days, and not the name of the setting that gives them
    for chapitre in registre.etablir():
        assert f"## {chapitre.titre}" in texte
        assert f">{chapitre.titre}</h2>" in page


def test_a_verification_that_failed_and_days_that_wait_are_said() -> None:
    faits = dict(presentation.preuves(Preuves(date(2026, 1, 1), 2, 1, ((datetime(2026, 1, 3, tzinfo=UTC), False),))))
    assert "un défaut a été trouvé" in faits["Dernières vérifications"]
    assert faits["Jours terminés sans scellement"].startswith("2 :")
    assert faits["Jours à détruire"].startswith("1 :")


def test_the_inventory_is_shown_whole_what_ends_and_what_stays() -> None:
    page = usine.client(dpo()).get("/controle/dpo/").content.decode().replace("<wbr>", "")
    efface, _, reste = page.partition("Ce qui reste, et pourquoi")
    for table in INVENTAIRE:
        ou = reste if table.par == PERSONNE else efface
        assert f"<small>{table.nom}</small>" in ou, table.nom
        assert not table.raison or str(escape(table.raison)) in ou, table.nom
