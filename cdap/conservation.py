"""What is kept, for how long, and who destroys it: one line for each table. `docs/conservation.md` and `cdap.passe_oublier` come from here.

A table without a line, or with a date older than its line says, fails the tests (`tests/cdap/test_conservation.py`).
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from allocataires.formats import nombre

LOT = 5000
MOIS = "six mois"
TOUJOURS = "permanente"
COMPTE = "celle du compte"
DONNEES = "celle du fichier de la Caf"
TRAVAILLEUR = "le travailleur"
PERSONNE = "personne"
TOUTES = ("*",)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it says of people, how long, who destroys it.

    `efface` is the date from which six months are counted before a row is deleted; `vide`, the column that is emptied six months after the
    date `depuis`, when the row itself stays; `anciennes`, the dates that may be older, and `raison` says why. `temoin` is the date whose
    oldest value proves the rest: it is `efface` or `depuis` when there is one.
    """

    nom: str
    contenu: str
    duree: str
    par: str
    efface: str = ""
    vide: str = ""
    depuis: str = ""
    anciennes: tuple[str, ...] = ()
    raison: str = ""
    temoin: str = ""

    @property
    def preuve(self) -> str:
        """Return the column whose oldest value the officer reads, or « » where nothing is ever destroyed."""
        return self.temoin or self.efface or self.depuis


def en_clair(texte: str) -> str:
    """Return what a line says as a person reads it: how many days, and not the name of the setting that gives them."""
    return re.sub(r"CDAP_(\w+_JOURS)", lambda nom: nombre(getattr(settings.ENVIRONNEMENT, nom[1].lower()), "jour"), texte)


def _gardee(nom: str, contenu: str, raison: str, duree: str = TOUJOURS) -> Table:
    return Table(nom, contenu, duree, PERSONNE, anciennes=TOUTES, raison=raison)


ACTE = "acte : la preuve de qui a décidé quoi est archivée pour toujours"
REFERENCE = "référence, sans personne"
FILE = "sept jours après la fin"

INVENTAIRE = (
    Table("audit_trace", "qui a fait quoi, quand, d’où, sur quel dossier", MOIS, "le travailleur, par jours entiers", temoin="ts"),
    Table("audit_chaine", "hachages des traces", MOIS, "avec leurs traces", temoin="jour"),
    _gardee("audit_scellement", "hachages signés", "la preuve des jours, sans donnée personnelle"),
    _gardee("audit_destruction", "jours détruits, dernier rang et hachage", "la preuve de la destruction, sans donnée personnelle"),
    _gardee("audit_horloge", "jusqu’à quand l’horloge de la purge a été sûre", REFERENCE),
    Table("allocataires_consultation", "numéro demandé, par qui, quand, pourquoi (le ticket)", MOIS, TRAVAILLEUR, efface="debut"),
    Table("allocataires_cle", "clés de lecture", "une minute", TRAVAILLEUR, temoin="fin"),
    Table("allocataires_extrait", "extraits en PDF, chiffrés", "une heure", TRAVAILLEUR, temoin="demande"),
    Table("allocataires_seuil", "limites atteintes", "celle de la limite, trente jours au plus", TRAVAILLEUR, temoin="fin"),
    Table(
        "allocataires_signalement", "ce qu’un agent a signalé sur un dossier", "six mois après son traitement", TRAVAILLEUR,
        efface="traite", anciennes=("instant",), raison="tant qu’il n’est pas traité, il attend sa réponse",
    ),
    Table(
        "allocataires_suivi", "qui suit quel dossier, pourquoi, jusqu’à quand", "CDAP_SUIVI_GARDE_JOURS après la fin du suivi", TRAVAILLEUR,
    ),
    Table(
        "allocataires_notification", "quelle rubrique d’un dossier suivi a changé, quand ; rien d’autre", MOIS, TRAVAILLEUR,
        efface="instant",
    ),
    _gardee("allocataires_opposition", "oppositions des allocataires", "registre : elle vaut jusqu’à sa levée, et se prouve après"),
    _gardee("allocataires_contenu", "données des dossiers", "copie en lecture seule du fichier de la Caf", DONNEES),
    _gardee("allocataires_dossier", "numéros et champs de portée des dossiers", "copie en lecture seule du fichier de la Caf", DONNEES),
    _gardee("allocataires_mutation", "anciens numéros de dossiers", "copie en lecture seule du fichier de la Caf", DONNEES),
    _gardee("allocataires_import", "imports : fichier, comptes", "aucune donnée personnelle"),
    _gardee(
        "allocataires_lignesignalee", "raisons des refus ; la ligne, chiffrée, CDAP_IMPORT_LIGNES_JOURS",
        "la raison n’a pas de donnée personnelle",
    ),
    Table("habilitations_session", "sessions : personne, adresse, début, activité", MOIS, TRAVAILLEUR, efface="debut"),
    Table("habilitations_tentative", "essais de connexion : adresse, instant", MOIS, TRAVAILLEUR, efface="instant"),
    Table("habilitations_recuperation", "mots de passe oubliés : adresse, instant", "deux jours", TRAVAILLEUR, temoin="instant"),
    Table("habilitations_avis", "avis de connexion : adresse, instant", MOIS, TRAVAILLEUR, efface="instant"),
    Table("habilitations_formulaires", "formulaires d’une adresse", "cinq minutes", TRAVAILLEUR),
    Table(
        "habilitations_codesecours", "codes de secours, hachés", "celle du second facteur ; six mois après usage", TRAVAILLEUR,
        efface="utilisation",
    ),
    Table(
        "habilitations_consultationsuspendue", "consultations suspendues par une limite", "six mois après la levée", TRAVAILLEUR,
        efface="levee", anciennes=("instant",), raison="une suspension dure jusqu’à sa levée",
    ),
    _gardee("habilitations_facteurtotp", "second facteur, chiffré", "sert à chaque connexion", COMPTE),
    _gardee("habilitations_utilisateur", "identité, courriel, fonction, rôle", "un compte clos reste l’auteur de ses actes"),
    _gardee("habilitations_utilisateur_caisses", "périmètre du personnel", "va avec le compte"),
    _gardee("habilitations_priseenmain", "étapes de la prise en main, et leur date", "l’administrateur voit qui l’a faite", COMPTE),
    _gardee("habilitations_affectation", "qui était dans quel groupe", ACTE),
    _gardee("habilitations_groupe", "groupes", ACTE),
    _gardee("habilitations_groupe_codes_acces", "codes d’accès des groupes", ACTE),
    _gardee("habilitations_acces", "accès ouverts et fermés", ACTE),
    _gardee("habilitations_decision", "décisions sur les comptes et les groupes", ACTE),
    _gardee("habilitations_avisdecision", "à qui une décision a été dite", ACTE),
    _gardee("habilitations_mesure", "questions et mesures de la Caf", ACTE),
    _gardee("habilitations_renouvellement", "renouvellements ordonnés", ACTE),
    _gardee("habilitations_retraitfacteur", "retraits de seconds facteurs", ACTE),
    _gardee("habilitations_revue", "revues annuelles", ACTE),
    _gardee("habilitations_lignerevue", "décisions des revues", ACTE),
    Table("controle_lettre", "lettres de droit d’accès en PDF, chiffrées", "une heure", TRAVAILLEUR, temoin="demande"),
    Table(
        "controle_lecture", "ce qu’un contrôleur demande à voir du journal, numéro compris", "trente minutes", TRAVAILLEUR, temoin="debut"
    ),
    Table(
        "controle_export", "ce qu’un export demande, numéro compris, qui l’a décidé", "un jour ; sept sans décision", TRAVAILLEUR,
        temoin="demande",
    ),
    Table(
        "controle_alerte", "alertes : quel agent, quelle règle, quelles traces", "six mois après le dernier fait", TRAVAILLEUR,
        efface="dernier", anciennes=("debut", "ouverte"), raison="des faits qui se suivent font une seule alerte",
    ),
    Table("controle_alerte_lecture", "quelle alerte un contrôleur demande à lire", "une minute", TRAVAILLEUR, temoin="fin"),
    Table("controle_alerte_acte", "ce qui a été demandé, répondu et décidé d’une alerte", "celle de l’alerte", "avec leur alerte"),
    Table("controle_avis", "à qui une alerte a été dite, quand", MOIS, TRAVAILLEUR, efface="instant"),
    _gardee("controle_passage", "jusqu’où les règles ont lu le journal", REFERENCE, "jusqu’au passage suivant"),
    _gardee("controle_retard", "d’où une règle qui a échoué relira le journal", REFERENCE, "jusqu’à ce qu’elle passe"),
    _gardee("controle_tirage", "tirages au sort : consultations, tirées", "des comptes par organisme et par mois, sans personne"),
    Table(
        "controle_sondage", "consultations tirées au sort : quel agent, quel ticket, sa réponse, sa confirmation",
        "six mois après la consultation", TRAVAILLEUR, efface="quand",
    ),
    _gardee("controle_campagne", "campagnes de contrôle : qui demande, pourquoi, pour quand", ACTE),
    _gardee("controle_campagne_ligne", "campagnes de contrôle : qui a confirmé la fonction de qui", ACTE),
    Table("controle_reseau", "réseaux d’où chaque agent s’est connecté", MOIS, TRAVAILLEUR, efface="dernier"),
    _gardee("controle_leurre", "dossiers leurres", "personne n’y existe", DONNEES),
    Table(
        "controle_chiffre_jour", "combien d’actes, par jour, organisme et profil ; personne n’y est nommé", MOIS, TRAVAILLEUR, efface="jour"
    ),
    _gardee("controle_transparence", "totaux de la page publique", "texte public", "jusqu’au compte suivant"),
    Table("envois_envoi", "courriels : lequel, sur quoi, quand", MOIS, TRAVAILLEUR, efface="cree"),
    Table("procrastinate_jobs", "tâches : identifiants et codes", FILE, TRAVAILLEUR),
    Table("procrastinate_events", "vie des tâches", FILE, "avec leurs tâches", temoin="at"),
    Table("procrastinate_periodic_defers", "dernier passage des tâches périodiques", "jusqu’au suivant", TRAVAILLEUR),
    Table("procrastinate_workers", "travailleurs en vie", "une minute sans nouvelle", TRAVAILLEUR),
    Table(
        "auditlog_logentry", "qui a changé quel champ de la configuration, quand ; de quelle adresse, six mois", TOUJOURS,
        "le travailleur, pour l’adresse", vide="remote_addr", depuis="timestamp", anciennes=("timestamp",),
        raison="histoire de la configuration ; aucune entrée de connexion n’y est écrite",
    ),
    Table("django_admin_log", "rien : le journal de l’administration de Django est éteint", "aucune", PERSONNE),
    Table(
        "conventions_demande", "demandes de convention, coordonnées du demandeur ; adresse du dépôt, six mois",
        "permanente ; CDAP_DEMANDE_BROUILLON_JOURS si elle n’est pas confirmée", TRAVAILLEUR,
        vide="ip", depuis="creation", anciennes=TOUTES, raison=ACTE,
    ),
    _gardee("conventions_demande_profils", "profils demandés", ACTE),
    _gardee("conventions_demande_services", "services demandés", ACTE),
    _gardee("conventions_demandecaisse", "réponses des caisses", ACTE),
    _gardee("conventions_acte", "vie des conventions", ACTE),
    _gardee("conventions_bulletin", "bulletins d’adhésion des administrateurs", ACTE),
    _gardee("conventions_convention", "conventions", ACTE),
    _gardee("conventions_contrat", "contrats de service", ACTE),
    _gardee("conventions_contrat_caisses", "caisses des contrats", ACTE),
    _gardee("conventions_contrat_profils", "profils des contrats", ACTE),
    _gardee("conventions_codeacces", "codes d’accès", ACTE),
    _gardee("conventions_document", "documents signés, chiffrés", ACTE),
    _gardee("conventions_organisme", "partenaires et leurs contacts", ACTE),
    _gardee("conventions_caisse", "caisses et leurs contacts", REFERENCE),
    _gardee("conventions_codehistorique", "anciens codes de caisses", REFERENCE),
    _gardee("conventions_profil", "profils", REFERENCE),
    _gardee("conventions_service", "services", REFERENCE),
    Table(
        "cdap_contact", "messages d’un agent à sa Caf, et leur réponse", "six mois après la réponse", TRAVAILLEUR,
        efface="repondue", anciennes=("cree", "prise"), raison="tant qu’il n’a pas sa réponse, il l’attend",
    ),
    _gardee("cdap_annonce", "annonces du portail", "texte public"),
    _gardee("parametre", "limites", REFERENCE),
    _gardee("auth_group", "rien : inutilisée", REFERENCE),
    _gardee("auth_group_permissions", "rien : inutilisée", REFERENCE),
    _gardee("auth_permission", "noms des modèles", REFERENCE),
    _gardee("django_content_type", "noms des modèles", REFERENCE),
    _gardee("django_migrations", "versions de la base", REFERENCE),
)  # fmt: skip


def oublier() -> int:
    """Delete and empty what is too old, a few thousand rows in a transaction; return how many. Called by the worker."""
    total = 0
    while True:
        with connection.cursor() as curseur:
            curseur.execute("select cdap.passe_oublier(%s)", [LOT])
            nombre = int(curseur.fetchone()[0])
        total += nombre
        if nombre < LOT:  # whatever table it is of, less than a lot is the end of each
            return total


def sql() -> str:
    """Return the function that deletes and empties what the inventory says, on the journal's clock: at most p_lot rows of each table."""
    lignes = [(t.nom, t.efface, "") for t in INVENTAIRE if t.efface] + [(t.nom, t.depuis, t.vide) for t in INVENTAIRE if t.vide]
    valeurs = ",\n    ".join(str(ligne) for ligne in lignes)
    temoins = ",\n    ".join(map(_temoin, filter(lambda table: table.preuve, INVENTAIRE)))
    return f"""
create function cdap.passe_oublier(p_lot int) returns int
language plpgsql security definer set search_path = cdap, public, pg_temp set timezone = 'UTC' as $f$
declare v_debut timestamptz := cdap.conservation_debut(); v_table text; v_date text; v_vide text; v_nombre int; v_total int := 0; begin
  for v_table, v_date, v_vide in values
    {valeurs}
  loop
    if v_vide = '' then
      execute format('with p as (select x.ctid from %1$I x where x.%2$I < $1 limit $2 for update skip locked)
        delete from %1$I t using p where t.ctid = p.ctid', v_table, v_date) using v_debut, p_lot;
    else
      execute format('with p as (select x.ctid from %1$I x where x.%2$I < $1 and x.%3$I is not null limit $2 for update skip locked)
        update %1$I t set %3$I = null from p where t.ctid = p.ctid', v_table, v_date, v_vide) using v_debut, p_lot;
    end if;
    get diagnostics v_nombre = row_count;
    continue when v_nombre = 0;
    v_total := v_total + v_nombre;
    perform cdap.journal_ecrire(null, null, null, null, 'journal', 'purger', 'accorde', concat_ws('.', v_table, nullif(v_vide, '')),
      null, null, 'lignes : ' || v_nombre, null);
  end loop;
  return v_total;
end $f$;
grant execute on function cdap.passe_oublier to cdap_worker;

-- The oldest row of each table that is destroyed or emptied, for the officer (`sql/dpo.sql` grants it); `attend`: a day after its time.
create function cdap.dpo_conservation(p_session text) returns table (nom text, ancienne timestamptz, attend boolean)
language plpgsql security definer set search_path = cdap, public, pg_temp set timezone = 'UTC' as $f$
declare v_limite timestamptz := cdap.conservation_debut() - interval '1 day'; v_date text; v_si text; v_mois text; begin
  if not exists (select 1 from cdap.controleur(p_session) q where q.role = 'dpo') then return; end if;
  for nom, v_date, v_si, v_mois in values
    {temoins}
  loop
    execute format('select min(x.%I)::timestamptz from %I x where %s', v_date, nom, v_si) into ancienne;
    attend := v_mois = 'oui' and coalesce(ancienne < v_limite, false);
    return next;
  end loop;
end $f$;
"""  # noqa: S608 (the names are ours)


def _temoin(table: Table) -> str:
    """Return a row of `dpo_conservation`: the table, its date, the rows that count, and whether six months end them."""
    lignes = f"x.{table.vide} is not null" if table.vide else "true"
    return str((table.nom, table.preuve, lignes, "oui" if table.duree == MOIS or table.efface or table.vide else ""))


def markdown() -> str:
    """Return `docs/conservation.md`."""
    lignes = [f"| `{t.nom}` | {t.contenu} | {t.duree} | {t.par} | {t.raison} |" for t in INVENTAIRE]
    return DOCUMENT + "\n".join(lignes) + "\n"


DOCUMENT = """# Ce qui est gardé, et combien de temps

Cette page est engendrée par `manage.py documenter`, de l'inventaire de `cdap/conservation.py`. Un essai lit toutes les tables de la base :
une table sans ligne ici, ou une date plus ancienne que sa ligne ne le permet, le fait échouer.

« Six mois » est `CDAP_JOURNAL_MOIS`, en mois calendaires, comptés de la trace vers l'avant et en temps universel (UTC) : une trace du 31
août à midi expire le 28 février à midi (le 29 d'une année bissextile). Expirée, une trace n'est plus lue par personne, à l'instant même ;
elle est détruite avec son jour, quand la dernière trace de ce jour a expiré, au plus tard vingt-quatre heures après. Les autres tables
suivent la même horloge, dans l'heure. Chaque destruction laisse une trace (`journal`, `purger`), et celle d'un jour du journal une preuve
(`audit_destruction`).

Hors de la base :

| Copie | Durée |
|---|---|
| sauvegardes et journaux de transactions | trente jours au plus ; restaurée, une sauvegarde est purgée au premier passage du travailleur |
| fichiers d'import et leurs refus | `CDAP_IMPORT_LIGNES_JOURS` ; leurs rapports, sans donnée personnelle, restent |
| journaux techniques | six mois au plus, réglés par l'hébergeur ; ils ne portent ni numéro, ni nom, ni adresse de courriel |
| extraits du journal pour une affaire ouverte (`manage.py extraire_journal`) | la date écrite dans l'extrait, par qui l'a demandé |
| scellements publiés | pour toujours : des hachages, sans donnée personnelle |

| Table | Ce qu'elle dit | Durée | Détruite par | Pourquoi plus longtemps |
|---|---|---|---|---|
"""
