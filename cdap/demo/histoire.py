"""A little past for the demonstration: two months of consultations, a sampling, an alert, a followed dossier, a message. Nobody lived it.

It is written before the worker's first chaining, which then proves it as any other day. An agent asks once or twice a day, for dossiers
where no name is the agent's own: nothing but what is planted here deserves an alert.
"""

import logging
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as heure
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from audit.controle import chiffres
from audit.journal import scellement
from audit.journal import services as journal
from cdap.demo.monde import CAS
from conventions.reference import PROFILS
from habilitations.models import Affectation

IP = "192.0.2.1"
MATIN, SOIR, VENDREDI = heure(7), heure(16), 4
ATTENTES = 600
# How likely an agent of the profile is to ask, on a working day.
RYTHME = {"T1": 0.9, "T2": 0.7, "T3": 0.4, "T4": 0.5, "T5": 0.3, "T8": 0.3}
PORTEE = ("T5", "T8")  # what is in the scope of these is nobody else's here: alerts look for what everybody opens
REFUSEES = 0.12
SUIVEUR, SUSPECT, TIRES = "ccas.t1", "departement.t5", ["ccas.t1", "ccas.t2"]

OUVRIR = """
do $$ declare v_jour date; v_table text; v_nom text; begin
  for v_jour in select cdap.jour_utc(cdap.maintenant()) - i from generate_series(2, {jours}) i loop
    foreach v_table in array array['audit_trace', 'audit_chaine'] loop
      v_nom := v_table || '_' || to_char(v_jour, 'YYYYMMDD');
      execute format('create table public.%I (like public.%I including all)', v_nom, v_table);
      execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)', v_table, v_nom, v_jour, v_jour + 1);
      execute format('create trigger journal_sans_truncate before truncate on public.%I execute function cdap.journal_immuable()', v_nom);
    end loop;
  end loop;
end $$
"""
DOSSIERS = """
select d.id, d.numero from allocataires_dossier d join allocataires_contenu c on c.dossier_id = d.id, habilitations_utilisateur u
where u.id = %s and d.caisse = '921' and d.etat = 'affilie' and not d.opposition and (d.numero = any(%s)) = %s
  and position(cdap.nom_compare(u.nom) in cdap.nom_compare(concat(c.identite, c.enfants))) = 0
order by d.numero
"""
TRACER = """
insert into audit_trace
  (jour, ts, tx, acteur, organisme, groupe, profil, famille, action, issue, objet, dossier_id, ticket, motif, ip)
values (cdap.jour_utc(%(ts)s), %(ts)s, pg_current_xact_id(), %(acteur)s, %(organisme)s, %(groupe)s, %(profil)s, %(famille)s,
  %(action)s, %(issue)s, %(objet)s, %(dossier)s, %(ticket)s, %(motif)s, %(ip)s)
"""
DEMANDER = """
insert into allocataires_consultation
  (ticket, empreinte, acteur, organisme, groupe_id, caisse, numero, code, telephone, motif, debut, fin, affichee)
values (%(ticket)s, '', %(acteur)s, %(organisme)s, %(groupe)s, '921', %(numero)s, '', '', %(motif)s,
  %(ts)s, %(ts)s::timestamptz + interval '15 minutes', case when %(issue)s = 'accorde' then %(ts)s::timestamptz end)
"""
SUIVRE = """
insert into allocataires_suivi (ticket, acteur, groupe_id, profil, dossier_id, motif, debut, fin)
values (%(ticket)s, %(acteur)s, %(groupe)s, %(profil)s, %(dossier)s, %(motif)s, %(ts)s, %(ts)s::timestamptz + interval '90 days')
returning reference
"""
CHANGER = """
insert into allocataires_notification (suivi, rubriques, instant)
values (%s, '{paiements,droits}', cdap.maintenant() - interval '1 day')
"""
# Everybody has answered but one person: what is not answered in time suspends, and a demonstration may be kept for weeks.
REPONDRE = """
with s as (update controle_sondage s set cas = 'accompagnement', reponse = cdap.maintenant() from habilitations_utilisateur u
    where u.id = s.acteur and s.id <> (
      select min(x.id) from controle_sondage x join habilitations_utilisateur y on y.id = x.acteur where y.identifiant = any(%s))
    returning s.id, s.acteur)
select cdap.journal_ecrire(s.acteur, u.organisme_id, null, null, 'alerte', 'sondage_repondre', 'accorde', 'sondage:' || s.id, null, null,
  'accompagnement', %s::inet) from s join habilitations_utilisateur u on u.id = s.acteur
"""
ECRIRE = """
with c as (insert into cdap_contact (utilisateur_id, caisse, sujet, texte, cree)
    select id, '921', 'donnee', 'Que veut dire «\u00a0retenue\u00a0» dans un dossier\u00a0? Le guide n’en parle pas.', cdap.maintenant()
    from habilitations_utilisateur where identifiant = %s returning id, utilisateur_id)
select cdap.journal_ecrire(u.id, u.organisme_id, null, null, 'compte', 'contact_envoyer', 'accorde', 'contact:' || c.id, null, null,
  'donnee', %s::inet)
from c join habilitations_utilisateur u on u.id = c.utilisateur_id
"""


def raconter() -> bool:
    """Write it once, into a journal that has no link yet; say whether it did. The dossiers of the demonstration are there."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("select cdap.jour_utc(cdap.maintenant()), pg_current_xact_id()::text where not exists (select 1 from audit_chaine)")
        ligne = curseur.fetchone()
        if ligne is None:
            return False
        aujourdhui, tx = ligne
        debut = (aujourdhui.replace(day=1) - timedelta(days=1)).replace(day=1)
        curseur.execute(OUVRIR.format(jours=(aujourdhui - debut).days))
        _vivre(curseur, debut, aujourdhui)
        curseur.execute(ECRIRE, [SUIVEUR, IP])
    _enchainer(tx)
    with connection.cursor() as curseur:
        curseur.execute("select cdap.sondages_tirer()")
        curseur.execute(REPONDRE, [TIRES, IP])
    logging.getLogger(scellement.__name__).setLevel(logging.WARNING)  # sixty lines would hide what the start says
    scellement.entretenir()
    chiffres.compter()
    return True


def _enchainer(tx: str) -> None:
    """Chain the past before today: once a link of today is there, the chain looks no further back."""
    for _ in range(ATTENTES):
        with connection.cursor() as curseur:
            curseur.execute("select pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8", [tx])
            if curseur.fetchone() == (True,):
                break
        time.sleep(0.1)
    journal.enchainer()


def _vivre(curseur: CursorWrapper, debut: date, fin: date) -> None:
    hasard = random.Random("histoire")  # noqa: S311 (nothing secret: the same past each time, but for its dates)
    agents = Affectation.objects.filter(utilisateur__identifiant__in=CAS, groupe__contrat__convention__organisme__caisse="921")
    actes = [acte for agent in agents.select_related("groupe", "utilisateur") for acte in _actes(curseur, agent, hasard, debut, fin)]
    derniers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for acte in sorted(actes, key=lambda acte: acte["ts"]):
        curseur.execute(TRACER, acte | {"action": "rechercher", "issue": "demande", "dossier": None})
        curseur.execute(TRACER, acte | {"ts": acte["ts"] + timedelta(seconds=1)})
        curseur.execute(DEMANDER, acte)
        if acte["issue"] == "accorde":
            derniers[acte["qui"]].append(acte)
    for rang, acte in enumerate(derniers[SUIVEUR][-2:]):
        curseur.execute(SUIVRE, acte)
        if rang:
            curseur.execute(CHANGER, [curseur.fetchone()[0]])
    for suspect in derniers[SUSPECT][-1:]:
        seuil = {"famille": "alerte", "action": "lever", "objet": f"agent:{suspect['acteur']}", "motif": "alerte_serie", "dossier": None}
        curseur.execute(TRACER, suspect | seuil | {"ts": datetime.combine(fin - timedelta(days=1), SOIR, UTC)})


def _actes(curseur: CursorWrapper, agent: Affectation, hasard: random.Random, debut: date, fin: date) -> Iterator[dict[str, Any]]:
    """Yield the requests of an agent: one dossier after the other, so that none comes back too often."""
    profil, qui = agent.groupe.profil_id, agent.utilisateur
    siens = [numero for cle in CAS if cle[-2:].upper() in PORTEE for caisse, numero in CAS[cle]["consultable"] if caisse == "921"]
    if profil in PORTEE:
        siens = [numero for caisse, numero in CAS[qui.identifiant]["consultable"] if caisse == "921"]
    curseur.execute(DOSSIERS, [qui.pk, siens, profil in PORTEE])
    dossiers = curseur.fetchall()
    hasard.shuffle(dossiers)
    for rang, jour in enumerate(debut + timedelta(days=i) for i in range((fin - debut).days)):
        if jour.weekday() > VENDREDI or hasard.random() > RYTHME[profil]:
            continue
        dossier, numero = dossiers[rang % len(dossiers)]
        refuse = hasard.random() < REFUSEES
        yield {
            "qui": qui.identifiant, "acteur": qui.pk, "organisme": qui.organisme_id, "groupe": agent.groupe_id, "profil": profil,
            "famille": "dossier", "action": "consulter", "objet": "", "issue": "introuvable" if refuse else "accorde",
            "dossier": None if refuse else dossier, "numero": f"81{rang:05}" if refuse else numero,
            "ticket": UUID(int=hasard.getrandbits(128), version=4), "motif": PROFILS[profil].motifs[0][0], "ip": IP,
            "ts": datetime.combine(jour, MATIN, UTC) + timedelta(seconds=hasard.randrange(8 * 3600)),
        }  # fmt: skip
