"""The rubriques of the page, in the order in which a professional reads them: one file a theme."""

from collections.abc import Callable

from allocataires.presentation.regard import Regard
from allocataires.presentation.sections.argent import creances, paiements, paiements_tiers, retenues
from allocataires.presentation.sections.droits import droits, paje
from allocataires.presentation.sections.famille import famille
from allocataires.presentation.sections.identite import identite
from allocataires.presentation.sections.logement import logement
from allocataires.presentation.sections.quotient import quotient
from allocataires.presentation.sections.ressources import ressources
from allocataires.presentation.sections.rsa import rsa
from allocataires.presentation.sections.suivi import echeances, protection
from allocataires.presentation.vue import Section

# A section stands on the page when the profile may see one of its rubriques.
SECTIONS: tuple[tuple[tuple[str, ...], Callable[[Regard], Section]], ...] = (
    (("identite", "adresse", "contact", "affiliation"), identite),
    (("famille", "enfants"), famille),
    (("quotient", "quotients", "quotient_janvier", "quotient_demande"), quotient),
    (("ressources", "ressources_annuelles", "ressources_trimestrielles", "ajustements", "activites"), ressources),
    (("droits", "prestations"), droits),
    (("paje",), paje),
    (("paiements",), paiements),
    (("paiements_tiers",), paiements_tiers),
    (("retenues",), retenues),
    (("creances",), creances),
    (("logement",), logement),
    (("rsa", "rsa_composantes", "rsa_decisions"), rsa),
    (("protection",), protection),
    (("echeances",), echeances),
)
