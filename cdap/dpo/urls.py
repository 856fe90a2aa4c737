"""The addresses of the data-protection officer, below `/controle/dpo/`."""

from django.urls import path

from cdap.dpo import views

urlpatterns = [
    path("", views.montrer, name="controle_dpo"),
    path("destructions/", views.lister_destructions, name="controle_dpo_destructions"),
    path("oppositions/", views.lister_oppositions, name="controle_dpo_oppositions"),
    path("registre/", views.registre, name="controle_dpo_registre"),
    path("registre/fichier/", views.registre_fichier, name="controle_dpo_registre_fichier"),
]
