"""What the mails about imports and follows say: counts; neither the name of a file, nor a person, nor a dossier."""

from django.conf import settings

from allocataires.models import Import
from allocataires.services import une_ligne
from envois.modeles import Message, lien, modele, rediger
from habilitations.models import Utilisateur


@modele("allocataires.import_a_voir")
def import_a_voir(objet: int) -> Message | None:
    """Tell the CAF's technicians that a run failed, or refused lines."""
    destinataire = settings.ENVIRONNEMENT.import_courriel
    course = Import.objects.filter(pk=objet).first()
    if course is None or not destinataire:
        return None
    return rediger(
        "allocataires/courriels/import_a_voir.txt",
        sujet=f"CDAP : import n° {course.pk} {course.get_etat_display()}",
        destinataire=destinataire,
        numero=course.pk,
        etat=course.get_etat_display(),
        motif=course.motif,
        lus=course.lus,
        rejets=course.rejets,
        avertissements=course.avertissements,
        lien=lien(f"/admin/imports/{course.pk}/"),  # the worker knows no address of the administration
    )


@modele("allocataires.suivis_resume")
def suivis_resume(objet: int) -> Message | None:
    """Tell an agent how many of the followed dossiers have changed. What this mail tells of is in no other, if it leaves."""
    ligne = une_ligne("select cdap.suivis_resume(%s)", [objet])
    nombre = int(ligne[0]) if ligne else 0
    if not nombre:
        return None
    return rediger(
        "allocataires/courriels/suivis_resume.txt",
        sujet="CDAP : des dossiers que vous suivez ont changé" if nombre > 1 else "CDAP : un dossier que vous suivez a changé",
        destinataire=Utilisateur.objects.values_list("courriel", flat=True).get(pk=objet),
        nombre=nombre,
        lien=lien("/dossiers-suivis/"),
    )
