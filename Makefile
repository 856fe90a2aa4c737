# The commands of the project, each of which does all its own set-up; « make » alone lists them.
#   PYTHON=python3.12   the Python that makes the virtual environment
#   PORT=8001           the port of the demonstration
#   OPTIONS=…           what « bench » measures, and how much: see README.md
#   MAJ=1               makes « verrous » raise the locked versions

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
# The tests do not need their data to survive a power cut.
LANCEUR := $(PY) -m cdap.postgres --donnees .tests/postgres --reglage fsync=off --
# mypy loads the settings, which refuse to load without a secret and an address; it opens no database.
REGLAGES_FACTICES := CDAP_MODE=test CDAP_BASE_PORTAIL=postgresql://personne@localhost/aucune \
	CDAP_SECRET=ni-secret-ni-aleatoire-seulement-assez-long-pour-les-types \
	CDAP_CLES_CHIFFREMENT=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
COMPILER = $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make verrous" \
	$(if $(MAJ),--upgrade)
# Without the libraries of the PDFs, everything else works: the start says so and goes on.
SYSTEME := @PYTHON="$(PYTHON)" sh requirements/systeme.sh || true

.DEFAULT_GOAL := aide
.PHONY: aide bench demo test test-complet verifier verrous
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

aide: ## liste les commandes
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

demo: $(VENV)/portail ## lance la démonstration sur http://127.0.0.1:8000 (PORT=… pour un autre port)
	$(SYSTEME)
	@$(PY) -m cdap.demo

test: verifier ## vérifie le code et lance les essais courts
	$(SYSTEME)
	$(LANCEUR) $(PY) -m pytest -n 2 -m "not long"

test-complet: $(VENV)/tests ## lance les essais longs
	$(SYSTEME)
	$(LANCEUR) $(PY) -m pytest -n 2 -m long

bench: $(VENV)/portail ## mesure le portail, vingt minutes environ (OPTIONS="consultation" pour un seul chiffre)
	$(PY) -m cdap.postgres --donnees .bench -- $(PY) -m bench $(OPTIONS)

verifier: $(VENV)/tests ## vérifie la forme, les types et les dépendances entre applications
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	@if find templates -name '*.html' 2>/dev/null | grep -q .; then \
		echo "$(PY) -m djlint templates"; \
		$(PY) -m djlint --check templates && $(PY) -m djlint --lint templates; fi
	$(REGLAGES_FACTICES) $(PY) -m mypy
	$(VENV)/bin/lint-imports

verrous: $(VENV)/pret ## recalcule les versions verrouillées de requirements/ (MAJ=1 pour les monter)
	$(PIP) uv
	$(COMPILER) requirements/portail.in -o requirements/portail.txt
	$(COMPILER) requirements/tests.in -o requirements/tests.txt
	$(COMPILER) requirements/postgres.in -o requirements/postgres.txt

# The stamps: a virtual environment, then what was installed in it, redone when the locks change.

$(VENV)/pret:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Il faut Python 3.11 ou plus récent : make PYTHON=/chemin/de/python3.11 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y python3-venv; \
	else echo "Il manque à Python le module venv : installez le paquet python3-venv." >&2; exit 1; fi
	@echo "Environnement virtuel : $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/portail: requirements/portail.txt | $(VENV)/pret
	@echo "Installation de $<…"
	@$(PIP) --require-hashes -r $<
	@touch $@

$(VENV)/tests: requirements/tests.txt | $(VENV)/pret
	@echo "Installation de $<…"
	@$(PIP) --require-hashes -r $<
	@touch $@
