"""The lists that the database knows too: its functions are made from them, so that the rule stands once."""

import json

from allocataires.codes.creances import CREANCES
from allocataires.codes.prestations import FAMILLES
from allocataires.codes.rsa import MOTIFS_RSA
from conventions.listes import connue, une_a_une


def sql() -> str:
    """Return the SQL functions by which the reduced forms know the codes; what they do not know is null or false, hence not shown."""
    # The family is a constant wherever this is asked: PostgreSQL keeps its list alone.
    familles = " ".join(f"when '{famille}' then p_code in ({_liste(codes)})" for famille, codes in sorted(FAMILLES.items()))
    # A constant that an expression looks up: PostgreSQL puts it in the plan of the view, where a query would be planned at each reading.
    motifs = json.dumps(
        {genre: {code: mot.libelle for code, mot in liste.items()} for genre, liste in MOTIFS_RSA.items()}, ensure_ascii=False
    )
    choisi = f"select '{motifs.replace(chr(39), chr(39) * 2)}'::jsonb -> p_genre ->> p_motif"
    return "\n".join(
        [
            _fonction("est_de_la_famille(p_code text, p_famille text)", "boolean", f"select case p_famille {familles} end"),
            connue("creance_du_rsa", ["p_nature"], une_a_une(CREANCES)),
            _fonction("motif_rsa_en_mots(p_genre text, p_motif text)", "text", choisi),
        ]
    )


def _fonction(signature: str, genre: str, corps: str) -> str:
    return f"create function cdap.{signature} returns {genre} language sql immutable as $f$ {corps} $f$;"


def _liste(codes: frozenset[str]) -> str:
    return ", ".join(f"'{code}'" for code in sorted(codes))
