# What a newcomer and the checks run. Needs Python 3.11 or later, git and make; nothing else.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --require-virtualenv
DEMO := build/demo
UV ?= uv

.PHONY: help demo test lint format docs lock clean

help:
	@echo 'make demo    build a worked example in $(DEMO) and say where to look'
	@echo 'make test    every check: lint, types, imports, tests'
	@echo 'make lint    the same without the tests'
	@echo 'make format  let ruff tidy the code'
	@echo 'make docs    this documentation with the live example, into build/docs'
	@echo 'make lock    pin the newest allowed versions in requirements/ (needs uv)'
	@echo 'make clean   remove everything that was made here'

demo: $(VENV)/run.stamp
	@rm -rf $(DEMO)
	@$(BIN)/relnotes demo $(DEMO)
	@echo
	@echo 'Open   $(DEMO)/build/site/index.html'
	@echo 'Serve  $(BIN)/relnotes -C $(DEMO) serve'

test: lint
	@$(BIN)/python tests/chromium.py
	@echo '· pytest'
	@$(BIN)/python -m pytest --quiet --numprocesses 2

lint: $(VENV)/dev.stamp
	@echo '· ruff check'
	@$(BIN)/ruff check --quiet
	@echo '· ruff format --check'
	@$(BIN)/ruff format --check --quiet
	@echo '· mypy'
	@$(BIN)/mypy --no-error-summary
	@echo '· lint-imports'
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/dev.stamp
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

docs: $(VENV)/dev.stamp
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@rm -rf build/docs-demo
	@$(BIN)/relnotes --quiet demo build/docs-demo
	@mv build/docs-demo/build/site build/docs/demo
	@echo 'Open   build/docs/index.html'

# A venv made by the first Python that is new enough. A stamp stands for "these pins are
# installed"; a changed lock or pyproject.toml makes it stale.
$(BIN)/python:
	@python=$$(for each in python3 python3.13 python3.12 python3.11; do \
	    $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; \
	  done); \
	  test -n "$$python" || { echo 'relnotes needs Python 3.11 or later; none was found' >&2; exit 1; }; \
	  echo "· venv in $(VENV) ($$($$python --version))"; \
	  $$python -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.lock pyproject.toml | $(BIN)/python
	@echo '· packages the program needs'
	@$(PIP) install --require-hashes --requirement requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock $(VENV)/run.stamp
	@echo '· packages the checks need'
	@$(PIP) install --require-hashes --requirement requirements/dev.lock
	@touch $@

# Hashes and versions only: an index belongs to whoever installs.
LOCK := $(UV) pip compile pyproject.toml --quiet --upgrade --universal --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --annotation-style line

lock:
	@command -v $(UV) >/dev/null || { echo 'make lock needs uv: pip install uv' >&2; exit 1; }
	@echo '· requirements/run.lock'
	@$(LOCK) --group packaging --output-file requirements/run.lock
	@echo '· requirements/dev.lock'
	@$(LOCK) --group dev --constraint requirements/run.lock --output-file requirements/dev.lock

clean:
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis \
	  .import_linter_cache
