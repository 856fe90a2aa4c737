"""What can be done in the controllers' space: one line a page, in the order of the home page. A new page adds its line."""

from dataclasses import dataclass

from habilitations.models import Role


@dataclass(frozen=True, slots=True)
class Entree:
    """A page: the name of its address, what it is called, what it is for, and who finds it here."""

    adresse: str
    libelle: str
    usage: str
    roles: tuple[Role, ...] = (Role.CONTROLEUR, Role.DPO)


ENTREES = (
    Entree("controle_alertes", "Alertes", "Ce que le journal montre d’inhabituel, ce qui a été demandé, répondu et décidé."),
    Entree(
        "controle_journal",
        "Chercher dans le journal",
        "Qui a fait quoi, quand et pourquoi : par organisme, personne, dossier, acte ou résultat.",
    ),
    Entree(
        "controle_violation",
        "Dossiers vus par un compte",
        "Tout ce qu’un compte a pu voir entre deux dates, et les volumes par heure : pour une violation de données.",
    ),
    Entree(
        "controle_acces",
        "Qui a consulté ce dossier",
        "La réponse à un allocataire qui exerce son droit d’accès : une lettre, sans nom d’agent.",
        (Role.DPO,),
    ),
    Entree("controle_sondages", "Sondages", "Les consultations tirées au sort chaque mois : répondues, confirmées, contestées, en retard."),
    Entree("controle_campagnes", "Campagnes", "Demander aux administrateurs si la fonction de chacun justifie ses groupes."),
    Entree(
        "controle_chiffres",
        "Chiffres",
        "Six mois de consultations, de refus, d’alertes et de revues, par organisme et par profil. Personne n’y est compté.",
    ),
    Entree(
        "controle_dpo",
        "Protection des données",
        "Ce qui est gardé et détruit, les preuves, les oppositions, qui lit le journal, le registre du traitement.",
        (Role.DPO,),
    ),
    Entree("controle_exports", "Exports", "Ceux que vous avez demandés, et ceux qui attendent votre décision."),
)
