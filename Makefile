# The two commands are `make demo` and `make test`; `make` alone lists the rest.
# Each makes .venv once for each content of the lock files.

FOUND_PYTHON = $(shell for each in python3 python3.12 python3.11; do \
	$$each -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null \
	&& command -v $$each && break; done)
PYTHON ?= $(FOUND_PYTHON)
LOCKS := requirements.lock requirements-dev.lock
MADE := .venv/made-$(shell cat $(LOCKS) | cksum | tr ' ' '-')
# Two processes share the whole suite, each with a database of its own; a part of it (TESTS=tests/law) runs in one.
PROCESSES ?= $(if $(TESTS),0,2)
# Engines of our own, in a home for each purpose, unless DATABASE_URL and CELERY_BROKER_URL name others.
WITH_ENGINES := exec .venv/bin/python -m foitracker.embedded run --
demo test lint mutation bench fuzz: export FOITRACKER_EMBEDDED := 1
test lint mutation bench fuzz: export FOITRACKER_HOME := $(or $(FOITRACKER_HOME),.local/$(firstword $(MAKECMDGOALS)))

.PHONY: help demo test lint mutation bench fuzz lock clean
.SUFFIXES:

help:
	@echo 'make demo       the whole site on http://localhost:8000/ (PORT=8001 LMTP_PORT=8025 FOITRACKER_HOME=… move it)'
	@echo 'make test       everything that is checked; brings its own engines and browser'
	@echo 'make lint       ruff, the import contracts and missing migrations'
	@echo 'make mutation   how many faults planted in the law and the permissions the tests notice'
	@echo 'make bench      requests a second of an anonymous page'
	@echo 'make fuzz       20,000 mutated letters through the whole way in (LETTERS=500 for fewer); figures as JSON'
	@echo 'make lock       resolve the dependencies of pyproject.toml anew'
	@echo 'make clean      remove .venv and caches; what a demo kept in .local stays'

$(MADE): $(LOCKS)
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or 3.12 with its venv module is needed: on Debian and Ubuntu,' \
		'`apt install python3 python3-venv`; or name one, as in `make demo PYTHON=/usr/local/bin/python3.12`.' >&2; exit 1; }
	@echo 'Installing the pinned dependencies in .venv …'
	@rm -f .venv/made-*
	@test -x .venv/bin/python || "$(PYTHON)" -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

demo: $(MADE)
	@exec .venv/bin/python -m foitracker.demo

test: $(MADE)
	@.ci/tools
	@$(WITH_ENGINES) .venv/bin/python -m pytest --durations=10 --numprocesses=$(PROCESSES) $(TESTS)

lint: $(MADE)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	$(WITH_ENGINES) .venv/bin/python manage.py makemigrations --check --dry-run

mutation: $(MADE)
	$(WITH_ENGINES) .venv/bin/mutmut run --max-children 2
	.venv/bin/mutmut results
	.venv/bin/python -m tests.faults 95

bench: $(MADE)
	@.ci/tools
	$(WITH_ENGINES) .venv/bin/python manage.py bench pages

fuzz: $(MADE)
	@$(WITH_ENGINES) .venv/bin/python -m tests.fuzz $(LETTERS)

lock: $(MADE)
	.venv/bin/pip-compile --quiet --output-file=requirements.lock pyproject.toml
	.venv/bin/pip-compile --quiet --extra=dev --extra=embedded --constraint=requirements.lock \
		--output-file=requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache mutants staticfiles
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
