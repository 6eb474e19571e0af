# Everything a person or a machine does here; `make` alone lists it.
PYTHON ?= python3
POORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --root-user-action=ignore

.DEFAULT_GOAL := help
.PHONY: help setup run test test-peers check lint types imports soak bench screenshots docs lock clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.system .venv/.python static/.assets ## everything that any command needs; does nothing when nothing changed

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Actiehub needs Python 3.11 or newer.")'
	@$(PYTHON) -m venv .venv

.venv/.python: requirements-dev.lock pyproject.toml | .venv/bin/pip
	@echo "Getting the Python packages; the first time this takes a minute or two, without a word."
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@PYTHONWARNINGS=ignore $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

static/.assets: package-lock.json package.json requirements-node.lock scripts/setup_assets.py | .venv/bin/pip
	@echo "Getting the styles and fonts."
	@$(BIN)/python scripts/setup_assets.py
	@touch $@

.venv/.system: scripts/setup_system.py | .venv/bin/pip
	@$(BIN)/python scripts/setup_system.py
	@touch $@

run: setup ## the demo on http://127.0.0.1:8000; another port with POORT=8001
	@echo "Starting the demo."
	@$(BIN)/hub demo --map demo --poort $(POORT)

test: setup lint types imports ## lint, types, import direction and the whole suite
	$(BIN)/pytest -n 2 --dist loadfile

test-peers: setup build/peers/.ready ## our channels against real servers of others; see docs/tegen-echte-servers.md
	$(BIN)/pytest tests/peers

build/peers/.ready: tests/peers/package-lock.json requirements-peers.lock scripts/setup_peers.py .npmrc | .venv/bin/pip
	$(BIN)/python scripts/setup_peers.py
	@touch $@

check: setup lint types imports ## the quick part: no browser, no counted loops
	$(BIN)/pytest -n 2 --dist loadfile -m "not soak and not browser"

lint: setup ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup ## mypy, strict
	$(BIN)/mypy

imports: setup ## the import direction of ARCHITECTURE.md
	$(BIN)/lint-imports

soak: setup ## the counted loops at full size
	ACTIEHUB_SOAK=1 $(BIN)/pytest -n 2 --dist loadfile -m soak --timeout 3600

bench: setup ## every benchmark, one JSON line each
	$(BIN)/hub bench alles

screenshots: setup ## every picture of the README and the docs, from the real pages
	$(BIN)/python scripts/screenshots.py

docs: setup ## the documents that are written from the code
	$(BIN)/python scripts/docs.py
	$(BIN)/python scripts/naslag.py

lock: setup ## the lock files anew, from pyproject.toml and package.json
	scripts/lock.sh

clean: ## remove what setup and the tools made; the demo and your data stay
	rm -rf .venv .venv-peers node_modules static/vendor static/fonts static/.assets *.egg-info build dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
