"""The environment, read strictly: every variable is declared here, parsed, and named in the error when it is wrong.

`docs/exploitation.md` is generated from this declaration, so each description is written for the person who runs the portal.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from typing import Annotated, Literal, Self

from cryptography.fernet import Fernet
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator

PREFIXE = "CDAP_"

Mode = Literal["production", "demo", "test"]
Role = Literal["portail", "caf", "controle", "worker", "flux", "proprietaire"]

ROLES: tuple[Role, ...] = ("portail", "caf", "controle", "worker", "flux", "proprietaire")
MOIS_DE_CONSERVATION_MIN, MOIS_DE_CONSERVATION_MAX = 6, 12


class EnvironnementInvalide(Exception):
    """The environment is wrong; the message names each variable and what to write."""


def _liste(valeur: object) -> object:
    return [mot.strip() for mot in valeur.split(",") if mot.strip()] if isinstance(valeur, str) else valeur


def _interrupteur(valeur: object) -> object:
    return {"on": True, "off": False}.get(valeur, valeur) if isinstance(valeur, str) else valeur


def _adresse(valeur: SecretStr) -> SecretStr:
    if not valeur.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("une adresse commence par postgresql://")
    return valeur


def _cle_fernet(cle: str) -> str:
    Fernet(cle)
    return cle


def _site(adresse: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?", adresse):
        raise ValueError("une adresse publique commence par https:// et n'a pas de chemin")
    return adresse


def _reseau(texte: str) -> str:
    ip_network(texte)
    return texte


Liste = Annotated[list[str], BeforeValidator(_liste)]
ClesFernet = Annotated[list[Annotated[str, AfterValidator(_cle_fernet)]], BeforeValidator(_liste)]
Reseaux = Annotated[list[Annotated[str, AfterValidator(_reseau)]], BeforeValidator(_liste)]
Interrupteur = Annotated[bool, BeforeValidator(_interrupteur), Field(strict=True)]
Dsn = Annotated[SecretStr, AfterValidator(_adresse)]
Site = Annotated[str, AfterValidator(_site)]
Compte = Annotated[int, Field(ge=1, le=1_000_000)]
Secondes = Annotated[int, Field(ge=1, le=3600)]
Serie = Annotated[int, Field(ge=2, le=100)]


class Environnement(BaseModel):
    """The portal's settings as the environment gives them (`CDAP_` + the field's name in capitals)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Mode = Field(description="`production`, `demo` ou `test`. Rien n'est supposé : la variable est obligatoire.")
    role: Role = Field("portail", description="Rôle de base de données du processus. `manage.py` choisit celui de la commande.")

    base_portail: Dsn | None = Field(None, description="Adresse de la base pour le web (rôle `cdap_portail`).")
    base_caf: Dsn | None = Field(None, description="Adresse de la base pour `/admin/` (rôle `cdap_caf`).")
    base_controle: Dsn | None = Field(None, description="Adresse de la base pour `/controle/` (rôle `cdap_controle`).")
    base_worker: Dsn | None = Field(None, description="Adresse de la base pour le travailleur (rôle `cdap_worker`), sans PgBouncer.")
    base_flux: Dsn | None = Field(None, description="Adresse de la base pour les imports (rôle `cdap_flux`), sans PgBouncer.")
    base_proprietaire: Dsn | None = Field(
        None,
        description="Adresse de la base pour les migrations (rôle `cdap_owner`). Le portail refuse de démarrer "
        "en production quand elle est dans son environnement.",
    )

    secret: SecretStr = Field(description="Clé de signature de Django, au moins 50 caractères aléatoires.", min_length=50)
    secrets_anciens: Liste = Field([], description="Clés de signature encore acceptées pendant une rotation, séparées par des virgules.")
    cles_chiffrement: ClesFernet = Field(
        [],
        description="Clés Fernet qui chiffrent les graines des seconds facteurs, les documents des conventions, les extraits et les lignes "
        "refusées par les imports, séparées par des virgules ; la première chiffre, les autres déchiffrent encore. Obligatoire "
        "pour le portail, le travailleur et les imports. Les documents sont gardés pour toujours : une clé qui en a chiffré un "
        "ne se retire jamais.",
    )
    cles_scellement: Annotated[list[SecretStr], BeforeValidator(_liste)] = Field(
        [],
        description="Clés Ed25519 privées qui scellent le journal, séparées par des virgules ; la première signe. Pour le travailleur "
        "seulement : il démarre sans elles, mais ne scelle rien et alerte. `python -m audit.journal.sceaux` en fait une.",
    )
    cles_scellement_publiques: Liste = Field(
        [],
        description="Clés Ed25519 publiques dont les scellements sont crus, séparées par des virgules : celles des clés privées retirées. "
        "Une clé qui a scellé ne se retire jamais d'ici.",
    )
    fichier_sceaux: str = Field(
        "",
        description="Fichier où chaque scellement est publié, une ligne JSON chacun, sur un autre disque que la base. Pour le travailleur, "
        "qui alerte quand il ne peut pas y écrire.",
    )
    proxys: Reseaux = Field(
        [], description="Réseaux des mandataires (proxys) dont l'en-tête X-Forwarded-For est cru, séparés par des virgules."
    )
    admin_reseaux: Reseaux = Field([], description="Réseaux d'où `/admin/` répond, séparés par des virgules. Aucun : il répond à tous.")
    hotes: Liste = Field([], description="Noms d'hôte servis, séparés par des virgules.")
    tls: Interrupteur = Field(True, description="`on`, ou `off` pour servir en http simple (démonstration et tests seulement).")

    delai_requete: Secondes = Field(5, description="Durée maximale d'une instruction SQL du web, en secondes.")
    delai_requete_fond: Secondes = Field(
        120, description="Durée maximale d'une instruction SQL du travailleur et des imports, en secondes."
    )
    delai_verrou: Secondes = Field(3, description="Attente maximale d'un verrou, en secondes.")
    delai_inactif: Secondes = Field(15, description="Durée maximale d'une transaction ouverte qui ne fait rien, en secondes.")
    duree_connexion: Annotated[int, Field(ge=0, le=3600)] = Field(600, description="Durée de vie d'une connexion à la base, en secondes.")

    limite_agent_10min: Compte = Field(
        60, description="Demandes d'un agent en dix minutes, quelle qu'en soit l'issue ; au-delà, il attend."
    )
    limite_non_affiches_10min: Compte = Field(
        10, description="Demandes d'un agent restées sans dossier affiché, en dix minutes ; au-delà, il attend."
    )
    limite_agent_jour: Compte = Field(
        300,
        description="Demandes d'un agent en vingt-quatre heures glissantes ; au-delà, sa consultation est suspendue jusqu'à ce qu'un "
        "administrateur de son organisme, ou la Caf, la rétablisse.",
    )
    limite_non_affiches_jour: Compte = Field(
        40, description="Demandes d'un agent restées sans dossier affiché, en vingt-quatre heures ; au-delà, sa consultation est suspendue."
    )
    limite_organisme_10min: Compte = Field(600, description="Demandes de tous les agents d'un organisme en dix minutes.")
    limite_portail_10min: Compte = Field(20000, description="Demandes de tout le portail en dix minutes.")
    limite_serie: Serie = Field(
        8, description="Numéros d'une même caisse qui se suivent, demandés par un agent en une demi-heure ; arrivé là, il attend."
    )
    limite_attente_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        15, description="Attente de qui a atteint une limite, en minutes ; recommencer trop tôt ne la prolonge pas."
    )
    limite_formulaires_ip_minute: Annotated[int, Field(ge=10, le=10_000)] = Field(
        120, description="Formulaires (requêtes POST) d'une même adresse en une minute."
    )
    alerte_dossiers_10min: Compte = Field(
        30, description="Dossiers différents demandés par un agent en dix minutes, qui lèvent une alerte."
    )
    alerte_dossiers_jour: Compte = Field(
        150, description="Dossiers différents demandés par un agent en vingt-quatre heures, qui lèvent une alerte."
    )
    alerte_organisme_10min: Compte = Field(
        300, description="Demandes de tous les agents d'un organisme en dix minutes, qui lèvent une alerte pour la Caf."
    )
    alerte_serie: Serie = Field(4, description="Numéros d'une même caisse qui se suivent, en une demi-heure, qui lèvent une alerte.")
    alerte_meme_dossier: Compte = Field(5, description="Ouvertures d'un même dossier par un agent en trente jours, qui lèvent une alerte.")
    alerte_organismes: Annotated[int, Field(ge=2, le=100)] = Field(
        4, description="Organismes différents qui ouvrent un même dossier, dans le nombre de jours suivant, et lèvent une alerte."
    )
    alerte_organismes_jours: Annotated[int, Field(ge=1, le=60)] = Field(7, description="Ce nombre de jours.")
    alerte_nom_courant: Annotated[int, Field(ge=2, le=10_000)] = Field(
        10,
        description="Organismes dont un agent porte le même nom, à partir desquels ce nom est courant : le trouver dans un dossier ne lève "
        "plus d'alerte à lui seul.",
    )
    alerte_retour_jours: Annotated[int, Field(ge=1, le=180)] = Field(
        60, description="Jours sans connexion après lesquels la connexion suivante lève une alerte."
    )
    alerte_compte_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        10, description="Minutes entre la création d'un compte et sa première demande de dossier, en deçà desquelles une alerte est levée."
    )
    alertes_secondes: Annotated[int, Field(ge=1, le=3600)] = Field(
        30, description="Intervalle entre deux passages du travailleur qui cherche dans le journal de quoi lever des alertes, en secondes."
    )
    justification_jours: Annotated[int, Field(ge=1, le=90)] = Field(
        15, description="Jours laissés à un agent pour expliquer ce qui a levé une alerte ; sans réponse, sa consultation est suspendue."
    )
    justification_rappel_jours: Annotated[int, Field(ge=1, le=30)] = Field(
        3, description="Jours avant l'échéance d'une explication attendue, où l'agent qui n'a pas répondu reçoit un rappel, une fois."
    )
    sondage_pour_cent: Annotated[int, Field(ge=1, le=100)] = Field(
        1, description="Part des consultations d'un organisme tirée au sort chaque mois, en pour cent."
    )
    sondage_minimum: Annotated[int, Field(ge=1, le=100)] = Field(
        3, description="Consultations d'un organisme tirées au sort chaque mois, au moins ; toutes, s'il y en a moins."
    )
    sondage_jours: Annotated[int, Field(ge=1, le=60)] = Field(
        15,
        description="Jours laissés à un agent pour dire quel cas était une consultation tirée au sort, puis à un administrateur pour le "
        "confirmer ; sans réponse de l'agent, sa consultation est suspendue.",
    )
    sondage_relance_jours: Annotated[int, Field(ge=1, le=60)] = Field(
        7, description="Jours entre le rappel aux administrateurs et le moment où leur confirmation revient au contrôle."
    )
    conseil_non_affiches: Annotated[int, Field(ge=1, le=100)] = Field(
        5, description="Demandes de suite sans dossier affiché, après lesquelles le refus conseille de vérifier le numéro."
    )
    serie_ecart: Annotated[int, Field(ge=0, le=1000)] = Field(
        5, description="Écart entre deux numéros en deçà duquel ils se suivent ; 0 : les suites ne sont pas comptées."
    )
    session_minutes: Annotated[int, Field(ge=3, le=60)] = Field(15, description="Inactivité qui ferme la session d'un agent, en minutes.")
    session_minutes_administrateur: Annotated[int, Field(ge=3, le=60)] = Field(
        10, description="Inactivité qui ferme la session d'un administrateur ou du personnel de la Caf, en minutes."
    )
    session_heures: Annotated[int, Field(ge=1, le=24)] = Field(8, description="Durée d'une session, quoi qu'il arrive, en heures.")
    connexion_echecs_ip_heure: Compte = Field(100, description="Échecs de connexion d'une même adresse en une heure.")
    ticket_minutes: Annotated[int, Field(ge=1, le=60)] = Field(15, description="Durée de vie d'un ticket de consultation, en minutes.")
    cle_secondes: Annotated[int, Field(ge=1, le=30)] = Field(5, description="Durée de vie d'une clé de lecture, en secondes.")
    extrait_minutes: Annotated[int, Field(ge=5, le=60)] = Field(
        60, description="Minutes après lesquelles un PDF fait à la demande (extrait d'un dossier, lettre de droit d'accès) est effacé."
    )

    suivi_jours: Annotated[int, Field(ge=1, le=90)] = Field(
        90, description="Jours pendant lesquels un agent suit un dossier ; au-delà, il le consulte de nouveau pour continuer."
    )
    suivi_maximum: Annotated[int, Field(ge=1, le=200)] = Field(50, description="Dossiers qu'un agent suit à la fois, au plus.")
    suivi_garde_jours: Annotated[int, Field(ge=1, le=60)] = Field(
        30, description="Jours après lesquels un suivi fini est effacé, avec ce qu'il a signalé."
    )

    controle_lecture_minutes: Annotated[int, Field(ge=5, le=120)] = Field(
        30, description="Minutes pendant lesquelles une lecture du journal, demandée et tracée, montre ses lignes."
    )
    controle_export_jours: Annotated[int, Field(ge=1, le=31)] = Field(
        7, description="Jours pendant lesquels un export du journal attend qu'une seconde personne en décide."
    )
    controle_export_heures: Annotated[int, Field(ge=1, le=168)] = Field(
        24, description="Heures pendant lesquelles un export du journal approuvé peut être téléchargé."
    )
    controle_homonymes: Annotated[int, Field(ge=1, le=200)] = Field(
        50, description="Personnes, ou organismes, qu'un nom peut désigner dans une recherche du journal ; au-delà, il faut préciser."
    )
    acces_retenue_heures: Annotated[int, Field(ge=0, le=168)] = Field(
        24, description="Heures pendant lesquelles une consultation n'est pas encore dite à l'allocataire qui exerce son droit d'accès."
    )

    contact_ticket_jours: Annotated[int, Field(ge=1, le=60)] = Field(
        7, description="Jours pendant lesquels un agent peut joindre la référence d'une de ses consultations à un message pour la Caf."
    )
    contact_en_attente: Compte = Field(
        10, description="Messages d'un agent à la Caf qui peuvent attendre leur réponse en même temps ; au-delà, il attend."
    )

    t2_quotient: Interrupteur = Field(
        False, description="`on` pour que les crèches (T2) voient aussi le quotient familial du mois ; il faut alors relancer `migrer`."
    )
    document_mo: Annotated[int, Field(ge=1, le=20)] = Field(10, description="Taille maximale d'un document déposé, en millions d'octets.")
    demandes_ip_heure: Compte = Field(5, description="Demandes de convention d'une même adresse en une heure.")
    demandes_courriel_jour: Compte = Field(3, description="Demandes de convention d'un même courriel en vingt-quatre heures glissantes.")
    demande_lien_heures: Annotated[int, Field(ge=1, le=168)] = Field(
        72, description="Durée de vie du lien qui confirme le courriel d'une demande de convention, en heures."
    )
    demande_brouillon_jours: Annotated[int, Field(ge=7, le=90)] = Field(
        7, description="Jours après lesquels une demande de convention jamais confirmée est effacée."
    )

    dormance_avertissement_jours: Annotated[int, Field(ge=1, le=365)] = Field(
        75, description="Jours sans connexion après lesquels une personne est avertie que son compte va être suspendu."
    )
    dormance_jours: Annotated[int, Field(ge=2, le=366)] = Field(
        90, description="Jours sans connexion après lesquels un compte est suspendu. Rien n'est jamais effacé."
    )
    revue_mois: Annotated[int, Field(ge=1, le=24)] = Field(12, description="Mois entre deux revues des habilitations d'un organisme.")
    revue_suspension_jours: Annotated[int, Field(ge=1, le=180)] = Field(
        30, description="Jours après l'ouverture d'une revue où les personnes non confirmées sont suspendues."
    )
    revue_cloture_jours: Annotated[int, Field(ge=2, le=365)] = Field(
        60, description="Jours après l'ouverture d'une revue où les comptes non confirmés sont clos."
    )

    journal_mois: Annotated[int, Field(ge=1, le=MOIS_DE_CONSERVATION_MAX)] = Field(
        6, description="Conservation des traces, en mois calendaires ; six au moins, sauf en démonstration et dans les tests."
    )
    journal_jours_ouverts: Annotated[int, Field(ge=7, le=366)] = Field(60, description="Jours du journal ouverts d'avance.")
    chaine_secondes: Secondes = Field(5, description="Intervalle entre deux passages du travailleur qui enchaîne le journal, en secondes.")

    adresse: Site = Field(
        "http://127.0.0.1:8000",
        description="Adresse publique du portail, sans barre finale, pour les liens des courriels. "
        "Obligatoire en production pour le travailleur.",
    )
    courriel_hote: str = Field("localhost", description="Serveur SMTP. Obligatoire en production pour le travailleur.", min_length=1)
    courriel_port: Annotated[int, Field(ge=1, le=65535)] = Field(587, description="Port du serveur SMTP.")
    courriel_tls: Literal["starttls", "tls", "aucun"] = Field(
        "starttls", description="`starttls`, `tls` (dès la connexion) ou `aucun` (relais de la même machine seulement)."
    )
    courriel_utilisateur: str = Field("", description="Compte du serveur SMTP ; vide, il n'en demande pas.")
    courriel_mot_de_passe: SecretStr = Field(SecretStr(""), description="Mot de passe de ce compte.")
    courriel_expediteur: str = Field(
        "cdap@localhost",
        description="Adresse de l'expéditeur, seule ou `Nom <adresse>`. Obligatoire en production pour le travailleur.",
        pattern=r"^[^\r\n]*[^\s<>]+@[^\s<>]+>?$",
    )
    courriel_delai: Annotated[int, Field(ge=1, le=20)] = Field(
        10, description="Attente maximale d'une réponse du serveur SMTP, en secondes."
    )
    courriel_essais: Annotated[int, Field(ge=1, le=200)] = Field(
        30, description="Essais d'un courriel avant son abandon ; espacés d'une minute à une heure, trente durent un jour."
    )
    courriel_dossier: str = Field("", description="Dossier où les courriels sont écrits au lieu d'être envoyés (démonstration seulement).")

    import_lignes_jours: Annotated[int, Field(ge=1, le=30)] = Field(
        7, description="Jours pendant lesquels les lignes refusées par un import sont gardées, chiffrées."
    )
    import_courriel: str = Field(
        "",
        description="Adresse technique avertie quand un import échoue ou refuse des lignes. Vide : personne n'est averti.",
        pattern=r"^([^\s<>@]+@[^\s<>@]+)?$",
    )
    depot: str = Field("", description="Dossier surveillé par `manage.py surveiller_depot`, où arrivent les fichiers à importer.")
    depot_secondes: Secondes = Field(
        5, description="Intervalle entre deux regards sur le dossier de dépôt ; un fichier inchangé entre deux regards est complet."
    )

    preavis_information_jours: Annotated[int, Field(ge=1, le=90)] = Field(
        30, description="Jours avant le dernier jour de dénonciation où le partenaire en est informé."
    )
    recuperations_ip_heure: Compte = Field(
        20, description="Demandes de mot de passe oublié ou d'identifiant perdu d'une même adresse en une heure."
    )
    recuperations_jour: Compte = Field(
        5, description="Demandes pour un même identifiant, ou un même courriel, en vingt-quatre heures glissantes."
    )
    identifiants_envois_jour: Compte = Field(
        5, description="Mots de passe provisoires envoyés à une même personne en vingt-quatre heures glissantes."
    )
    retrait_facteur_jours: Annotated[int, Field(ge=1, le=30)] = Field(
        7, description="Jours pendant lesquels le retrait demandé d'un second facteur peut être confirmé."
    )
    recuperation_minutes: Annotated[int, Field(ge=10, le=1440)] = Field(
        60, description="Durée de vie du lien qui permet de choisir un autre mot de passe, en minutes."
    )
    mot_de_passe_reinitialise_heures: Annotated[int, Field(ge=1, le=24)] = Field(
        24, description="Durée de vie d'un mot de passe provisoire renvoyé à qui ne s'est pas encore connecté, en heures."
    )
    mot_de_passe_provisoire_heures: Annotated[int, Field(ge=1, le=168)] = Field(
        72, description="Durée de vie d'un mot de passe provisoire, en heures."
    )

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.mode == "production":
            if not self.tls:
                raise ValueError("CDAP_TLS : « off » n'est permis qu'en démonstration et dans les tests.")
            if self.role == "portail" and self.base_proprietaire is not None:
                raise ValueError(
                    "CDAP_BASE_PROPRIETAIRE : le portail ne démarre pas avec l'adresse du propriétaire de la base. "
                    "Retirez-la de son environnement ; seules les migrations en ont besoin."
                )
            if self.role == "portail" and self.cles_scellement:
                raise ValueError("CDAP_CLES_SCELLEMENT : le portail ne démarre pas avec les clés du travailleur. Retirez-les.")
            if self.journal_mois < MOIS_DE_CONSERVATION_MIN:
                raise ValueError(
                    "CDAP_JOURNAL_MOIS : les traces sont gardées six mois au moins. Un nombre plus petit n'est permis qu'en démonstration "
                    "et dans les tests."
                )
            if self.role == "portail" and not self.hotes:
                raise ValueError("CDAP_HOTES : donnez au moins un nom d'hôte.")
        if self.dormance_avertissement_jours >= self.dormance_jours:
            raise ValueError("CDAP_DORMANCE_AVERTISSEMENT_JOURS : l'avertissement vient avant la suspension (CDAP_DORMANCE_JOURS).")
        if self.revue_suspension_jours >= self.revue_cloture_jours:
            raise ValueError("CDAP_REVUE_SUSPENSION_JOURS : la suspension vient avant la clôture (CDAP_REVUE_CLOTURE_JOURS).")
        if self.role in ("portail", "worker", "flux") and not self.cles_chiffrement:
            raise ValueError("CDAP_CLES_CHIFFREMENT : donnez au moins une clé Fernet.")
        if self.dsn(self.role) is None:
            raise ValueError(f"CDAP_BASE_{self.role.upper()} : l'adresse de la base manque pour le rôle « {self.role} ».")
        if self.mode == "production":
            self._courriels_de_production()
        return self

    def _courriels_de_production(self) -> None:
        """Refuse a worker whose mails would go nowhere, or whose links would lead nowhere."""
        if self.courriel_dossier:
            raise ValueError("CDAP_COURRIEL_DOSSIER : permis en démonstration et dans les tests seulement.")
        if self.role != "worker":
            return
        for champ in ("courriel_hote", "courriel_expediteur", "adresse"):
            if champ not in self.model_fields_set:
                raise ValueError(f"{PREFIXE}{champ.upper()} : manquante. {type(self).model_fields[champ].description}")
        if not self.adresse.startswith("https://"):
            raise ValueError("CDAP_ADRESSE : une adresse publique commence par https://.")

    def dsn(self, role: Role) -> str | None:
        """Return the PostgreSQL address of a role, or None when the environment has none."""
        valeur: SecretStr | None = getattr(self, f"base_{role}")
        return valeur.get_secret_value() if valeur is not None else None


def lire(variables: Mapping[str, str]) -> Environnement:
    """Return the environment read from `variables` (usually `os.environ`).

    Raises EnvironnementInvalide, whose message has one line a variable; no value is repeated in it, for some are secrets.
    """
    donnees = {nom[len(PREFIXE) :].lower(): valeur for nom, valeur in variables.items() if nom.startswith(PREFIXE)}
    try:
        return Environnement.model_validate(donnees)
    except ValidationError as erreur:
        lignes = [_ligne(str(detail["loc"][0]) if detail["loc"] else "", detail["type"], detail["msg"]) for detail in erreur.errors()]
        raise EnvironnementInvalide("Environnement incomplet ou incorrect :\n" + "\n".join(lignes)) from None


def _ligne(champ: str, genre: str, message: str) -> str:
    variable = PREFIXE + champ.upper()
    if not champ:
        return f"- {message.removeprefix('Value error, ')}"
    if genre == "extra_forbidden":
        proches = get_close_matches(champ, Environnement.model_fields, n=1)
        return f"- {variable} : variable inconnue" + (f" (vouliez-vous dire {PREFIXE}{proches[0].upper()} ?)" if proches else "")
    attendu = Environnement.model_fields[champ].description or ""
    return f"- {variable} : {'manquante' if genre == 'missing' else 'valeur refusée'}. {attendu}"
