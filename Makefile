# quilt-athena: `make demo` shows it, `make test` proves it. Everything is installed into .venv here.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
PORT ?= 4566
export PYTHONPATH := $(CURDIR)/layers/quilt_athena:$(CURDIR)
export PATH := $(BIN):$(PATH)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes

.PHONY: help demo local test unit integration check static audit benchmarks schemas saved-queries format lock clean

help:  ## What can be made here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "make %-12s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "quilt-athena needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; say which to use: make PYTHON=python3.13 ...")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.local: requirements/local.txt | $(VENV)/bin/python
	@echo "Installing what the laptop AWS needs (a minute, once)"
	@$(PIP_INSTALL) -r requirements/local.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing what the tests need (a minute, once)"
	@$(PIP_INSTALL) -r requirements/dev.txt
	@touch $@ $(VENV)/.local

demo: $(VENV)/.local  ## Deploy to the laptop AWS, onboard buckets, ask the question
	@$(BIN)/python -m local.demo

local: $(VENV)/.local  ## Serve the stack on a laptop until interrupted: make local PORT=4566
	@exec $(BIN)/python -m local.serve --port $(PORT)

test: unit integration  ## All tests: without network, then on the laptop AWS

unit: $(VENV)/.dev  ## Tests without network, and the coverage of what is deployed
	$(BIN)/python -m pytest tests/unit -n 2 --cov --cov-report=term

integration: $(VENV)/.dev  ## The deployed stack on the laptop AWS, through the clients that people use
	@rm -rf .local/access
	$(BIN)/python -m pytest tests/integration tests/acceptance -n 3 --dist loadfile
	@# What those asked for, against what the roles may do.
	$(BIN)/python -m pytest tests/permissions

static: $(VENV)/.dev  ## Format, lint, types, layers, template
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.unit.state_machines
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(BIN)/sam validate --lint --template template.yaml

audit: $(VENV)/.dev  ## Known vulnerabilities of the dependencies, where a database of them can be reached
	$(BIN)/python -m tests.audit

check: static audit test  ## All that CI checks

benchmarks: $(VENV)/.dev  ## What is claimed about cost and speed, measured here
	$(BIN)/python -m benchmarks.imports
	$(BIN)/python -m benchmarks.registration
	$(BIN)/python -m benchmarks.polling --live 10
	$(BIN)/python -m benchmarks.refresh
	$(BIN)/python -m benchmarks.custom_views
	$(BIN)/python -m benchmarks.packages
	$(BIN)/python -m benchmarks.monthly_cost

schemas: $(VENV)/.local  ## Renew schemas/ from the models
	$(BIN)/python -m tools.schemas

saved-queries: $(VENV)/.local  ## Renew the saved queries in template.yaml from queries/
	$(BIN)/python -m tools.saved_queries

format: $(VENV)/.dev  ## Put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## Remove what was made here
	rm -rf $(VENV) .local .aws-sam .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# Lock files name no registry host, so that any index or mirror can serve them. Needs uv.
UV ?= uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-header --no-annotate
# The Lambda runtime's own, and the shared layer's.
NOT_IN_PACKAGE_LAYER := boto3 botocore s3transfer jmespath python-dateutil pydantic pydantic-core annotated-types typing-extensions typing-inspection
lock:  ## Renew the lock files (needs uv)
	$(LOCK) -o requirements/dev.txt requirements/dev.in
	$(LOCK) -c requirements/dev.txt -o requirements/local.txt requirements/local.in
	$(LOCK) -c requirements/dev.txt -o layers/quilt_athena/requirements.txt layers/quilt_athena/requirements.in
	$(LOCK) -c requirements/dev.txt $(NOT_IN_PACKAGE_LAYER:%=--no-emit-package %) -o layers/quilt_package/requirements.txt layers/quilt_package/requirements.in
