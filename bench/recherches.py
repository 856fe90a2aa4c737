"""What a controller looks for in six months of traces, as the pages ask for it: the question, its trace, a page of the answer."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from bench import banc, traces

Connexion = psycopg.Connection[Any]
CONTROLEUR = "session-controleur"
HOMONYMES = "Exemplaire"
JOURS = 180
PAGE, LOIN = 50, 19 * 50  # rows of a page, and before the twentieth
ETAT = "select * from cdap.lecture_etat(%s, %s)"
LIRE = "select ts, id from cdap.lecture_traces(%s, %s, %s, %s, %s)"
# By its kind: what is asked in each round. Who is looked for changes from one round to the next.
Sujets = Mapping[str, Sequence[Mapping[str, str]]]


def sujets(pg: Connexion, tours: int) -> Sujets:
    """Return the searches to make, on people and dossiers of the controller's own caisse; `pg` is the owner's."""
    agents = pg.execute(
        "select u.id, u.identifiant, o.raison_sociale from habilitations_utilisateur u join conventions_organisme o on o.id = u.organisme_id "
        "where u.identifiant like 'partenaire %%' and u.fin is null and o.caisse_id = '921' "
        "and exists (select 1 from allocataires_consultation c where c.acteur = u.id) order by u.id desc limit %s",
        [tours],
    ).fetchall()
    choisis = [pk for pk, *_ in agents]
    demandes = pg.execute(
        "select distinct on (acteur) ticket::text, acteur::text, numero, debut from allocataires_consultation "
        "where acteur = any(%s) order by acteur, debut desc", [choisis],
    ).fetchall()  # fmt: skip
    refuses = pg.execute(
        "select c.numero from allocataires_consultation c join conventions_organisme o on o.id = c.organisme "
        "where c.numero >= %s and c.debut > now() - interval '150 days' and o.caisse_id = '921' order by c.debut limit %s",
        [str(traces.INCONNUS), tours],
    ).fetchall()
    journees = [(acteur, debut.replace(hour=0, minute=0, second=0)) for _, acteur, _, debut in demandes]
    return {
        "organisme": [{"organisme": partenaire} for *_, partenaire in agents],
        "organisme_et_issue": [{"organisme": partenaire, "issue": "introuvable"} for *_, partenaire in agents],
        "identifiant": [{"personne": identifiant} for _, identifiant, _ in agents],
        "nom_de_cinquante": [{"personne": HOMONYMES}],
        "dossier": [{"caisse": "921", "numero": numero} for _, _, numero, _ in demandes],
        "numero_refuse": [{"caisse": "921", "numero": numero} for (numero,) in refuses],
        "acte_et_issue": [{"action": "consulter", "issue": issue} for issue in ("introuvable", "oppose", "hors_champ")],
        "motif": [{"motif": "recours"}, {"motif": "verification_droits"}],
        "periode": [{}],
        "ticket": [{"genre": "ticket", "ticket": ticket} for ticket, *_ in demandes],
        "jour": [{"genre": "jour", "acteur": un, "du": f"{du}", "au": f"{du + timedelta(days=1)}"} for un, du in journees],
    }


def chronometrer(pg: Connexion, criteres: Mapping[str, str]) -> tuple[float, float, int]:
    """Return the milliseconds of the first page, from the question on, those of the twentieth (0: there is none), and the rows that were seen."""
    debut = time.perf_counter()
    lecture, lignes = premiere_page(pg, criteres)
    premiere, vues = time.perf_counter() - debut, len(lignes)
    ts, rang = None, None
    while vues and (lot := pg.execute(LIRE, [CONTROLEUR, lecture, ts, rang, LOIN // 10]).fetchall()):
        ts, rang = lot[-1]
        vues += len(lot)
        if vues >= LOIN + PAGE:
            debut = time.perf_counter()
            assert pg.execute(LIRE, [CONTROLEUR, lecture, ts, rang, PAGE + 1]).fetchall()
            return 1000 * premiere, 1000 * (time.perf_counter() - debut), vues
    return 1000 * premiere, 0, vues


def premiere_page(pg: Connexion, criteres: Mapping[str, str]) -> tuple[Any, list[Any]]:
    """Ask and read as the page does; return the reading and its first rows."""
    lecture = demander(pg, criteres)
    pg.execute(ETAT, [CONTROLEUR, lecture]).fetchall()
    return lecture, pg.execute(LIRE, [CONTROLEUR, lecture, None, None, PAGE + 1]).fetchall()


def compte(pg: Connexion, personne: str) -> None:
    """Read the breach kit of an account over six months."""
    lecture = demander(pg, {"genre": "compte", "personne": personne})
    pg.execute("select count(*) from cdap.lecture_dossiers(%s, %s, 0, 50)", [CONTROLEUR, lecture])
    pg.execute("select count(*) from cdap.lecture_heures(%s, %s)", [CONTROLEUR, lecture])


def demander(pg: Connexion, criteres: Mapping[str, str]) -> Any:
    """Ask for a reading, over six months unless the criteria say otherwise."""
    au = datetime.now(UTC)
    tous = {"du": (au - timedelta(days=JOURS)).isoformat(), "au": au.isoformat(), "genre": "recherche"} | dict(criteres)
    genre = tous.pop("genre")
    [lecture, refus] = pg.execute(
        "select lecture, refus from cdap.lecture_demander(%s, %s, %s, 'controle', %s)", [CONTROLEUR, genre, Jsonb(tous), banc.IP]
    ).fetchone() or (None, None)
    assert lecture, refus
    return lecture
