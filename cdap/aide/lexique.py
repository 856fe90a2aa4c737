"""« Ce que veut dire chaque code »: the lists of `allocataires.codes`, as one page."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from allocataires import codes
from allocataires.codes import Liste
from cdap.aide.guides import ancre


@dataclass(frozen=True, slots=True)
class Entree:
    """A code in words; `code` is « » when it is the portal's own word, which no letter of the CAF bears."""

    ancre: str
    code: str
    libelle: str
    sens: str
    suite: str


@dataclass(frozen=True, slots=True)
class Rayon:
    """A list of codes."""

    ancre: str
    titre: str
    entrees: tuple[Entree, ...]


LISTES: tuple[tuple[str, Liste], ...] = (
    ("État du dossier", codes.ETATS_DU_DOSSIER),
    ("Situation familiale", codes.SITUATIONS),
    ("Activité", codes.ACTIVITES),
    ("Prestations", codes.PRESTATIONS),
    ("Mode de garde", codes.MODES_DE_GARDE),
    ("État du RSA", codes.ETATS_RSA),
    *((f"RSA : {codes.GENRES[genre].libelle.lower()}", liste) for genre, liste in codes.MOTIFS_RSA.items()),
    ("Ressources", codes.NATURES),
    ("Abattements et neutralisations", codes.AJUSTEMENTS),
    ("Quotient familial non connu", codes.MOTIFS_QF_ABSENT),
    ("Occupation du logement", codes.OCCUPATIONS),
    ("Destinataire de l’aide au logement", codes.DESTINATAIRES),
    ("Opérations de paiement", codes.OPERATIONS),
    ("Paiements à un tiers", codes.TIERS),
    ("Créances", codes.CREANCES),
    ("Motifs d’une dette", codes.MOTIFS_INDU),
    ("Échéances", codes.ECHEANCES),
    ("Mesures de protection", codes.PROTECTIONS),
)


@cache
def rayons() -> tuple[Rayon, ...]:
    """Return the lists in the order of a dossier, each code with its place in the page."""
    return tuple(Rayon(ancre(titre), titre, tuple(_entrees(ancre(titre), liste))) for titre, liste in LISTES)


def _entrees(rayon: str, liste: Liste) -> Iterator[Entree]:
    for code, mot in liste.items():
        yield Entree(f"{rayon}-{code}", code if code.isupper() or code.isdigit() else "", mot.libelle, mot.sens, mot.suite)
