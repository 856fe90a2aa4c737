"""The addresses of the consultation."""

from django.urls import path

from allocataires import apercu, views, vues_suivis
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
    path("consultation/<uuid:ticket>/suivre/", vues_suivis.suivre, name="suivre"),
    path("dossiers-suivis/", vues_suivis.suivis, name="suivis"),
    path("dossiers-suivis/vus/", vues_suivis.marquer_vus, name="suivis_vus"),
    path("dossiers-suivis/<uuid:reference>/", vues_suivis.relire, name="suivi"),
    path("dossiers-suivis/<uuid:reference>/arreter/", vues_suivis.arreter, name="suivi_arreter"),
    path("mes-consultations/", views.mes_consultations, name="mes_consultations"),
    path("habilitations/groupes/<int:groupe>/apercu/", apercu.apercu, name="groupe_apercu"),
]
