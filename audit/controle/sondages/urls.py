"""The addresses of samplings: a controller's, on a machine that has the address of cdap_controle; the agent's and the administrator's."""

from django.urls import path

from audit.controle.sondages import views

CONTROLE = [
    path("sondages/", views.lister, name="controle_sondages"),
    path("sondages/<slug:mois>/<int:organisme>/", views.montrer, name="controle_sondages_organisme"),
    path(
        "sondages/<slug:mois>/<int:organisme>/<int:sondage>/<slug:verdict>/", views.trancher_au_controle, name="controle_sondage_trancher"
    ),
]
urlpatterns = [
    path("mes-consultations/sondages/", views.questions, name="sondages"),
    path("mes-consultations/sondages/<int:sondage>/", views.repondre, name="sondage"),
    path("habilitations/controles/", views.controles, name="controles"),
    path("habilitations/controles/sondages/<int:sondage>/<slug:verdict>/", views.trancher, name="sondage_trancher"),
]
