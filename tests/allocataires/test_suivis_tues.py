"""`kill -9` of imports that change followed dossiers: no notification without its change, no change without its notification."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.allocataires.scene_tuee import Scene, monter
from tests.allocataires.test_imports_tues import attendre_le_serveur, attendre_un_lot, compter, ecrire, importation, premier_envoi

pytestmark = pytest.mark.long
TOURS = 5
SUIVRE = """
with qui as (select utilisateur_id, groupe_id, organisme_id from cdap.habilitation_en_vigueur v where v.groupe_id = %s limit 1),
c as (
  insert into allocataires_consultation (ticket, empreinte, acteur, organisme, groupe_id, caisse, numero, code, telephone, motif, debut, fin, affichee)
  select gen_random_uuid(), '', q.utilisateur_id, q.organisme_id, q.groupe_id, d.caisse, d.numero, '', '', 'suivi_social', now(), now(), now()
  from allocataires_dossier d, qui q where d.numero between '9910000' and '9921999' returning *)
insert into allocataires_suivi (ticket, acteur, groupe_id, profil, dossier_id, motif, debut, fin)
select c.ticket, c.acteur, c.groupe_id, 'T1', d.id, 'suivi_social', now(), now() + interval '90 days'
from c join allocataires_dossier d on d.caisse = c.caisse and d.numero = c.numero
"""
# What stood in the database when an import began.
NOTER = "truncate allocataires_notification; drop table if exists etaient; create table etaient as select dossier_id, contact from allocataires_contenu"
# Each sending changes the contact, the quotient and the dwelling.
FAUX = """
select count(*) from etaient e join allocataires_contenu c on c.dossier_id = e.dossier_id join allocataires_suivi s on s.dossier_id = e.dossier_id
where (select array_agg(n.rubriques) from allocataires_notification n where n.suivi = s.reference)
  is distinct from case when c.contact is distinct from e.contact then array[array['contact', 'quotient', 'logement']] end
"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with monter(tmp_path_factory.mktemp("suivis")) as montee:
        yield montee


def faire(scene: Scene, sql: str, *parametres: object) -> None:
    with psycopg.connect(scene.dsn("PROPRIETAIRE"), autocommit=True) as pg:
        pg.execute(sql, parametres or None)


def test_imports_killed_at_random_tell_what_they_changed(scene: Scene, tmp_path: Path) -> None:
    duree = premier_envoi(scene, tmp_path)
    faire(scene, SUIVRE, int(scene.groupe))
    hasard, morts = random.Random(5), 0
    for envoi in range(2, TOURS + 2):
        attendre_le_serveur(scene)
        faire(scene, NOTER)
        en_cours = importation(scene, ecrire(tmp_path / f"envoi-{envoi}.ndjson", envoi))
        attendre_un_lot(scene, en_cours, envoi)
        time.sleep(hasard.random() * duree / 2)
        morts += en_cours.poll() is None
        en_cours.kill()
        en_cours.wait(timeout=20)
        assert compter(scene, "select count(*) from allocataires_notification") > 0
        assert compter(scene, FAUX) == 0
    assert morts >= TOURS // 2, "trop d'imports ont fini avant d'être tués"
