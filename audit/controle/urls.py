"""The addresses of the controllers' space, below `/controle/`."""

from django.urls import path

from audit.controle import views
from audit.controle.acces.urls import ACCES
from audit.controle.alertes.urls import CONTROLE as ALERTES
from audit.controle.campagnes.urls import CONTROLE as CAMPAGNES
from audit.controle.chiffres import views as chiffres
from audit.controle.sondages.urls import CONTROLE as SONDAGES

urlpatterns = [
    path("", views.accueil, name="controle"),
    path("journal/", views.chercher, name="controle_journal"),
    path("violation/", views.violation, name="controle_violation"),
    path("lectures/<uuid:lecture>/", views.lire, name="controle_lecture"),
    path("lectures/<uuid:lecture>/suite/", views.suivre, name="controle_suite"),
    path("lectures/<uuid:lecture>/exporter/", views.exporter, name="controle_exporter"),
    path("exports/", views.lister_exports, name="controle_exports"),
    path("exports/<uuid:export>/decision/", views.decider_export, name="controle_export_decider"),
    path("exports/<uuid:export>/fichier/", views.telecharger_export, name="controle_export_fichier"),
    path("chiffres/", chiffres.montrer, name="controle_chiffres"),
    *ALERTES,
    *ACCES,
    *SONDAGES,
    *CAMPAGNES,
]
