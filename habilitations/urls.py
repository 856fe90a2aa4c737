"""The addresses of a partner's administrator."""

from django.urls import path

from habilitations.views import accueil, actes, administrateurs, groupes, listes, rattachements, revues, utilisateurs

urlpatterns = [
    path("habilitations/", accueil.tableau, name="habilitations"),
    path("habilitations/groupes/", groupes.lister, name="groupes"),
    path("habilitations/groupes/creer/", groupes.creer, name="groupe_creer"),
    path("habilitations/groupes/<int:groupe>/", groupes.montrer, name="groupe"),
    path("habilitations/groupes/<int:groupe>/modifier/", groupes.modifier, name="groupe_modifier"),
    path("habilitations/groupes/<int:groupe>/rattacher/", rattachements.rattacher_au_groupe, name="groupe_rattacher"),
    path("habilitations/groupes/<int:groupe>/actes/<slug:acte>/", actes.sur_un_groupe, name="groupe_acte"),
    path("habilitations/utilisateurs/", utilisateurs.lister, name="utilisateurs"),
    path("habilitations/utilisateurs/creer/", utilisateurs.creer, name="utilisateur_creer"),
    path("habilitations/utilisateurs/importer/", listes.importer, name="utilisateurs_importer"),
    path("habilitations/utilisateurs/importer/modele/", listes.modele, name="utilisateurs_modele"),
    path("habilitations/utilisateurs/<int:utilisateur>/", utilisateurs.montrer, name="utilisateur"),
    path("habilitations/utilisateurs/<int:utilisateur>/modifier/", utilisateurs.modifier, name="utilisateur_modifier"),
    path("habilitations/utilisateurs/<int:utilisateur>/fonction/", utilisateurs.changer_fonction, name="utilisateur_fonction"),
    path("habilitations/utilisateurs/<int:utilisateur>/rattacher/", rattachements.rattacher, name="utilisateur_rattacher"),
    path("habilitations/utilisateurs/<int:utilisateur>/actes/<slug:acte>/", actes.sur_une_personne, name="utilisateur_acte"),
    path("habilitations/rattachements/<int:affectation>/retirer/", rattachements.retirer, name="rattachement_retirer"),
    path("habilitations/retraits/<int:retrait>/", accueil.decider_retrait, name="retrait_decider"),
    path("habilitations/administrateurs/", administrateurs.lister, name="administrateurs"),
    path("habilitations/administrateurs/proposer/", administrateurs.proposer, name="administrateur_proposer"),
    path("habilitations/administrateurs/partir/", administrateurs.partir, name="administrateur_partir"),
    path("habilitations/revue/", revues.montrer, name="revue"),
    path("habilitations/revue/confirmer/", revues.confirmer, name="revue_confirmer"),
    path("habilitations/revue/personnes/<int:ligne>/clore/", revues.clore, name="revue_clore"),
    path("habilitations/revue/<int:revue>/preuve/", revues.preuve, name="revue_preuve"),
    path("habilitations/questions/<int:question>/", accueil.repondre, name="reponse"),
]
