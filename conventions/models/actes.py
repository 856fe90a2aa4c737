"""The permanent history of a partner: one row an act, never changed, never deleted (trigger in `sql/actes.sql`)."""

from django.conf import settings
from django.db import models

from conventions.models.contrats import Bulletin, Contrat, Convention
from conventions.models.demandes import Demande
from conventions.models.organismes import Organisme

# What each act is called on the page of an organisation. The journal knows the same list (family « convention »).
LIBELLES = {
    "demande_deposer": "Demande déposée",
    "demande_recevoir": "Demande reçue par courrier",
    "demande_instruire": "Instruction commencée",
    "demande_pieces": "Pièces demandées",
    "demande_completer": "Pièces reçues",
    "demande_accepter": "Demande acceptée",
    "demande_refuser": "Demande refusée",
    "demande_traiter": "Courrier traité",
    "caisse_accepter": "Part de la caisse acceptée",
    "caisse_refuser": "Part de la caisse refusée",
    "caisse_retirer": "Caisse retirée du contrat",
    "organisme_creer": "Organisme créé",
    "organisme_modifier": "Organisme modifié",
    "siret_corriger": "SIRET corrigé",
    "fusionner": "Fusion d’organismes",
    "convention_ouvrir": "Convention préparée",
    "convention_envoyer": "Convention envoyée",
    "contrat_ouvrir": "Contrat préparé",
    "contrat_modifier": "Contrat modifié par avenant",
    "signer": "Signature enregistrée",
    "code_accorder": "Code d’accès accordé",
    "code_retirer": "Code d’accès retiré",
    "bulletin_recevoir": "Bulletin reçu",
    "bulletin_modifier": "Bulletin modifié",
    "bulletin_controler": "Bulletin contrôlé",
    "bulletin_valider": "Bulletin validé",
    "bulletin_refuser": "Bulletin refusé",
    "bulletin_clore": "Bulletin clos",
    "document_produire": "Document produit",
    "document_deposer": "Document déposé",
    "preavis_annoncer": "Fin du préavis annoncée",
    "reconduire": "Tacite reconduction",
    "denoncer": "Dénonciation",
    "suspendre": "Suspension à titre conservatoire",
    "lever": "Suspension levée",
    "resilier": "Résiliation",
}


def libelles() -> list[tuple[str, str]]:
    """Return the acts and their names; a function, so that a new act is no migration."""
    return list(LIBELLES.items())


class Acte(models.Model):
    """Something that happened to a partner: what, when, from which day, by whom, why. Reasons are free text and stay here."""

    genre = models.CharField("acte", max_length=30, choices=libelles)
    instant = models.DateTimeField("enregistré")
    effet = models.DateField("effet", null=True, blank=True)
    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme", related_name="actes", null=True, blank=True)
    demande = models.ForeignKey(Demande, models.PROTECT, verbose_name="demande", related_name="actes", null=True, blank=True)
    convention = models.ForeignKey(Convention, models.PROTECT, verbose_name="convention", related_name="actes", null=True, blank=True)
    contrat = models.ForeignKey(Contrat, models.PROTECT, verbose_name="contrat", related_name="actes", null=True, blank=True)
    bulletin = models.ForeignKey(Bulletin, models.PROTECT, verbose_name="bulletin", related_name="actes", null=True, blank=True)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="+", null=True, blank=True)
    motif = models.CharField("motif", max_length=500, blank=True)
    detail = models.JSONField("détail", default=dict, blank=True)

    class Meta:
        verbose_name = "acte"
        ordering = ["-instant", "-pk"]

    def __str__(self) -> str:
        return self.get_genre_display()
