"""What the mails about imports say: a number and counts; neither the name of the file nor anything that it holds."""

from django.conf import settings

from allocataires.models import Import
from envois.modeles import Message, lien, modele, rediger


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
