"""Small fictional flows, written by hand after the schema."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from allocataires.flux.recus import Accepte, Element, Rejet
from allocataires.flux.rsa import lecture

ECHANTILLON = Path(settings.BASE_DIR).parent / "shared" / "data" / "flux-rsa" / "RSABEM.xml"
avec_echantillon = pytest.mark.skipif(not ECHANTILLON.is_file(), reason="le flux d'exemple (../shared/data) n'est pas sur cette machine")


def entete(
    *, sorte: str = "M", nature: str = "D", creation: str = "2026-07-05", heure: str = "01:18:36.0000", au: str = "2026-06-30"
) -> str:
    return (
        f"<IdentificationFlux><APPLIEME>CRI</APPLIEME><TYPEFLUX>{sorte}</TYPEFLUX><NATFLUX>{nature}</NATFLUX>"
        f"<DTCREAFLUX>{creation}</DTCREAFLUX><HEUCREAFLUX>{heure}</HEUCREAFLUX><DTREF>{au}</DTREF></IdentificationFlux>"
    )


def personne(
    role: str = "DEM", *, identite: str = "", suite: str = "", charge: str = "0", responsable: str = "0", nom: str = "EXEMPLE"
) -> str:
    return (
        f"<Personne><Identification><QUAL>MME</QUAL><NOM>{nom}</NOM><NOMNAI>{nom}</NOMNAI><PRENOM>CAMILLE</PRENOM>"
        f"<DTNAI>1988-03-14</DTNAI><TYPEDTNAI>N</TYPEDTNAI><SEXE>2</SEXE>{identite}</Identification>"
        f"<DossierCAF><TOPRESPDOS>{responsable}</TOPRESPDOS><DDRATDOS>2015-04-01</DDRATDOS></DossierCAF>"
        f"<Prestations><NATPREST>PFA</NATPREST><ROLEPERS>{role}</ROLEPERS><TOPCHAPERS>{charge}</TOPCHAPERS></Prestations>"
        f"<Prestations><NATPREST>RSA</NATPREST><ROLEPERS>{role}</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>{suite}</Personne>"
    )


ADRESSE = (
    "<Adresse><TroncCommunAdresse><RGADR>01</RGADR><DTEMM>2021-05-26</DTEMM><PAYS>FRA</PAYS></TroncCommunAdresse>"
    "<AdresseDetailleeFrance><COMPLIDEADR>BAT B</COMPLIDEADR><COMPLADR/><NUMVOIE>1</NUMVOIE><LIBTYPEVOIE>RUE</LIBTYPEVOIE>"
    "<NOMVOIE>DE L'ESSAI</NOMVOIE><LIEUDIST/><CODEPOS>1000</CODEPOS><NOMCOM>EXEMPLEVILLE</NOMCOM></AdresseDetailleeFrance></Adresse>"
)


def foyer(
    matricule: str = "990000100000000", *personnes: str, caisse: str = "521", organisme: str = "CAF", departement: str = "052",
    mutation: str = "", adresse: str = ADRESSE, situation: str = "<ETATDOSRSA>2</ETATDOSRSA>", decisions: str = "", droit: str = "",
) -> str:  # fmt: skip
    return (
        f"<InfosFoyerRSA><IdentificationRSA><Organisme><FONORG>{organisme}</FONORG><NUMORG>{caisse}</NUMORG><MATRICULE>{matricule}</MATRICULE>"
        f"</Organisme><Partenaire><TYPEPARTE>CG </TYPEPARTE><IDEPARTE>{departement}</IDEPARTE></Partenaire><DemandeRSA>"
        f"<DTDEMRSA>2018-08-06</DTDEMRSA><NUMDEMRSA>01020304052</NUMDEMRSA></DemandeRSA>{mutation}</IdentificationRSA>"
        f"{''.join(personnes or (personne(),))}"
        f"<DonneesAdministratives><SituationFamille><SITFAM>ISO</SITFAM><DDSITFAM>2019-10-27</DDSITFAM></SituationFamille>{adresse}"
        f"</DonneesAdministratives><PrestationRSA><SituationDossierRSA><EtatDossierRSA>{situation}</EtatDossierRSA>{decisions}"
        f"</SituationDossierRSA><DetailDroitRSA><TroncCommunDroitRSA><TOPSANSDOMFIXE>0</TOPSANSDOMFIXE></TroncCommunDroitRSA>{droit}"
        "</DetailDroitRSA></PrestationRSA></InfosFoyerRSA>"
    )


def fin(annonce: int) -> str:
    return f"<TransmissionFlux><NBTOTDOSRSATRANSM>{annonce:08d}</NBTOTDOSRSATRANSM></TransmissionFlux>"


def flux(
    *foyers: str, tete: str | None = None, annonce: int | None = None, codage: str = "windows-1252", declare: str | None = None
) -> bytes:
    nombre = len(foyers) if annonce is None else annonce
    texte = (
        f'<?xml version="1.0" encoding="{declare or codage}"?>\n<Racine>\n{entete() if tete is None else tete}\n'
        + "\n".join(foyers)
        + f"\n{fin(nombre)}\n</Racine>\n"
    )
    return texte.encode(codage)


def beaucoup(nombre: int, un: str) -> Iterator[bytes]:
    """Yield a flow of many households, `un` with its matricule replaced, without ever holding it."""
    yield f'<?xml version="1.0" encoding="windows-1252"?>\n<Racine>{entete()}'.encode()
    avant, apres = un.split("990000100000000")
    for rang in range(1, nombre + 1):
        yield f"{avant}{rang:07d}00000000{apres}\n".encode("cp1252")
    yield f"{fin(nombre)}</Racine>".encode()


def lus(octets: bytes) -> list[Accepte | Rejet]:
    """Read a flow as an import does: whole once, then its households."""
    fichier = BytesIO(octets)
    assert lecture.verifier(fichier) is not None
    fichier.seek(0)
    return list(lecture.lire(fichier))


def accepte(un: str) -> Accepte:
    (element,) = lus(flux(un))
    assert isinstance(element, Accepte), element
    return element


def refus(un: str) -> str:
    (element,) = lus(flux(un))
    assert isinstance(element, Rejet), element
    return element.raison


def dossiers(elements: Iterable[Element]) -> list[Accepte]:
    return [element for element in elements if isinstance(element, Accepte)]
