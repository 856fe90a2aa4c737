"""The merge of a rubrique of which a source carries some leaves, done by PostgreSQL: nobody else may see what is kept.

The role of the imports writes contents and reads none. What it sends is merged into what is stored by a trigger, which sees the old row
without any privilege of the role, and only where the transaction says that a rubrique is merged (`cdap.fusion`).
"""

from pathlib import Path

from allocataires.flux.ecriture import LISTES, MODIFIABLES
from allocataires.flux.recus import RUBRIQUES

SQL = Path(__file__).resolve().parent.parent / "sql" / "fusion.sql"


def sql() -> str:
    """Return the SQL of the merge, with one line for each rubrique that is an object, and the grants.

    A list is replaced whole, but for the children.
    """
    lignes = [
        f"  if '{nom}' = any(v_fusion) then new.{nom} := cdap.fusionner(old.{nom}, new.{nom}); end if;"
        for nom in RUBRIQUES
        if nom not in LISTES
    ]
    fusion = SQL.read_text(encoding="utf-8").replace(
        "  -- Each rubrique that is an object (allocataires/flux/fusion.py).", "\n".join(lignes)
    )
    droits = [f"grant update ({', '.join(colonnes)}) on public.{table} to cdap_flux;" for table, colonnes in MODIFIABLES.items()]
    return "\n".join([fusion, *droits])
