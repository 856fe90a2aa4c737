"""The proof of the journal: recompute each day's chain in Python, hold it against the seals, and name what is not what was chained.

Written apart from `sql/journal.sql` on purpose: the proof does not rest on the code that it proves (security §3.7).
"""

import calendar
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction

from audit.journal import reference, sceaux, scellement
from audit.journal.reference import Defaut, Reference
from audit.journal.sceaux import JOUR, CleInvalide, Sceau, champ, depart

ATTENTE = timedelta(minutes=15)
MOIS_MIN = 6  # no rule has ever destroyed a day younger than this
CHAMPS = (
    "jour", "id", "ts", "tx", "acteur", "organisme", "groupe", "profil", "famille", "action", "issue", "objet", "dossier_id", "ticket",
    "motif", "ip",
)  # fmt: skip
# The trace and its link, in the chain's order; a row that stands on one side only has nulls on the other.
RANGS = """
select c.rang, c.trace_id, c.precedent, c.hachage, t.id is null as disparue, t.ts < clock_timestamp() - %s as ancienne, {champs}
from (select * from public.audit_trace where jour = %s) t
full join (select * from public.audit_chaine where jour = %s) c on c.trace_id = t.id
order by c.rang nulls last, t.id
"""
DU_TICKET = """
select t.jour, t.id, t.ts, t.action, t.issue, c.rang from public.audit_trace t
left join public.audit_chaine c on c.jour = t.jour and c.trace_id = t.id
where t.ticket = %s and (%s::date is null or t.jour = %s) order by t.jour, t.id
"""


@dataclass(frozen=True, slots=True)
class Rapport:
    """What a verification found: what holds, what waits (rows for their link, days for their seal), and what does not hold.

    Of a bad day, only the first thing that does not hold is told.
    """

    jours: int
    prouvees: int
    en_attente: int
    scellements: int
    detruits: int
    non_scelles: tuple[date, ...]
    defauts: tuple[Defaut, ...]


@dataclass(frozen=True, slots=True)
class Preuve:
    """A trace of a ticket: its place in the chain (None when it has none yet) and the first seal that covers it."""

    jour: date
    trace: int
    ts: datetime
    action: str
    issue: str
    rang: int | None
    sceau: Sceau | None


@dataclass(frozen=True, slots=True)
class _Jour:
    prouvees: int = 0
    en_attente: int = 0
    detruit: bool = False
    defaut: Defaut | None = None


def verifier(*, base: str = "default", jour: date | None = None, depuis: Path | None = None) -> Rapport:
    """Return the report on one UTC day and its seals, or on all of them. Raises CleInvalide, and OSError for the file `depuis`."""
    ref = _reference(base, depuis)
    connus = [jour] if jour else sorted({*_jours(base), *ref.par_jour})
    resultats = {un: _verifier_jour(base, un, ref) for un in connus}
    if jour:
        defauts = [un for un in ref.defauts if un.jour in (jour, None)]
        non_scelles = []
    else:
        defauts = ref.defauts + _jours_sans_sceau(ref, connus)
        dernier, hier = max(ref.clos(), default=date.min), (datetime.now(UTC) - timedelta(hours=24)).date()
        non_scelles = [un for un in connus if dernier < un < hier]
    return Rapport(
        jours=len(connus),
        prouvees=sum(un.prouvees for un in resultats.values()),
        en_attente=sum(un.en_attente for un in resultats.values()),
        scellements=sum(len(ref.du_jour(un)) for un in connus),
        detruits=sum(un.detruit for un in resultats.values()),
        non_scelles=tuple(non_scelles),
        defauts=(*defauts, *(un.defaut for un in resultats.values() if un.defaut)),
    )


def prouver(
    *, ticket: UUID, base: str = "default", jour: date | None = None, depuis: Path | None = None
) -> tuple[list[Preuve], list[Defaut]]:
    """Return the traces of a ticket, each with the first seal that covers it, and what does not hold in their days."""
    ref = _reference(base, depuis)
    with connections[base].cursor() as curseur:
        curseur.execute(DU_TICKET, [ticket, jour, jour])
        preuves = [
            Preuve(un, trace, ts, action, issue, rang, _couverture(ref.du_jour(un), rang))
            for un, trace, ts, action, issue, rang in curseur.fetchall()
        ]
    jours = {preuve.jour for preuve in preuves}
    resultats = [_verifier_jour(base, un, ref) for un in sorted(jours)]
    return preuves, [*(un for un in ref.defauts if un.jour in {None, *jours}), *(un.defaut for un in resultats if un.defaut)]


def _couverture(scelles: list[Sceau], rang: int | None) -> Sceau | None:
    return None if rang is None else next((sceau for sceau in scelles if sceau.rang >= rang), None)


def _reference(base: str, depuis: Path | None) -> Reference:
    table, trousseau = scellement.lire(base), sceaux.trousseau()
    if (table or depuis) and not trousseau.publiques:
        raise CleInvalide("aucune clé publique n'est connue (CDAP_CLES_SCELLEMENT_PUBLIQUES) : les scellements ne se vérifient pas.")
    return reference.etablir(table=table, fichier=depuis, trousseau=trousseau)


def _jours_sans_sceau(ref: Reference, connus: list[date]) -> list[Defaut]:
    return [
        Defaut(f"{jour:%Y-%m-%d}", "ce jour manque : il n'a pas de scellement du jour, alors que des jours suivants en ont un", jour)
        for jour in reference.jours_manquants(ref.clos(), connus)
    ]


def _verifier_jour(base: str, jour: date, ref: Reference) -> _Jour:
    """Walk the chain of a day, and stop at the first thing that does not hold."""
    scelles = ref.du_jour(jour)
    clos = next((sceau for sceau in scelles if sceau.genre == JOUR), None)
    precedent, attendu, en_attente = depart(jour), 1, 0

    def defaut(raison: str, rang: int | None = None, trace: int | None = None) -> _Jour:
        place = "" if trace is None else (", hors chaîne" if rang is None else f", rang {rang}") + f", trace {trace}"
        return _Jour(attendu - 1, en_attente, defaut=Defaut(f"{jour:%Y-%m-%d}{place}", raison, jour))

    for ligne in _lignes(base, jour):
        if ligne["rang"] is None:
            if clos:
                return defaut("trace ajoutée après le scellement du jour", None, ligne["id"])
            if ligne["ancienne"]:
                return defaut("trace absente de la chaîne : ajoutée hors du journal, ou jamais enchaînée", None, ligne["id"])
            en_attente += 1
            continue
        if attendu == 1 and ref.peut_ouvrir(bytes(ligne["precedent"]), jour):
            precedent = bytes(ligne["precedent"])
        raison = _raison(ligne, attendu, precedent) or _contredit(scelles, attendu, bytes(ligne["hachage"]))
        if raison:
            return defaut(raison, ligne["rang"], ligne["trace_id"])
        precedent = bytes(ligne["hachage"])
        attendu += 1
    reste = attendu - 1
    if clos and reste > clos.rang:
        return defaut(f"{reste - clos.rang} trace(s) ajoutée(s) après le scellement du jour")
    manque = next((sceau for sceau in scelles if sceau.rang > reste), None)
    if manque is None:
        return _Jour(reste, en_attente)
    if reste or en_attente:
        return defaut(f"la fin du jour a disparu : le {manque} couvre {manque.rang} trace(s), il en reste {reste}")
    absence = _absence(base, jour, clos)
    return defaut(absence) if absence else _Jour(detruit=True)


def _raison(ligne: Mapping[str, Any], attendu: int, precedent: bytes) -> str | None:
    """Return what is wrong with a link, or None."""
    if ligne["rang"] != attendu:
        return f"le rang {attendu} manque dans la chaîne"
    if bytes(ligne["precedent"]) != precedent:
        return "le maillon ne suit pas le précédent" if attendu > 1 else "le jour ne part d'aucun scellement connu"
    if ligne["disparue"]:
        return "la trace a disparu"
    if hashlib.sha256(precedent + forme(ligne)).digest() != bytes(ligne["hachage"]):
        return "la trace n'est pas celle qui a été enchaînée"
    return None


def _contredit(scelles: list[Sceau], rang: int, hachage: bytes) -> str | None:
    """Say which seal has another hash at this rank, or None."""
    faux = next((sceau for sceau in scelles if sceau.rang == rang and sceau.hachage != hachage), None)
    return f"la chaîne a été réécrite : le {faux} porte un autre hachage" if faux else None


def _absence(base: str, jour: date, clos: Sceau | None) -> str | None:
    """Say why a sealed day that holds nothing should hold something, or None when it was destroyed as is due."""
    with connections[base].cursor() as curseur:
        curseur.execute("select rang, hachage, fait from public.audit_destruction where jour = %s", [jour])
        ligne = curseur.fetchone()
    if clos is None or ligne is None:
        return "ce jour manque : ses traces sont scellées, et aucune destruction n'est constatée"
    rang, hachage, fait = ligne
    if (rang, bytes(hachage)) != (clos.rang, clos.hachage):
        return "ce jour manque : sa destruction n'est pas celle de ce qui a été scellé"
    mois = min(settings.ENVIRONNEMENT.journal_mois, MOIS_MIN)
    if fait.astimezone(UTC).date() < _plus_mois(jour, mois):
        return f"ce jour manque : il a été détruit moins de {mois} mois après"
    return None


def _plus_mois(jour: date, mois: int) -> date:
    """Return the same day some months later, or the last of that month."""
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, calendar.monthrange(annee, rang + 1)[1]))


def forme(trace: Mapping[str, Any]) -> bytes:
    """Return what a trace says, byte for byte: each field as LENGTH:TEXT (bytes of UTF-8), or - when it is null."""
    return b"".join(champ(trace[nom]) for nom in CHAMPS)


def _jours(base: str) -> list[date]:
    with connections[base].cursor() as curseur:
        curseur.execute("select jour from public.audit_trace union select jour from public.audit_chaine order by 1")
        return [jour for (jour,) in curseur.fetchall()]


def _lignes(base: str, jour: date) -> Iterator[dict[str, Any]]:
    """Yield the day's rows, a few thousand in memory at a time."""
    champs = ", ".join("host(t.ip) as ip" if nom == "ip" else f"t.{nom}" for nom in CHAMPS)
    connexion = connections[base]
    with transaction.atomic(using=base), connexion.connection.cursor(name="journal") as curseur:
        curseur.itersize = 5000
        curseur.execute(RANGS.format(champs=champs), [ATTENTE, jour, jour])
        noms = [colonne.name for colonne in curseur.description]
        for ligne in curseur:
            yield dict(zip(noms, ligne, strict=True))
