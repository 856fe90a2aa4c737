# The image of the portal and of its worker. Written with care, but not run here yet.
#
#   docker build -t cdap .
#
# One image, two commands (see compose.yaml): the web below, and « python manage.py travailler ».

FROM python:3.11-slim AS dependances
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements/portail.txt /tmp/portail.txt
# Only wheels: nothing is compiled here, and no code of a dependency runs during the installation.
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/portail.txt \
    && /opt/venv/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin cdap
COPY requirements/systeme.sh /tmp/systeme.sh
RUN sh /tmp/systeme.sh && rm -rf /tmp/systeme.sh /var/lib/apt/lists/*
COPY --from=dependances /opt/venv /opt/venv
WORKDIR /opt/cdap
# The folders that .dockerignore lets through; they belong to root, and the portal can only read them.
COPY manage.py ./
COPY cdap ./cdap
COPY allocataires ./allocataires
COPY audit ./audit
COPY conventions ./conventions
COPY envois ./envois
COPY habilitations ./habilitations
COPY docs/guides ./docs/guides
COPY static ./static
COPY templates ./templates
# The settings refuse to load without a secret and an address: these serve for this command only.
RUN CDAP_MODE=demo CDAP_BASE_PORTAIL=postgresql://personne@localhost/aucune \
    CDAP_SECRET="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    CDAP_CLES_CHIFFREMENT="$(python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
    python manage.py collectstatic --noinput
RUN python -m compileall -q /opt/cdap
# Where the volumes of the drop folder and of the seals are mounted: they take their owner from here.
RUN install -d -o cdap /depot /sceaux

USER cdap
EXPOSE 8000
# The portal answers only to its own names: the check borrows the first of CDAP_HOTES.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/sante/', headers={'Host': os.environ['CDAP_HOTES'].split(',')[0].strip()}), timeout=4)"]
# No access log: the addresses of the pages hold tickets, which have no place in a file.
CMD ["gunicorn", "cdap.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--timeout", "30", "--worker-tmp-dir", "/dev/shm"]
