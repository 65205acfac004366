# `make` alone explains itself. Everything is installed into .venv of this folder; nothing outside it is changed.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
PORT ?= 8000
T ?=
TESTFLAGS ?= -n 2 --dist loadgroup
MARKS ?=
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
# where make run keeps its data; an exported BIHUAN_HOME wins
export BIHUAN_HOME ?= $(CURDIR)/.bihuan
export PIP_DISABLE_PIP_VERSION_CHECK := 1

##@ Every day
help: ## this text
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@echo; echo "T=path picks tests, PORT=n another port, PYTHON=python3.12 another Python, UP=1 newer releases (lock)."

run: $(VENV)/.run assets messages ## install, then the demo: address and log-ins are printed, Ctrl-C stops, data stays
	@exec $(BIN)/bihuan up --demo --port $(PORT)

test: setup assets messages ## install, then the whole suite (T=path for a part)
	@$(PY) -m pytest $(TESTFLAGS) -m "not alone $(MARKS)" $(T); a=$$?; \
	  echo "== tests that need the database server to themselves"; \
	  $(PY) -m pytest -m "alone $(MARKS)" $(T); b=$$?; \
	  for code in $$a $$b; do [ $$code -eq 0 ] || [ $$code -eq 5 ] || exit $$code; done; \
	  if [ $$a -eq 5 ] && [ $$b -eq 5 ]; then echo "make test: no test ran"; exit 5; fi

setup: $(VENV)/.dev ## install everything that working on Bihuan needs (quick when nothing changed)

##@ Checks (make check runs all of them)
CHECKS := check-lint check-format check-types check-imports check-templates check-migrations check-messages
check: setup messages ## lint, format, types, import contracts, templates, migrations, translations
	@failed=; for c in $(CHECKS); do echo "== $$c"; $(MAKE) --no-print-directory $$c || failed="$$failed $$c"; done; \
	  if [ -n "$$failed" ]; then echo "make check: failed:$$failed"; exit 1; fi; echo "make check: all passed"

check-lint: setup ## ruff check
	@$(BIN)/ruff check --quiet .
check-format: setup ## ruff format --check
	@$(BIN)/ruff format --check --quiet . || { echo "make format puts it right"; exit 1; }
check-types: setup ## mypy with the Django plugin
	@$(PY) tools/with_home.py $(BIN)/mypy
check-imports: setup ## import contracts (.importlinter)
	@$(BIN)/lint-imports
check-templates: setup ## djade, and every template compiles
	@$(PY) tools/with_home.py $(PY) tools/check_templates.py
check-migrations: setup ## none is missing, none imports application code
	@$(PY) tools/with_home.py $(PY) tools/check_migrations.py
check-messages: setup ## translations are complete
	@$(PY) tools/messages.py check

format: setup ## put imports, formatting and templates in order
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	@find src -path '*/templates/*' -name '*.html' -print0 | xargs -0 -r $(BIN)/djade --target-version 5.2 || true

##@ Parts
assets: $(VENV)/.run ## copy the page kit from npm's packages into static/vendor (skipped when up to date)
	@$(PY) tools/assets.py
messages: $(VENV)/.run ## compile the translations
	@$(PY) tools/messages.py compile
lock: setup ## write requirements/*.txt and package-lock.json anew
	@UV=$(BIN)/uv sh tools/lock.sh
	@$(PY) tools/assets.py lock
document: $(VENV)/.run ## write docs/api anew: the OpenAPI document, the catalogue of events
	@$(BIN)/bihuan document
screenshots: setup assets messages ## take the README's pictures anew
	@$(PY) tools/screenshots.py

##@ Long ones
bench: setup assets messages ## measure; JSON and a table, each figure with its floor
	@$(PY) -m bench $(ARGS)
soak: setup assets messages ## kill -9 of every process at random moments during a drill
	@$(PY) -m bench.soak $(ARGS)
drill: $(VENV)/.run messages ## the drill: make drill ARGS="--texts FILE --cases 200 --days 10"
	@$(BIN)/bihuan drill $(ARGS)
clean: ## remove what was built (never the data in .bihuan)
	@rm -rf $(VENV) node_modules build dist src/bihuan/project/static/vendor src/*.egg-info \
	  .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find src -name '*.mo' -delete; find src tools -name __pycache__ -prune -exec rm -rf {} +

# ---- installing ----
$(VENV)/.python:
	@sh tools/venv.sh "$(PYTHON)" $(VENV)
$(VENV)/.dev: requirements/dev.txt pyproject.toml $(VENV)/.python
	@sh tools/install.sh $(VENV) dev
$(VENV)/.run: requirements/run.txt pyproject.toml $(VENV)/.python
	@if [ -e $(VENV)/.dev ]; then sh tools/install.sh $(VENV) dev; else sh tools/install.sh $(VENV) run; fi

.PHONY: help run test setup check $(CHECKS) format assets messages lock document screenshots bench soak drill clean
