"""The rules that live in PostgreSQL: schema `cdap` (functions, views, limits) and the grants, rebuilt whole by `manage.py migrer`.

Tables belong to Django's migrations, in schema `public`. Everything here is dropped first and made again after, because a view
blocks the change of a column that it shows; nothing is lost, for nothing here holds data but the limits, which are settings.
"""

from pathlib import Path

from allocataires import codes, oppositions
from allocataires.flux import fusion
from allocataires.matrice import sql as matrice
from allocataires.matrice import suivis
from audit.controle import motifs
from audit.controle.alertes import mots
from audit.controle.sondages import mots as mots_des_sondages
from audit.journal import actions
from cdap import conservation
from cdap.aide import sujets
from cdap.environnement import MOIS_DE_CONSERVATION_MIN, Environnement
from conventions import etats, reference, textes
from conventions.listes import connue, une_a_une
from conventions.models import Demande, Document
from conventions.models.contrats import RANGS
from habilitations.models import LigneRevue
from habilitations.models.prise_en_main import Etape
from habilitations.models.vie import DE_L_ADMINISTRATEUR

RACINE = Path(__file__).resolve().parent.parent
ROLES_APPLICATIFS = ("cdap_portail", "cdap_caf", "cdap_controle", "cdap_worker", "cdap_flux")
PARAMETRES = (
    "limite_agent_10min",
    "limite_non_affiches_10min",
    "limite_agent_jour",
    "limite_non_affiches_jour",
    "limite_organisme_10min",
    "limite_portail_10min",
    "limite_serie",
    "limite_attente_minutes",
    "limite_formulaires_ip_minute",
    "alerte_dossiers_10min",
    "alerte_dossiers_jour",
    "alerte_organisme_10min",
    "alerte_serie",
    "alerte_meme_dossier",
    "alerte_organismes",
    "alerte_organismes_jours",
    "alerte_nom_courant",
    "alerte_retour_jours",
    "alerte_compte_minutes",
    "justification_rappel_jours",
    "sondage_pour_cent",
    "sondage_minimum",
    "sondage_jours",
    "sondage_relance_jours",
    "conseil_non_affiches",
    "serie_ecart",
    "session_minutes",
    "session_minutes_administrateur",
    "session_heures",
    "connexion_echecs_ip_heure",
    "ticket_minutes",
    "cle_secondes",
    "extrait_minutes",
    "document_mo",
    "journal_mois",
    "demandes_ip_heure",
    "demandes_courriel_jour",
    "demande_brouillon_jours",
    "recuperations_ip_heure",
    "recuperations_jour",
    "identifiants_envois_jour",
    "retrait_facteur_jours",
    "import_lignes_jours",
    "suivi_jours",
    "suivi_maximum",
    "suivi_garde_jours",
    "controle_lecture_minutes",
    "controle_export_jours",
    "controle_export_heures",
    "controle_homonymes",
    "acces_retenue_heures",
    "contact_ticket_jours",
    "contact_en_attente",
)

# What a function reads for somebody who may not read it becomes constants of its plans, and any session may ask for the plans.
DISCRETION = """
do $$ declare v regprocedure; begin
  for v in select p.oid from pg_proc p where p.pronamespace = 'cdap'::regnamespace
    and (p.prosecdef or p.prorettype = 'trigger'::regtype or p.proname like 'fusionner%')
  loop
    execute format('alter routine %s set client_min_messages = warning set debug_print_parse = off set debug_print_rewritten = off '
      'set debug_print_plan = off', v);
  end loop;
end $$;
"""


def demolition() -> str:
    """Return the SQL that drops what `construction` makes and takes every grant back."""
    roles = ", ".join(ROLES_APPLICATIFS)
    return f"""
drop schema if exists cdap cascade;
do $$ declare v record; begin
  for v in select tablename, policyname from pg_policies where schemaname = 'public' loop
    execute format('drop policy %I on public.%I', v.policyname, v.tablename);
  end loop;
end $$;
revoke all on all tables in schema public from {roles};
revoke all on all sequences in schema public from {roles};
revoke all on all functions in schema public from {roles};
"""  # noqa: S608 (the names of the roles are ours)


def construction(environnement: Environnement) -> str:
    """Return the SQL that makes schema `cdap` and its grants, each file after those that it needs."""
    pieces = [
        _fondations(environnement),
        actions.sql(),
        reference.sql(),
        etats.sql(),
        textes.sql(),
        connue("demande_genre_connu", ["p_genre"], une_a_une(Demande.Genre.values)),
        connue("document_genre_connu", ["p_genre"], une_a_une(Document.Genre.recus())),
        f"create function cdap.rangs() returns int[] language sql immutable as $f$ select array{list(RANGS)} $f$;",
        connue("revue_a_decider", ["p_decision"], une_a_une(LigneRevue.Decision.a_decider())),
        connue("decision_d_administrateur", ["p_genre"], une_a_une(DE_L_ADMINISTRATEUR)),
        _fichier("audit/journal/sql/journal.sql"),
        _fichier("audit/journal/sql/scellement.sql"),
        _fichier("audit/journal/sql/purge.sql"),
        _fichier("cdap/sql/maintenance.sql"),
        _fichier("envois/sql/envois.sql"),
        _fichier("conventions/sql/en_vigueur.sql"),
        _fichier("conventions/sql/actes.sql"),
        _fichier("conventions/sql/droits.sql"),
        _fichier("conventions/sql/documents.sql"),
        _fichier("conventions/sql/demandes.sql"),
        _fichier("habilitations/sql/en_vigueur.sql"),
        _fichier("habilitations/sql/journal.sql"),
        _fichier("habilitations/sql/connexion.sql"),
        _fichier("habilitations/sql/session.sql"),
        _fichier("habilitations/sql/perimetre.sql"),
        _fichier("habilitations/sql/acces.sql"),
        _fichier("habilitations/sql/comptes.sql"),
        _fichier("habilitations/sql/premiere_connexion.sql"),
        _fichier("habilitations/sql/recuperation.sql"),
        _fichier("habilitations/sql/compte.sql"),
        _fichier("habilitations/sql/decisions.sql"),
        _fichier("habilitations/sql/espace.sql"),
        f"create function cdap.prise_en_main_etapes() returns text[] language sql immutable as $f$ select array{Etape.values} $f$;",
        _fichier("habilitations/sql/prise_en_main.sql"),
        _fichier("habilitations/sql/identifiants.sql"),
        _fichier("habilitations/sql/administrateurs.sql"),
        _fichier("habilitations/sql/revues.sql"),
        _fichier("habilitations/sql/adresses.sql"),
        _fichier("habilitations/sql/supervision.sql"),
        codes.sql(),
        _fichier("habilitations/sql/consultation.sql"),
        _fichier("allocataires/sql/reductions.sql"),
        oppositions.sql(),
        _fichier("allocataires/sql/oppositions.sql"),
        _fichier("allocataires/sql/limites.sql"),
        _fichier("allocataires/sql/porte.sql"),
        fusion.sql(),
        _fichier("allocataires/sql/imports.sql"),
        _fichier("allocataires/sql/consultations.sql"),
        matrice.options(environnement),
        suivis.sql(),
        _fichier("allocataires/sql/extraits.sql"),
        matrice.sql(),
        _fichier("audit/controle/sql/perimetre.sql"),
        _fichier("audit/controle/sql/extraction.sql"),
        connue("controle_motif_connu", ["p_motif"], une_a_une(motifs.MOTIFS)),
        _fichier("audit/controle/sql/lectures.sql"),
        _fichier("audit/controle/sql/exports.sql"),
        connue("regle_discrete", ["p_regle"], une_a_une(mots.DISCRETES)),
        connue("defaillance_connue", ["p_motif"], une_a_une(mots.DEFAILLANCES)),
        connue("acces_noms_connu", ["p_noms"], une_a_une(motifs.NOMS)),
        _fichier("audit/controle/sql/acces.sql"),
        _fichier("audit/controle/sql/alertes_regles.sql"),
        _fichier("audit/controle/sql/alertes.sql"),
        connue("justification_cas_connu", ["p_cas"], une_a_une(mots.CAS)),
        _fichier("audit/controle/sql/justifications.sql"),
        connue("sondage_cas_connu", ["p_cas"], une_a_une(mots_des_sondages.CAS)),
        _fichier("audit/controle/sql/sondages.sql"),
        _fichier("audit/controle/sql/campagnes.sql"),
        _fichier("audit/controle/sql/chiffres.sql"),
        _fichier("cdap/sql/annonces.sql"),
        connue("contact_sujet_connu", ["p_sujet"], une_a_une(sujets.SUJETS)),
        _fichier("cdap/sql/contact.sql"),
        _fichier("cdap/sql/administration.sql"),
        conservation.sql(),
        _fichier("cdap/sql/dpo.sql"),
        DISCRETION,
    ]
    return "\n".join(pieces)


def _fondations(environnement: Environnement) -> str:
    """Return the schema, closed by default, and the limits, which the owner alone writes."""
    roles = ", ".join(ROLES_APPLICATIFS)
    lignes = ", ".join(f"('{nom}', {getattr(environnement, nom)})" for nom in PARAMETRES)
    mois_min = MOIS_DE_CONSERVATION_MIN if environnement.mode == "production" else 1
    return f"""
alter default privileges revoke execute on functions from public;
revoke execute on all functions in schema public from public;
create schema cdap;
grant usage on schema cdap to {roles};
create table cdap.parametre (nom text primary key, valeur int not null,
  constraint journal_mois_legal check (nom <> 'journal_mois' or valeur >= {mois_min}));
insert into cdap.parametre values {lignes};
"""  # noqa: S608 (names are ours, values are integers)


def _fichier(chemin: str) -> str:
    return (RACINE / chemin).read_text(encoding="utf-8")
