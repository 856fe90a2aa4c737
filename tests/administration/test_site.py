"""The site: its addresses, the role that answers, who is signed in the history, what is not there."""

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.conf import LazySettings
from django.contrib import admin
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from psycopg import errors

from cdap import barriere, routeur
from cdap.administration.base import AdminCaf
from conventions.models import Caisse
from habilitations import acces
from habilitations.models import Mesure, Renouvellement, RetraitFacteur, Revue
from tests import usine
from tests.usine import OWNER

ABSENTES = ("login", "logout", "password_change", "jsi18n", "view_on_site", "conventions_caisse_delete", "auditlog_logentry_changelist")
FICHES: list[tuple[type[Any], AdminCaf]] = [
    (modele, fiche) for modele, fiche in admin.site._registry.items() if isinstance(fiche, AdminCaf)
]


def operateur(*caisses: str) -> Client:
    return usine.client(usine.operateur(*caisses).session)


def tout_voir() -> tuple[Client, Any]:
    """An operator of every caisse, and a request of theirs for what a page asks of its ModelAdmin."""
    dora = usine.operateur(*Caisse.objects.values_list("code", flat=True))
    cle = dora.session
    request: Any = RequestFactory().get("/admin/")
    request.acces = acces.lire(cle)
    return usine.client(cle), request


def une_ligne_de_chaque() -> None:
    """What the fictional world may lack, so that every form, history and page of a row is walked."""
    lea = usine.agent("T8", codes=("00456",))
    usine.bulletin(convention=lea.convention)
    usine.demande()
    usine.document(organisme=lea.organisme, convention=lea.convention)
    dora = usine.operateur("921").utilisateur or 0
    decidees = {"posee": timezone.now(), "posee_par_id": dora, "motif": "Essai"}
    Mesure.objects.using(OWNER).create(genre="question", organisme=lea.organisme, echeance=usine.FIN, **decidees)
    RetraitFacteur.objects.using(OWNER).create(utilisateur=lea.utilisateur, demande=timezone.now(), demande_par_id=dora, motif="Essai")
    Renouvellement.objects.using(OWNER).create(
        organisme=lea.organisme, le=usine.FIN, motif="Essai", ordonne=timezone.now(), ordonne_par_id=dora
    )
    Revue.objects.using(OWNER).create(organisme=lea.organisme, ouverture=usine.DEBUT)


def adresses(fiche: AdminCaf, request: Any) -> list[str]:
    """Every address of a page, on the first row that the operator sees; those of Django and those that the page adds."""
    with routeur.sur("caf"):
        ligne = fiche.get_queryset(request).first()
        peut_ajouter = fiche.has_add_permission(request)
    assert ligne is not None, fiche
    trouvees = []
    for motif in fiche.get_urls():
        if motif.name.endswith("_add") and not peut_ajouter:
            continue
        trouvees.append(reverse(f"admin:{motif.name}", args=[ligne.pk] if motif.pattern.converters else []))
    for champ in fiche.autocomplete_fields:
        source = f"app_label={fiche.opts.app_label}&model_name={fiche.opts.model_name}&field_name={champ}"
        trouvees.append(f"{reverse('admin:autocomplete')}?{source}&term=a")
    liste = reverse(f"admin:{fiche.opts.app_label}_{fiche.opts.model_name}_changelist")
    return [*trouvees, f"{liste}?q=a", f"{liste}?q=xyzxyz"]


def test_every_page_answers_under_the_role_of_the_caf(base: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the view to the last byte: nothing but the gate's reading of the session is asked of another role."""
    une_ligne_de_chaque()
    navigateur, request = tout_voir()
    request.user = type("Operateur", (), {"has_perm": lambda self, perm: True})()
    accueils = [reverse("admin:index")]
    accueils += [reverse("admin:app_list", args=[label]) for label in sorted({modele._meta.app_label for modele, _ in FICHES})]
    for adresse in [*accueils, *(adresse for _, fiche in FICHES for adresse in adresses(fiche, request))]:
        with CaptureQueriesContext(connection) as du_portail:
            reponse = navigateur.get(adresse)
        assert reponse.status_code == 200, adresse
        assert [requete["sql"] for requete in du_portail if "session_page" not in requete["sql"]] == [], adresse


def test_a_page_is_rendered_under_the_role_of_the_caf(base: None) -> None:
    """Its queries are those of the template: a TemplateResponse is rendered after the view has returned."""
    with CaptureQueriesContext(connections["caf"]) as requetes:
        assert b"Hauts-de-Seine" in operateur("921").get("/admin/conventions/caisse/").content
    assert any("conventions_caisse" in requete["sql"] for requete in requetes)


def test_what_the_portal_does_itself_is_not_there() -> None:
    noms = {nom for nom, _ in barriere.vues()}
    assert "admin:conventions_caisse_change" in noms
    assert not {f"admin:{nom}" for nom in ABSENTES} & noms


@pytest.mark.parametrize(
    "adresse", ["login/", "logout/", "password_change/", "jsi18n/", "r/1/1/", "conventions/caisse/921/delete/", "auth/group/"]
)
def test_no_address_of_django_is_left(base: None, adresse: str) -> None:
    assert operateur("921").get(f"/admin/{adresse}").status_code == 404


def test_every_page_is_one_of_ours() -> None:
    assert FICHES
    assert len(FICHES) == len(admin.site._registry)
    for _, fiche in FICHES:
        assert not fiche.has_delete_permission(None)
        assert fiche.show_facets is admin.ShowFacets.NEVER
    assert [nom for nom, _ in admin.site.actions] == []


def test_an_address_outside_the_networks_is_refused_as_a_stranger(base: None, settings: LazySettings) -> None:
    for reseaux, statut in ((["198.51.100.0/24"], 403), (["198.51.100.0/24", "192.0.2.0/24"], 200), ([], 200)):
        settings.ENVIRONNEMENT = settings.ENVIRONNEMENT.model_copy(update={"admin_reseaux": reseaux})
        assert operateur("921").get("/admin/").status_code == statut
        assert operateur("921").get("/").status_code == 200


def test_the_forwarding_header_opens_nothing(base: None, settings: LazySettings) -> None:
    settings.ENVIRONNEMENT = settings.ENVIRONNEMENT.model_copy(update={"admin_reseaux": ["198.51.100.0/24"]})
    assert operateur("921").get("/admin/", headers={"X-Forwarded-For": "198.51.100.1"}).status_code == 403


def test_a_change_is_written_signed_and_traced(base: None) -> None:
    dora = usine.operateur("921")
    cle = dora.session
    personne = usine.personne(dora)
    courriel = f"{usine.unique('partenaires')}@caf.example"
    saisie = {"courriel": courriel, "telephone": "09 00 00 00 00", "adresse": "1 rue de l’Essai"}
    reponse = usine.client(cle).post("/admin/conventions/caisse/921/change/", saisie, headers={"X-Forwarded-For": "203.0.113.9"})
    assert reponse.status_code == 302
    assert Caisse.objects.using(OWNER).get(pk="921").courriel == courriel
    entree = LogEntry.objects.using(OWNER).filter(object_pk="921", content_type__model="caisse").latest("pk")
    assert (entree.actor_id, entree.remote_addr, entree.cid, entree.actor_email) == (personne.pk, usine.IP, None, None)
    assert entree.changes["courriel"][1] == courriel
    (trace,) = usine.traces(acteur=personne.pk, famille="convention")
    assert (trace["action"], trace["issue"], trace["objet"], str(trace["ip"])) == ("caisse_modifier", "accorde", "caisse:921", usine.IP)


def test_a_form_of_another_site_changes_nothing(base: None) -> None:
    navigateur = usine.client(usine.operateur("921").session, enforce_csrf_checks=True)
    for adresse in ("/admin/conventions/caisse/921/change/", "/admin/conventions/caisse/"):
        assert navigateur.post(adresse, {"courriel": "pirate@caf.example"}).status_code == 403
    assert not Caisse.objects.filter(courriel="pirate@caf.example").exists()


def test_the_answer_is_shown_once_by_the_next_page(base: None) -> None:
    navigateur = operateur("921")
    reponse = navigateur.post("/admin/conventions/caisse/921/change/", {"courriel": "essai@caf.example"})
    cookie = reponse.cookies["messages"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert f"C’est enregistré : {Caisse.objects.get(pk='921')}." in navigateur.get("/admin/conventions/caisse/").content.decode()
    assert "C’est enregistré" not in navigateur.get("/admin/conventions/caisse/").content.decode()


def test_a_caisse_is_neither_renamed_nor_added(base: None) -> None:
    navigateur = operateur("921")
    nom = Caisse.objects.get(pk="921").nom
    navigateur.post("/admin/conventions/caisse/921/change/", {"nom": "Autre", "code": "999", "courriel": ""})
    assert Caisse.objects.get(pk="921").nom == nom
    assert navigateur.get("/admin/conventions/caisse/add/").status_code == 403
    assert navigateur.post("/admin/conventions/caisse/add/", {"code": "999"}).status_code == 403


def test_another_caisse_is_nowhere(base: None) -> None:
    navigateur = operateur("441")
    liste = navigateur.get("/admin/conventions/caisse/").content.decode()
    assert "441" in liste
    assert "921" not in liste
    for page in ("change", "history"):
        assert navigateur.get(f"/admin/conventions/caisse/921/{page}/").status_code == 404
    assert navigateur.post("/admin/conventions/caisse/921/change/", {"courriel": "pirate@caf.example"}).status_code == 404
    assert not Caisse.objects.filter(pk="921", courriel="pirate@caf.example").exists()


def test_the_django_journal_stays_empty(base: None) -> None:
    test_a_change_is_written_signed_and_traced(None)
    with connections[OWNER].cursor() as curseur:
        curseur.execute("select count(*) from django_admin_log")
        assert curseur.fetchone() == (0,)


def test_the_list_asks_as_much_for_one_row_as_for_many(base: None) -> None:
    comptes = []
    for caisses in (["921"], list(Caisse.objects.values_list("code", flat=True))):
        navigateur = operateur(*caisses)
        navigateur.get("/admin/conventions/caisse/")
        with CaptureQueriesContext(connections["caf"]) as requetes:
            reponse = navigateur.get("/admin/conventions/caisse/")
        comptes.append((reponse.content.count(b'<th scope="row"'), len(requetes)))
    (une, peu), (beaucoup, autant) = comptes
    assert (une, beaucoup) == (1, 50)
    assert peu == autant <= 3


LISIBLES = {
    "allocataires_import", "allocataires_lignesignalee", "auditlog_logentry", "cdap_annonce", "contrat_en_vigueur", "contrat_etat", "convention_etat", "conventions_acte", "conventions_bulletin",
    "conventions_caisse", "conventions_codeacces", "conventions_codehistorique", "conventions_contrat", "conventions_contrat_caisses",
    "conventions_contrat_profils", "conventions_convention", "conventions_demande", "conventions_demande_profils",
    "conventions_demande_services", "conventions_demandecaisse", "conventions_document", "conventions_organisme", "conventions_profil",
    "conventions_service", "django_content_type", "administrateur_en_vigueur", "habilitation_en_vigueur", "habilitations_affectation", "habilitations_avisdecision",
    "habilitations_decision", "habilitations_groupe", "habilitations_groupe_codes_acces", "habilitations_lignerevue", "habilitations_mesure",
    "habilitations_renouvellement", "habilitations_retraitfacteur", "habilitations_revue", "habilitations_utilisateur", "habilitations_utilisateur_caisses",
}  # fmt: skip


def test_the_role_of_the_caf_reads_no_table_unless_listed(base: None) -> None:
    with usine.connexion("caf") as pg:
        ouvertes = pg.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname in ('public', 'cdap') and c.relkind in ('r', 'p', 'v') and has_any_column_privilege(c.oid, 'select')"
        ).fetchall()
    assert {nom for (nom,) in ouvertes} == LISIBLES


@pytest.mark.parametrize(
    "instruction",
    [
        "select password from habilitations_utilisateur",
        "select * from habilitations_utilisateur",
        "update habilitations_utilisateur set role = 'dpo'",
        "select 1 from habilitations_session",
        "select 1 from habilitations_facteurtotp",
        "select 1 from allocataires_dossier",
        "select 1 from cdap.fiche_t1",
        "select 1 from audit_trace",
        "select 1 from django_admin_log",
        "insert into django_admin_log (action_time, object_repr, action_flag, change_message) values (now(), '', 1, '')",
        "update auditlog_logentry set actor_id = null",
        "delete from auditlog_logentry",
        "update conventions_caisse set nom = 'Autre'",
        "delete from conventions_contrat",
        "truncate conventions_contrat",
    ],
)
def test_the_role_of_the_caf_neither_reads_secrets_nor_rewrites_history(base: None, instruction: str) -> None:
    with usine.connexion("caf") as pg, pytest.raises(errors.InsufficientPrivilege):
        pg.execute(instruction)
