"""The debts: NATCRE and MOTIINDU of domain §2.7. Where a debt comes from and who answers for it have no list here: nobody sees them."""

from allocataires.codes.modele import Liste, Mot

_NATURES = {"K": "RSA socle", "L": "RSA socle majoré", "M": "RSA socle local", "S": "RSA activité local"}
_TROP = "La famille a reçu plus de {} que ce qui lui était dû."
SUITE = "L’allocataire peut demander un échelonnement ou une remise de dette dans « Mon compte »."

# The natures of the RSA, and no other: `cdap.creance_du_rsa` is made from this list.
CREANCES: Liste = {
    **{f"IN{lettre}": Mot(f"Trop-perçu de {nom}", _TROP.format(nom), SUITE) for lettre, nom in _NATURES.items()},
    **{
        f"IS{lettre}": Mot(
            f"Trop-perçu de {nom}, subrogé", f"{_TROP.format(nom)} La Caf se rembourse sur ce qu’un autre organisme doit à la famille."
        )
        for lettre, nom in _NATURES.items()
    },
    **{
        f"IT{lettre}": Mot(
            f"Trop-perçu de {nom}, transféré",
            f"{_TROP.format(nom)} Le département, ou une autre caisse, recouvre désormais cette dette.",
            "L’allocataire s’adresse à la paierie départementale pour payer ou demander un délai.",
        )
        for lettre, nom in _NATURES.items()
    },
    "INN": Mot("Trop-perçu de RSA activité", _TROP.format("RSA activité"), SUITE),
    "INP": Mot("Trop-perçu de RSA activité majoré", _TROP.format("RSA activité majoré"), SUITE),
}

_CALCUL = "Un élément du calcul a été corrigé : ce qui avait été versé n’était pas dû en entier."
MOTIFS_INDU: Liste = {
    "10": Mot("Situation de famille", "La situation de famille a changé, ou a été connue tard."),
    "20": Mot("Changement d’adresse", "L’adresse a changé, ou le changement a été connu tard."),
    "21": Mot("Mutation ou radiation", "Le dossier a changé de caisse ou a été radié."),
    "30": Mot("Enfant : départ ou arrivée", "La présence d’un enfant au foyer a changé."),
    "31": Mot("Enfant : résidence", "La résidence d’un enfant a changé."),
    "32": Mot("Enfant : décès", "Un enfant est décédé : les droits ont été recalculés."),
    "33": Mot("Enfant : état civil", "L’état civil d’un enfant a été corrigé."),
    "34": Mot("Enfant : arrivée", "Un enfant est arrivé au foyer."),
    "35": Mot("Enfant : situation", "La situation d’un enfant a changé : études, travail ou départ."),
    "40": Mot("Ressources", "Les ressources qui servent au calcul ont été corrigées."),
    "41": Mot("Éléments du droit", _CALCUL),
    "42": Mot("Maintien de droits", "Un droit maintenu en attendant une information n’était pas dû."),
    "50": Mot("Activité professionnelle modifiée", "L’activité professionnelle a changé, ou a été connue tard."),
    "51": Mot("Justificatif d’activité", "L’activité déclarée n’a pas été justifiée."),
    "52": Mot("Situation professionnelle", "La situation professionnelle a été corrigée."),
    "60": Mot("Autre nature", "Un trop-perçu d’une autre nature."),
    "61": Mot("Droits maintenus", "Un droit maintenu en attendant une information n’était pas dû."),
    "62": Mot("Barème", "Un barème a été corrigé."),
    "63": Mot("Autre organisme", "La somme est due à un autre organisme."),
    "64": Mot("Subrogation", "La Caf avait avancé une somme qu’un autre organisme devait."),
    "65": Mot("Plan de remboursement revu", "Le plan de remboursement a été revu."),
    "70": Mot("Calcul des droits", _CALCUL),
    "71": Mot("Éléments de droits modifiés", _CALCUL),
    "72": Mot("Radiation", "Le dossier a été radié."),
    "73": Mot("Droits des enfants", "Les droits ouverts par un enfant ont été corrigés."),
    "74": Mot("Réaffiliation", "Le dossier a été repris après une radiation."),
    "75": Mot("Prime de Noël", "La prime de fin d’année n’était pas due."),
    "76": Mot("Allocation journalière", "Des jours d’allocation n’étaient pas dus."),
    "80": Mot("Réexamen de droits", "La Caf a réexaminé les droits."),
    "81": Mot("Barème (réexamen)", "Un barème a été corrigé à l’occasion d’un réexamen."),
    "82": Mot("Rattrapage exceptionnel", "Une correction exceptionnelle a été faite."),
    "90": Mot("Divers", "Un motif que la Caf peut préciser."),
    # Two reasons of health: their own words would say more than the team needs to know.
    "91": Mot("Autre événement", "Un événement de la famille a changé les droits."),
    "92": Mot("Autre événement", "Un événement de la famille a changé les droits."),
    "93": Mot("Impayés de loyer", "Des loyers n’ont pas été payés : l’aide au logement a été recalculée."),
    "94": Mot("Assurance", "Une assurance a remboursé ce que la Caf avait versé."),
    "95": Mot("Remboursement anticipé", "Un prêt a été remboursé plus tôt : l’aide au logement a été recalculée."),
}
