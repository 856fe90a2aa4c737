"""Writes of the app: what is written, and its trace, in one transaction."""

from conventions import reference
from conventions.models import Caisse, Profil, Service


def charger_reference() -> None:
    """Bring the caisses, services and profiles to the code's list. What the list no longer has stays: acts refer to it."""
    Caisse.objects.bulk_create(
        [Caisse(code=code, nom=nom) for code, nom in reference.CAISSES.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["nom"],
    )
    Service.objects.bulk_create(
        [Service(code=code, libelle=libelle) for code, libelle in reference.SERVICES.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["libelle"],
    )
    Profil.objects.bulk_create(
        [
            Profil(code=code, libelle=libelle, actif=actif, code_acces_requis=code_acces_requis)
            for code, (libelle, actif, code_acces_requis) in reference.PROFILS.items()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["libelle", "actif", "code_acces_requis"],
    )
