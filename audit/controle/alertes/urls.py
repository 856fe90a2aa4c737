"""The addresses of alerts: a controller's, on a machine that has the address of cdap_controle; the agent's own."""

from django.urls import path

from audit.controle.alertes import views

CONTROLE = [
    path("alertes/", views.lister, name="controle_alertes"),
    path("alertes/<int:alerte>/", views.montrer, name="controle_alerte"),
    path("alertes/<int:alerte>/<slug:acte>/", views.traiter, name="controle_alerte_acte"),
]
urlpatterns = [
    path("mes-consultations/justifications/", views.justifier, name="justifications"),
    path("mes-consultations/justifications/<int:alerte>/", views.repondre, name="justification"),
]
