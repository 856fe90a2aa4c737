"""What follows cost an import: 10,000 followed dossiers that it changes all, against the same import when nobody follows.

In each round, both imports carry one more change of the same rubriques than the one before, from the same base, by the whole command as the
imports' own role. Each dossier is followed by one agent of T1, and each import makes a notification of each dossier.
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
PAR_AGENT = 50
VIDER = "truncate allocataires_contenu, allocataires_dossier, allocataires_consultation, allocataires_suivi restart identity cascade"
SUIVRE = """
with c as (
  insert into allocataires_consultation (ticket, empreinte, acteur, organisme, groupe_id, caisse, numero, code, telephone, motif, debut, fin, affichee)
  select gen_random_uuid(), '', u.id, %(organisme)s, %(groupe)s, d.caisse, d.numero, '', '', 'suivi_social', now(), now() + interval '15 min', now()
  from (select x.*, row_number() over (order by x.id) as rang from allocataires_dossier x) d
  join (select x.id, row_number() over (order by x.id) as rang from habilitations_utilisateur x where x.identifiant like 'agent %%') u
    on u.rang = (d.rang - 1) / %(par)s + 1
  returning ticket, acteur, caisse, numero)
insert into allocataires_suivi (ticket, acteur, groupe_id, profil, dossier_id, motif, debut, fin)
select c.ticket, c.acteur, %(groupe)s, 'T1', d.id, 'suivi_social', now(), now() + interval '90 days'
from c join allocataires_dossier d on d.caisse = c.caisse and d.numero = c.numero
"""


def mesurer(commun: Banc) -> None:
    """Print the figure: the seconds of an import of followed dossiers, over those of the same one."""
    with tempfile.TemporaryDirectory() as dossier, psycopg.connect(commun.proprietaire, autocommit=True) as pg:
        pg.execute(VIDER)
        banc.peupler(pg, 0, DOSSIERS)
        fichier, envois = Path(dossier) / "dossiers.ndjson", iter(range(1, 1000))

        def un_import(*, suivis: bool) -> float:
            envoi = next(envois)
            _ecrire(fichier, envoi)
            pg.execute("truncate allocataires_suivi, allocataires_consultation cascade")
            if suivis:
                pg.execute(SUIVRE, {"organisme": commun.organisme, "groupe": commun.groupes["T1"], "par": PAR_AGENT})
            pg.execute("vacuum (analyze) allocataires_suivi, allocataires_consultation, allocataires_dossier, allocataires_contenu")
            duree, _ = importer(commun.environnement, fichier)
            dits = pg.execute(
                "select count(*), count(distinct suivi), sum(cardinality(rubriques)) from allocataires_notification"
            ).fetchone()
            assert dits == ((DOSSIERS, DOSSIERS, DOSSIERS * len(_change(envoi))) if suivis else (0, 0, None)), dits
            return duree

        un_import(suivis=False)  # the first one finds another household

        def tour(rang: int) -> tuple[float, float]:
            if rang % 2:
                mesure = un_import(suivis=True)
                return mesure, un_import(suivis=False)
            reference = un_import(suivis=False)
            return un_import(suivis=True), reference

        banc.figure("import_dossiers_suivis", banc.mediane(TOURS, tour, "s"), SEUIL, "<=")
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
