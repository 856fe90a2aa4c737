"""The words behind the codes of a dossier (domain §2.6, §2.7, §2.9). A code that is not here is shown as such, never guessed."""

from collections.abc import Mapping

from conventions.listes import connue, une_a_une

# SITFAM
SITUATIONS = {
    "ABA": "Disparition (jugement d’absence)",
    "CEL": "Célibat",
    "DIV": "Divorce",
    "ISO": "Isolement après vie maritale ou Pacs",
    "MAR": "Mariage",
    "PAC": "Pacs",
    "RPA": "Reprise de vie commune (Pacs)",
    "RVC": "Reprise de vie maritale",
    "RVM": "Reprise de vie commune (mariage)",
    "SEF": "Séparation de fait",
    "SEL": "Séparation légale",
    "VEU": "Veuvage",
    "VIM": "Vie maritale",
}
EN_COUPLE = frozenset({"MAR", "PAC", "RPA", "RVC", "RVM", "VIM"})  # as cdap.vit_en_couple in sql/reductions.sql

# TYPEOCCLOG
OCCUPATIONS = {
    "ACC": "Propriétaire, avec charges de remboursement",
    "BAL": "Forfait logement à appliquer",
    "HCG": "Hébergement collectif gratuit",
    "HCO": "Hébergement collectif onéreux",
    "HGP": "Hébergement gratuit par des particuliers",
    "HOP": "Hébergement onéreux par des particuliers",
    "HOT": "Hôtel",
    "LOC": "Locataire ou sous-locataire",
    "OLI": "Occupation inconnue",
    "PRO": "Propriétaire, sans charges de remboursement",
    "SRG": "Sans résidence stable, avec forfait logement",
    "SRO": "Sans résidence stable, sans forfait logement",
}

# ETATDOSRSA
ETATS_RSA = {
    "0": "Nouvelle demande, en attente de la décision du département",
    "1": "Droit refusé",
    "2": "Droit ouvert et versable",
    "3": "Droit ouvert et suspendu (montant calculable)",
    "4": "Droit ouvert, versement suspendu (montant non calculable)",
    "5": "Droit clos",
    "6": "Droit clos sur un mois antérieur, avec régularisation",
    "Z": "Non défini",
}
ETATS_RSA_COURTS = {
    "0": "Demande en attente",
    "1": "Refusé",
    "2": "Ouvert",
    "3": "Suspendu",
    "4": "Suspendu",
    "5": "Clos",
    "6": "Clos",
    "Z": "Non défini",
}

PRESTATIONS = {
    "AAH": "Allocation aux adultes handicapés",
    "AEEH": "Allocation d’éducation de l’enfant handicapé",
    "AES": "Allocation d’éducation spéciale, devenue AEEH",
    "AF": "Allocations familiales",
    "AJPA": "Allocation journalière du proche aidant",
    "AJPP": "Allocation journalière de présence parentale",
    "ALF": "Allocation de logement familiale",
    "ALS": "Allocation de logement sociale",
    "API": "Allocation de parent isolé, devenue RSA majoré",
    "APL": "Aide personnalisée au logement",
    "ARS": "Allocation de rentrée scolaire",
    "ASF": "Allocation de soutien familial",
    "CF": "Complément familial",
    "CLCA": "Complément de libre choix d’activité, devenu PreParE",
    "CMG": "Complément de libre choix du mode de garde",
    "COLCA": "Complément optionnel de libre choix d’activité",
    "PAJEAB": "Prestation d’accueil du jeune enfant, allocation de base",
    "PAJEPN": "Prestation d’accueil du jeune enfant, prime à la naissance ou à l’adoption",
    "PPA": "Prime d’activité",
    "PREPARE": "Prestation partagée d’éducation de l’enfant (congé parental)",
    "RCB": "RSA activité local (historique)",
    "RCD": "RSA activité (historique)",
    "RCI": "RSA activité majoré (historique)",
    "RCJ": "RSA activité jeune (historique)",
    "RCU": "RSA activité, contrat aidé (historique)",
    "RMI": "Revenu minimum d’insertion, devenu RSA",
    "RSA": "Revenu de solidarité active",
    "RSB": "RSA socle local",
    "RSD": "RSA socle",
    "RSI": "RSA socle majoré",
    "RSJ": "RSA jeune",
    "RSU": "RSA socle, contrat aidé",
}
# The families of benefits by which some profiles see a part of a list, or a total (◐ of docs/matrice.md).
FAMILLES = {
    "activite": frozenset({"PPA"}),
    "familiale": frozenset({"AEEH", "AES", "AF", "AJPP", "API", "ARS", "ASF", "CF", "CLCA", "CMG", "COLCA", "PAJEAB", "PAJEPN", "PREPARE"}),
    "logement": frozenset({"ALF", "ALS", "APL"}),
    "rsa": frozenset({"RCB", "RCD", "RCI", "RCJ", "RCU", "RMI", "RSA", "RSB", "RSD", "RSI", "RSJ", "RSU"}),
}
# What people say; for the others, the code is what they say.
PRESTATIONS_COURTES = {"PPA": "prime d’activité", "PAJEAB": "Paje", "PAJEPN": "prime à la naissance", "PREPARE": "PreParE"}

# NATCRE
CREANCES = {
    "INK": "Indu de RSA socle",
    "INL": "Indu de RSA socle majoré",
    "INM": "Indu de RSA socle local",
    "INN": "Indu de RSA activité",
    "INP": "Indu de RSA activité",
    "INS": "Indu de RSA activité local",
}

# Why the RSA or its payment stopped, by genre of decision: MOTISUSVERSRSA, MOTISUSDRORSA, MOTICLORSA.
MOTIFS_RSA = {
    "suspension_versement": {
        "01": "Ressources trop élevées",
        "06": "Déclaration trimestrielle de ressources non fournie",
        "CG": "Sanction décidée par le département",
    },
    "suspension_droit": {"DA": "Situation de famille", "DB": "Ressources"},
    "fin": {"PCG": "Décision du département", "ECH": "Quatre mois sans droit", "MUT": "Mutation vers une autre caisse"},
    "refus": {},
}

ECHEANCES = {
    "DTR": "Déclaration trimestrielle de ressources",
    "RESSOURCES": "Déclaration de ressources",
}

MOTIFS_QF_ABSENT = {
    "ressources_absentes": "les ressources de la famille manquent",
    "non_droit": "pas de droit sur cette période",
    "indisponible": "la valeur n’est pas disponible pour cette période",
}

NATIONALITES = {"F": "Française", "C": "Union européenne ou Suisse", "A": "Autre"}
CIVILITES = {"MME": "Madame", "MR": "Monsieur"}


def mot(table: Mapping[str, str], code: str | None) -> str | None:
    """Return the words of a code, « code X (inconnu) » when the table lacks it, None when there is no code."""
    return None if code is None else table.get(code, f"code {code} (inconnu)")


def prestation(code: str | None) -> str | None:
    """Return the name of a benefit, followed by its code: « Allocations familiales (AF) »."""
    return f"{PRESTATIONS[code]} ({code})" if code in PRESTATIONS else mot({}, code)


def sql() -> str:
    """Return the SQL functions by which the reduced forms know the codes; what they do not know is null or false, hence not shown."""
    familles = " ".join(f"when p_code in ({_liste(codes)}) then '{famille}'" for famille, codes in sorted(FAMILLES.items()))
    motifs = ", ".join(
        f"('{genre}', '{code}', '{libelle.replace(chr(39), chr(39) * 2)}')"
        for genre, table in MOTIFS_RSA.items()
        for code, libelle in table.items()
    )
    choisi = f"select m.libelle from (values {motifs}) as m(genre, code, libelle) where m.genre = p_genre and m.code = p_motif"  # noqa: S608
    return "\n".join(
        [
            _fonction("famille_de_prestation(p_code text)", f"select case {familles} end"),
            connue("creance_du_rsa", ["p_nature"], une_a_une(CREANCES)),
            _fonction("motif_rsa_en_mots(p_genre text, p_motif text)", choisi),
        ]
    )


def _fonction(signature: str, corps: str) -> str:
    return f"create function cdap.{signature} returns text language sql immutable as $f$ {corps} $f$;"


def _liste(codes: frozenset[str]) -> str:
    return ", ".join(f"'{code}'" for code in sorted(codes))
