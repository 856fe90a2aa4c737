"""A seal and its keys: what is signed, byte for byte, the line that publishes it, and who may have signed. Touches no database."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

HEURE, JOUR = "heure", "jour"
VERSION = "CDAP scellement 1"
OCTETS = ("hachage", "precedent", "signature")


class CleInvalide(Exception):
    """No key signs, or one cannot be read; the message says which variable, never the key."""


class LigneIllisible(Exception):
    """A line of the published file is not a seal."""


def champ(valeur: object) -> bytes:
    """Return a value as LENGTH:TEXT (bytes of UTF-8, times in UTC, bytes in hexadecimal), or - when it is null."""
    if valeur is None:
        return b"-"
    if isinstance(valeur, bytes):
        texte = valeur.hex()
    else:
        texte = valeur.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(valeur, datetime) else str(valeur)
    octets = texte.encode()
    return str(len(octets)).encode() + b":" + octets


def depart(jour: date) -> bytes:
    """Return what a day starts from when no seal was ever made, and the hash of a day without a trace."""
    return hashlib.sha256(f"CDAP journal {jour:%Y-%m-%d}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Sceau:
    """What the chain of a day was: its hash at a rank (0: an empty day), after the signature `precedent`, signed by the key `cle`."""

    genre: str
    jour: date
    rang: int
    hachage: bytes
    precedent: bytes
    fait: datetime
    cle: str
    signature: bytes = b""

    def __str__(self) -> str:
        nom = "du jour" if self.genre == JOUR else "horaire"
        return f"scellement {nom} {self.jour:%Y-%m-%d} (rang {self.rang}, fait le {self.fait.astimezone(UTC):%Y-%m-%d à %H:%M:%S} UTC)"

    def forme(self) -> bytes:
        """Return what is signed."""
        valeurs = (VERSION, self.genre, self.jour, self.rang, self.hachage, self.precedent, self.fait, self.cle)
        return b"".join(champ(valeur) for valeur in valeurs)

    def ligne(self) -> str:
        """Return the line that publishes the seal: one JSON object, without its end of line."""
        textes = {nom: getattr(self, nom).hex() for nom in OCTETS}
        return json.dumps(asdict(self) | textes | {"jour": f"{self.jour:%Y-%m-%d}", "fait": self.fait.astimezone(UTC).isoformat()})

    @classmethod
    def lire(cls, ligne: str) -> Self:
        """Return the seal that a line publishes; raises LigneIllisible."""
        try:
            lu = json.loads(ligne)
            octets = {nom: bytes.fromhex(lu[nom]) for nom in OCTETS}
            fait = datetime.fromisoformat(lu["fait"])
            return cls(str(lu["genre"]), date.fromisoformat(lu["jour"]), int(lu["rang"]), fait=fait, cle=str(lu["cle"]), **octets)
        except (ValueError, TypeError, KeyError) as erreur:
            raise LigneIllisible from erreur


@dataclass(frozen=True, slots=True)
class Trousseau:
    """The key that signs, when this process has one, and all those whose seals are believed, by fingerprint."""

    privee: Ed25519PrivateKey | None
    publiques: dict[str, Ed25519PublicKey]

    def signer(self, sceau: Sceau) -> Sceau:
        """Return the seal signed with the key that signs; its `cle` becomes that key's. Raises CleInvalide without one."""
        if self.privee is None:
            raise CleInvalide("CDAP_CLES_SCELLEMENT manque : rien n'est scellé.")
        sceau = replace(sceau, cle=empreinte(self.privee.public_key()))
        return replace(sceau, signature=self.privee.sign(sceau.forme()))

    def signer_octets(self, octets: bytes) -> tuple[str, bytes]:
        """Return the fingerprint of the key that signs, and its signature of these bytes. Raises CleInvalide without one."""
        if self.privee is None:
            raise CleInvalide("CDAP_CLES_SCELLEMENT manque : rien n'est signé.")
        return empreinte(self.privee.public_key()), self.privee.sign(octets)

    def defaut(self, sceau: Sceau) -> str | None:
        """Return what is wrong with the signature of a seal, or None."""
        publique = self.publiques.get(sceau.cle)
        if publique is None:
            return f"signé par une clé inconnue ({sceau.cle})"
        try:
            publique.verify(sceau.signature, sceau.forme())
        except InvalidSignature:
            return "la signature est fausse"
        return None


def trousseau() -> Trousseau:
    """Return the keys of the environment; raises CleInvalide when one cannot be read."""
    environnement = settings.ENVIRONNEMENT
    privees = [
        Ed25519PrivateKey.from_private_bytes(octets)
        for octets in _octets("CDAP_CLES_SCELLEMENT", [cle.get_secret_value() for cle in environnement.cles_scellement])
    ]
    publiques = [
        Ed25519PublicKey.from_public_bytes(octets)
        for octets in _octets("CDAP_CLES_SCELLEMENT_PUBLIQUES", environnement.cles_scellement_publiques)
    ]
    toutes = [*(privee.public_key() for privee in privees), *publiques]
    return Trousseau(privees[0] if privees else None, {empreinte(une): une for une in toutes})


def _octets(variable: str, cles: Iterable[str]) -> list[bytes]:
    """Return the 32 bytes of each key."""
    lues = []
    for rang, cle in enumerate(cles, 1):
        try:
            octets = base64.b64decode(cle, altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            octets = b""
        if len(octets) != 32:
            raise CleInvalide(f"{variable} : la clé de rang {rang} n'est pas une clé Ed25519 (32 octets en base64).")
        lues.append(octets)
    return lues


def empreinte(cle: Ed25519PublicKey) -> str:
    """Return the fingerprint of a public key, which its seals bear."""
    return hashlib.sha256(cle.public_bytes_raw()).hexdigest()[:16]


def creer() -> tuple[str, str]:
    """Return a new pair, private then public, as the environment writes them."""
    privee = Ed25519PrivateKey.generate()
    octets = (privee.private_bytes_raw(), privee.public_key().public_bytes_raw())
    return base64.urlsafe_b64encode(octets[0]).decode(), base64.urlsafe_b64encode(octets[1]).decode()


if __name__ == "__main__":
    print("CDAP_CLES_SCELLEMENT={}\nCDAP_CLES_SCELLEMENT_PUBLIQUES={}".format(*creer()))
