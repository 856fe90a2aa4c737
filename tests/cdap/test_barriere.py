"""The permission matrix: every address of the portal × roles × states of the gate. An address without a row fails."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import NoReverseMatch, reverse

from cdap import barriere
from habilitations.models import FacteurTotp, Role, Session, Utilisateur
from tests import usine
from tests.usine import OWNER

Acteur = Callable[[], Client]


def _personne(role: Role) -> Client:
    organisme = usine.agent("T1").organisme if role in (Role.AGENT, Role.ADMINISTRATEUR) else None
    return usine.client(usine.ouvrir_session(usine.utilisateur(organisme, role))[0])


def _etat(changer: Callable[[Utilisateur, Session], object]) -> Acteur:
    def acteur() -> Client:
        alice = usine.agent("T1")
        changer(alice.utilisateur, alice.session)
        return usine.client(alice.cle)

    return acteur


def _utilisateur(**champs: object) -> Callable[[Utilisateur, Session], object]:
    return lambda personne, session: Utilisateur.objects.using(OWNER).filter(pk=personne.pk).update(**champs)


def _session(**champs: object) -> Callable[[Utilisateur, Session], object]:
    return lambda personne, session: Session.objects.using(OWNER).filter(pk=session.pk).update(**champs)


def _provisoire(personne: Utilisateur, session: Session) -> None:
    """The session is the one that has just used the provisional password."""
    _session(verifiee=False)(personne, session)
    _utilisateur(mot_de_passe_provisoire=True, mot_de_passe_fin=session.debut)(personne, session)


def _sans_facteur(personne: Utilisateur, session: Session) -> None:
    _session(verifiee=False)(personne, session)
    FacteurTotp.objects.using(OWNER).filter(utilisateur=personne).delete()


ACTEURS: dict[str, Acteur] = {
    "anonyme": Client,
    "cookie forgé": lambda: usine.client("forgé"),
    "session finie": _etat(_session(fin=datetime(2020, 1, 1, tzinfo=UTC))),
    "suspendu": _etat(_utilisateur(suspension=datetime(2020, 1, 1, tzinfo=UTC))),
    "mot de passe provisoire": _etat(_provisoire),
    "mot de passe à renouveler": _etat(_utilisateur(mot_de_passe_a_changer=True)),
    "charte à accepter": _etat(_utilisateur(charte="")),
    "sans second facteur": _etat(_sans_facteur),
    "code à saisir": _etat(_session(verifiee=False)),
    "sans habilitation": lambda: _personne(Role.AGENT),
    "agent": lambda: usine.client(usine.agent("T1").cle),
    "administrateur": lambda: _personne(Role.ADMINISTRATEUR),
    "caf": lambda: _personne(Role.CAF),
    "controleur": lambda: _personne(Role.CONTROLEUR),
    "dpo": lambda: _personne(Role.DPO),
}
CONNECTES = ("agent", "administrateur", "caf", "controleur", "dpo")
PUBLIQUES = (
    "connexion", "deconnexion", "sante", "mentions_legales", "accessibilite", "information_allocataires", "journal_confidentialite",
    "qui_voit_quoi", "transparence", "contacts", "documents", "document_vierge", "suivi_documents", "suivi_document",
    "demande", "demande_envoyee", "demande_confirmer", "demande_suivi",
    "mot_de_passe_oublie", "identifiant_perdu", "recuperation_envoyee", "mot_de_passe_nouveau", "aide", "aide_guide_public",
)  # fmt: skip
# What each actor gets, besides the public pages: « entre », « 403 », or the page where the gate sends it.
RENVOIS = {
    "anonyme": "connexion", "cookie forgé": "connexion", "session finie": "connexion", "suspendu": "connexion",
    "mot de passe provisoire": "mot_de_passe", "mot de passe à renouveler": "mot_de_passe", "charte à accepter": "charte",
    "sans second facteur": "enrolement", "code à saisir": "code",
}  # fmt: skip
ETAPES = {
    "mot_de_passe": ("mot de passe provisoire", "mot de passe à renouveler"), "charte": ("charte à accepter",),
    "enrolement": ("sans second facteur",), "code": ("code à saisir",),
}  # fmt: skip
CONNECTEES = (
    "accueil", "session_prolonger", "pas_moi", "mon_compte", "compte_confirmer", "compte_mot_de_passe", "compte_application", "compte_codes",
    "compte_fermer", "justifications", "justification", "sondages", "sondage", "aide_guide", "aide_codes",
)  # fmt: skip
# These answer by another page: signed out, or to be confirmed first.
RENVOIENT = ("deconnexion", "pas_moi", "compte_fermer", "compte_mot_de_passe", "compte_application", "compte_codes")
CONTROLE = (
    "controle", "controle_journal", "controle_violation", "controle_lecture", "controle_suite", "controle_exporter", "controle_exports",
    "controle_export_decider", "controle_export_fichier", "controle_alertes", "controle_alerte", "controle_alerte_acte",
    "controle_sondages", "controle_sondages_organisme", "controle_sondage_trancher",
    "controle_campagnes", "controle_campagne_ouvrir", "controle_campagne", "controle_chiffres",
)  # fmt: skip
DPO = (
    "controle_acces", "controle_acces_lecture", "controle_acces_ecrire", "controle_lettre", "controle_lettre_fichier",
    "controle_dpo", "controle_dpo_destructions", "controle_dpo_oppositions", "controle_dpo_registre", "controle_dpo_registre_fichier",
)  # fmt: skip
OUTILS = ("outils", "outil", "outil_dossier", "outil_imprimer")
AGENTS = (
    "recherche", "consultation", "imprimer", "extrait", "extrait_pdf", "signaler", "opposition", "mes_consultations",
    "suivre", "suivis", "suivis_vus", "suivi", "suivi_arreter", "prise_en_main", "prise_en_main_etape", *OUTILS,
)  # fmt: skip
# Who writes to a caisse: a person of a partner, with or without a habilitation.
PARTENAIRES = ("aide_contact",)

HABILITATIONS = (
    "habilitations", "groupes", "groupe", "groupe_creer", "groupe_modifier", "groupe_rattacher", "groupe_acte", "groupe_apercu",
    "utilisateurs", "utilisateur", "utilisateur_creer", "utilisateur_modifier", "utilisateur_fonction", "utilisateur_rattacher",
    "utilisateur_acte", "utilisateurs_importer", "utilisateurs_modele", "rattachement_retirer", "retrait_decider", "reponse",
    "administrateurs", "administrateur_proposer", "administrateur_partir", "revue", "revue_confirmer", "revue_clore", "revue_preuve",
    "controles", "sondage_trancher", "campagne",
)  # fmt: skip


def attendu(nom: str, acteur: str) -> str:
    """The row of an address for an actor. Raises KeyError for an address that has no row."""
    if nom.startswith("admin:"):
        return RENVOIS.get(acteur, "entre" if acteur == "caf" else "403")
    if nom in PUBLIQUES:
        return "entre"
    if nom in ETAPES:
        return "entre" if acteur in ETAPES[nom] else RENVOIS.get(acteur, "accueil")
    if nom in CONNECTEES:
        return RENVOIS.get(acteur, "entre")
    if nom in PARTENAIRES:
        return RENVOIS.get(acteur, "entre" if acteur in ("sans habilitation", "agent", "administrateur") else "403")
    if nom in AGENTS:
        return RENVOIS.get(acteur, "entre" if acteur == "agent" else "403")
    if nom in CONTROLE:
        return RENVOIS.get(acteur, "entre" if acteur in ("controleur", "dpo") else "403")
    if nom in DPO:
        return RENVOIS.get(acteur, "entre" if acteur == "dpo" else "403")
    if nom in HABILITATIONS:
        return RENVOIS.get(acteur, "entre" if acteur == "administrateur" else "403")
    raise KeyError(nom)


# What an address is made of, when it is not a ticket.
PARTIES: dict[str, dict[str, object]] = {
    "document_vierge": {"genre": "convention"},
    **{nom: {"lecture": uuid4()} for nom in ("controle_lecture", "controle_suite", "controle_exporter")},
    **{nom: {"lecture": uuid4()} for nom in ("controle_acces_lecture", "controle_acces_ecrire")},
    **{nom: {"lettre": uuid4()} for nom in ("controle_lettre", "controle_lettre_fichier")},
    **{nom: {"export": uuid4()} for nom in ("controle_export_decider", "controle_export_fichier")},
    "suivi_documents": {"reference": uuid4()},
    "suivi_document": {"reference": uuid4(), "document": 1},
    "revue_clore": {"ligne": 1},
    "revue_preuve": {"revue": 1},
    **{nom: {"groupe": 1} for nom in ("groupe", "groupe_modifier", "groupe_rattacher", "groupe_apercu")},
    **{nom: {"utilisateur": 1} for nom in ("utilisateur", "utilisateur_modifier", "utilisateur_fonction", "utilisateur_rattacher")},
    "groupe_acte": {"groupe": 1, "acte": "clore"},
    "utilisateur_acte": {"utilisateur": 1, "acte": "clore"},
    "rattachement_retirer": {"affectation": 1},
    "retrait_decider": {"retrait": 1},
    "reponse": {"question": 1},
    "justification": {"alerte": 1},
    "sondage": {"sondage": 1},
    "sondage_trancher": {"sondage": 1, "verdict": "confirmee"},
    "campagne": {"campagne": 1},
    "controle_campagne": {"campagne": 1},
    "controle_sondages_organisme": {"mois": "1990-01", "organisme": 1},
    "controle_sondage_trancher": {"mois": "1990-01", "organisme": 1, "sondage": 1, "verdict": "confirmee"},
    "outil": {"nom": "quotient-familial"},
    **{nom: {"ticket": uuid4(), "nom": "quotient-familial"} for nom in ("outil_dossier", "outil_imprimer")},
    "aide_guide": {"slug": "agent"},
    "aide_guide_public": {"slug": "se-connecter"},
    "prise_en_main_etape": {"etape": "numero"},
    "controle_alerte": {"alerte": 1},
    "controle_alerte_acte": {"alerte": 1, "acte": "clore"},
}
TOUTES = sorted({nom for nom, _ in barriere.vues()})
ADRESSES = [nom for nom in TOUTES if not nom.startswith("admin:")]
ADMINISTRATION = [nom for nom in TOUTES if nom.startswith("admin:")]


def adresse(nom: str) -> str:
    for arguments in (PARTIES.get(nom, {}), {"ticket": uuid4()}, {"reference": uuid4()}, {"jeton": "inconnu"}, {"acte": "application"}):
        try:
            return reverse(nom, kwargs=arguments)
        except NoReverseMatch:
            continue
    raise KeyError(nom)


def administration(nom: str) -> str:
    for arguments in (
        {},
        {"object_id": "921"},
        {"app_label": "conventions"},
        {"signalement": 1},
        {"numero": 1},
        {"numero": 1, "acte": "clore"},
    ):
        with suppress(NoReverseMatch):
            return reverse(nom, kwargs=arguments)
    raise AssertionError(nom)


def test_every_address_has_a_row() -> None:
    assert len(ADMINISTRATION) >= 6
    for nom in ADRESSES:
        attendu(nom, "agent")
    assert set(ADRESSES) == {*PUBLIQUES, *ETAPES, *CONNECTEES, *PARTENAIRES, *AGENTS, *CONTROLE, *DPO, *HABILITATIONS}


def test_every_view_says_who_may_enter() -> None:
    assert [erreur for erreur in run_checks(tags=["security"]) if erreur.id == "cdap.E001"] == []


@pytest.mark.parametrize("acteur", ACTEURS)
@pytest.mark.parametrize("methode", ["get", "post"])
def test_the_gate_answers_as_the_matrix_says(base: None, acteur: str, methode: str) -> None:
    navigateur = ACTEURS[acteur]()
    for nom in ADRESSES:
        reponse = getattr(navigateur, methode)(adresse(nom))
        if nom in RENVOIENT:  # the session may be over
            navigateur = ACTEURS[acteur]()
        prevu = attendu(nom, acteur)
        if prevu == "entre":
            assert reponse.status_code in (200, 204, 302, 303, 404, 405), (nom, reponse.status_code)
            if reponse.status_code == 302 and nom not in RENVOIENT:
                raise AssertionError((nom, acteur, reponse["Location"]))
        elif prevu == "403":
            assert reponse.status_code == 403, (nom, acteur)
        else:
            assert reponse.status_code == 302, (nom, acteur, reponse.status_code)
            assert reponse["Location"].split("?")[0] == reverse(prevu), (nom, acteur)


@pytest.mark.parametrize("acteur", [acteur for acteur in ACTEURS if acteur != "caf"])
def test_nobody_but_the_caf_enters_the_administration(base: None, acteur: str) -> None:
    """Where the CAF itself may go is walked in `tests/administration`."""
    navigateur = ACTEURS[acteur]()
    for nom in ADMINISTRATION:
        for methode in (navigateur.get, navigateur.post):
            reponse = methode(administration(nom))
            prevu = attendu(nom, acteur)
            assert (reponse.status_code == 403) if prevu == "403" else reponse["Location"].split("?")[0] == reverse(prevu), (nom, acteur)


def test_an_unknown_address_of_the_administration_says_nothing_to_others(base: None) -> None:
    assert Client().get("/admin/conventions/nulle-part/").status_code == 404


def test_the_near_miss_of_a_ticket_is_a_404(base: None) -> None:
    """Bob has the same right as Alice, on other tickets."""
    alice, bob, numero = usine.agent("T1"), usine.agent("T1"), usine.dossier()
    demande = {"cadre": alice.groupe.pk, "caisse": "921", "numero": numero, "motif": "suivi_social", "non_opposition": "on"}
    ticket = usine.client(alice.cle).post(reverse("recherche"), demande)["Location"]
    assert usine.client(alice.cle).get(ticket).status_code == 200
    outil = "outils/ages-et-parts/"
    for suite in ("", "extrait/", "extrait/pdf/", "signaler/", "opposition/", outil):
        assert usine.client(bob.cle).get(ticket + suite).status_code == 404
    for suite in ("imprimer/", "extrait/", "signaler/", "opposition/", outil, f"{outil}imprimer/"):
        assert usine.client(bob.cle).post(ticket + suite, {"sujet": "famille"}).status_code == 404


def test_a_view_that_says_nothing_is_closed(base: None, rf: object) -> None:
    from django.core.exceptions import PermissionDenied

    portier = barriere.Barriere(lambda request: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(PermissionDenied):
        portier.process_view(object(), lambda request: None, (), {})  # type: ignore[arg-type]
