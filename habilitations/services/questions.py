"""Questions of the CAF, and what an administrator answers."""

from audit.journal import horloge
from audit.journal.auteur import Auteur
from conventions.erreurs import Refus
from habilitations.models import Mesure
from habilitations.services.ecriture import base, decider, ecriture


def repondre(*, par: Auteur, question: Mesure, reponse: str) -> Mesure:
    """Answer a question, once. Raises Refus: answered already, lifted, empty."""
    with ecriture(par=par, genre="habilitation.question_repondre", organisme=question.organisme_id, objet=f"mesure:{question.pk}"):
        attendues = Mesure.objects.using(base()).filter(genre=Mesure.Genre.QUESTION, levee=None, repondue=None)
        elle = attendues.select_for_update(of=("self",)).filter(pk=question.pk).first()
        if elle is None:
            raise Refus("Cette question n’attend plus de réponse.")
        if not reponse.strip():
            raise Refus("Écrivez votre réponse.", "reponse")
        elle.reponse, elle.repondue, elle.repondue_par_id = reponse.strip(), horloge.maintenant(), par.utilisateur
        elle.save(using=base(), update_fields=["reponse", "repondue", "repondue_par"])
        decider(par=par, genre="habilitation.question_repondre", organisme=elle.organisme_id)
    return elle
