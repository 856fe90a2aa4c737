"""The SQL of the dossiers of one step: COPY into a staging table, compare, write as sets.

The role of the imports can read neither contents nor scope codes. What must be kept is therefore what a statement does not name: each
set of rubriques that a batch carries has its own statements — the exchange format carries one set, API Particulier two or three. Where a
source carries some leaves of a rubrique, the database keeps the others (`sql/fusion.sql`), and nobody reads them on the way.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal
from pydantic import TypeAdapter

from allocataires.flux.recus import RUBRIQUES, Accepte
from allocataires.rubriques import Rubriques

JSON: TypeAdapter[Rubriques] = TypeAdapter(Rubriques)
LISTES = frozenset(champ.name for champ in fields(Rubriques) if champ.default == ())

FINIS = ("mute", "clos")
PAIEMENTS_ANS = 2

# The columns that the door compares, and what must be carried for a source to change them.
COLONNES: Mapping[str, str] = {
    "etat": "etat",
    "fournisseur": "fournisseur",
    "code_bailleur": "logement.code_bailleur",
    "partenaire_rsa": "rsa.partenaire",
    "instructeurs_rsa": "rsa.instructeurs",
}

# What it may change, and no more (`flux/fusion.py`): never the key of a dossier, nor whose contents they are.
MODIFIABLES: Mapping[str, tuple[str, ...]] = {
    "allocataires_contenu": ("donnees_au", *RUBRIQUES),
    "allocataires_dossier": (*COLONNES, "opposition", "opposition_au"),
}

TABLE = """
create temp table recu (
  groupe int not null, caisse text not null, numero text not null, donnees_au timestamptz not null, opposition boolean,
  etat text, fournisseur text, code_bailleur text, partenaire_rsa text, instructeurs_rsa text[], rubriques jsonb not null,
  dossier_id bigint, cree boolean not null default false, connu boolean not null default false, retenu boolean not null default true)
on commit drop;
alter table recu alter rubriques set storage external  -- it lives one second: compressing it costs more than it saves
"""
COPIE = """
copy recu (groupe, caisse, numero, donnees_au, opposition, etat, fournisseur, code_bailleur, partenaire_rsa, instructeurs_rsa, rubriques)
from stdin
"""
# Two imports of the same dossiers: the second waits here, then finds them. The order keeps them from waiting for each other.
CREER = """
with neufs as (
  insert into allocataires_dossier (caisse, numero, opposition, opposition_au,
    etat, fournisseur, code_bailleur, partenaire_rsa, instructeurs_rsa)
  select r.caisse, r.numero, coalesce(r.opposition, false), case when r.opposition is not null then r.donnees_au end, r.etat, r.fournisseur,
    r.code_bailleur, r.partenaire_rsa, r.instructeurs_rsa
  from recu r where not exists (select 1 from allocataires_dossier d where d.caisse = r.caisse and d.numero = r.numero)
  order by r.caisse, r.numero
  on conflict (caisse, numero) do nothing returning id, caisse, numero)
update recu r set dossier_id = n.id, cree = true from neufs n where n.caisse = r.caisse and n.numero = r.numero
"""
RETROUVER = """
update recu r set dossier_id = d.id from allocataires_dossier d where d.caisse = r.caisse and d.numero = r.numero and not r.cree
"""
VERROUILLER = """
select from allocataires_dossier d where d.id in (select r.dossier_id from recu r where not r.cree) order by d.id for update
"""
COMPARER = """
update recu r set connu = true, retenu = c.donnees_au <= r.donnees_au from allocataires_contenu c where c.dossier_id = r.dossier_id
"""
# A source that does not say the state of a dossier does not fill again one that has ended: it could not be shown.
LAISSER_CLOS = """
update recu r set retenu = false from allocataires_dossier d
where r.groupe = any(%s) and not r.cree and d.id = r.dossier_id and d.etat in ('mute', 'clos')
"""
# What is said of the opposition is compared with what was last said of it alone, by whichever line: it counts even where the rest of its
# line is older than what a partial source stored.
OPPOSER = """
update allocataires_dossier d set opposition = r.opposition, opposition_au = r.donnees_au from recu r
where r.opposition is not null and not r.cree and d.id = r.dossier_id and (d.opposition_au is null or r.donnees_au >= d.opposition_au)
"""
# One reading of the whole JSON for all its rubriques: `->` would unpack it again for each.
ECLATER = SQL("jsonb_to_record(r.rubriques) as j({})").format(SQL(", ").join(SQL("{} jsonb").format(Identifier(nom)) for nom in RUBRIQUES))
COMPTER = "select count(*) filter (where cree), count(*) filter (where not retenu) from recu"


@dataclass(frozen=True, slots=True)
class Ligne:
    """A dossier ready to be copied: `valeurs` are the columns of COPIE but the first and the last."""

    portees: frozenset[str]
    donnees_au: datetime
    valeurs: tuple[object, ...]
    rubriques: str

    @property
    def opposition(self) -> bool | None:
        """What is said of the opposition."""
        return self.valeurs[3]  # type: ignore[return-value]


def ligne(accepte: Accepte) -> Ligne:
    """Return the line of a dossier. The codes that put it in a partner's scope are derived here, and nowhere else.

    What is never shown is not kept: the contents of a dossier that has ended, and payments that are too old.
    """
    dossier, portees = accepte.dossier, accepte.portees
    if fini := "etat" in portees and dossier.etat in FINIS:
        portees = frozenset(portee for portee in portees if "." not in portee).union(RUBRIQUES)
    rubriques = _sans_vieux_paiements(dossier.rubriques, dossier.donnees_au)
    logement, rsa = (None, None) if fini else (rubriques.logement, rubriques.rsa)
    tiers_payant = logement is not None and logement.destinataire_aide != "allocataire"  # third-party payment makes the scope (design §4.1)
    valeurs = (
        dossier.caisse,
        dossier.numero,
        dossier.donnees_au,
        dossier.opposition,
        dossier.etat,
        dossier.fournisseur,
        logement.code_bailleur if logement and tiers_payant else None,
        rsa.partenaire if rsa else None,
        list(rsa.instructeurs) if rsa else [],
    )
    return Ligne(portees, dossier.donnees_au, valeurs, "{}" if fini else _json(rubriques, portees))


def _sans_vieux_paiements(rubriques: Rubriques, donnees_au: datetime) -> Rubriques:
    """Return the rubriques without the payments of more than PAIEMENTS_ANS before the day of the data."""
    if not rubriques.paiements and not rubriques.paiements_tiers:
        return rubriques
    jour = timezone.localdate(donnees_au)
    # The first of March answers for a 29th of February.
    depuis = date(jour.year - PAIEMENTS_ANS, *((3, 1) if (jour.month, jour.day) == (2, 29) else (jour.month, jour.day)))
    return replace(
        rubriques,
        paiements=tuple(paiement for paiement in rubriques.paiements if paiement.date_paiement >= depuis),
        paiements_tiers=tuple(paiement for paiement in rubriques.paiements_tiers if paiement.date_paiement >= depuis),
    )


def _json(rubriques: Rubriques, portees: frozenset[str]) -> str:
    """Return the rubriques in JSON. What a dossier does not say takes no room, and a leaf that is absent reads as one that is null.

    Not where rubriques are merged: there, a leaf that is carried and not known is null, which takes away the one that was stored.
    """
    if not _fusionnees(portees):
        return JSON.dump_json(rubriques, exclude_defaults=True).decode()
    objet = JSON.dump_python(rubriques, mode="json", exclude_defaults=True)
    for feuille in sorted(portees):
        _dire(objet, feuille.split("."))
    return json.dumps(objet)


def _dire(objet: dict[str, Any], chemin: Sequence[str]) -> None:
    """Say that a leaf is not known, unless it is said otherwise, or one of the objects above it is not known itself."""
    *parents, feuille = chemin
    for parent in parents:
        suivant = objet.setdefault(parent, {})
        if suivant is None:
            return
        objet = suivant
    if parents:
        objet.setdefault(feuille, None)


def _fusionnees(portees: frozenset[str]) -> list[str]:
    """Return the rubriques of which only some leaves are carried."""
    partielles = {portee.split(".")[0] for portee in portees if "." in portee}
    return [rubrique for rubrique in RUBRIQUES if rubrique in partielles]


def _a_dire(portees: frozenset[str]) -> list[str]:
    """Return what the trigger of the contents must know: what it merges, and that an address comes without saying whose dwelling it is."""
    adresse = any(portee.split(".")[0] == "adresse" for portee in portees)
    seule = adresse and not portees & {"logement", "logement.est_adresse_du_dossier"}
    enfants = "enfants" in portees and "etat" not in portees  # a partial source does not say all of a child
    return [*_fusionnees(portees), *(["enfants"] if enfants else []), *(["adresse_sans_logement"] if seule else [])]


def ecrire(curseur: Any, lignes: Sequence[Ligne], *, encore: bool = False) -> dict[str, int]:
    """Write dossiers whose keys are all different, in the caller's transaction; return how many were `crees`, `mis_a_jour`, `ignores`.

    `encore` says that the transaction has written others before.
    """
    rangs = {portees: rang for rang, portees in enumerate({ligne.portees for ligne in lignes})}
    partiels = [rang for portees, rang in rangs.items() if "etat" not in portees]
    curseur.execute("truncate recu" if encore else TABLE)
    with curseur.copy(COPIE) as copie:
        for ligne in lignes:
            copie.write_row((rangs[ligne.portees], *ligne.valeurs, ligne.rubriques))
    for requete in (CREER, RETROUVER, VERROUILLER, COMPARER):
        curseur.execute(requete)
    if partiels:
        curseur.execute(LAISSER_CLOS, [partiels])
    curseur.execute(OPPOSER)
    for portees, rang in rangs.items():
        for composer in (_mettre_a_jour, _fusionner, _remplacer, _remplir):
            if (composee := composer(portees, rang)) is not None:
                curseur.execute(composee)
    curseur.execute(COMPTER)
    crees, ignores = curseur.fetchone()
    return {"crees": crees, "mis_a_jour": len(lignes) - crees - ignores, "ignores": ignores}


def _mettre_a_jour(portees: frozenset[str], rang: int) -> Composed | None:
    """Return the update of the dossiers that existed: only the columns that the group carries; None when it carries none."""
    colonnes = [Identifier(colonne) for colonne, source in COLONNES.items() if portees & {source, source.split(".")[0]}]
    if not colonnes:
        return None
    return SQL(
        "update allocataires_dossier d set {} from recu r where r.groupe = {} and r.retenu and not r.cree and d.id = r.dossier_id"
    ).format(
        SQL(", ").join(SQL("{0} = r.{0}").format(c) for c in colonnes),
        Literal(rang),
    )


def _rubriques(portees: frozenset[str]) -> dict[str, Composable]:
    """Return the columns of the contents that the group carries, and what they are worth in the staging table."""
    fusionnees = _fusionnees(portees)
    noms = [rubrique for rubrique in RUBRIQUES if rubrique in portees or rubrique in fusionnees]
    complet = portees.issuperset(RUBRIQUES)
    return {"donnees_au": SQL("r.donnees_au")} | {nom: _valeur(nom, complet=complet) for nom in noms}


def _fusionner(portees: frozenset[str], _rang: int) -> Composed:
    """Return what tells the database what it does with the next update, until the end of the transaction or another group."""
    return SQL("select set_config('cdap.fusion', {}, true)").format(Literal(",".join(_a_dire(portees))))


def _remplacer(portees: frozenset[str], rang: int) -> Composed:
    """Return the update of the contents that existed. An upsert would ask for the right to read them (`excluded` counts as such)."""
    return SQL(
        "update allocataires_contenu c set {} from recu r, {} where r.groupe = {} and r.retenu and r.connu and c.dossier_id = r.dossier_id"
    ).format(
        SQL(", ").join(SQL("{} = {}").format(Identifier(nom), valeur) for nom, valeur in _rubriques(portees).items()),
        ECLATER,
        Literal(rang),
    )


def _remplir(portees: frozenset[str], rang: int) -> Composed:
    """Return the insertion of the contents that did not exist."""
    rubriques = _rubriques(portees) | {nom: SQL("cdap.fusionner(null, j.{})").format(Identifier(nom)) for nom in _fusionnees(portees)}
    return SQL(
        "insert into allocataires_contenu (dossier_id, {}) select r.dossier_id, {} from recu r, {} "
        "where r.groupe = {} and not r.connu and r.retenu"
    ).format(SQL(", ").join(map(Identifier, rubriques)), SQL(", ").join(rubriques.values()), ECLATER, Literal(rang))


def _valeur(rubrique: str, *, complet: bool) -> Composed:
    """Return the expression of a rubrique. A list that a partial source carries and leaves empty is known to be empty."""
    valeur = SQL("j.{}").format(Identifier(rubrique))
    return SQL("coalesce({}, '[]')").format(valeur) if rubrique in LISTES and not complet else valeur
