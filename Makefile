# Two commands for a newcomer: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= $(firstword $(foreach v,python3.11 python3.12 python3,$(if $(shell $(v) -c 'import sys; print(sys.version_info[:2] in ((3,11),(3,12)) or "")' 2>/dev/null),$(v))))
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help env demo test test-small test-whole test-parts lint format bench up down superset lock clean

help:  ## Show these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

env: .venv/.installed  ## Set up the environment in .venv

# The environment is as new as the lock: whatever changes it is installed before anything else runs.
.venv/.installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed; name it with PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked packages into .venv (one to three minutes the first time)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# What only tests ask for a second opinion (disclosure, PDF/UA) and what does not fit beside pandas 3.
.checkers/.installed: tests/checkers/requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed; name it with PYTHON=..."; exit 1; }
	@test -x .checkers/bin/python || $(PYTHON) -m venv .checkers
	@echo "Installing the checkers that tests use into .checkers"
	.checkers/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r $<
	@touch $@

demo: env  ## Run the made-up borough for two months, from deliveries to Board paper
	$(BIN)/send demo

# A borough takes minutes to build: the tests of each run beside the others, in a process and a folder of their own.
TESTS := $(or $(TMPDIR),/tmp)/send-tests-$(shell id -un)
test: env .checkers/.installed  ## Run every test, in three processes
	@mkdir -p $(TESTS)
	$(MAKE) --no-print-directory --jobs=3 --output-sync=target test-small test-whole test-parts

test-small: env
	$(BIN)/python -m pytest tests/browser tests/e2e tests/dbt --borough=small --basetemp=$(TESTS)/small

test-whole: env
	$(BIN)/python -m pytest tests/e2e --borough=whole --basetemp=$(TESTS)/whole

test-parts: env
	$(BIN)/python -m pytest tests --ignore=tests/browser --ignore=tests/e2e --ignore=tests/dbt --basetemp=$(TESTS)/parts

lint: env  ## Check style: Python, SQL, YAML
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/macros dbt_project/tests
	$(BIN)/yamllint --strict .

format: env  ## Put Python into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: env  ## Measure, and write docs/benchmarks.md
	$(BIN)/python -m tests.bench

up: env  ## Start Airflow's UI, scheduler and DAG processor on the warehouse
	$(BIN)/send up

down: env  ## Stop whatever was started
	$(BIN)/send down

superset: env  ## Start Apache Superset on the marts with the repository's dashboard
	PYTHON=$(PYTHON) include/superset/start.sh

lock: env  ## Resolve the dependencies anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-emit-index-url --no-header --no-annotate pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate tests/checkers/requirements.txt \
		--output-file tests/checkers/requirements.lock

clean: down  ## Remove the environment, the warehouse and everything written
	rm -rf .venv .checkers .send editions
