# The verbs of the project. Scripts longer than a line stand in deploy/.

SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
OURS := portal home indicators notifications reports

export PYTHON PORT

.DEFAULT_GOAL := help
.PHONY: help install install-dev run demo test test-fast bench check format messages migrations-check docs conformance clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

install: ## System libraries, virtual environment and pinned requirements; a second time takes a second
	@deploy/install.sh

install-dev: ## The same with what tests and checks need besides
	@deploy/install.sh dev

run: install ## Set up, migrate, load the demonstration once, and serve on PORT (8000); data are kept
	@deploy/run.sh serve

demo: install ## The same without serving; prints where the consolidated PDF lies and who can sign in
	@deploy/run.sh

test: install-dev messages ## All tests: SQLite, PostgreSQL, Redis and the browser (servers on private ports)
	@$(BIN)/python -m tests.run

test-fast: install-dev messages ## The tests on SQLite, without browser and servers: within two or three minutes
	@$(BIN)/python -m tests.run fast

bench: install-dev messages ## Product against floor, by turns, on both databases; python -m bench grid runs one part
	@$(BIN)/python -m bench

check: install-dev messages ## Lint, format, templates, types, layers, migrations, catalogues
	@deploy/check.sh

format: install-dev ## Put Python and templates in order
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .
	$(BIN)/djlint templates reports --reformat --quiet

messages: install ## Compile the message catalogues (needs no msgfmt)
	@$(BIN)/python -m portal.messages

migrations-check: install ## Every change of a model has its migration
	$(MANAGE) makemigrations --check --dry-run

docs: install messages ## Print the reference pages that come from the code
	$(MANAGE) print_reference

conformance: install-dev messages ## Requirement → articles → tests → held, partly, not
	@$(BIN)/python -m tests.conformance

clean: ## Remove caches and what tests left behind; the data in var/ stay
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis var/tests var/static
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
