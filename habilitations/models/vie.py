"""What happens to accesses: decisions and their reasons, measures of the CAF, lost factors, renewals of passwords, reviews."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from conventions.models.communs import DuPerimetre, une_ligne
from habilitations.models.groupes import Groupe
from habilitations.models.personnes import Utilisateur

MOTIF_MAX = 500
# What each decision is called on the page of a person, of a group or of an organisation; the journal knows the same acts.
LIBELLES = {
    "compte.creer": "Compte créé",
    "compte.modifier": "Fiche modifiée",
    "compte.changer_fonction": "Fonction ou service changé",
    "compte.suspendre": "Compte suspendu",
    "compte.reactiver": "Suspension levée",
    "compte.fin": "Compte clos",
    "compte.rouvrir": "Compte rouvert par la Caf",
    "compte.identifiants_renvoyer": "Identifiants envoyés à nouveau",
    "compte.mdp_forcer": "Nouveau mot de passe imposé",
    "compte.deverrouiller": "Connexion débloquée",
    "compte.otp_retirer_demander": "Retrait du second facteur demandé",
    "compte.otp_retirer": "Second facteur retiré",
    "compte.otp_retirer_refuser": "Retrait du second facteur refusé",
    "compte.adresse_autoriser": "Adresse partagée autorisée par la Caf",
    "compte.dormance_prevenir": "Compte sans connexion : avertissement",
    "habilitation.groupe_creer": "Groupe créé",
    "habilitation.groupe_modifier": "Groupe modifié",
    "habilitation.groupe_suspendre": "Groupe suspendu",
    "habilitation.groupe_lever": "Suspension du groupe levée",
    "habilitation.groupe_clore": "Groupe clos",
    "habilitation.affecter": "Rattachement au groupe",
    "habilitation.retirer": "Retrait du groupe",
    "habilitation.admin_proposer": "Administrateur proposé",
    "habilitation.admin_designer": "Administrateur désigné",
    "habilitation.admin_partir": "Départ d’un administrateur",
    "habilitation.admin_retirer": "Fonctions d’administrateur terminées",
    "habilitation.revue_ouvrir": "Revue annuelle ouverte",
    "habilitation.revue_confirmer": "Habilitations confirmées à la revue",
    "habilitation.revue_clore": "Revue annuelle terminée",
    "habilitation.question_poser": "Question de la Caf",
    "habilitation.question_repondre": "Réponse à la Caf",
    "habilitation.mesure_poser": "Mesure de la Caf",
    "habilitation.mesure_lever": "Mesure de la Caf levée",
    "habilitation.renouvellement_ordonner": "Renouvellement des mots de passe ordonné",
    "habilitation.consultation_suspendre": "Consultation suspendue",
    "habilitation.consultation_retablir": "Consultation rétablie",
    "habilitation.campagne_confirmer": "Fonction confirmée à une campagne de contrôle",
}
# What a partner's administrator decides alone: the database takes no other from the web (`sql/espace.sql`).
DE_L_ADMINISTRATEUR = (
    "compte.creer", "compte.modifier", "compte.changer_fonction", "compte.suspendre", "compte.reactiver", "compte.fin",
    "compte.identifiants_renvoyer", "compte.mdp_forcer", "compte.deverrouiller", "compte.otp_retirer_demander", "compte.otp_retirer",
    "compte.otp_retirer_refuser", "habilitation.groupe_creer", "habilitation.groupe_modifier", "habilitation.groupe_suspendre",
    "habilitation.groupe_lever", "habilitation.groupe_clore", "habilitation.affecter", "habilitation.retirer",
    "habilitation.revue_confirmer", "habilitation.question_repondre", "habilitation.consultation_retablir",
)  # fmt: skip


def libelles() -> list[tuple[str, str]]:
    """Return the decisions and their names; a function, so that a new one is no migration."""
    return list(LIBELLES.items())


class Decision(models.Model):
    """Something decided about an access: what, when, by whom, why. Kept for good, never changed (trigger in `sql/decisions.sql`).

    `genre` is « famille.action » of the journal. Reasons are free text and stay here: the journal holds none.
    """

    genre = models.CharField("décision", max_length=50, choices=libelles)
    instant = models.DateTimeField("enregistrée")
    organisme = models.ForeignKey(
        "conventions.Organisme", models.PROTECT, verbose_name="organisme", related_name="decisions", null=True, blank=True
    )
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="personne", related_name="decisions", null=True, blank=True)
    groupe = models.ForeignKey(Groupe, models.PROTECT, verbose_name="groupe", related_name="decisions", null=True, blank=True)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="+", null=True, blank=True)
    motif = models.CharField("motif", max_length=MOTIF_MAX, blank=True, validators=[une_ligne])
    detail = models.JSONField("détail", default=dict, blank=True)

    class Meta:
        verbose_name = "décision"
        ordering = ["-instant", "-pk"]
        indexes = [
            models.Index(fields=["utilisateur", "-instant"], name="habilitations_decision_qui"),
            models.Index(fields=["organisme", "-instant"], name="habilitations_decision_orga"),
        ]

    def __str__(self) -> str:
        return self.get_genre_display()


class AvisDecision(models.Model):
    """Who is told of a decision by mail; a `rappel` comes the day before it takes effect."""

    decision = models.ForeignKey(Decision, models.PROTECT, verbose_name="décision", related_name="avis")
    destinataire = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="destinataire", related_name="+")
    rappel = models.BooleanField("rappel", default=False)

    class Meta:
        verbose_name = "avis d’une décision"
        verbose_name_plural = "avis de décisions"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["decision", "destinataire", "rappel"], name="habilitations_avisdecision_unique")]

    def __str__(self) -> str:
        return f"Avis {self.pk}"


class MesureQuerySet(DuPerimetre["Mesure"]):
    """Visibility: that of the organisation."""

    CHEMINS = ("organisme__caisse", "organisme__conventions__contrats__caisses")


class Mesure(models.Model):
    """What the CAF asks of a partner or takes from it « à titre conservatoire », until it is answered or lifted."""

    class Genre(models.TextChoices):
        """A question waits for an answer; the others take something away while they last."""

        QUESTION = "question", "question"
        ORGANISME = "organisme", "suspension de l’organisme"
        PERSONNE = "personne", "suspension d’une personne"
        DELEGATION = "delegation", "délégation retirée"

    genre = models.CharField("mesure", max_length=12, choices=Genre)
    organisme = models.ForeignKey("conventions.Organisme", models.PROTECT, verbose_name="organisme", related_name="mesures")
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="personne", related_name="mesures", null=True, blank=True)
    posee = models.DateTimeField("posée")
    posee_par = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="posée par", related_name="+")
    motif = models.CharField("motif", max_length=MOTIF_MAX, validators=[une_ligne])
    echeance = models.DateField("réponse attendue le", null=True, blank=True)
    reponse = models.CharField("réponse", max_length=2000, blank=True)
    repondue = models.DateTimeField("répondue", null=True, blank=True)
    repondue_par = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="réponse de", related_name="+", null=True, blank=True)
    levee = models.DateTimeField("levée", null=True, blank=True)
    levee_par = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="levée par", related_name="+", null=True, blank=True)
    levee_motif = models.CharField("motif de la levée", max_length=MOTIF_MAX, blank=True, validators=[une_ligne])

    objects = MesureQuerySet.as_manager()

    class Meta:
        verbose_name = "mesure"
        ordering = ["-posee", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisme", "genre"],
                condition=Q(levee__isnull=True, genre__in=["organisme", "delegation"]),
                name="habilitations_mesure_organisme",
                violation_error_message="Cette mesure est déjà prise pour cet organisme.",
            ),
            models.UniqueConstraint(
                fields=["utilisateur"],
                condition=Q(levee__isnull=True, genre="personne"),
                name="habilitations_mesure_personne",
                violation_error_message="Cette personne est déjà suspendue par la Caf.",
            ),
            models.CheckConstraint(
                condition=~Q(genre="personne") | Q(utilisateur__isnull=False), name="habilitations_mesure_a_une_personne"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display().capitalize()} : {self.utilisateur or self.organisme}"

    @property
    def gestionnaire(self) -> str:
        """Return the code of the caisse that supervises."""
        return self.organisme.gestionnaire


class RetraitFacteurQuerySet(DuPerimetre["RetraitFacteur"]):
    """Visibility: that of the person."""

    CHEMINS = ("utilisateur__organisme__caisse", "utilisateur__organisme__conventions__contrats__caisses")


class RetraitFacteur(models.Model):
    """A lost second factor: one person asks that it be taken away, another decides (AN-05)."""

    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="personne", related_name="retraits_de_facteur")
    demande = models.DateTimeField("demandé")
    demande_par = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="demandé par", related_name="+")
    motif = models.CharField("motif", max_length=MOTIF_MAX, validators=[une_ligne])
    decide = models.DateTimeField("décidé", null=True, blank=True)
    decide_par = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="décidé par", related_name="+", null=True, blank=True)
    accorde = models.BooleanField("accordé", null=True, blank=True)

    objects = RetraitFacteurQuerySet.as_manager()

    class Meta:
        verbose_name = "retrait d’un second facteur"
        verbose_name_plural = "retraits de seconds facteurs"
        ordering = ["-demande", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decide_par__isnull=True) | ~Q(decide_par=F("demande_par")) & ~Q(decide_par=F("utilisateur")),
                name="habilitations_retraitfacteur_deux_personnes",
                violation_error_message="Une autre personne que celle qui a demandé le retrait doit le confirmer.",
            ),
            models.CheckConstraint(
                condition=Q(decide__isnull=True, decide_par__isnull=True, accorde__isnull=True)
                | Q(decide__isnull=False, decide_par__isnull=False, accorde__isnull=False),
                name="habilitations_retraitfacteur_decision",
            ),
            models.UniqueConstraint(
                fields=["utilisateur"],
                condition=Q(decide__isnull=True),
                name="habilitations_retraitfacteur_un_seul",
                violation_error_message="Le retrait du second facteur de cette personne est déjà demandé.",
            ),
        ]

    def __str__(self) -> str:
        return f"Retrait du second facteur de {self.utilisateur}"

    @property
    def gestionnaire(self) -> str:
        """Return the code of the caisse that decides, when the CAF does."""
        return self.utilisateur.gestionnaire


class RenouvellementQuerySet(DuPerimetre["Renouvellement"]):
    """Visibility: the caisse that leads; an order for everyone, the caisses of whoever gave it."""

    CHEMINS = ("organisme__caisse", "utilisateur__organisme__caisse", "ordonne_par__caisses")


class Renouvellement(models.Model):
    """Passwords that the CAF orders to be changed on a day: of one person, of one organisation, or of everyone (CN-12)."""

    organisme = models.ForeignKey(
        "conventions.Organisme", models.PROTECT, verbose_name="organisme", related_name="renouvellements", null=True, blank=True
    )
    utilisateur = models.ForeignKey(
        Utilisateur, models.PROTECT, verbose_name="personne", related_name="renouvellements", null=True, blank=True
    )
    le = models.DateField("le", help_text="À partir de ce jour, chacun choisit un nouveau mot de passe.")
    motif = models.CharField("motif", max_length=MOTIF_MAX, validators=[une_ligne])
    ordonne = models.DateTimeField("ordonné")
    ordonne_par = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="ordonné par", related_name="+")
    annonce = models.DateTimeField("annoncé", null=True, blank=True)
    fait = models.DateTimeField("fait", null=True, blank=True)

    objects = RenouvellementQuerySet.as_manager()

    class Meta:
        verbose_name = "renouvellement de mots de passe"
        verbose_name_plural = "renouvellements de mots de passe"
        ordering = ["-ordonne", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisme__isnull=True) | Q(utilisateur__isnull=True), name="habilitations_renouvellement_portee"
            )
        ]

    def __str__(self) -> str:
        return f"Renouvellement du {self.le:%d/%m/%Y}"


class RevueQuerySet(DuPerimetre["Revue"]):
    """Visibility: that of the organisation."""

    CHEMINS = ("organisme__caisse", "organisme__conventions__contrats__caisses")


class Revue(models.Model):
    """The yearly review of an organisation: its administrators confirm or close each person (CN-42)."""

    organisme = models.ForeignKey("conventions.Organisme", models.PROTECT, verbose_name="organisme", related_name="revues")
    ouverture = models.DateField("ouverte le")
    rappels = models.PositiveSmallIntegerField("rappels envoyés", default=0)
    cloture = models.DateTimeField("terminée", null=True, blank=True)
    document = models.ForeignKey("conventions.Document", models.PROTECT, verbose_name="preuve", related_name="+", null=True, blank=True)

    objects = RevueQuerySet.as_manager()

    class Meta:
        verbose_name = "revue annuelle"
        verbose_name_plural = "revues annuelles"
        ordering = ["-ouverture", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisme"],
                condition=Q(cloture__isnull=True),
                name="habilitations_revue_une_seule",
                violation_error_message="Une revue est déjà ouverte pour cet organisme.",
            )
        ]

    def __str__(self) -> str:
        return f"Revue du {self.ouverture:%d/%m/%Y}"


class LigneRevue(models.Model):
    """A person to confirm, and what was decided."""

    class Decision(models.TextChoices):
        """`SUSPENDUE` and `CLOSE_DE_DROIT`: nobody answered in 30, then in 60 days."""

        ATTENDUE = "attendue", "à confirmer"
        CONFIRMEE = "confirmee", "confirmée"
        CLOSE = "close", "close"
        SUSPENDUE = "suspendue", "suspendue faute de réponse"
        CLOSE_DE_DROIT = "close_de_droit", "close faute de réponse"

        @classmethod
        def a_decider(cls) -> "tuple[LigneRevue.Decision, ...]":
            """Return those that wait for an administrator."""
            return (cls.ATTENDUE, cls.SUSPENDUE)

    revue = models.ForeignKey(Revue, models.PROTECT, verbose_name="revue", related_name="lignes")
    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="personne", related_name="revues")
    decision = models.CharField("décision", max_length=16, choices=Decision, default=Decision.ATTENDUE)
    instant = models.DateTimeField("décidée", null=True, blank=True)
    par = models.ForeignKey(Utilisateur, models.PROTECT, verbose_name="par", related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = "ligne de revue"
        verbose_name_plural = "lignes de revue"
        ordering = ["utilisateur__nom", "utilisateur__prenom", "pk"]
        constraints = [models.UniqueConstraint(fields=["revue", "utilisateur"], name="habilitations_lignerevue_unique")]

    def __str__(self) -> str:
        return f"{self.utilisateur} : {self.get_decision_display()}"
