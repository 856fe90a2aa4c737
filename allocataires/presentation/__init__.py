"""From a `Fiche` to a page: plain, ready-to-show data.

A rubrique that the profile may not see is absent; one that it may see but of which nothing is known says so. Which is which
comes from the matrix, never from the data.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from allocataires import codes, formats
from allocataires.fiche import Fiche
from allocataires.presentation.essentiels import ESSENTIELS
from allocataires.presentation.mois import lire as lire_mois
from allocataires.presentation.outils import D_ABORD, Outil
from allocataires.presentation.outils import SECTIONS as OUTILS
from allocataires.presentation.personnes import nom
from allocataires.presentation.regard import Regard
from allocataires.presentation.sections import SECTIONS
from allocataires.presentation.vue import Etiquette, Message, Section, Ton, Vue
from conventions.reference import CAISSES, PROFILS

__all__ = ["Vue", "presenter"]

TONS: dict[str, Ton] = {"affilie": "ok", "suspendu": "attention", "radie": "stop", "mute": "stop", "clos": "stop"}


def presenter(fiche: Fiche, *, aujourd_hui: datetime, mois: str = "") -> Vue:
    """Return the page of a dossier. `aujourd_hui` is the instant of the reading (aware): ages and deadlines follow its day in Paris.

    `mois` is the month of a quotient that the reader asks, as it was written; « » when none is asked.
    """
    regard = Regard(fiche, aujourd_hui, mois)
    morceaux = (
        f"{CAISSES.get(fiche.caisse, 'Caisse')} ({fiche.caisse})",
        f"dossier {fiche.numero}",
        f"données au {formats.heure_fr(fiche.donnees_au)}",
    )
    return Vue(
        titre=nom(fiche.identite.responsable if fiche.identite else None) or "Dossier sans nom connu",
        sous_titre=" · ".join(morceaux),
        lu_le=formats.heure_fr(aujourd_hui),
        etiquettes=tuple(_etiquettes(fiche)),
        messages=tuple(_messages(fiche)),
        essentiels=tuple(essentiel(regard) for essentiel in ESSENTIELS[fiche.profil]),
        sections=tuple(_outillee(section(regard), regard) for rubriques, section in SECTIONS if regard.voit(*rubriques)),
        mois=mois if lire_mois(mois) and regard.voit("quotient_demande") else "",
        outil=Outil(D_ABORD[fiche.profil]) if fiche.profil in D_ABORD else None,
    )


def _outillee(section: Section, regard: Regard) -> Section:
    """Return the section with the calculator that its reader may want, unless it stands above all the others already."""
    rubriques, nom_outil = OUTILS.get(section.id, ((), ""))
    if not regard.voit(*rubriques) or D_ABORD.get(regard.lue.profil) == nom_outil:
        return section
    return replace(section, outil=Outil(nom_outil))


def _etiquettes(fiche: Fiche) -> Iterator[Etiquette]:
    yield Etiquette(f"{fiche.profil} {PROFILS[fiche.profil].libelle}")
    if fiche.etat is not None:
        yield Etiquette(codes.ETATS_DU_DOSSIER[fiche.etat].libelle, TONS[fiche.etat])
    elif fiche.actif is not None:
        yield Etiquette("Dossier actif", "ok") if fiche.actif else Etiquette("Dossier non actif", "attention")
    if fiche.fournisseur == "MSA":
        yield Etiquette("Dossier MSA", "attention")
    if fiche.opposition:
        yield Etiquette("Opposition de l’allocataire", "attention")


def _messages(fiche: Fiche) -> Iterator[Message]:
    if fiche.etat not in (None, "affilie"):
        etat = codes.ETATS_DU_DOSSIER[fiche.etat]
        yield Message(TONS[fiche.etat], f"{etat.libelle}.", f"{etat.sens} {etat.suite}".strip())
    if fiche.opposition:
        yield Message(
            "attention",
            "L’allocataire s’est opposé à la communication de ses données aux partenaires.",
            "Votre accès repose sur une obligation légale ou sur le versement de l’aide au logement au bailleur : l’opposition ne le ferme "
            "pas. Limitez-vous à ce que votre mission exige.",
        )
    if fiche.fournisseur == "MSA":
        yield Message(
            "",
            "Ce dossier vient de la Mutualité sociale agricole (MSA).",
            "Pour toute question sur ces données, l’allocataire s’adresse à sa caisse de MSA.",
        )
