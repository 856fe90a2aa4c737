"""The pages of the controllers' space in each of their states: (how to come there, main heading, one of the everyday tests or not)."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests import usine
from tests.allocataires import porte
from tests.controle.lecteur import consulter, controleur, dpo
from tests.navigateur.gestes import Ouvrir, bouton, lien
from tests.usine import IP, Agent

Aller = Callable[[Ouvrir], Page]


def agent() -> Agent:
    """Return an agent who has asked for some dossiers, opened and refused, and printed one."""
    alice = usine.agent()
    ticket = consulter(alice, usine.dossier())
    for numero in (usine.dossier(opposition=True), "9999998"):
        consulter(alice, numero)
    with usine.connexion() as pg:
        pg.execute("select cdap.porte_lire(%s, %s, %s::inet, 'imprimer')", [alice.cle, ticket, IP])
        porte.lire(pg, usine.agent().cle, ticket)
    return alice


def _page(chemin: str, session: Callable[[], str] = lambda: controleur("921"), *boutons: str) -> Aller:
    def aller(ouvrir: Ouvrir) -> Page:
        page = ouvrir(session())
        page.goto(chemin)
        for nom in boutons:
            bouton(page, nom).click()
        return page

    return aller


def chercher(page: Page, **criteres: str) -> None:
    """Ask for a reading."""
    page.goto("/controle/journal/")
    for libelle, valeur in criteres.items():
        page.get_by_label(libelle, exact=True).fill(valeur)
    page.get_by_label("Pourquoi vous lisez le journal").select_option("controle")
    bouton(page, "Chercher").click()


def _recherche(*suite: str, session: Callable[[], str] = lambda: controleur("921")) -> Aller:
    """Look for what an agent did, then press the first button of that name."""

    def aller(ouvrir: Ouvrir) -> Page:
        page = ouvrir(session())
        chercher(page, Personne=agent().utilisateur.identifiant)
        for nom in suite:
            page.get_by_role("button", name=nom).first.click()
        return page

    return aller


def _longue(ouvrir: Ouvrir) -> Page:
    alice = usine.agent()
    for _ in range(60):
        usine.executer(
            "select cdap.journal_ecrire(%s, %s, null, null, 'connexion', 'ouvrir', 'accorde', null, null, null, null, '192.0.2.9')",
            [alice.utilisateur.pk, alice.organisme.pk],
        )
    page = ouvrir(controleur("921"))
    chercher(page, Organisme=alice.organisme.raison_sociale)
    return page


def _compte(ouvrir: Ouvrir) -> Page:
    page = ouvrir(dpo())
    page.goto("/controle/violation/")
    page.get_by_label("Identifiant du compte").fill(agent().utilisateur.identifiant)
    page.get_by_label("Pourquoi vous lisez le journal").select_option("violation")
    bouton(page, "Établir la liste").click()
    return page


def _exporter(ouvrir: Ouvrir) -> Page:
    page = _recherche()(ouvrir)
    lien(page, "Demander un export").click()
    return page


def _demande(ouvrir: Ouvrir) -> Page:
    page = _exporter(ouvrir)
    page.get_by_label("CSV, pour tout tableur").check()
    page.get_by_label("Pourquoi cet export est nécessaire").fill("Joindre la liste au signalement du 12 novembre.")
    bouton(page, "Demander l’export").click()
    return page


def _a_decider(ouvrir: Ouvrir) -> Page:
    _demande(ouvrir)
    page = ouvrir(controleur("921"))
    page.goto("/controle/exports/")
    return page


def _approuve(ouvrir: Ouvrir) -> Page:
    page = _demande(ouvrir)
    second = ouvrir(usine.prouver(controleur("921")))
    second.goto("/controle/exports/")
    bouton(second, "Approuver l’export").first.click()
    page.reload()
    return page


def _a_confirmer(ouvrir: Ouvrir) -> Page:
    page = _a_decider(ouvrir)
    bouton(page, "Approuver l’export").first.click()
    return page


def _chiffres(ouvrir: Ouvrir) -> Page:
    """Six months of figures of a partner of its own caisse, with an alert and a late review."""
    alice = usine.agent(caisses=("571",))
    for rang, (consultations, refus) in enumerate(((820, 64), (1240, 91), (310, 12), (1675, 140), (1432, 55), (611, 38))):
        for acte, issue, nombre in (
            ("consultation", "accorde", consultations),
            ("refus", "introuvable", refus),
            ("refus", "oppose", rang + 1),
            ("copie", "accorde", 9),
        ):
            usine.executer(
                "insert into controle_chiffre_jour select (cdap.chiffres_debut() + make_interval(months => %s))::date, %s, %s, %s, %s, %s",
                [rang, alice.organisme.pk, "T1" if rang % 2 else "T2", acte, issue, nombre],
            )
    usine.executer(
        "insert into controle_alerte (regle, sujet, debut, dernier, ouverte, acteur, organisme, preuves) select 'R7', %s, t, t, t, %s, %s, '{1}' "
        "from cdap.maintenant() t",
        [usine.unique(), alice.utilisateur.pk, alice.organisme.pk],
    )
    usine.executer(
        "insert into habilitations_revue (organisme_id, ouverture, rappels) values (%s, cdap.jour_paris() - 40, 0)", [alice.organisme.pk]
    )
    page = ouvrir(controleur("571"))
    page.goto("/controle/chiffres/")
    return page


def _transparence(ouvrir: Ouvrir) -> Page:
    with usine.connexion("worker") as pg:
        pg.execute("select cdap.transparence_compter()")
    page = ouvrir()
    page.goto("/transparence/")
    return page


ETATS: dict[str, tuple[Aller, str, bool]] = {
    "controle": (_page("/controle/"), "Contrôle", True),
    "controle-chiffres": (_chiffres, "Chiffres", False),
    "controle-chiffres-vides": (_page("/controle/chiffres/", lambda: controleur("561")), "Chiffres", False),
    "transparence": (_transparence, "Transparence", False),
    "controle-dpo": (_page("/controle/dpo/", dpo), "Protection des données", False),
    "controle-dpo-destructions": (_page("/controle/dpo/destructions/", dpo), "Preuves de destruction", False),
    "controle-dpo-oppositions": (_page("/controle/dpo/oppositions/", dpo), "Registre des oppositions", False),
    "controle-dpo-registre": (_page("/controle/dpo/registre/", dpo), "Registre du traitement", False),
    "controle-chercher": (_page("/controle/journal/"), "Chercher dans le journal", False),
    "controle-chercher-erreurs": (_page("/controle/journal/", lambda: controleur("921"), "Chercher"), "Chercher dans le journal", False),
    "controle-lecture": (_recherche(), "Résultat de la recherche", True),
    "controle-lecture-longue": (_longue, "Résultat de la recherche", False),
    "controle-ticket": (_recherche("La demande"), "Suite d’une demande", False),
    "controle-jour": (_recherche("La journée"), "Actes d’une journée", False),
    "controle-lecture-vide": (_recherche(session=lambda: controleur("441")), "Résultat de la recherche", False),
    "controle-violation": (_page("/controle/violation/", dpo), "Dossiers vus par un compte", False),
    "controle-compte": (_compte, "Dossiers vus par un compte", False),
    "controle-exporter": (_exporter, "Demander un export", False),
    "controle-exports-vides": (_page("/controle/exports/", lambda: controleur("044")), "Exports", False),
    "controle-exports-a-decider": (_a_decider, "Exports", False),
    "controle-exports-confirmer": (_a_confirmer, "Décider d’un export", False),
    "controle-exports": (_approuve, "Exports", False),
    "controle-finie": (_page("/controle/lectures/00000000-0000-4000-8000-000000000000/"), "Cette lecture est terminée", False),
}
