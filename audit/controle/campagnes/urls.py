"""The addresses of campaigns: a controller's, on a machine that has the address of cdap_controle; the administrator's."""

from django.urls import path

from audit.controle.campagnes import views

CONTROLE = [
    path("campagnes/", views.lister, name="controle_campagnes"),
    path("campagnes/ouvrir/", views.ouvrir, name="controle_campagne_ouvrir"),
    path("campagnes/<int:campagne>/", views.montrer, name="controle_campagne"),
]
urlpatterns = [
    path("habilitations/controles/campagnes/<int:campagne>/", views.confirmer, name="campagne"),
]
