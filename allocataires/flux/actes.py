"""The SQL of the acts of one step: closings, mutations, oppositions, each on a dossier that must be there.

What is emptied or turned is found by key and by date alone: the role of the imports reads no contents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allocataires.flux.operations import MutationRecue, OppositionRecue
from allocataires.flux.recus import RUBRIQUES, Acte, Rejet

ABSENT = "le dossier n'existe pas : il doit être enregistré avant"

# In the order of the keys, as everybody locks.
TROUVER = """
select r.rang, d.id, c.donnees_au, d.opposition_au
from unnest(%s::int[], %s::text[], %s::text[]) as r(rang, caisse, numero)
join allocataires_dossier d on d.caisse = r.caisse and d.numero = r.numero
left join allocataires_contenu c on c.dossier_id = d.id
order by d.id for update of d
"""
FERMER = """
update allocataires_dossier d set etat = r.etat, code_bailleur = null, partenaire_rsa = null, instructeurs_rsa = '{}'
from unnest(%s::bigint[], %s::text[]) as r(id, etat) where d.id = r.id
"""
# Where a dossier went is never forgotten, even when it opens again or goes elsewhere: an opposition followed it.
LIER = """
insert into allocataires_mutation (caisse, numero, vers_caisse, vers_numero)
select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[]) on conflict do nothing
"""
VIDER = f"""
update allocataires_contenu c set donnees_au = r.donnees_au, {", ".join(f"{nom} = null" for nom in RUBRIQUES)}
from unnest(%s::bigint[], %s::timestamptz[]) as r(id, donnees_au) where c.dossier_id = r.id
"""  # noqa: S608 (the names are those of our types)
# A dossier without contents keeps the date of its end.
DATER = """
insert into allocataires_contenu (dossier_id, donnees_au)
select r.id, r.donnees_au from unnest(%s::bigint[], %s::timestamptz[]) as r(id, donnees_au)
where not exists (select 1 from allocataires_contenu c where c.dossier_id = r.id)
"""
OPPOSER = """
update allocataires_dossier d set opposition = r.opposition, opposition_au = r.donnees_au
from unnest(%s::bigint[], %s::bool[], %s::timestamptz[]) as r(id, opposition, donnees_au) where d.id = r.id
"""


@dataclass(slots=True)
class Suites:
    """What became of the acts of a step."""

    mis_a_jour: int = 0
    ignores: int = 0
    rejets: list[Rejet] = field(default_factory=list)


def appliquer(curseur: Any, actes: Sequence[Acte]) -> Suites:
    """Do the acts, whose keys are all different, in the caller's transaction."""
    suites = Suites()
    recus = [acte.recu for acte in actes]
    curseur.execute(TROUVER, [list(range(len(recus))), [recu.caisse for recu in recus], [recu.numero for recu in recus]])
    trouves = {rang: reste for rang, *reste in curseur.fetchall()}
    fins: list[tuple[int, str, datetime]] = []
    liens: list[tuple[str, str, str, str]] = []
    oppositions: list[tuple[int, bool, datetime]] = []
    for rang, acte in enumerate(actes):
        if rang not in trouves:
            suites.rejets.append(Rejet(acte.rang, ABSENT, acte.brut))
            continue
        cle, donnees_au, opposition_au = trouves[rang]
        recu = acte.recu
        connu = opposition_au if isinstance(recu, OppositionRecue) else donnees_au
        if connu is not None and recu.donnees_au < connu:
            suites.ignores += 1
        elif isinstance(recu, OppositionRecue):
            oppositions.append((cle, recu.opposition, recu.donnees_au))
        else:
            fins.append((cle, "mute" if isinstance(recu, MutationRecue) else "clos", recu.donnees_au))
            if isinstance(recu, MutationRecue):
                liens.append((recu.caisse, recu.numero, recu.vers.caisse, recu.vers.numero))
    _terminer(curseur, fins)
    if liens:
        curseur.execute(LIER, _colonnes(liens))
    if oppositions:
        curseur.execute(OPPOSER, _colonnes(oppositions))
    suites.mis_a_jour = len(fins) + len(oppositions)
    return suites


def _terminer(curseur: Any, fins: Sequence[tuple[int, str, datetime]]) -> None:
    if fins:
        cles, etats, dates = _colonnes(fins)
        curseur.execute(FERMER, [cles, etats])
        curseur.execute(VIDER, [cles, dates])
        curseur.execute(DATER, [cles, dates])


def _colonnes(lignes: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(colonne) for colonne in zip(*lignes, strict=True)]
