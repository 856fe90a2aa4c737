"""The addresses of the right of access, below `/controle/acces/`."""

from django.urls import path

from audit.controle.acces import views

ACCES = [
    path("acces/", views.demander, name="controle_acces"),
    path("acces/<uuid:lecture>/", views.lire, name="controle_acces_lecture"),
    path("acces/<uuid:lecture>/lettre/", views.ecrire, name="controle_acces_ecrire"),
    path("acces/lettres/<uuid:lettre>/", views.suivre, name="controle_lettre"),
    path("acces/lettres/<uuid:lettre>/fichier/", views.telecharger, name="controle_lettre_fichier"),
]
