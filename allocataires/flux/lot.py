"""A batch being filled: what is written in one transaction, in as many steps as a file says things about one dossier.

What a file gives does not depend on where its batches end. A dossier that comes again takes the place of the one before only when it
says all that the other said; otherwise it waits for the next step, as it would have for the next batch.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from allocataires.flux import actes, ecriture
from allocataires.flux.ecriture import Ligne
from allocataires.flux.recus import Accepte, Acte, Rejet

ETAPES_MAX = 50  # a file that says a thousand things about one dossier is written in small batches
CARACTERES_MAX = 64_000_000  # what bounds the memory when every dossier is as long as a line may be

Cle = tuple[str, str]


class Lot:
    """Steps, each of which holds a key once. `lus` is what it has taken, duplicates included."""

    def __init__(self, taille: int) -> None:
        self._taille = taille
        self._etapes: list[dict[Cle, Ligne | Acte]] = []
        self._caracteres = 0
        self.lus = 0
        self.doublons = 0

    @property
    def plein(self) -> bool:
        """Whether it must be written before it takes anything more."""
        return self.lus - self.doublons >= self._taille or self._caracteres >= CARACTERES_MAX or len(self._etapes) >= ETAPES_MAX

    def ajouter(self, element: Accepte | Acte) -> None:
        """Take a dossier or an act."""
        recu = element.dossier if isinstance(element, Accepte) else element.recu
        cle = recu.caisse, recu.numero
        valeur = ecriture.ligne(element) if isinstance(element, Accepte) else element
        self._caracteres += len(valeur.rubriques if isinstance(valeur, Ligne) else valeur.brut)
        self.lus += 1
        rang = len(self._etapes) - 1
        while rang >= 0 and cle not in self._etapes[rang]:
            rang -= 1
        if rang >= 0:
            avant = self._etapes[rang][cle]
            if _remplace(valeur, avant):
                self._etapes[rang][cle] = valeur
            if _remplace(valeur, avant) or _arrive_trop_tard(valeur, avant):
                self.doublons += 1
                return
        if rang + 1 == len(self._etapes):
            self._etapes.append({})
        self._etapes[rang + 1][cle] = valeur

    def ecrire(self, curseur: Any) -> tuple[Counter[str], list[Rejet]]:
        """Write the steps in order, in the caller's transaction; return the counts and what was refused."""
        compte, rejets = Counter(lus=self.lus, doublons=self.doublons), list[Rejet]()
        deja = False
        for etape in self._etapes:
            if lignes := [valeur for valeur in etape.values() if isinstance(valeur, Ligne)]:
                compte.update(ecriture.ecrire(curseur, lignes, encore=deja))
                deja = True
            if demandes := [valeur for valeur in etape.values() if isinstance(valeur, Acte)]:
                suites = actes.appliquer(curseur, demandes)
                compte.update(mis_a_jour=suites.mis_a_jour, ignores=suites.ignores, rejets=len(suites.rejets))
                rejets += suites.rejets
        return compte, rejets


def _remplace(nouveau: Ligne | Acte, avant: Ligne | Acte) -> bool:
    """Whether `nouveau` leaves nothing of `avant`, so that only it need be written."""
    if isinstance(nouveau, Ligne) and isinstance(avant, Ligne):
        tait = nouveau.opposition is None and avant.opposition is not None
        return nouveau.donnees_au >= avant.donnees_au and nouveau.portees >= avant.portees and not tait
    return _memes_actes(nouveau, avant, lambda nouveau, avant: nouveau.recu.donnees_au >= avant.recu.donnees_au)


def _arrive_trop_tard(nouveau: Ligne | Acte, avant: Ligne | Acte) -> bool:
    """Whether `nouveau` is older than `avant`, and would be ignored after it: what it says of the opposition may still count."""
    if isinstance(nouveau, Ligne) and isinstance(avant, Ligne):
        return nouveau.donnees_au < avant.donnees_au and nouveau.portees <= avant.portees and nouveau.opposition is None
    return _memes_actes(nouveau, avant, lambda nouveau, avant: nouveau.recu.donnees_au < avant.recu.donnees_au)


def _memes_actes(nouveau: Ligne | Acte, avant: Ligne | Acte, comparer: Callable[[Acte, Acte], bool]) -> bool:
    return isinstance(nouveau, Acte) and isinstance(avant, Acte) and type(nouveau.recu) is type(avant.recu) and comparer(nouveau, avant)
