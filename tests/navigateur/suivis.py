"""The pages of the follows, in their states."""

from playwright.sync_api import Page

from conventions.reference import PROFILS
from tests import usine
from tests.allocataires.suivis import tout_voir
from tests.navigateur.gestes import Ouvrir, bouton, demander, lien
from tests.usine import Agent

CHANGER = """
update allocataires_contenu c set famille = '{"situation": "DIV"}', droits = '[{"code": "AF", "montant": 151.05}]'
from allocataires_dossier d where d.id = c.dossier_id and d.numero = any(%s)
"""


def suivre(alice: Agent, numero: str) -> None:
    """Follow a dossier, without the browser."""
    navigateur = usine.client(alice.cle)
    adresse = demander(alice, numero)
    navigateur.get(adresse)
    navigateur.post(adresse + "suivre/", {"motif": PROFILS[alice.groupe.profil_id].motifs[0][0]})


def qui_suit(nombre: int = 3) -> tuple[Agent, list[str]]:
    """An agent who follows some fresh dossiers, the first two of which have changed."""
    alice, numeros = usine.agent("T1"), [usine.dossier() for _ in range(nombre)]
    for numero in numeros:
        suivre(alice, numero)
    usine.executer(CHANGER, [numeros[:1]])
    tout_voir(alice.cle)
    usine.executer(
        'update allocataires_contenu c set paje = \'[{"code": "CMG"}]\' from allocataires_dossier d where d.id = c.dossier_id and d.numero = %s',
        [numeros[0]],
    )
    usine.executer(CHANGER, [numeros[1:2]])
    return alice, numeros


def liste(ouvrir: Ouvrir) -> Page:
    """The page of the follows."""
    page = ouvrir(qui_suit()[0].cle)
    page.goto("/dossiers-suivis/")
    return page


def relire(ouvrir: Ouvrir) -> Page:
    """The form that asks for a followed dossier."""
    page = liste(ouvrir)
    page.get_by_role("link", name="Relire le dossier").first.click()
    return page


def _page(ouvrir: Ouvrir, alice: Agent) -> Page:
    page = ouvrir(alice.cle)
    page.goto(demander(alice, usine.dossier()))
    lien(page, "Suivre ce dossier").click()
    return page


def suivre_sans_motif(ouvrir: Ouvrir) -> Page:
    """The form refused: no motive."""
    page = _page(ouvrir, usine.agent("T1"))
    page.get_by_label("Motif du suivi").select_option("")
    bouton(page, "Suivre pendant 90 jours").click()
    return page


def suivre_encore(ouvrir: Ouvrir) -> Page:
    """The form of a dossier that is followed already."""
    alice, numero = usine.agent("T1"), usine.dossier()
    suivre(alice, numero)
    page = ouvrir(alice.cle)
    page.goto(demander(alice, numero))
    lien(page, "Suivre ce dossier").click()
    return page


def suivre_trop(ouvrir: Ouvrir) -> Page:
    """One dossier more than an agent may follow."""
    alice = usine.agent("T1")
    usine.executer(
        "insert into allocataires_suivi (ticket, acteur, groupe_id, profil, dossier_id, motif, debut, fin) "
        "select gen_random_uuid(), %s, %s, 'T1', -i, 'suivi_social', now(), now() + interval '1 day' from generate_series(1, 50) i",
        [alice.utilisateur.pk, alice.groupe.pk],
    )
    page = _page(ouvrir, alice)
    bouton(page, "Suivre pendant 90 jours").click()
    return page
