"""The proof of the journal: recompute each day's chain in Python and name the first row that is not what was chained.

Written apart from `sql/journal.sql` on purpose: the proof does not rest on the code that it proves (security §3.7).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connections, transaction

ATTENTE = timedelta(minutes=15)
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


@dataclass(frozen=True, slots=True)
class Defaut:
    """The first row of a day that does not hold: its place in the chain (None outside it), its trace, and what is wrong."""

    jour: date
    rang: int | None
    trace: int | None
    raison: str

    def __str__(self) -> str:
        place = "hors chaîne" if self.rang is None else f"rang {self.rang}"
        return f"{self.jour:%Y-%m-%d}, {place}, trace {self.trace} : {self.raison}"


@dataclass(frozen=True, slots=True)
class Rapport:
    """What a verification found: days and rows proven, rows that the chain has yet to reach, and the first defect of each bad day."""

    jours: int
    prouvees: int
    en_attente: int
    defauts: tuple[Defaut, ...]


def verifier(*, base: str = "default", jour: date | None = None) -> Rapport:
    """Return the report on one UTC day, or on all those that hold a trace or a link."""
    jours = [jour] if jour else _jours(base)
    prouvees = en_attente = 0
    defauts: list[Defaut] = []
    for un_jour in jours:
        bonnes, attendues, defaut = _verifier_jour(base, un_jour)
        prouvees += bonnes
        en_attente += attendues
        defauts += [defaut] if defaut else []
    return Rapport(len(jours), prouvees, en_attente, tuple(defauts))


def _verifier_jour(base: str, jour: date) -> tuple[int, int, Defaut | None]:
    """Return the rows proven, the rows waiting, and the first defect of a day."""
    precedent = hashlib.sha256(f"CDAP journal {jour:%Y-%m-%d}".encode()).digest()
    attendu, en_attente = 1, 0
    for ligne in _lignes(base, jour):
        if ligne["rang"] is None:
            if ligne["ancienne"]:
                return (
                    attendu - 1,
                    en_attente,
                    Defaut(jour, None, ligne["id"], "trace absente de la chaîne : ajoutée hors du journal, ou jamais enchaînée"),
                )
            en_attente += 1
            continue
        raison = _raison(ligne, attendu, precedent)
        if raison:
            return attendu - 1, en_attente, Defaut(jour, ligne["rang"], ligne["trace_id"], raison)
        precedent = bytes(ligne["hachage"])
        attendu += 1
    return attendu - 1, en_attente, None


def _raison(ligne: Mapping[str, Any], attendu: int, precedent: bytes) -> str | None:
    """Return what is wrong with a link, or None."""
    if ligne["rang"] != attendu:
        return f"le rang {attendu} manque dans la chaîne"
    if bytes(ligne["precedent"]) != precedent:
        return "le maillon ne suit pas le précédent"
    if ligne["disparue"]:
        return "la trace a disparu"
    if hashlib.sha256(precedent + forme(ligne)).digest() != bytes(ligne["hachage"]):
        return "la trace n'est pas celle qui a été enchaînée"
    return None


def forme(trace: Mapping[str, Any]) -> bytes:
    """Return what a trace says, byte for byte: each field as LENGTH:TEXT (bytes of UTF-8), or - when it is null."""
    return b"".join(_champ(trace[nom]) for nom in CHAMPS)


def _champ(valeur: object) -> bytes:
    if valeur is None:
        return b"-"
    texte = valeur.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(valeur, datetime) else str(valeur)
    octets = texte.encode()
    return str(len(octets)).encode() + b":" + octets


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
