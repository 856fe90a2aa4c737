"""Django's settings. What may vary is declared in `cdap.environnement`; the rest is fixed here."""

import os
from pathlib import Path
from typing import Any

import psycopg.conninfo
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from cdap import environnement as env
from cdap.strict import Indefinie

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    ENVIRONNEMENT = env.lire(os.environ)
except env.EnvironnementInvalide as erreur:
    raise ImproperlyConfigured(str(erreur)) from None

PRODUCTION = ENVIRONNEMENT.mode == "production"
DEBUG = False
SECRET_KEY = ENVIRONNEMENT.secret.get_secret_value()
SECRET_KEY_FALLBACKS = ENVIRONNEMENT.secrets_anciens
ALLOWED_HOSTS = ENVIRONNEMENT.hotes if PRODUCTION else [*ENVIRONNEMENT.hotes, "127.0.0.1", "localhost", "testserver"]

INSTALLED_APPS = [
    "cdap",
    "allocataires",
    "habilitations",
    "conventions",
    "procrastinate.contrib.django",  # before « envois », which takes its screens out of the admin
    "envois",
    "audit.journal",
    "audit.controle",
    "cdap.administration.apps.AdministrationConfig",
    "auditlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "cdap.entetes.Entetes",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cdap.entetes.Provenance",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cdap.compression.Compression",
    "django.middleware.common.CommonMiddleware",
    "cdap.pannes.Pannes",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cdap.barriere.Barriere",
]
ROOT_URLCONF = "cdap.urls"
FORCE_SCRIPT_NAME = ""  # the portal stands at the root: no header moves the addresses that are made once a process
# The admin stands behind the portal's own sign-in and gate (`cdap.administration.site`): no session, user, message or template of
# Django's own.
AUTHENTICATION_BACKENDS: list[str] = []
SILENCED_SYSTEM_CHECKS = ["admin.E404", "admin.E406", "admin.E408", "admin.E409", "admin.E410"]
WSGI_APPLICATION = "cdap.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "cdap.gabarits.Gabarits",
        "NAME": "django",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.csrf", "cdap.contexte.portail"],
            # In the tests an undefined variable is a failure, not an empty place on the page.
            "string_if_invalid": "" if ENVIRONNEMENT.mode != "test" else Indefinie(),
        },
    }
]


def _base(dsn: str) -> dict[str, Any]:
    """Return Django's description of the database at `dsn`.

    Parameters are bound by the server: a number typed by an agent is never part of the text of a statement.
    """
    parties = psycopg.conninfo.conninfo_to_dict(dsn)
    connues = {cle: str(parties.pop(cle, "")) for cle in ("dbname", "user", "password", "host", "port")}
    return {
        "ENGINE": "cdap.base",
        "NAME": connues["dbname"],
        "USER": connues["user"],
        "PASSWORD": connues["password"],
        "HOST": connues["host"],
        "PORT": connues["port"],
        "CONN_MAX_AGE": ENVIRONNEMENT.duree_connexion,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {
            **parties,
            "server_side_binding": True,
            "prepare_threshold": 3,  # a view of a profile takes longer to plan than to read
            "application_name": f"cdap-{ENVIRONNEMENT.role}",
        },
        "TEST": {"MIGRATE": False},
    }


def _bases() -> dict[str, Any]:
    """Return the aliases of the process: `default` is its role; the web also has those of its two separate spaces."""
    bases = {"default": _base(ENVIRONNEMENT.dsn(ENVIRONNEMENT.role) or "")}
    voisins: tuple[env.Role, ...] = ()
    if ENVIRONNEMENT.role == "portail":
        voisins = ("caf", "controle")
    if ENVIRONNEMENT.role == "proprietaire":
        voisins = ("proprietaire",)
    if ENVIRONNEMENT.mode == "test":
        voisins = tuple(role for role in env.ROLES if role != "portail")
    return bases | {role: _base(dsn) for role in voisins if (dsn := ENVIRONNEMENT.dsn(role))}


DATABASES = _bases()
DATABASE_ROUTERS = ["cdap.routeur.Routeur"]
AUDITLOG_STORE_JSON_CHANGES = True  # nothing stays nothing, and a yes is not the word « True »
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "habilitations.Utilisateur"

# Memory-hard first (CN-08); PBKDF2 stays readable.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("guides", BASE_DIR / "docs" / "guides" / "images")]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # nothing of a package is served
STATIC_ROOT = BASE_DIR / "staticfiles" if ENVIRONNEMENT.mode != "test" else None
STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if ENVIRONNEMENT.mode != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = ENVIRONNEMENT.mode == "test"

SECURE_SSL_REDIRECT = ENVIRONNEMENT.tls
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]  # the container's own health check speaks plain http on the loopback
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONNEMENT.tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONNEMENT.tls
SECURE_HSTS_PRELOAD = ENVIRONNEMENT.tls
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
PREFIXE_DES_COOKIES = "__Host-" if ENVIRONNEMENT.tls else ""
COOKIE_DE_SESSION = f"{PREFIXE_DES_COOKIES}session"
SESSION_COOKIE_SECURE = ENVIRONNEMENT.tls
CSRF_COOKIE_NAME = f"{PREFIXE_DES_COOKIES}csrf"
CSRF_COOKIE_SECURE = ENVIRONNEMENT.tls
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "cdap.vues.jeton_perime"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{directive: [SELF] for directive in ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action")},
        **{directive: [NONE] for directive in ("base-uri", "object-src", "frame-ancestors")},
    }
}
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = ["cdap.televersement.Plafond"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # a review confirms everybody of an organisation at once

# Mails leave from the worker. The tests replace the backend.
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if ENVIRONNEMENT.courriel_dossier else 'smtp'}.EmailBackend"
EMAIL_FILE_PATH = ENVIRONNEMENT.courriel_dossier
EMAIL_HOST = ENVIRONNEMENT.courriel_hote
EMAIL_PORT = ENVIRONNEMENT.courriel_port
EMAIL_HOST_USER = ENVIRONNEMENT.courriel_utilisateur
EMAIL_HOST_PASSWORD = ENVIRONNEMENT.courriel_mot_de_passe.get_secret_value()
EMAIL_USE_TLS = ENVIRONNEMENT.courriel_tls == "starttls"
EMAIL_USE_SSL = ENVIRONNEMENT.courriel_tls == "tls"
EMAIL_TIMEOUT = ENVIRONNEMENT.courriel_delai
DEFAULT_FROM_EMAIL = ENVIRONNEMENT.courriel_expediteur

# The queue. Tasks are found when a worker starts: no other process pays for what they import.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["envois.decouverte"]
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 86_400}  # a night missed by a worker that was down is caught up when it starts
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 2, "install_signal_handlers": False}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "cdap.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    # A refusal is in the journal; the technical log keeps failures.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "procrastinate": {"level": "WARNING"},
        # They tell each step and each glyph of each PDF.
        "fontTools": {"level": "WARNING"},
        "weasyprint.progress": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": "WARNING" if ENVIRONNEMENT.mode == "test" else "INFO"},
}
