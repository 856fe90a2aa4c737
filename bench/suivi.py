"""What follows cost an import: 10,000 followed dossiers that it changes all, against the same import when nobody follows.

In each round, both imports carry one more change of the same rubriques than the one before, from the same base, by the whole command as the
imports' own role. Each dossier is followed by one agent, and each import makes a notification of each dossier. T1 sees the columns that
change as they are stored; T5 sees the payments of the RSA alone, which have to be taken apart.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from bench import banc, foyer
from bench.banc import Banc
from bench.chargement import importer

SEUIL = 1.2
DOSSIERS = 10_000
TOURS = 7
# The code of the household's RSA, for the profile whose scope it is; the rubriques that it sees change.
CODES = {"T1": "", "T5": "092"}
VUES = {"T1": 3, "T5": 2}
PAR_AGENT = 50
VIDER = "truncate allocataires_contenu, allocataires_dossier, allocataires_consultation, allocataires_suivi restart identity cascade"
SUIVRE = """
with c as (
  insert into allocataires_consultation (ticket, empreinte, acteur, organisme, groupe_id, caisse, numero, code, telephone, motif, debut, fin, affichee)
  select gen_random_uuid(), '', u.id, %(organisme)s, %(groupe)s, d.caisse, d.numero, %(code)s, '', 'suivi_social', now(), now() + interval '15 min', now()
  from (select x.*, row_number() over (order by x.id) as rang from allocataires_dossier x) d
  join (select x.id, row_number() over (order by x.id) as rang from habilitations_utilisateur x where x.identifiant like 'agent %%') u
    on u.rang = (d.rang - 1) / %(par)s + 1
  returning ticket, acteur, caisse, numero)
insert into allocataires_suivi (ticket, acteur, groupe_id, profil, dossier_id, motif, debut, fin)
select c.ticket, c.acteur, %(groupe)s, %(profil)s, d.id, 'suivi_social', now(), now() + interval '90 days'
from c join allocataires_dossier d on d.caisse = c.caisse and d.numero = c.numero
"""


EQUIPE_RSA = (
    "insert into conventions_contrat_profils (contrat_id, profil_id) select contrat_id, 'T5' from habilitations_groupe where id = %(groupe)s",
    "insert into conventions_codeacces (contrat_id, profil_id, valeur) "
    "select contrat_id, 'T5', %(code)s from habilitations_groupe where id = %(groupe)s",
    "insert into habilitations_groupe (libelle, contrat_id, profil_id, debut) "
    "select 'Équipe RSA', contrat_id, 'T5', debut from habilitations_groupe where id = %(groupe)s",
    "insert into habilitations_groupe_codes_acces (groupe_id, codeacces_id) "
    "select g.id, c.id from habilitations_groupe g join conventions_codeacces c using (contrat_id, profil_id) "
    "where g.libelle = 'Équipe RSA' and c.valeur = %(code)s and g.contrat_id = (select contrat_id from habilitations_groupe where id = %(groupe)s)",
    "insert into habilitations_affectation (utilisateur_id, groupe_id, debut) select u.id, g.groupe_id, '2020-01-01' "
    "from (select max(groupe_id) as groupe_id from habilitations_groupe_codes_acces) g, habilitations_utilisateur u "
    "where u.identifiant like 'agent %%' and substr(u.identifiant, 7)::int <= %(agents)s",
)


def mesurer(commun: Banc) -> None:
    """Print the figures: the seconds of an import of dossiers that a profile follows, over those of the same one."""
    with psycopg.connect(commun.proprietaire) as pg:
        qui = {"groupe": commun.groupes["T1"], "code": CODES["T5"], "agents": DOSSIERS // PAR_AGENT}
        for instruction in EQUIPE_RSA:
            pg.execute(instruction, qui)
        [(equipe_rsa,)] = pg.execute("select max(groupe_id) from habilitations_groupe_codes_acces").fetchall()
    for profil, groupe in (("T1", commun.groupes["T1"]), ("T5", equipe_rsa)):
        _mesurer(commun, profil, groupe)


def _mesurer(commun: Banc, profil: str, groupe: int) -> None:
    with tempfile.TemporaryDirectory() as dossier, psycopg.connect(commun.proprietaire, autocommit=True) as pg:
        pg.execute(VIDER)
        banc.peupler(pg, 0, DOSSIERS)
        fichier, envois = Path(dossier) / "dossiers.ndjson", iter(range(1, 1000))

        def un_import(*, suivis: bool) -> float:
            envoi = next(envois)
            _ecrire(fichier, envoi)
            pg.execute("truncate allocataires_suivi, allocataires_consultation cascade")
            if suivis:
                qui = {"organisme": commun.organisme, "groupe": groupe, "profil": profil, "code": CODES[profil], "par": PAR_AGENT}
                pg.execute(SUIVRE, qui)
            pg.execute("vacuum (analyze) allocataires_suivi, allocataires_consultation, allocataires_dossier, allocataires_contenu")
            duree, _ = importer(commun.environnement, fichier)
            dits = pg.execute(
                "select count(*), count(distinct suivi), sum(cardinality(rubriques)) from allocataires_notification"
            ).fetchone()
            assert dits == ((DOSSIERS, DOSSIERS, DOSSIERS * VUES[profil]) if suivis else (0, 0, None)), dits
            return duree

        un_import(suivis=False)  # the first one finds another household

        def tour(rang: int) -> tuple[float, float]:
            if rang % 2:
                mesure = un_import(suivis=True)
                return mesure, un_import(suivis=False)
            reference = un_import(suivis=False)
            return un_import(suivis=True), reference

        banc.figure(f"import_dossiers_suivis_{profil.lower()}", banc.mediane(TOURS, tour, "s"), SEUIL, "<=")
        pg.execute(VIDER)


def _change(envoi: int) -> dict[str, Any]:
    """Return what changes from one sending to the next: what changes each month of a real dossier."""
    rubriques = foyer.rubriques()
    quotients = [quotient | {"valeur": quotient["valeur"] + envoi} for quotient in rubriques["quotients"]]
    paiements = [rubriques["paiements"][0] | {"montant": 100 + envoi}, *rubriques["paiements"][1:]]
    return {"quotient": quotients[-1], "quotients": quotients, "paiements": paiements}


def _ecrire(fichier: Path, envoi: int) -> None:
    ligne = foyer.ligne(0) | {
        "donnees_au": f"2026-07-07T06:{envoi // 60:02d}:{envoi % 60:02d}+02:00",
        "rubriques": foyer.rubriques() | _change(envoi),
    }
    avant, apres = json.dumps(ligne, ensure_ascii=False, separators=(",", ":")).split('"0000000"')
    with fichier.open("w", encoding="utf-8") as sortie:
        sortie.writelines(f'{avant}"{numero:07d}"{apres}\n' for numero in range(DOSSIERS))
