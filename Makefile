# The commands that people and CI use; each sets up .venv by itself. See README.md.
SHELL := /bin/bash
PY := .venv/bin/python
SPARKRAFT := .venv/bin/sparkraft
export SPARKRAFT_HOME ?= $(CURDIR)/data
export OPENBLAS_NUM_THREADS ?= 1
KIT := $(SPARKRAFT_HOME).kit

.PHONY: setup demo serve test check bench docs lock clean

setup:
	@.ci/setup-venv

demo: setup  ## a demonstration county, from files in the inbox to pages in the browser
	@if [ ! -e "$(KIT)/loaded" ]; then \
	  $(SPARKRAFT) init --county 24 && rm -rf "$(KIT)" && $(SPARKRAFT) demo --out "$(KIT)" \
	  && $(SPARKRAFT) load "$(KIT)" && touch "$(KIT)/loaded"; fi
	@$(SPARKRAFT) refresh
	@exec $(SPARKRAFT) serve

serve: setup  ## the dashboard and Dagster on the home that is there
	@exec $(SPARKRAFT) serve

check: setup  ## format, lint, types, import rules, fast tests, documentation current
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy pipelines dashboards
	@.venv/bin/lint-imports
	@$(PY) -m pytest -m "not slow and not real" -n 2

test: check  ## make check, then everything that starts servers, browsers and whole refreshes
	@browser=$$(.ci/find-browser) && SPARKRAFT_CHROMIUM="$$browser" $(PY) -m pytest -m "slow or real"

bench: setup  ## the benchmarks; figures with their commands stand in docs/
	@$(PY) -m bench

docs: setup  ## write docs/tables.md anew from the headers in sql/
	@$(PY) -m pipelines.table_docs

lock:  ## resolve requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-strip-extras --universal \
	  --python-version 3.11 -o requirements.lock

clean:
	rm -rf .venv data data.kit .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
