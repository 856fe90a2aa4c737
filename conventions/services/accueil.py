"""Take on a partner at once, from its papers: the organisation, its convention, its contracts, its codes and its two administrators."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from audit.journal.auteur import Auteur
from conventions.models import Caisse, Convention, Profil, Service
from conventions.services import bulletins, contrats, conventions, documents, organismes
from conventions.services.ecriture import ecriture


def accueillir(
    *,
    par: Auteur,
    caisse: Caisse,
    siret: str,
    organisme: Mapping[str, Any],
    debut: date,
    duree_mois: int,
    preavis_mois: int,
    tacite_reconduction: bool,
    profils: Collection[Profil],
    caisses: Collection[Caisse],
    effectif_max: int | None,
    telephone_exige: bool,
    autres_services: Collection[Service],
    codes: Mapping[Profil, Sequence[str]],
    administrateurs: Sequence[Mapping[str, Any]],
) -> Convention:
    """Create everything or nothing; return the convention, which waits for its signatures. Raises Refus."""
    with ecriture():
        partenaire = organismes.creer(caisse=caisse, par=par, siret=siret, **organisme)
        convention = conventions.ouvrir(
            organisme=partenaire, debut=debut, duree_mois=duree_mois, preavis_mois=preavis_mois,
            tacite_reconduction=tacite_reconduction, par=par,
        )  # fmt: skip
        if profils:
            contrat = contrats.ouvrir(
                convention=convention, service=Service.objects.get(pk=Service.CDAP), profils=profils, caisses=caisses,
                effectif_max=effectif_max, telephone_exige=telephone_exige, par=par,
            )  # fmt: skip
            for profil, valeurs in codes.items():
                for valeur in valeurs:
                    contrats.accorder_code(contrat=contrat, profil=profil, valeur=valeur, par=par)
        for service in autres_services:
            contrats.ouvrir(convention=convention, service=service, profils=(), caisses=caisses, par=par)
        for administrateur in administrateurs:
            bulletins.recevoir(convention=convention, debut=debut, par=par, **administrateur)
        documents.demander_actes(convention=convention, par=par)
    return convention
