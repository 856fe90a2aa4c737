"""What the flow says of the RSA: the demand, its state, what it is made of and what stopped it."""

from typing import Any

from allocataires.flux.rsa import formes
from allocataires.flux.rsa.flot import Bloc

Objet = dict[str, Any]

DECISIONS = (  # genre, block, reason, date
    ("refus", "Refus", "MOTIREFURSA", "DTREFURSA"),
    ("suspension_droit", "SuspensionDroit", "MOTISUSDRORSA", "DDSUSDRORSA"),
    ("suspension_versement", "SuspensionVersement", "MOTISUSVERSRSA", "DDSUSVERSRSA"),
    ("fin", "FinDroit", "MOTICLORSA", "DTCLORSA"),
    ("fin", "FinDroitMoisAnterieur", "MOTICLORSA", "DTCLORSA"),
)


def rsa(foyer: Bloc) -> Objet:
    """Return the RSA file. The flow names no instructor, and no day when the right was opened."""
    identification, prestation = foyer.un("IdentificationRSA"), foyer.un("PrestationRSA")
    demande, montants = identification.un("DemandeRSA"), prestation.un("DetailDroitRSA", "MontantsCalculDroitRSA")
    return {
        "partenaire": identification.un("Partenaire").texte("IDEPARTE"),
        "numero_demande": demande.texte("NUMDEMRSA"),
        "etat": prestation.un("SituationDossierRSA", "EtatDossierRSA").texte("ETATDOSRSA"),
        "date_demande": formes.jour(demande.texte("DTDEMRSA")),
        "montant": montants.texte("MTTOTDRORSA"),
        "montant_forfaitaire": montants.texte("MTREVMINIGARARSA"),
        "ressources_retenues": montants.texte("MTRESSMENRSA"),
        "prestations_retenues": montants.texte("MTPFRSA"),
        "aide_logement_retenue": montants.texte("MTALRSA"),
        "droits_et_devoirs": _droits_et_devoirs(foyer),
    }


def composantes(foyer: Bloc) -> list[Objet]:
    """Return what the RSA is made of."""
    return [
        {
            "nature": detail.texte("NATPF"),
            "debut": formes.jour(detail.texte("DDNATDRO")),
            "fin": formes.jour(detail.texte("DFNATDRO")),
            "montant": detail.texte("MTRSAVERS"),
        }
        for detail in foyer.tous("PrestationRSA", "DetailDroitRSA", "DetailCalculDroitRSA")
    ]


def decisions(foyer: Bloc) -> list[Objet]:
    """Return what stopped the RSA or its payment."""
    situation = foyer.un("PrestationRSA", "SituationDossierRSA")
    return [
        {"genre": genre, "motif": bloc.texte(motif), "depuis": formes.jour(bloc.texte(depuis))}
        for genre, nom, motif, depuis in DECISIONS
        for bloc in situation.tous(nom)
    ]


def _droits_et_devoirs(foyer: Bloc) -> bool | None:
    """Return whether the household is held to the rights and duties: what is said of it, else of any of its persons."""
    dit = foyer.un("PrestationRSA", "DetailDroitRSA", "TroncCommunDroitRSA").vrai("TOPFOYDRODEVORSA")
    if dit is not None:
        return dit
    de_chacun = [montants.vrai("TOPPERSDRODEVORSA") for montants in foyer.tous("Personne", "MontantCalculDroitRSAPersonne")]
    connus = [vrai for vrai in de_chacun if vrai is not None]
    return any(connus) if connus else None
