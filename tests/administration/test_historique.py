"""The history: what is kept, what never is, who signs, how it is told."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.db import connections

from audit.journal.auteur import Auteur, au_nom_de
from cdap import routeur
from cdap.administration import historique
from conventions.models import Caisse
from habilitations.models import Role, Utilisateur
from tests import usine
from tests.administration import essai
from tests.administration.essai import Fiche, fiche
from tests.usine import OWNER

LISTE = "/essai/cdap/fiche/"


def test_no_secret_is_kept_of_any_model(base: None) -> None:
    for suivi in historique.SUIVIS:
        assert not {"password", "graine_chiffree", "empreinte"} & set(historique.champs(suivi))
    assert "courriel" not in historique.champs(next(suivi for suivi in historique.SUIVIS if suivi.modele is Utilisateur))
    personne = usine.utilisateur(None, Role.CAF)
    personne.password, personne.courriel, personne.nom = "scrypt$secret", "autre@cdap.example", "Nouveau"
    personne.save()
    entrees = LogEntry.objects.using(OWNER).filter(object_pk=str(personne.pk), content_type__model="utilisateur")
    assert [sorted(entree.changes) for entree in entrees.order_by("pk")][1:] == [["nom"]]
    assert not any(mot in str([entree.changes for entree in entrees]) for mot in ("scrypt", "@cdap", "password"))


def test_sessions_and_second_factors_have_no_history() -> None:
    for nom in ("habilitations.Session", "habilitations.FacteurTotp", "habilitations.Tentative"):
        assert not auditlog.contains(apps.get_model(nom))


def test_an_entry_is_written_where_the_row_is(base: None) -> None:
    """The web's own role has no right to the history: through it, this would fail."""
    caisse = Caisse.objects.using(OWNER).get(pk="641")
    caisse.adresse = usine.unique("rue")
    caisse.save()
    with routeur.sur("caf"):
        memes = Caisse.objects.get(pk="641")
        memes.adresse = usine.unique("rue")
        memes.save(update_fields=["adresse"])
    entrees = LogEntry.objects.using(OWNER).filter(object_pk="641", content_type__model="caisse").order_by("pk")
    assert [entree.changes["adresse"][1] for entree in entrees][-2:] == [caisse.adresse, memes.adresse]
    assert {(entree.actor_id, entree.remote_addr) for entree in entrees} == {(None, None)}


def test_a_relation_to_many_is_kept(base: None) -> None:
    personne = usine.personne(usine.operateur("921"))
    personne.caisses.remove(Caisse.objects.using(OWNER).get(pk="921"))
    entrees = (
        LogEntry.objects.using(OWNER)
        .filter(object_pk=str(personne.pk), content_type__model="utilisateur", changes__has_key="caisses")
        .order_by("pk")
    )
    assert [entree.changes["caisses"]["operation"] for entree in entrees] == ["add", "delete"]


def test_requests_at_the_same_time_sign_each_their_own(base: None) -> None:
    personnes = [usine.utilisateur(None, Role.CAF) for _ in range(4)]

    def modifier(personne: Utilisateur) -> None:
        try:
            for _ in range(5):
                with au_nom_de(Auteur(utilisateur=personne.pk, ip=f"192.0.2.{personne.pk % 250}")), routeur.sur(OWNER):
                    personne.prenom = usine.unique("P")
                    personne.save()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as fils:
        list(fils.map(modifier, personnes))
    for personne in personnes:
        entrees = LogEntry.objects.using(OWNER).filter(object_pk=str(personne.pk), content_type__model="utilisateur", action=1)
        assert {entree.actor_id for entree in entrees} == {personne.pk}
        assert entrees.count() == 5


def test_the_history_is_told_in_french(fiches: None) -> None:
    tete, ligne = fiche(), fiche()
    ailleurs = fiche("441")
    dora = usine.operateur("921")
    cle = dora.session
    personne = usine.personne(dora)
    navigateur = usine.client(cle)
    champs = {"libelle": f"{ligne} bis", "caisse": "921", "chef": str(tete.pk), "debut": "2026-07-14", "instant": "2026-07-14T10:00"}
    assert navigateur.post(f"{LISTE}{ligne.pk}/change/", {**champs, "version_ouverte": "1"}).status_code == 302
    Fiche.objects.using(OWNER).get(pk=ligne.pk)
    autre = Fiche.objects.using(OWNER).get(pk=ligne.pk)
    autre.chef, autre.responsable = ailleurs, usine.utilisateur(None, Role.CAF)
    autre.save()
    page = " ".join(navigateur.get(f"{LISTE}{ligne.pk}/history/").content.decode().split())
    for attendu in (
        f"{personne}, depuis {usine.IP}", "Création du ", "Modification du ", f"<td>{ligne}</td> <td>{ligne} bis</td>", "<td>oui</td> <td>non</td>",
        "<td>–</td> <td>14 juillet 2026</td>", "<td>14 juillet 2026 à 10 h 00</td>", f"<td>–</td> <td>{tete}</td>", "Traitement automatique",
        f"<td>{tete}</td> <td>{ailleurs.pk}</td>",  # the name of another caisse's row is not told
    ):  # fmt: skip
        assert attendu in page, attendu
    assert ailleurs.libelle not in page
    assert "None" not in page


def test_a_row_without_history_says_so(fiches: None) -> None:
    with connections[OWNER].cursor() as curseur:
        curseur.execute(
            "insert into essai.fiche (libelle, actif, secret, version, caisse_id) values (%s, true, '', 1, '921') returning id",
            [usine.unique()],
        )
        (cle,) = curseur.fetchone()
    assert "Aucun changement" in usine.client(usine.operateur("921").session).get(f"{LISTE}{cle}/history/").content.decode()


def test_a_long_history_has_pages(fiches: None) -> None:
    ligne: Any = fiche()
    for rang in range(51):
        ligne.libelle = f"{usine.unique('Fiche')} {rang}"
        ligne.save()
    navigateur = usine.client(usine.operateur("921").session)
    assert "Page 1 sur 2" in navigateur.get(f"{LISTE}{ligne.pk}/history/").content.decode()
    assert "Création du" in navigateur.get(f"{LISTE}{ligne.pk}/history/?page=2").content.decode()
    assert navigateur.get(f"{LISTE}{ligne.pk}/history/?page=abc").status_code == 200
    assert essai.site.is_registered(Fiche)
