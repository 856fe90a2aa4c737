"""The addresses of help."""

from django.urls import path

from cdap.aide import prise_en_main, views

urlpatterns = [
    path("", views.aide, name="aide"),
    path("codes/", views.codes, name="aide_codes"),
    path("contact/", views.ecrire, name="aide_contact"),
    path("prise-en-main/", prise_en_main.prise_en_main, name="prise_en_main"),
    path("prise-en-main/<slug:etape>/", prise_en_main.etape, name="prise_en_main_etape"),
    path("guides/<slug:slug>/", views.guide, name="aide_guide"),
    path("<slug:slug>/", views.guide_public, name="aide_guide_public"),
]
