"""The reference of the consultation page: a bare Django, one query, twelve rows, a small template, no middleware.

Its database is named by NUE_BASE; gunicorn serves `bench.nue:application`.
"""

import os

import psycopg.conninfo
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

LIGNES = 12
TABLE = """
create table ligne (id int primary key, page int not null, libelle text not null, montant numeric(9, 2) not null);
create index on ligne (page);
insert into ligne select i, i / 12, 'Ligne ' || i, i / 100.0 from generate_series(0, 11999) i;
analyze ligne
"""
GABARIT = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>Page {{ page }}</title></head>
<body><h1>Page {{ page }}</h1>
<table>{% for id, libelle, montant in lignes %}<tr><th>{{ id }}</th><td>{{ libelle }}</td><td>{{ montant }}</td></tr>{% endfor %}</table>
</body></html>
"""


def page(request: HttpRequest, numero: int) -> HttpResponse:
    """Show twelve rows."""
    with connection.cursor() as curseur:
        curseur.execute("select id, libelle, montant from ligne where page = %s order by id", [numero])
        lignes = curseur.fetchall()
    reponse = render(request, "page.html", {"page": numero, "lignes": lignes})
    reponse.headers["Content-Length"] = str(len(reponse.content))  # else gunicorn answers in chunks
    return reponse


urlpatterns = [path("page/<int:numero>/", page)]

if "NUE_BASE" in os.environ:
    parties = psycopg.conninfo.conninfo_to_dict(os.environ["NUE_BASE"])
    settings.configure(
        SECRET_KEY="une page nue n'a pas de secret",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parties["dbname"],
                "USER": parties["user"],
                "PASSWORD": parties["password"],
                "HOST": parties["host"],
                "PORT": parties["port"],
                "CONN_MAX_AGE": 600,
            }
        },
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        ("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", {"page.html": GABARIT})])
                    ]
                },
            }
        ],
    )
    application = get_wsgi_application()
