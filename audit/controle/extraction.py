"""An extract of the journal for an open case: a file of JSON lines, dated, hashed, signed, with the day when it must be destroyed itself.

The first line says who asked, why, of what, and until when; then one trace a line, with its place in the chain; the last line bears the
SHA-256 of all the bytes before it, and its signature. The purge never waits for a case: what a case needs is taken out before.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from audit.journal import horloge

# What is signed is this word and the hash, so that the signature of an extract is good for nothing else.
DOMAINE = b"CDAP extrait du journal "
# Signs bytes; returns the fingerprint of the key and the signature.
Signataire = Callable[[bytes], tuple[str, bytes]]


class ExtractionRefusee(Exception):
    """The journal has traced why; the message says what to do."""


REFUS = {
    "refuse": "Un extrait se demande au nom d’un contrôleur ou du délégué à la protection des données, dont le compte est en vigueur.",
    "introuvable": "Le journal ne connaît ni ce partenaire, ni cette personne, ni ce dossier : vérifiez ce que vous avez écrit.",
    "hors_caisse": "Ce partenaire n’est pas suivi par une caisse de ce contrôleur : faites demander l’extrait par un autre.",
}


@dataclass(frozen=True, slots=True)
class Demande:
    """Who asks (identifier), why, which UTC days, until when it is kept, and one thing: a SIRET, an identifier, or a dossier."""

    par: str
    motif: str
    du: date
    au: date
    fin: date
    siret: str | None = None
    identifiant: str | None = None
    dossier: tuple[str, str] | None = None


def extraire(demande: Demande, *, vers: Path, signer: Signataire | None = None, base: str = "default") -> int:
    """Write the extract to a new file that its owner alone reads; return how many traces it holds.

    Raises ExtractionRefusee, and FileExistsError: an extract replaces nothing.
    """
    vers.touch(mode=0o600, exist_ok=False)
    with vers.open("wb") as fichier:
        try:
            critere = _ouvrir(demande, base)
            empreinte, nombre = hashlib.sha256(), 0
            for ligne in _lignes(demande, critere, base):
                nombre += 1
                fichier.write(ligne)
                empreinte.update(ligne)
            cle, signature = signer(DOMAINE + empreinte.digest()) if signer else (None, b"")
            fin = {"sha256": empreinte.hexdigest(), "cle": cle, "signature": base64.b64encode(signature).decode() or None}
            fichier.write(_json(fin))
        except BaseException:
            vers.unlink()
            raise
    return nombre - 1


def _ouvrir(demande: Demande, base: str) -> tuple[Any, ...]:
    """Have the extract granted and traced; return what `extraction_lire` takes. It commits by itself."""
    caisse, numero = demande.dossier or (None, None)
    with connections[base].cursor() as curseur:
        curseur.execute(
            "select issue, organisme, utilisateur, dossier, organismes from cdap.extraction_ouvrir(%s, %s, %s, %s, %s, %s, %s, %s)",
            [demande.par, demande.motif, demande.du, demande.au, demande.siret, demande.identifiant, caisse, numero],
        )
        issue, *critere = curseur.fetchone()
    if issue != "accorde":
        raise ExtractionRefusee(REFUS[issue])
    return tuple(critere)


def _lignes(demande: Demande, critere: tuple[Any, ...], base: str) -> Iterator[bytes]:
    """Yield the head, then the traces, a few thousand in memory at a time."""
    organisme, utilisateur, dossier, _ = critere
    yield _json(
        {
            "genre": "extrait du journal de CDAP", "fait": horloge.maintenant().isoformat(timespec="seconds"), "demande_par": demande.par,
            "motif": demande.motif, "du": str(demande.du), "au": str(demande.au), "organisme": organisme, "utilisateur": utilisateur,
            "dossier": dossier, "a_detruire_le": str(demande.fin),
        }
    )  # fmt: skip
    connexion = connections[base]
    with transaction.atomic(using=base), connexion.connection.cursor(name="extraction") as curseur:
        curseur.itersize = 5000
        curseur.execute("select cdap.extraction_lire(%s, %s, %s, %s, %s, %s)", [demande.du, demande.au, *critere])
        for (trace,) in curseur:
            yield trace.encode() + b"\n"


def _json(valeur: dict[str, Any]) -> bytes:
    return json.dumps(valeur, ensure_ascii=False, sort_keys=True).encode() + b"\n"
