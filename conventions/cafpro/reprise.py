"""Writing what was read: each line is a partner, its transitional convention and its contract of CDAP; all of them or none."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from audit.journal import horloge
from audit.journal.auteur import PROCESSUS
from conventions.cafpro.lecture import Erreur, Lecture, Ligne
from conventions.erreurs import Refus
from conventions.models import Caisse, CodeHistorique, Convention, Organisme, Profil, Service
from conventions.services import contrats, conventions, organismes
from conventions.services.ecriture import base, ecriture


def reprendre(*, lecture: Lecture, jusqu_au: date, dire: Callable[[str], object]) -> tuple[Erreur, ...]:
    """Write every line, in force until that day and not renewed; return the errors, and then nothing has been written."""
    with transaction.atomic(using=base()):
        caisses = _caisses()
        erreurs = list(lecture.erreurs)
        for ligne in lecture.lignes:
            try:
                with ecriture():
                    dire(_reprendre(ligne, caisses, jusqu_au))
            except Refus as refus:
                erreurs.append(Erreur(ligne.ligne, refus.champ or "ligne", str(refus)))
        if erreurs:
            transaction.set_rollback(True, using=base())
    return tuple(sorted(erreurs, key=lambda une: une.ligne))


def _caisses() -> dict[str, Caisse]:
    """Return the caisses by code, historic codes included."""
    par_code = {caisse.code: caisse for caisse in Caisse.objects.using(base())}
    anciens = {ancien.code: par_code[ancien.caisse_id] for ancien in CodeHistorique.objects.using(base())}
    return anciens | par_code


def _reprendre(ligne: Ligne, caisses: dict[str, Caisse], jusqu_au: date) -> str:
    """Write one line and return what was done. Raises Refus."""
    caisse = caisses.get(ligne.caisse)
    if caisse is None:
        raise Refus("cette caisse n’existe pas.", "caisse")
    if ligne.date_signature > min(jusqu_au, horloge.jour()):
        raise Refus("une signature n’est ni à venir, ni postérieure à la fin de la convention.", "date_signature")
    if Organisme.objects.using(base()).filter(siret=ligne.siret).exists():
        raise Refus("un organisme porte déjà ce SIRET.", "siret")
    organisme = organismes.creer(caisse=caisse, par=PROCESSUS, siret=ligne.siret, raison_sociale=ligne.raison_sociale, **ligne.organisme)
    convention = conventions.ouvrir(
        organisme=organisme,
        debut=ligne.date_signature,
        fin=jusqu_au,
        tacite_reconduction=False,
        origine=Convention.Origine.CAFPRO,
        par=PROCESSUS,
    )
    contrat = contrats.ouvrir(
        convention=convention,
        service=Service.objects.using(base()).get(pk=Service.CDAP),
        profils=list(Profil.objects.using(base()).filter(pk__in=ligne.profils)),
        caisses=[caisse],
        effectif_max=ligne.effectif_max,
        par=PROCESSUS,
    )
    for acte in (convention, contrat):
        for partie in ("partenaire", "caf"):
            conventions.signer(acte=acte, partie=partie, le=ligne.date_signature, par=PROCESSUS)
    for profil, valeur in ligne.codes:
        contrats.accorder_code(contrat=contrat, profil=Profil.objects.using(base()).get(pk=profil), valeur=valeur, par=PROCESSUS)
    return (
        f"ligne {ligne.ligne} : {ligne.raison_sociale} ({ligne.siret}), caisse {caisse.code}, {' + '.join(ligne.profils)}, "
        f"jusqu’au {jusqu_au:%d/%m/%Y}"
    )
