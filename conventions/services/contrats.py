"""Contracts of service: what they open (profiles, caisses, codes, number of users), and how an amendment changes it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from conventions.models import Caisse, CodeAcces, Contrat, Convention, Profil, Service
from conventions.services.ecriture import acter, ecriture, enregistrer, reprendre


def ouvrir(
    *,
    convention: Convention,
    service: Service,
    profils: Collection[Profil],
    caisses: Collection[Caisse],
    par: Auteur,
    debut: date | None = None,
    fin: date | None = None,
    effectif_max: int | None = None,
    telephone_exige: bool = False,
) -> Contrat:
    """Prepare the contract of one service; it opens nothing until both have signed it, and its convention."""
    verifier(service, profils, caisses)
    with ecriture():
        convention = reprendre(convention)
        if convention.resiliation is not None:
            raise Refus("Cette convention est résiliée.")
        contrat = enregistrer(
            Contrat(
                convention=convention, service=service, debut=debut or convention.debut, fin=fin, effectif_max=effectif_max,
                telephone_exige=telephone_exige,
            )
        )  # fmt: skip
        contrat.profils.set(profils)
        contrat.caisses.set(caisses)
        acter(par=par, genre="contrat_ouvrir", organisme=convention.organisme, convention=convention, contrat=contrat, **portee(contrat))
    return contrat


def modifier(
    *,
    contrat: Contrat,
    version: int | None,
    motif: str,
    par: Auteur,
    profils: Collection[Profil] | None = None,
    caisses: Collection[Caisse] | None = None,
    effectif_max: int | None = None,
    telephone_exige: bool | None = None,
) -> Contrat:
    """Amend what a contract opens; what is not said stays, and a profile that leaves takes its codes with it.

    The act keeps what the contract opened before and after.
    """
    with ecriture():
        contrat = _reprendre(contrat, version)
        verifier(
            contrat.service,
            contrat.profils.all() if profils is None else profils,
            contrat.caisses.all() if caisses is None else caisses,
        )
        avant = portee(contrat)
        if profils is not None:
            for code in contrat.codes_acces.filter(retrait=None).exclude(profil__in=profils):
                _retirer(code, motif, par)
            contrat.profils.set(profils)
        if caisses is not None:
            contrat.caisses.set(caisses)
        contrat.effectif_max = contrat.effectif_max if effectif_max is None else effectif_max
        contrat.telephone_exige = contrat.telephone_exige if telephone_exige is None else telephone_exige
        apres = portee(contrat)
        if avant != apres:
            enregistrer(contrat)
            acter(
                par=par, genre="contrat_modifier", organisme=contrat.convention.organisme, convention=contrat.convention, contrat=contrat,
                motif=motif, avant=avant, apres=apres,
            )  # fmt: skip
    return contrat


def retirer_caisse(*, contrat: Contrat, caisse: Caisse, motif: str, par: Auteur) -> Contrat:
    """Take one caisse's dossiers back from a contract over several of them."""
    with ecriture():
        contrat = _reprendre(contrat)
        if not contrat.caisses.filter(pk=caisse.pk).exists():
            raise Refus("Cette caisse n’est pas au contrat.")
        contrat.caisses.remove(caisse)
        enregistrer(contrat)
        acter(
            par=par, genre="caisse_retirer", organisme=contrat.convention.organisme, convention=contrat.convention, contrat=contrat,
            motif=motif, caisse=caisse.pk,
        )  # fmt: skip
    return contrat


def accorder_code(*, contrat: Contrat, profil: Profil, valeur: str, par: Auteur) -> CodeAcces:
    """Give a scope code to a contract. Raises Refus: the profile is not at the contract or needs no code, or it is there already."""
    with ecriture():
        contrat = _reprendre(contrat)
        code = enregistrer(CodeAcces(contrat=contrat, profil=profil, valeur=valeur.strip().upper()))
        acter(
            par=par, genre="code_accorder", organisme=contrat.convention.organisme, convention=contrat.convention, contrat=contrat,
            profil=profil.pk, code=code.valeur,
        )  # fmt: skip
    return code


def retirer_code(*, code: CodeAcces, motif: str, par: Auteur) -> CodeAcces:
    """Take a scope code back: the groups that hold it lose it at once."""
    with ecriture():
        reprendre(code.contrat)
        code = reprendre(code)
        if code.retrait is not None:
            raise Refus("Ce code est déjà retiré.")
        _retirer(code, motif, par)
    return code


def _retirer(code: CodeAcces, motif: str, par: Auteur) -> None:
    code.retrait = horloge.maintenant()
    enregistrer(code)
    contrat = code.contrat
    acter(
        par=par, genre="code_retirer", organisme=contrat.convention.organisme, convention=contrat.convention, contrat=contrat,
        motif=motif, profil=code.profil_id, code=code.valeur,
    )  # fmt: skip


def _reprendre(contrat: Contrat, version: int | None = None) -> Contrat:
    """Return the contract, locked, as it is now. Raises Refus when it is terminated: nothing of it changes any more."""
    contrat = reprendre(contrat, version)
    if contrat.resiliation is not None or contrat.convention.resiliation is not None:
        raise Refus("Ce contrat est résilié, ou sa convention l’est.")
    return contrat


def portee(contrat: Contrat) -> dict[str, Any]:
    """Return what a contract opens, as the acts keep it."""
    return {
        "profils": sorted(contrat.profils.values_list("pk", flat=True)),
        "caisses": sorted(contrat.caisses.values_list("pk", flat=True)),
        "effectif_max": contrat.effectif_max,
        "telephone_exige": contrat.telephone_exige,
    }


def verifier(service: Service, profils: Collection[Profil], caisses: Collection[Caisse]) -> None:
    """Check what a contract would open: CDAP opens profiles of some caisses, another service is an entry of the catalogue. Raises Refus."""
    if service.pk != Service.CDAP:
        return
    if not profils:
        raise Refus("Choisissez au moins un profil.", "profils")
    if not caisses:
        raise Refus("Choisissez au moins une caisse.", "caisses")
    fermes = [profil.pk for profil in profils if not profil.actif]
    if fermes:
        raise Refus(f"Ce profil n’est pas encore ouvert : {', '.join(fermes)}.", "profils")
