"""What a profile sees of a rubrique, before and after an import: how a follow knows that something has changed (`sql/suivis.sql`).

Made from the same expressions as the views: a leaf that a profile does not see cannot make it be told anything.
"""

import re
from pathlib import Path

from allocataires.matrice.lignes import MATRICE
from allocataires.matrice.modele import Rubrique
from allocataires.matrice.sql import colonne
from conventions.listes import connue, une_a_une

# Those whose mission is to accompany the same persons over months (design §1.2); the others ask once.
SUIVEURS = ("T1", "T5")
LIBELLES = {rubrique.nom: rubrique.libelle for rubrique in MATRICE}
SQL = Path(__file__).resolve().parent.parent / "sql" / "suivis.sql"
REPERE = "      -- Each rubrique, as each profile sees it (allocataires/matrice/suivis.py)."


def lues(rubrique: Rubrique, profil: str) -> list[str]:
    """Return the columns of the contents that a profile's rubrique is made of; none when it sees nothing of it."""
    return sorted(set(re.findall(r"\bc\.(\w+)", colonne(rubrique, profil) or "")))


def entiere(rubrique: Rubrique, profil: str) -> bool:
    """Return whether the profile sees what it reads as it is stored: every leaf that a CAF sends, of the elements that are kept for it."""
    vus = all(ligne.voit(profil) and profil not in ligne.si for ligne in rubrique.lignes if not ligne.calcul)
    return vus and not rubrique.derivee and profil not in rubrique.option


def _vue(rubrique: Rubrique, profil: str) -> str:
    """Return the function that shows a rubrique as the profile sees it; what holds nothing that it sees is nothing."""
    colonnes = lues(rubrique, profil)
    parametres = ", ".join(f"p_{nom} jsonb" for nom in colonnes)
    contenu = ", ".join(f"p_{nom} as {nom}" for nom in colonnes)
    return f"""create function cdap.{_nom(rubrique, profil)}({parametres}) returns jsonb language plpgsql stable as $f$
begin
  return (select nullif(jsonb_strip_nulls(x.{rubrique.nom}::jsonb), '{{}}')
    from (select {colonne(rubrique, profil)} from (select {contenu}) c) x);
end $f$;"""  # noqa: S608 (the declaration is ours)


def _nom(rubrique: Rubrique, profil: str) -> str:
    return f"suivi_{profil.lower()}_{rubrique.nom}"


def _change(rubrique: Rubrique, profil: str) -> str:
    """Return the condition under which the profile sees this rubrique otherwise, the cheapest part first.

    Columns that are the same are not taken apart, nor elements of them that are. Leaf by leaf, two years of payments cost a quarter of a
    millisecond: where every leaf is seen, the elements are compared whole, and nothing is nothing.
    """
    colonnes, nom = lues(rubrique, profil), _nom(rubrique, profil)
    conditions = ["(" + " or ".join(f"a.{une} is distinct from b.{une}" for une in colonnes) + ")"]
    if profil in rubrique.reduites:
        conditions.append(" is distinct from ".join(re.sub(r"\bc\.", f"{ligne}.", rubrique.elements(profil)) for ligne in ("a", "b")))
    elif entiere(rubrique, profil):
        conditions.append("not (" + " and ".join(f"coalesce({ligne}.{rubrique.nom}, '[]') in ('[]', '{{}}')" for ligne in ("a", "b")) + ")")
    if not entiere(rubrique, profil):
        vues = (", ".join(f"{ligne}.{une}" for une in colonnes) for ligne in ("a", "b"))
        conditions.append(" is distinct from ".join(f"cdap.{nom}({une})" for une in vues))
    return f"when '{profil}' then {' and '.join(conditions)}"


def sql() -> str:
    """Return the SQL of the follows."""
    vues = {rubrique.nom: [(rubrique, profil) for profil in SUIVEURS if lues(rubrique, profil)] for rubrique in MATRICE}
    lignes = [
        f"      case when case p.profil {' '.join(_change(*vue) for vue in qui)} end then '{nom}' end" for nom, qui in vues.items() if qui
    ]
    fonctions = [_vue(*vue) for qui in vues.values() for vue in qui if not entiere(*vue)]
    texte = SQL.read_text(encoding="utf-8").replace(REPERE, ",\n".join(lignes))
    return "\n".join([connue("profil_suit", ["p_profil"], une_a_une(SUIVEURS)), *fonctions, texte])
