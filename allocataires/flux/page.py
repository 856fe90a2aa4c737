"""The words of `docs/format-echange.md` that the types do not hold."""

from typing import Any

FORMES = {
    r"^[0-9]{3}$": "trois chiffres",
    r"^[0-9]{7}$": "sept chiffres",
    r"^[0-9A-Z]{1,12}$": "1 à 12 chiffres ou majuscules",
    r"^[0-9A-Z]{4,8}$": "4 à 8 chiffres ou majuscules",
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "date `AAAA-MM-JJ`, avec `00` pour le mois ou le jour inconnus",
    r"^[0-9][0-9AB][0-9]{3}$": "code Insee de la commune, cinq caractères",
    r"^[1-478][0-9]{4}[0-9AB]{2}[0-9]{6}([0-9]{2})?$": "13 caractères, ou 15 avec la clé",
    r"^0[0-9]{9}$": "dix chiffres, sans espace",
    r"^[0-9][0-9AB][0-9]$": "trois caractères",
    r"^[0-9][0-9AB][0-9][A-Z][0-9]{5}$": "neuf caractères",
    r"^[0-9A-Z]{1,11}$": "1 à 11 chiffres ou majuscules",
}
SIMPLES = {
    "string": "texte",
    "boolean": "`true` ou `false`",
    "number": "montant en euros, deux décimales au plus",
    "date": "date `AAAA-MM-JJ`",
    "date-time": "instant avec son fuseau, par exemple `2026-07-06T06:00:00+02:00`",
}
NOTES = {
    "numero": "Les zéros de tête comptent",
    "operation": "`enregistrer` par défaut ; les autres sont décrites plus haut",
    "etat": "`affilie` par défaut ; un dossier `mute` ou `clos` ne s'ouvre plus, et n'est gardé que vide",
    "opposition": "Absente, elle laisse celle du dernier envoi",
    "fournisseur": "`CNAF` par défaut",
    "famille.situation": "Code SITFAM de la Cnaf : CEL, MAR, PAC, VIM, DIV, SEF…",
    "identite.responsable.nationalite": "Française, communautaire ou autre",
    "identite.conjoint.nationalite": "Française, communautaire ou autre",
    "logement.statut_occupation": "Code TYPEOCCLOG de la Cnaf : LOC, PRO, ACC, HGP…",
    "logement.code_bailleur": "Il met le dossier dans le champ de ce bailleur, sauf si l’aide est versée à l’allocataire",
    "rsa.partenaire": "Le département, sur trois caractères (`092`) ; il met le dossier dans son champ",
    "rsa.instructeurs": "Département, type de service, commune, agrément ; il met le dossier dans le champ de ce service",
    "rsa.etat": "Code ETATDOSRSA de la Cnaf : 2, ouvert et versable ; 5, clos…",
    "droits.code": "AF, CF, ASF, RSA, PPA, AAH, APL…",
    "creances.nature": "Code NATCRE de la Cnaf",
    "creances.motif": "Code MOTIINDU de la Cnaf. L’origine d’un indu et sa responsabilité ne se transmettent pas",
    "ressources_annuelles.nature": "Code NATRESS de la Cnaf",
    "ressources_trimestrielles.nature": "Code NATRESS de la Cnaf",
    "ajustements.nature": "Code ABANEU de la Cnaf : A, abattement ; N, neutralisation",
    "activites.activite": "Code ACT de la Cnaf",
    "paiements.operation": "Code TYPEOPECOMPTA de la Cnaf",
    "rsa_composantes.nature": "Code NATPF de la Cnaf",
    "rsa_decisions.motif": "Code de la liste du genre : MOTISUSVERSRSA, MOTISUSDRORSA, MOTICLORSA",
}
EXEMPLE = {
    "caisse": "921",
    "numero": "9900001",
    "donnees_au": "2026-07-06T06:00:00+02:00",
    "rubriques": {
        "identite": {
            "responsable": {
                "civilite": "MME",
                "nom_naissance": "EXEMPLE",
                "prenoms": "Camille",
                "date_naissance": "1988-03-00",
                "sexe": "F",
            }
        },
        "enfants": [{"nom_naissance": "EXEMPLE", "prenoms": "Noé", "date_naissance": "2018-05-14", "sexe": "M", "a_charge": True}],
        "quotient": {"annee": 2026, "mois": 7, "valeur": 717, "annee_calcul": 2026, "mois_calcul": 7},
    },
}
_DESIGNATION = {"caisse": "921", "numero": "9900001", "donnees_au": "2026-09-01T06:00:00+02:00"}
EXEMPLES_D_ACTES: dict[str, dict[str, Any]] = {
    "clore": {"operation": "clore", **_DESIGNATION},
    "muter": {"operation": "muter", **_DESIGNATION, "vers": {"caisse": "441", "numero": "9900077"}},
    "opposition": {"operation": "opposition", **_DESIGNATION, "opposition": True},
}
AVANT = """# Le format d'échange des dossiers

Cette page est engendrée par `manage.py documenter` à partir des types de `allocataires/rubriques/`, qui contrôlent chaque
import. `format-echange.schema.json` dit la même chose en JSON Schema.

## Le fichier

Un fichier de texte en UTF-8, **un dossier ou un acte par ligne**, chaque ligne étant un objet JSON complet. Les lignes vides sont
passées. Une ligne ne dépasse pas un million d'octets.

Un dossier fictif, sur une ligne :

```json
{exemple}
```

## Les opérations

Une ligne sans `operation`, ou avec `"operation": "enregistrer"`, crée le dossier ou le remplace. Trois actes portent sur un dossier que le
portail connaît déjà ; chacun tient aussi sur une ligne :

| `operation` | Exemple | Effet |
|---|---|---|
| `clore` | `{clore}` | le dossier est clos et **vidé** : ce qui ne peut plus être montré n'est plus gardé |
| `muter` | `{muter}` | le dossier est muté et vidé ; le portail retient où il se poursuit. L'ancien numéro répond comme un numéro inconnu |
| `opposition` | `{opposition}` | l'opposition seule change, dans un sens ou dans l'autre |

- Une opposition connue sur l'ancien numéro vaut pour le nouveau, et pour ceux qui le suivent, sans qu'il faille la renvoyer. Le nouveau
  dossier s'enregistre par sa propre ligne, avant ou après la mutation.
- `clore` et `muter` sont ignorés, et comptés, quand le portail a des données plus récentes ; `opposition`, quand une ligne plus récente a
  parlé de l'opposition.
- Un acte sur un dossier qui n'existe pas est **refusé** avec sa raison, jamais perdu en silence : renvoyez-le après le dossier. Dans un
  fichier, l'ordre des lignes compte alors : le dossier d'abord.
- Un enregistrement plus récent rouvre un dossier clos ou muté. Une réponse partielle (API Particulier) ne le fait pas : elle est ignorée.

## Ce que fait l'import

```
manage.py importer_dossiers FICHIER… [--caisse CODE] [--numero-depuis NUMERO] [--refaire]
```

- Le dossier est connu par sa caisse et son numéro : **le numéro seul n'est pas unique**.
- Une ligne **remplace tout** ce que le portail savait du dossier, sauf l'opposition quand elle n'est pas dite. Une rubrique absente est
  une rubrique inconnue.
- Aucun envoi ne lève une opposition que la Caf a inscrite à son registre : le dossier est opposé si l'un ou l'autre le dit.
- Les paiements de plus de 24 mois avant `donnees_au`, au foyer ou à un tiers, ne sont pas gardés.
- Un dossier plus ancien (`donnees_au`) que celui du portail est ignoré, et compté ; ce qu'il dit de l'opposition compte quand rien de
  plus récent n'en a parlé. Quand un fichier dit deux fois le même dossier,
  le plus récent est gardé ; à date égale, le dernier du fichier.
- Une ligne fautive est refusée avec son numéro et sa raison, sans qu'aucune de ses valeurs soit répétée ; les autres sont chargées. Le
  statut de la commande vaut alors 1.
- Un mauvais fichier (vide, binaire, dans un autre codage, d'un autre format, avec une ligne démesurée) est refusé en entier :
  rien n'en est chargé.
- L'écriture se fait par lots de 5 000 dossiers, chacun dans sa transaction : un dossier n'est jamais écrit à moitié. La place dans le
  fichier est écrite avec le lot : un import interrompu se relance tel quel, et reprend après le dernier lot écrit.
- Un fichier chargé en entier et sans refus, reconnu au SHA-256 de son contenu, n'est pas chargé de nouveau ; `--refaire` y oblige. Un
  fichier dont une ligne a été refusée peut être renvoyé tel quel. Deux imports du même fichier à la fois : le second est refusé.
- Un fichier qui change pendant sa lecture interrompt l'import.
- Chaque import est inscrit : nom du fichier, SHA-256, comptes, durée, raisons des refus (page « Imports » de l'administration). Les lignes
  refusées, qui portent des données personnelles, sont gardées chiffrées sept jours au plus (`CDAP_IMPORT_LIGNES_JOURS`), mille par import.
- Le journal dit quand un import commence et comment il finit ; il nomme le fichier par le début du SHA-256 de son contenu.

## Les champs

Une donnée qui n'est pas connue s'omet. Un champ que la page ne nomme pas fait refuser la ligne. Les nombres ne sont pas entre guillemets.
"""
APRES = """## Les réponses d'API Particulier

La même commande charge des réponses d'API Particulier : un tableau JSON d'objets `{cas, parametres, reponse}`. Une réponse ne dit
qu'une partie du dossier : **les rubriques qu'elle ne porte pas sont gardées**, ainsi que l'état, l'opposition et les codes d'accès. De
l'identité et de la famille, les champs qu'elle ne porte pas sont gardés aussi, tant que la date de naissance de la personne est la même.

| Réponse | Numéro et caisse | Rubriques |
|---|---|---|
| Version 2, quotient familial | `numeroAllocataire`, de 1 à 7 chiffres, et `codePostal` | identité, adresse, enfants, quotient |
| Version 3, quotient familial | aucun : `--caisse` et `--numero-depuis` | identité, adresse, enfants, quotient |
| Version 3, participation familiale EAJE | aucun : `--caisse` et `--numero-depuis` | identité, adresse, enfants, famille, ressources |
| RSA, prime d'activité | — | refusées : elles ne portent pas d'identité |

- `--caisse` complète aussi la version 2 là où le département a plusieurs caisses (Pyrénées-Atlantiques) ou n'en a pas. La Corse se
  partage d'après les codes postaux : 200 et 201, Corse-du-Sud ; 202 et 206, Haute-Corse.
- `--numero-depuis` donne les numéros dans l'ordre des réponses qui portent une identité, d'un fichier à l'autre. Une réponse refusée
  garde le sien : la corriger ne décale pas les suivants.
- Le premier allocataire est le responsable du dossier, le deuxième son conjoint. Un nom qui arrive d'un bloc reste d'un bloc.
- Une date de naissance illisible est laissée de côté, avec un avertissement ; le dossier est chargé.
- Un quotient sans valeur est « non connu », motif `indisponible`.
- `donnees_au` est le premier jour du mois de calcul du quotient ; à défaut celui du mois du quotient (version 2) ; à défaut l'instant de
  l'import (participation familiale). C'est la date dont la réponse répond elle-même.

## Le flux « RSA bénéficiaires » de la Cnaf

La même commande charge le flux XML mensuel ou quotidien (VRSB), reconnu à son contenu, quel que soit son nom. Il ne dit qu'une partie du
dossier : **ce qu'il ne porte pas est gardé**, rubrique par rubrique et champ par champ. Les listes sont remplacées en entier ; d'un enfant
retrouvé par sa date de naissance et ses prénoms, la résidence alternée, le partage des prestations et l'AEEH sont gardés. L'état,
l'opposition et les services instructeurs, dont il ne dit rien, restent ceux du dossier.

| Élément du flux | Champ du dossier |
|---|---|
| `Organisme` | `caisse` (un code d'avant une fusion devient celui d'aujourd'hui) ; `numero`, les sept premiers chiffres des quinze |
| `Personne`, rôle DEM ou RDO ; à défaut le premier CJT | `identite.responsable` |
| `Personne`, rôle CJT | `identite.conjoint` |
| `Personne`, rôle ENF | `enfants` ; `a_charge` d'après TOPCHAPERS de la prestation PFA |
| `Identification` | civilité, noms, prénoms, date de naissance (TYPEDTNAI : `00` pour ce qui n'est pas connu), sexe, NIR |
| `SituationFamille`, `Grossesse` (tant qu'elle n'a pas fini) | `famille`, avec le nombre d'enfants et d'autres personnes à charge |
| `Adresse` de rang 01 | `adresse`, en France ou à l'étranger |
| `DossierCAF`, DDRATDOS | `affiliation.depuis` |
| `OrganismeCedant`, `OrganismePrenant` | `affiliation`, la mutation la plus récente ; le dossier n'en est pas clos |
| `Activite` | `activites` |
| `RessourcesMensuelles` | `ressources_trimestrielles` ; ce que marque ABANEU, `ajustements` |
| `Partenaire`, `DemandeRSA`, `EtatDossierRSA` | `rsa` : département, numéro et date de la demande, état |
| `MontantsCalculDroitRSA` | `rsa` : MTTOTDRORSA, MTREVMINIGARARSA, MTRESSMENRSA, MTPFRSA, MTALRSA |
| TOPFOYDRODEVORSA ; à défaut TOPPERSDRODEVORSA d'une personne | `rsa.droits_et_devoirs` |
| `DetailCalculDroitRSA` | `rsa_composantes` |
| `Refus`, `SuspensionDroit`, `SuspensionVersement`, `FinDroit`, `FinDroitMoisAnterieur` | `rsa_decisions` |

- Le reste n'est pas gardé : contrôles, anomalies, événements, pensions alimentaires, avis du département (dont celui de payer un tiers).
- `donnees_au` est la fin du jour DTREF pour un flux mensuel, l'instant de sa création pour un flux quotidien.
- NATFLUX doit valoir D : les flux d'anomalies ne se chargent pas.
- Un foyer sans caisse, sans numéro sûr ou sans responsable est refusé, avec son rang dans le fichier ; un foyer d'un autre organisme
  que la Caf aussi. Une date impossible, un montant démesuré, un NIR mal formé sont laissés de côté, avec un avertissement, et le reste
  du foyer est chargé. Un code inconnu est gardé.
- Le nombre de foyers annoncé à la fin est comparé à ce qui a été lu : une différence est un avertissement.
- Le fichier est lu en entier avant que rien ne soit chargé : tronqué, mal formé, dans un autre codage que celui qu'il annonce
  (windows-1252, ISO-8859-1 ou UTF-8), ou avec une définition de type (DOCTYPE), il est refusé.
"""
