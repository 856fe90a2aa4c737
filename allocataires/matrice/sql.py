"""The views `fiche_tN` and their previews `apercu_tN`, made from the matrix.

Each leaf stands by name, inside arrays too: a new key in a rubrique stays hidden.
"""

import json

from allocataires.matrice.foyer import CAISSE, FOYER, NUMERO
from allocataires.matrice.lignes import ENTETE, MATRICE, PROFILS
from allocataires.matrice.modele import Ligne, Rubrique

# What a preview says in the place of what a reading asks: a fictional household opposes nothing, and its months are those it has.
FICTIF = {
    next(ligne.calcul for ligne in ENTETE if ligne.feuille == "opposition"): "false",
    "cdap.annee_en_cours(), 1": f"{FOYER['quotient']['annee']}, 1",
    "cdap.annee_demandee(), cdap.mois_demande()": f"{FOYER['quotient']['annee']}, {FOYER['quotient']['mois']}",
}


def _expression(ligne: Ligne, source: str, profil: str) -> str:
    """Return the SQL of one leaf read in the object `source`."""
    nom = ligne.feuille.rsplit(".", 1)[-1]
    valeur = ligne.calcul or f"cdap.feuille({source} -> '{nom}')"
    condition = ligne.si.get(profil)
    return f"case when {condition} then {valeur} end" if condition else valeur


def _objet(lignes: list[Ligne], source: str, profil: str) -> str:
    """Return the SQL that rebuilds an object from its leaves; null when the source is no object."""
    paires: list[str] = []
    sous_objets: dict[str, list[Ligne]] = {}
    for ligne in lignes:
        tete, point, _ = ligne.feuille.partition(".")
        if point:
            sous_objets.setdefault(tete, []).append(ligne)
        else:
            paires.append(f"'{tete}', {_expression(ligne, source, profil)}")
    for tete, contenues in sous_objets.items():
        dedans = f"{source} -> '{tete}'"
        feuilles = ", ".join(f"'{ligne.feuille.partition('.')[2]}', {_expression(ligne, dedans, profil)}" for ligne in contenues)
        paires.append(f"'{tete}', case when jsonb_typeof({dedans}) = 'object' then json_build_object({feuilles}) end")
    return f"case when jsonb_typeof({source}) = 'object' then json_build_object({', '.join(paires)}) end"


def _colonne(rubrique: Rubrique, profil: str) -> str | None:
    """Return the column of a rubrique, or None when the profile sees nothing of it."""
    lignes = list(rubrique.pour(profil))
    if not lignes:
        return None
    source = rubrique.source(profil)
    if not rubrique.liste:
        return f"{_objet(lignes, source, profil)} as {rubrique.nom}"
    elements = f"jsonb_array_elements(case when jsonb_typeof({source}) = 'array' then {source} else '[]' end) with ordinality as e(v, rang)"
    return f"(select json_agg({_objet(lignes, 'e.v', profil)} order by e.rang) from {elements}) as {rubrique.nom}"  # noqa: S608 (the declaration is ours)


def _colonnes(profil: str) -> str:
    """Return the columns of a profile, read in the key `k`, the dossier `d` and its contents `c`."""
    entete = ["k.profil", *(f"{ligne.calcul} as {ligne.feuille}" for ligne in ENTETE if ligne.voit(profil))]
    return ",\n    ".join([*entete, *(colonne for rubrique in MATRICE if (colonne := _colonne(rubrique, profil)))])


def vue(profil: str) -> str:
    """Return the SQL that creates the view of a profile and grants it to the web role."""
    colonnes = _colonnes(profil)
    nom = f"cdap.fiche_{profil.lower()}"
    return f"""create view {nom} with (security_barrier) as select
    {colonnes}
  from allocataires_cle k join allocataires_dossier d on d.id = k.dossier_id join allocataires_contenu c on c.dossier_id = k.dossier_id
  where k.cle = cdap.cle_presentee() and k.profil = '{profil}' and k.fin > cdap.maintenant()
    and k.tx is distinct from pg_current_xact_id_if_assigned();   -- the trace that this key stands for is committed
grant select on {nom} to cdap_portail;"""  # noqa: S608


def lecture(profil: str) -> str:
    """Return the SQL of the reading of that view by the web role: one statement, hence one transaction, that can write nothing.

    Stable, so that PostgreSQL itself refuses a write inside; in PL/pgSQL, whose plan is kept for the life of the connection.
    """
    nom = f"cdap.lire_{profil.lower()}"
    return f"""create function {nom}(p_cle uuid, p_mois text) returns text language plpgsql stable as $f$
begin
  perform set_config('cdap.cle', p_cle::text, true), set_config('cdap.mois', p_mois, true);
  return (select row_to_json(f)::text from cdap.fiche_{profil.lower()} f);
end $f$;
grant execute on function {nom} to cdap_portail;"""  # noqa: S608


def apercu(profil: str) -> str:
    """Return the SQL of the same columns over one fictional household, written here as constants: no dossier, no ticket, no key."""
    nom, colonnes = f"cdap.apercu_{profil.lower()}", _colonnes(profil)
    for lu, fictif in FICTIF.items():
        colonnes = colonnes.replace(lu, fictif)
    rubriques = ", ".join(f"'{json.dumps(valeur, ensure_ascii=False)}'::jsonb as {rubrique}" for rubrique, valeur in FOYER.items())
    return f"""create view {nom} as select
    {colonnes}
  from (select '{profil}'::text as profil) k,
    (select '{CAISSE}'::text as caisse, '{NUMERO}'::text as numero, 'CNAF'::text as fournisseur, 'affilie'::text as etat,
      '{FOYER["logement"]["code_bailleur"]}'::text as code_bailleur) d,
    (select cdap.maintenant() as donnees_au, {rubriques}) c;
grant select on {nom} to cdap_portail;"""  # noqa: S608


def options(environnement: object) -> str:
    """Return the SQL of the settings that open a rubrique to a profile: functions, so that a view needs no table for them."""
    noms = sorted({nom for rubrique in MATRICE for nom in rubrique.option.values()})
    return "\n".join(
        f"create function cdap.option_{nom}() returns boolean language sql immutable as $f$ select {getattr(environnement, nom)} $f$;\n"
        f"grant execute on function cdap.option_{nom} to cdap_portail;"
        for nom in noms
    )


def sql() -> str:
    """Return the SQL of all the views."""
    return "\n".join(f"{vue(profil)}\n{lecture(profil)}\n{apercu(profil)}" for profil in PROFILS)
