"""The addresses of the portal."""

from django.urls import path

from cdap.sante import sante

urlpatterns = [path("sante/", sante, name="sante")]
