"""The CAF's pages about its partners' accesses: who sees, who decides, what is shown, and what is left when it is refused."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.journal import horloge
from conventions.erreurs import Refus
from conventions.models import Bulletin
from habilitations import acces
from habilitations.models import Cause, Mesure, RetraitFacteur, Role, Utilisateur
from habilitations.services import comptes, consultation
from tests import usine
from tests.conventions.commande import en_worker
from tests.usine import OWNER

PERSONNES = "/admin/habilitations/utilisateur/"
ORGANISMES = "/admin/conventions/organisme/"
SUR_LA_PERSONNE = (
    ("suspendre_la_personne_a_titre_conservatoire", "mesure_poser"), ("lever_la_suspension", "mesure_lever"),
    ("rouvrir_le_compte", "rouvrir"), ("reinitialiser_le_mot_de_passe", "mdp_forcer"), ("debloquer_la_connexion", "deverrouiller"), ("retablir_la_consultation", "consultation_retablir"),
    ("demander_le_retrait_du_second_facteur", "otp_retirer_demander"), ("faire_renouveler_le_mot_de_passe", "renouvellement_ordonner"),
    ("clore_le_compte", "fin"),
)  # fmt: skip
SUR_L_ORGANISME = (
    ("suspendre_a_titre_conservatoire", "mesure_poser"), ("lever_la_suspension", "mesure_lever"), ("poser_une_question", "question_poser"),
    ("retirer_la_delegation", "mesure_poser"), ("rendre_la_delegation", "mesure_lever"),
    ("autoriser_une_adresse_partagee", "adresse_autoriser"), ("faire_renouveler_les_mots_de_passe", "renouvellement_ordonner"),
)  # fmt: skip


@pytest.fixture
def dora(base: None) -> Client:
    return usine.client(usine.operateur("921").session)


def faire(navigateur: Client, liste: str, action: str, *cles: object, **champs: Any) -> Any:
    jour = horloge.jour()
    saisie = {"motif": "Pour essayer", "echeance": "2099-01-31", "le": jour, "debut": jour, "courriel": "creche@ville.example", **champs}
    return navigateur.post(liste, {"action": action, "_selected_action": list(cles), "confirme": "oui", **saisie})


def lue(personne: Utilisateur) -> Utilisateur:
    return Utilisateur.objects.using(OWNER).get(pk=personne.pk)


def tout(personne: Utilisateur) -> tuple[Any, ...]:
    une = lue(personne)
    organisme = une.organisme
    assert organisme is not None
    compte = (une.suspension, une.suspension_cause, une.debut, une.fin, une.password, organisme.suspension)
    return (*compte, organisme.mesures.using(OWNER).count(), organisme.decisions.using(OWNER).count())


@pytest.mark.parametrize(("action", "acte"), SUR_LA_PERSONNE)
@pytest.mark.parametrize(("caisses", "statut"), [(("921",), 404), (("921", "441"), 403)])
def test_another_caisse_does_nothing_to_a_person(base: None, action: str, acte: str, caisses: tuple[str, ...], statut: int) -> None:
    """Neither one that does not see them, nor one that sees and does not lead; the attempt is traced."""
    lea = usine.agent(caisses=caisses)
    avant = tout(lea.utilisateur)
    voisine = usine.operateur("441")
    assert faire(usine.client(voisine.session), PERSONNES, action, lea.utilisateur.pk).status_code == statut
    assert tout(lea.utilisateur) == avant
    (trace,) = usine.traces(acteur=voisine.utilisateur)
    assert (trace["action"], trace["issue"], trace["objet"]) == (acte, "refuse", f"utilisateur:{lea.utilisateur.pk}")


@pytest.mark.parametrize(("action", "acte"), SUR_L_ORGANISME)
@pytest.mark.parametrize(("caisses", "statut"), [(("921",), 404), (("921", "441"), 403)])
def test_another_caisse_does_nothing_to_a_partner(base: None, action: str, acte: str, caisses: tuple[str, ...], statut: int) -> None:
    lea = usine.agent(caisses=caisses)
    avant = tout(lea.utilisateur)
    voisine = usine.operateur("441")
    assert faire(usine.client(voisine.session), ORGANISMES, action, lea.organisme.pk).status_code == statut
    assert tout(lea.utilisateur) == avant
    (trace,) = usine.traces(acteur=voisine.utilisateur)
    assert (trace["action"], trace["issue"], trace["objet"]) == (acte, "refuse", f"organisme:{lea.organisme.pk}")


@pytest.mark.parametrize("intrus", [999_999_999, "abc", "' or 1=1"])
def test_a_key_of_nobody_changes_nothing_for_the_others(dora: Client, intrus: object) -> None:
    lea = usine.agent()
    action = "suspendre_la_personne_a_titre_conservatoire"
    assert faire(dora, PERSONNES, action, lea.utilisateur.pk, intrus).status_code == 404
    assert lue(lea.utilisateur).suspension is None


def test_a_person_of_another_caisse_is_nowhere(base: None) -> None:
    lea = usine.agent()
    voisine = usine.client(usine.operateur("441").session)
    for navigateur, nombre in ((usine.client(usine.operateur("921").session), 1), (voisine, 0)):
        liste = navigateur.get(f"{PERSONNES}?q={lea.utilisateur.identifiant}").content.decode()
        assert liste.count(f"{PERSONNES}{lea.utilisateur.pk}/change/") == nombre
    assert voisine.get(f"{PERSONNES}{lea.utilisateur.pk}/change/").status_code == 404


@pytest.mark.parametrize("role", [Role.CONTROLEUR, Role.DPO])
def test_another_role_of_the_caf_stays_out(base: None, role: Role) -> None:
    lea = usine.agent()
    navigateur = usine.client(usine.operateur("921", role=role).session)
    assert navigateur.get(PERSONNES).status_code == 403
    assert faire(navigateur, PERSONNES, "clore_le_compte", lea.utilisateur.pk).status_code == 403
    assert not lue(lea.utilisateur).close


def test_a_card_is_read_and_has_no_password(dora: Client) -> None:
    lea = usine.agent()
    page = dora.get(f"{PERSONNES}{lea.utilisateur.pk}/change/")
    texte = page.content.decode()
    for mot in (lea.utilisateur.identifiant, str(lea.organisme), str(lea.groupe), "ouvert", "econd facteur enregistré"):
        assert mot in texte, mot
    assert 'type="password"' not in texte
    assert 'name="_save"' not in texte
    for adresse in (f"{lea.utilisateur.pk}/password/", "add/"):
        assert dora.get(PERSONNES + adresse).status_code in (403, 404)
    assert dora.get(f"{PERSONNES}{lea.utilisateur.pk}/password/").status_code == 404
    assert dora.post(f"{PERSONNES}{lea.utilisateur.pk}/change/", {"password": "x", "nom": "Autre"}).status_code == 403
    assert lue(lea.utilisateur).nom == lea.utilisateur.nom


def test_a_live_session_is_cut_at_the_next_request_by_each_suspension(dora: Client) -> None:
    for cle, liste, action in (
        ("utilisateur", PERSONNES, "suspendre_la_personne_a_titre_conservatoire"),
        ("organisme", ORGANISMES, "suspendre_a_titre_conservatoire"),
    ):
        lea, numero = usine.agent(), usine.dossier()
        agent = usine.client(lea.cle)
        donnees = {"cadre": str(lea.groupe.pk), "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
        reponse = agent.post(reverse("recherche"), donnees)
        assert reponse.status_code == 303
        consultation = reponse["Location"]
        assert usine.SENTINELLE in agent.get(consultation).content.decode()
        assert faire(dora, liste, action, getattr(lea, cle).pk).status_code == 302
        suite = agent.get(consultation, follow=True)
        assert usine.SENTINELLE not in suite.content.decode()
        assert usine.SENTINELLE not in agent.post(reverse("recherche"), donnees, follow=True).content.decode()


def test_suspending_lifting_closing_and_reopening_from_the_card(dora: Client) -> None:
    lea = usine.agent()
    fiche = f"{PERSONNES}{lea.utilisateur.pk}/change/"
    faire(dora, PERSONNES, "suspendre_la_personne_a_titre_conservatoire", lea.utilisateur.pk, motif="Connexions de nuit")
    texte = dora.get(fiche).content.decode()
    assert "suspendu par la Caf" in texte
    assert "Connexions de nuit" in texte
    assert 'value="suspendre_la_personne_a_titre_conservatoire"' not in texte
    faire(dora, PERSONNES, "lever_la_suspension", lea.utilisateur.pk)
    assert lue(lea.utilisateur).suspension is None
    faire(dora, PERSONNES, "clore_le_compte", lea.utilisateur.pk)
    assert lue(lea.utilisateur).suspension_cause == Cause.FIN
    texte = dora.get(fiche).content.decode()
    assert "Rouvrir le compte" in texte
    assert 'value="lever_la_suspension"' not in texte
    page = faire(dora, PERSONNES, "lever_la_suspension", lea.utilisateur.pk)
    assert "la Caf seule peut le rouvrir" in page.content.decode()
    faire(dora, PERSONNES, "rouvrir_le_compte", lea.utilisateur.pk, fin="")
    assert not lue(lea.utilisateur).close


def test_whoever_asks_for_a_factor_to_go_does_not_decide(base: None) -> None:
    lea = usine.agent()
    dora, elio = usine.operateur("921"), usine.operateur("921")
    faire(usine.client(dora.session), PERSONNES, "demander_le_retrait_du_second_facteur", lea.utilisateur.pk)
    retrait = RetraitFacteur.objects.using(OWNER).get(utilisateur=lea.utilisateur)
    liste = "/admin/habilitations/retraitfacteur/"
    for action in ("confirmer_le_retrait", "refuser_le_retrait"):
        page = faire(usine.client(dora.session), liste, action, retrait.pk)
        assert "Une autre personne que celle qui a demandé le retrait" in page.content.decode()
        assert RetraitFacteur.objects.using(OWNER).get(pk=retrait.pk).decide is None
    assert faire(usine.client(elio.session), liste, "refuser_le_retrait", retrait.pk).status_code == 302
    refuse = RetraitFacteur.objects.using(OWNER).get(pk=retrait.pk)
    assert (refuse.accorde, refuse.decide_par_id) == (False, elio.utilisateur)


def test_the_page_of_a_partner_tells_its_habilitations(dora: Client) -> None:
    lea = usine.agent()
    usine.executer("update conventions_contrat set effectif_max = 12 where id = %s", [lea.contrat.pk])
    chef = usine.personne(usine.administrateur(lea.organisme))
    faire(dora, ORGANISMES, "poser_une_question", lea.organisme.pk, motif="Qui part en congé ?")
    mesure = Mesure.objects.using(OWNER).get(organisme=lea.organisme)
    Mesure.objects.using(OWNER).filter(pk=mesure.pk).update(reponse="Personne", repondue=timezone.now(), repondue_par=chef)
    page = dora.get(f"{ORGANISMES}{lea.organisme.pk}/dossier/")
    bilan = page.context["habilitations"]
    assert dict(bilan.faits)["Comptes ouverts"] == "2"
    assert dict(bilan.faits)["Jamais connectées"] == "2"
    assert next(valeur for libelle, valeur in bilan.faits if libelle.startswith("Accès ouverts")) == "1 sur 12"
    texte = page.content.decode()
    assert "Qui part en congé ?" in texte
    assert "Personne (" in texte
    assert not page.context["sans_relais"]


def test_a_partner_whose_administrators_are_blocked_is_named(base: None) -> None:
    par = usine.operateur("521")
    navigateur = usine.client(par.session)
    organisme = usine.organisme(caisse_id="521")
    usine.convention(organisme=organisme)
    un, deux = (usine.personne(usine.administrateur(organisme)) for _ in range(2))

    def relais(quoi: str) -> bool:
        return str(organisme) in navigateur.get(f"{ORGANISMES}?administrateurs={quoi}").content.decode()

    assert (relais("bloques"), relais("un_seul")) == (False, False)
    Utilisateur.objects.using(OWNER).filter(pk=un.pk).update(fin="2024-01-01")
    assert (relais("bloques"), relais("un_seul")) == (False, True)
    usine.executer(
        "insert into habilitations_tentative (cle, ip, instant, reussie) "
        "select sha256(convert_to('mdp:' || lower(%s), 'UTF8')), '192.0.2.1', now(), false from generate_series(1, 10)",
        [deux.identifiant],
    )
    assert (relais("bloques"), relais("un_seul")) == (True, False)
    assert (
        "Aucun administrateur de cet organisme ne peut se connecter"
        in navigateur.get(f"{ORGANISMES}{organisme.pk}/dossier/").content.decode()
    )
    colonnes = {colonne.titre: colonne.cases for colonne in navigateur.get("/admin/").context["tableau"]}
    assert any(case.libelle == "organismes : administrateurs bloqués" for case in colonnes["Habilitations"])
    faire(navigateur, PERSONNES, "debloquer_la_connexion", deux.pk)
    assert (relais("bloques"), relais("un_seul")) == (False, True)


@pytest.mark.parametrize("page", [PERSONNES, "/admin/habilitations/mesure/", "/admin/"])
def test_a_page_costs_as_much_for_one_as_for_many(base: None, page: str) -> None:
    par = usine.operateur("974")
    navigateur = usine.client(par.session)

    def cout() -> int:
        navigateur.get(page)
        with CaptureQueriesContext(connections["caf"]) as requetes:
            assert navigateur.get(page).status_code == 200
        return len(requetes)

    def peupler() -> None:
        organisme = usine.organisme(caisse_id="974")
        usine.utilisateur(organisme, suspension=timezone.now(), suspension_cause=Cause.CAF)
        Mesure.objects.using(OWNER).create(
            genre="question",
            organisme=organisme,
            posee=timezone.now(),
            posee_par_id=par.utilisateur or 0,
            motif="Essai",
            echeance=usine.DEBUT,
        )

    peupler()
    peu = cout()
    for _ in range(12):
        peupler()
    assert cout() == peu


def remplir(convention: Any, **champs: Any) -> dict[str, Any]:
    return {
        "convention": f"x [{convention.pk}]", "remplace": "", "nom": "Spécimen", "prenom": "Zoé", "fonction": "Directrice", "service": "",
        "courriel": f"{usine.unique('zoe')}@ville.example", "telephone": "", "debut": "2026-01-01", "fin": "", **champs,
    }  # fmt: skip


def test_a_replacement_takes_the_rank_of_the_person_replaced(dora: Client) -> None:
    chef = usine.personne(usine.administrateur(usine.organisme()))
    assert chef.bulletin is not None
    convention = chef.bulletin.convention
    ajout = "/admin/conventions/bulletin/add/"
    sans_fin = dora.post(ajout, remplir(convention, remplace=f"Chef [{chef.bulletin.pk}]"))
    assert "Un remplacement a une date de fin" in sans_fin.content.decode()
    assert dora.post(ajout, remplir(convention, remplace=f"Chef [{chef.bulletin.pk}]", fin="2099-12-31")).status_code == 302
    remplacant = Bulletin.objects.using(OWNER).get(remplace=chef.bulletin)
    assert (remplacant.rang, remplacant.etat) == (chef.bulletin.rang, "recu")
    ailleurs = usine.personne(usine.administrateur(usine.organisme())).bulletin
    assert ailleurs is not None
    page = dora.post(ajout, remplir(convention, remplace=f"x [{ailleurs.pk}]", fin="2099-12-31"))
    assert "le rang d’un administrateur validé de la même convention" in page.content.decode()


def test_twenty_attempts_at_a_third_administrator_leave_two(base: None) -> None:
    """The form, several validations, the accounts' task, a reopening: all at once, and clean messages."""
    organisme = usine.organisme()
    convention = usine.convention(organisme=organisme)
    recus = [usine.bulletin(convention=convention, rang=rang) for rang in (1, 2)]
    parti = usine.utilisateur(
        organisme, Role.ADMINISTRATEUR, bulletin=usine.bulletin(convention=convention, rang=1, etat="clos"), suspension=timezone.now(),
        suspension_cause=Cause.FIN,
    )  # fmt: skip
    cles = [usine.operateur("921").session for _ in range(20)]
    statuts: list[int] = []

    def recevoir(navigateur: Client) -> Any:
        return navigateur.post("/admin/conventions/bulletin/add/", remplir(convention))

    def valider(navigateur: Client) -> Any:
        return faire(navigateur, "/admin/conventions/bulletin/", "valider", *(un.pk for un in recus))

    def rouvrir(navigateur: Client) -> Any:
        return faire(navigateur, PERSONNES, "rouvrir_le_compte", parti.pk, fin="")

    def ouvrir(navigateur: Client) -> Any:
        en_worker(comptes.suivre_les_bulletins)
        return navigateur.get("/admin/")

    essais: list[Callable[[Client], Any]] = [recevoir, valider, rouvrir, recevoir]

    def courir(rang: int) -> None:
        try:
            statuts.append(essais[rang % 4](usine.client(cles[rang])).status_code)
        finally:
            connections.close_all()

    fils = [threading.Thread(target=courir, args=(rang,)) for rang in range(20)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(statuts) == 20
    assert set(statuts) <= {200, 302, 503}, "the last in the queue may be asked to try again"
    ouvrir(usine.client(cles[0]))
    with connections[OWNER].cursor() as curseur:
        curseur.execute("select rang from cdap.administrateur_en_vigueur where organisme_id = %s order by rang", [organisme.pk])
        assert curseur.fetchall() == [(1,), (2,)]
    assert lue(parti).close
    assert isinstance(acces.lire(cles[0]), acces.Acces)


def test_through_every_path_at_once_a_free_rank_is_taken_once(base: None) -> None:
    """The administrator's page, the CAF's form, a reopening, a list that asks for the role: twenty at once, twice."""
    organisme = usine.organisme()
    convention = usine.convention(organisme=organisme)
    chloe = usine.administrateur(organisme)
    parti = usine.utilisateur(
        organisme, Role.ADMINISTRATEUR, bulletin=usine.bulletin(convention=convention, rang=2, etat="clos"), suspension=timezone.now(),
        suspension_cause=Cause.FIN,
    )  # fmt: skip
    aujourd_hui = timezone.localdate().isoformat()

    def proposer() -> Any:
        personne = {
            "remplace": "0", "prenom": "Fanny", "nom": "Essai", "fonction": "Adjointe", "debut": aujourd_hui,
            "courriel": f"{usine.unique('fanny')}@ville.example",
        }  # fmt: skip
        return usine.client(chloe.session).post("/habilitations/administrateurs/proposer/", personne)

    def importer() -> Any:
        texte = f"action,prenom,nom,courriel,fonction,role\ncreer,Bob,Exemple,{usine.unique('bob')}@ville.example,Adjoint,administrateur\n"
        fichier = ContentFile(texte.encode(), name="liste.csv")
        return usine.client(chloe.session).post("/habilitations/utilisateurs/importer/", {"fichier": fichier})

    essais: list[Callable[[], Any]] = [
        proposer, importer,
        lambda: usine.client(usine.operateur("921").session).post("/admin/conventions/bulletin/add/", remplir(convention)),
        lambda: faire(usine.client(usine.operateur("921").session), PERSONNES, "rouvrir_le_compte", parti.pk, fin=""),
    ]  # fmt: skip

    def courir(rang: int, statuts: list[int]) -> None:
        try:
            statuts.append(essais[rang % 4]().status_code)
        finally:
            connections.close_all()

    for etats in (["valide", "recu"], ["valide", "valide"]):
        statuts: list[int] = []
        fils = [threading.Thread(target=courir, args=(rang, statuts)) for rang in range(20)]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
        assert len(statuts) == 20
        assert set(statuts) <= {200, 302, 303, 503}, "the last in the queue may be asked to try again"
        ouverts = convention.bulletins.using(OWNER).exclude(etat__in=["refuse", "clos"]).order_by("rang")
        assert list(ouverts.values_list("rang", "etat")) == list(zip((1, 2), etats, strict=True))
        usine.executer(
            "update conventions_bulletin set etat = 'valide', validation = now(), signature_personne = debut, signature_representant = debut "
            "where convention_id = %s and etat = 'recu'",
            [convention.pk],
        )
        en_worker(comptes.suivre_les_bulletins)
        with connections[OWNER].cursor() as curseur:
            curseur.execute("select rang from cdap.administrateur_en_vigueur where organisme_id = %s order by rang", [organisme.pk])
            assert curseur.fetchall() == [(1,), (2,)]
    assert not Utilisateur.objects.using(OWNER).filter(organisme=organisme, nom="Exemple").exists()
    assert lue(parti).close


def test_the_caf_gives_back_a_consultation_an_administrators_own_included(dora: Client) -> None:
    """An administrator gives back an agent's; nobody of the partner an administrator's."""
    organisme = usine.agent("T1").organisme
    chef, autre = usine.personne(usine.administrateur(organisme)), usine.administrateur(organisme)
    usine.executer("select cdap.consultation_suspendre(%s, 'limite_agent_jour')", [chef.pk])
    with pytest.raises(Refus):
        consultation.retablir(par=autre, utilisateur=lue(chef), motif="Pour essayer")
    assert faire(usine.client(usine.operateur("441").session), PERSONNES, "retablir_la_consultation", chef.pk).status_code == 404
    suspendues = "select count(*) from habilitations_consultationsuspendue where utilisateur_id = %s and levee is null"
    assert usine.valeur(suspendues, [chef.pk]) == 1
    faire(dora, PERSONNES, "retablir_la_consultation", chef.pk)
    assert usine.valeur(suspendues, [chef.pk]) == 0
