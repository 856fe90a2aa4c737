"""The reference data, brought to the code's list at each `manage.py migrer`. What the list no longer has stays: acts refer to it."""

from conventions import reference
from conventions.models import Caisse, CodeHistorique, Profil, Service


def charger_reference() -> None:
    """Write the caisses, their historic codes, the services and the profiles; contacts set by the CAF are kept."""
    Caisse.objects.bulk_create(
        [Caisse(code=code, nom=nom) for code, nom in reference.CAISSES.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["nom"],
    )
    CodeHistorique.objects.bulk_create(
        [CodeHistorique(code=ancien, caisse_id=code) for ancien, code in reference.CODES_HISTORIQUES.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["caisse"],
    )
    Service.objects.bulk_create(
        [Service(code=code, libelle=libelle, description=description) for code, (libelle, description) in reference.SERVICES.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["libelle", "description"],
    )
    Profil.objects.bulk_create(
        [
            Profil(code=code, libelle=fiche.libelle, actif=fiche.actif, code_acces_requis=fiche.code_acces_requis)
            for code, fiche in reference.PROFILS.items()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["libelle", "actif", "code_acces_requis"],
    )
