# Every recipe of the project. `make setup` first; PYTHON=... uses another interpreter.
VENV ?= .venv
PYTHON ?= $(VENV)/bin/python

.PHONY: help setup lint format types test test-all structure build assemble rebuild verify bench docs ci clean

help:  ## list the recipes
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup:  ## development environment in .venv, with the pre-commit hooks
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install -q -U pip
	$(PYTHON) -m pip install -q -e ".[build]" --group dev
	$(VENV)/bin/pre-commit install

lint:  ## ruff, rules and format
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

format:  ## let ruff mend what it can
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

types:  ## strict mypy on symcat/ and builders/
	$(PYTHON) -m mypy

test:  ## code tests, the quick ones
	$(PYTHON) -m pytest -q -n auto -m "not slow and not long and not statistics"

test-all:  ## code tests, those of statistics over many samples too
	$(PYTHON) -m pytest -q -n auto

assemble:  ## symcat.duckdb from the text in catalogue/
	$(PYTHON) -m builders assemble

rebuild:  ## the catalogue's text from formulas (skips what is up to date)
	$(PYTHON) -m builders rebuild

verify:  ## data checks, the full ones
	$(PYTHON) -m builders verify --full

build:  ## sdist and wheel in dist/
	$(PYTHON) -m build

bench:  ## the speed figures, with the peers in the same run
	$(PYTHON) benchmarks/peers.py
	$(PYTHON) benchmarks/ising.py
	$(PYTHON) benchmarks/ising_wide.py
	$(PYTHON) benchmarks/logistic.py
	$(PYTHON) benchmarks/groups_logistic.py
	$(PYTHON) benchmarks/binary_pass.py

structure:  ## rooms, circles, label tests: the house in numbers
	$(PYTHON) -m tests.structure

docs:  ## write the reference, and the real output under every command in the documents; then run all their examples
	$(PYTHON) -m tests.docstrings
	$(PYTHON) -m tests.documents
	$(PYTHON) docs/pictures.py
	$(PYTHON) docs/diagrams.py
	$(PYTHON) -m pytest -q tests/test_docs.py

ci:  ## what the continuous integration runs
	.ci/run

clean:
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
