# make app     the invented region in the browser           make bench   the benchmarks' ratios
# make test    every check and every test                   make neo4j   a local Neo4j to try (HEAP=2g KEEP=1)
# Needs Python 3.11 or later and nothing else; PYTHON=... chooses one.

SHELL := /bin/sh
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
ifndef PYTHON
PYTHON := $(shell for each in $(CANDIDATES); do \
	if $$each -c '$(NEW_ENOUGH)' 2>/dev/null; then echo $$each; exit; fi; done; echo python3)
endif
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STREAMLIT := $(BIN)/python -m streamlit run --browser.gatherUsageStats=false --server.showEmailPrompt=false
ENSURE_DEMO := $(BIN)/python cli.py demo
BENCH := $(BIN)/python -m benchmarks
HEAP ?= 1g
# Each process takes a file of tests at a time, in the order of tests/conftest.py; -n 0 runs them in one.
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: app test check bench neo4j
.DELETE_ON_ERROR:

app: $(VENV)/.app
	@$(ENSURE_DEMO)
	@$(STREAMLIT) app.py

test: check
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.dev
	@$(BENCH)

neo4j: $(VENV)/.dev
	@$(BIN)/python tools/neo4j_server.py --heap $(HEAP) $(if $(KEEP),--keep)

# A stamp for each set of requirements: what is installed already is not looked at again.
$(VENV)/.app: requirements.lock $(BIN)/python
	@echo "Installing what the app needs into $(VENV) (the first time takes a minute or two)"
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(BIN)/python
	@echo "Installing what the tests need into $(VENV) (the first time takes a few minutes)"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON): install Python 3.11 or later (Debian: apt-get install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { \
		echo "Python 3.11 or later is needed, and $(PYTHON) is older: make PYTHON=/path/to/python3.12 chooses another." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
