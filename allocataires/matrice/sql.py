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


def _expression(ligne: Ligne, valeur: str, profil: str) -> str:
    """Return the SQL of one leaf: `valeur`, or what the line computes, under its condition."""
    lue = ligne.calcul or f"cdap.feuille({valeur})"
    condition = ligne.si.get(profil)
    return f"case when {condition} then {lue} end" if condition else lue


def _tete(ligne: Ligne) -> str:
    """Return the name of the value that holds a leaf, at the first level of its rubrique."""
    return ligne.feuille.partition(".")[0]


def _objet(lignes: list[Ligne], profil: str) -> str:
    """Return the SQL that rebuilds an object from its leaves, read in the record `o`."""
    tetes: dict[str, list[Ligne]] = {}
    for ligne in lignes:
        tetes.setdefault(_tete(ligne), []).append(ligne)
    return f"json_build_object({', '.join(_valeur(tete, contenues, profil) for tete, contenues in tetes.items())})"


def _valeur(tete: str, lignes: list[Ligne], profil: str) -> str:
    """Return the SQL of a name and its value, a leaf or an object of leaves."""
    noms = [ligne.feuille.partition(".")[2] for ligne in lignes]
    if not noms[0]:
        return f"'{tete}', {_expression(lignes[0], f'o.{tete}', profil)}"
    sous = f"o.{tete}"
    feuilles = ", ".join(f"'{nom}', " + _expression(ligne, f"{sous} -> '{nom}'", profil) for nom, ligne in zip(noms, lignes, strict=True))
    return f"'{tete}', case when jsonb_typeof({sous}) = 'object' then json_build_object({feuilles}) end"


def colonne(rubrique: Rubrique, profil: str) -> str | None:
    """Return the column of a rubrique, or None when the profile sees nothing of it; null when what is stored is not of its form.

    PostgreSQL takes an object apart once, into a record: leaf by leaf, it would look it up, and decompress it, at each of them.
    """
    lignes = list(rubrique.pour(profil))
    if not lignes:
        return None
    source, objet = rubrique.source(profil), _objet(lignes, profil)
    champs = ", ".join(f"{tete} jsonb" for tete in dict.fromkeys(_tete(ligne) for ligne in rubrique.lignes if not ligne.calcul))
    if rubrique.liste:
        # Its rows come in the order of the array: to number and sort them again would cost a tenth of the reading.
        ou = f"jsonb_to_recordset(cdap.objets({source})) as o({champs})"
        return f"(select json_agg({objet}) from {ou}) as {rubrique.nom}"  # noqa: S608 (the declaration is ours)
    lu = f"(select {objet} from jsonb_to_record({source}) as o({champs}))" if champs else objet  # noqa: S608
    return f"case when jsonb_typeof({source}) = 'object' then {lu} end as {rubrique.nom}"


def _colonnes(profil: str) -> str:
    """Return the columns of a profile, read in the key `k`, the dossier `d` and its contents `c`."""
    entete = ["k.profil", *(f"{ligne.calcul} as {ligne.feuille}" for ligne in ENTETE if ligne.voit(profil))]
    return ",\n    ".join([*entete, *(une for rubrique in MATRICE if (une := colonne(rubrique, profil)))])


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
