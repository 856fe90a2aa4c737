"""The addresses of the consultation."""

from django.urls import path

from allocataires import apercu, views
from allocataires.outils import vues as outils

urlpatterns = [
    path("recherche/", views.rechercher, name="recherche"),
    path("consultation/<uuid:ticket>/", views.consulter, name="consultation"),
    path("consultation/<uuid:ticket>/imprimer/", views.imprimer, name="imprimer"),
    path("consultation/<uuid:ticket>/extrait/", views.extrait, name="extrait"),
    path("consultation/<uuid:ticket>/extrait/pdf/", views.extrait_pdf, name="extrait_pdf"),
    path("consultation/<uuid:ticket>/signaler/", views.signaler, name="signaler"),
    path("consultation/<uuid:ticket>/opposition/", views.declarer_opposition, name="opposition"),
    path("consultation/<uuid:ticket>/outils/<slug:nom>/", outils.outil_dossier, name="outil_dossier"),
    path("consultation/<uuid:ticket>/outils/<slug:nom>/imprimer/", outils.imprimer, name="outil_imprimer"),
    path("outils/", outils.liste, name="outils"),
    path("outils/<slug:nom>/", outils.outil, name="outil"),
    path("mes-consultations/", views.mes_consultations, name="mes_consultations"),
    path("habilitations/groupes/<int:groupe>/apercu/", apercu.apercu, name="groupe_apercu"),
]
