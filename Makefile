# `make` lists the targets. Everything is installed into .venv in this folder; nothing needs an AWS account or Docker.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
PORT ?= 4566
WITHOUT_SERVER := tests/unit tests/conformance
ON_LOCAL_AWS := tests/integration tests/acceptance
export PYTHONPATH := $(CURDIR)/layers/quilt_athena:$(CURDIR)
export PATH := $(BIN):$(PATH)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --no-deps --require-hashes

.PHONY: help demo local verify-aws test test-all unit exhaustive coverage main-paths integration check static lint types imports state-machines template docs audit \
	mutation benchmarks schemas reference saved-queries verification-page dependency-graph dashboard-picture screenshots sql-support conformance-record iceberg-record format lock clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "make %-17s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	@echo "Creating a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "quilt-athena needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; choose another one: make PYTHON=python3.13 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.local: requirements/local.txt | $(VENV)/bin/python
	@echo "Installing what the local AWS needs (a minute, once)"
	@$(PIP_INSTALL) -r requirements/local.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing the dependencies of the tests (once, about a minute)"
	@$(PIP_INSTALL) -r requirements/dev.txt
	@touch $@ $(VENV)/.local

# Each of these needs other versions of packages than the tests: environments of their own.
$(VENV)/.dbt $(VENV)/.awscli $(VENV)/.docs $(VENV)/.prefect: $(VENV)/.%: requirements/%.txt | $(VENV)/bin/python
	@echo "Installing $* (once, some seconds)"
	@$(PYTHON) -m venv --without-pip $(VENV)/$*
	@$(BIN)/python -m pip --python $(VENV)/$* install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r $<
	@touch $@

demo: $(VENV)/.local  ## Deploy to the local AWS, register buckets, run queries
	@$(BIN)/python -m local.demo

local: $(VENV)/.local  ## Serve the stack on the local AWS until interrupted: make local PORT=4566
	@exec $(BIN)/python -m local.stack.serve --port $(PORT)

# LOCAL=1 or ENDPOINT=http://127.0.0.1:4566: a local AWS. YES=1: don't ask. CHECK=id: one check. CLEAN=run: delete a run.
verify-aws: $(VENV)/.dev  ## Check on AWS what could not be tested without it, on a throwaway stack
	@exec $(BIN)/python -m verification $(if $(LOCAL),--local) $(if $(ENDPOINT),--endpoint $(ENDPOINT)) \
		$(if $(YES),--yes) $(if $(JSON),--json) $(if $(RECORD),--record) $(addprefix --check ,$(CHECK)) \
		$(if $(CLEAN),--clean $(CLEAN)) $(if $(LEFTOVERS),--leftovers)

test: unit main-paths  ## Unit tests, and the main paths of the deployed stack on the local AWS; a few minutes

test-all: exhaustive integration  ## The tests that `make test` leaves out; about 25 minutes

unit: $(VENV)/.dev  ## Run the tests that need no server, except those with the marker exhaustive
	$(BIN)/python -m pytest $(WITHOUT_SERVER) -m 'not exhaustive' -n 2

exhaustive: $(VENV)/.dev  ## Run the tests with the marker exhaustive, which need no server either
	$(BIN)/python -m pytest $(WITHOUT_SERVER) -m exhaustive -n 2

# Their tests run no deployed code.
NOT_DEPLOYED := console docs engine local template tools verification
coverage: $(VENV)/.dev  ## Run all unit tests of deployed code, and check the coverage, which doubles their time
	$(BIN)/python -m pytest tests/unit $(NOT_DEPLOYED:%=--ignore tests/unit/%) -n 2 --cov --cov-report=term

main-paths: $(VENV)/.dev $(VENV)/.dbt $(VENV)/.awscli  ## Run the tests on the local AWS that have the marker main_path
	@rm -rf .local/access
	$(BIN)/python -m pytest $(ON_LOCAL_AWS) tests/permissions -m main_path -n 3 --dist loadfile

integration: main-paths $(VENV)/.prefect  ## Run all tests on the local AWS: first the main paths, then the others
	$(BIN)/python -m pytest $(ON_LOCAL_AWS) -m 'not main_path' -n 3 --dist loadfile
	@# Compares the calls recorded by all of them with what the roles allow.
	$(BIN)/python -m pytest tests/permissions

static: lint types imports state-machines template  ## Run all checks that run no code: the next five

lint: $(VENV)/.dev  ## Check format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev  ## Check types
	$(BIN)/mypy

imports: $(VENV)/.dev  ## Check that imports point one way
	$(BIN)/lint-imports

state-machines: $(VENV)/.dev  ## Check the state machine definitions
	$(BIN)/python -m tests.unit.state_machines

template: $(VENV)/.dev  ## Validate template.yaml
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(BIN)/sam validate --lint --template template.yaml

# Warnings are errors, dead links are warnings.
docs: $(VENV)/.docs  ## Build the documentation as a site in .local/docs
	$(BIN)/../docs/bin/sphinx-build --quiet --fail-on-warning --keep-going -c docs/site -d .local/doctrees . .local/docs

audit: $(VENV)/.dev  ## Check the locked dependencies for known vulnerabilities
	$(BIN)/python -m tools.audit

check: static docs audit test test-all  ## Run everything that CI runs

mutation: $(VENV)/.dev  ## Check that unit tests notice faults: make mutation PACKAGE=names, or CHANGED=main
	nice -n 15 $(BIN)/python -m tools.mutation $(addprefix --package ,$(PACKAGE)) $(addprefix --changed ,$(CHANGED))

benchmarks: $(VENV)/.dev  ## Measure the cost and speed that the docs claim
	$(BIN)/python -m benchmarks.imports
	$(BIN)/python -m benchmarks.registration
	$(BIN)/python -m benchmarks.polling --live 10
	$(BIN)/python -m benchmarks.refresh
	$(BIN)/python -m benchmarks.custom_views
	$(BIN)/python -m benchmarks.packages
	$(BIN)/python -m benchmarks.local_athena
	$(BIN)/python -m benchmarks.index --packages 3 --revisions 4 --entries 200 --large 5000 --merged 8 --burst 30
	$(BIN)/python -m benchmarks.index_metadata --commits 300 --a-day 50 --without 100
	$(BIN)/python -m benchmarks.monthly_cost

schemas: $(VENV)/.local  ## Write schemas/ from the models
	$(BIN)/python -m tools.schemas

reference: $(VENV)/.dev  ## Write docs/reference.md from the template and the command
	$(BIN)/python -m tools.reference

iceberg-record: $(VENV)/.dev  ## Record Iceberg tables with Spark: make iceberg-record SPARK=DIR (needs Java 17)
	$(BIN)/python -m tests.golden.iceberg.record "$(SPARK)"
	$(BIN)/python -m tests.golden.iceberg.record_index "$(SPARK)"

sql-support: $(VENV)/.dev  ## Write docs/sql.md from the conformance cases
	$(BIN)/python -m tools.sql_support

conformance-record: $(VENV)/.dev  ## Record the conformance cases with a real Trino (needs Java 17 and Maven)
	$(BIN)/python -m tests.conformance.recorder

screenshots: $(VENV)/.dev  ## Take the pictures of the console for the docs (needs Chromium)
	$(BIN)/python -m tools.screenshots

dashboard-picture: $(VENV)/.dev  ## Draw the dashboard's layout for the docs from the template
	$(BIN)/python -m tools.dashboard_picture

dependency-graph: $(VENV)/.dev  ## Write the dependency graph in docs/architecture.md from the code
	$(BIN)/python -m tools.dependency_graph

saved-queries: $(VENV)/.local  ## Write the saved queries in template.yaml from their files in the layer
	$(BIN)/python -m tools.saved_queries

verification-page: $(VENV)/.local  ## Write docs/verification.md from the checks and their recorded results
	$(BIN)/python -m tools.verification_page

format: $(VENV)/.dev  ## Format the code and fix what lint can fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## Delete everything that these targets created
	rm -rf $(VENV) .local .aws-sam .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# Lock files name no registry host, so that any index or mirror can serve them.
UV ?= uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-header --no-annotate
# In the Lambda runtime, or in the shared layer.
NOT_IN_PACKAGE_LAYER := boto3 botocore s3transfer jmespath python-dateutil pydantic pydantic-core annotated-types typing-extensions typing-inspection
lock:  ## Update the lock files (needs uv)
	$(LOCK) -o requirements/dev.txt requirements/dev.in
	$(LOCK) -o requirements/dbt.txt requirements/dbt.in
	$(LOCK) -o requirements/awscli.txt requirements/awscli.in
	$(LOCK) -o requirements/docs.txt requirements/docs.in
	$(LOCK) -o requirements/prefect.txt requirements/prefect.in
	$(LOCK) -c requirements/dev.txt -o requirements/local.txt requirements/local.in
	$(LOCK) -c requirements/dev.txt -o layers/quilt_athena/requirements.txt layers/quilt_athena/requirements.in
	$(LOCK) -c requirements/dev.txt $(NOT_IN_PACKAGE_LAYER:%=--no-emit-package %) -o layers/quilt_package/requirements.txt layers/quilt_package/requirements.in
