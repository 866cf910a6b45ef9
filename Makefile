# The verbs. `make help` lists them; `make demo` and `make test` do all their set-up themselves.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(VENV)
JOBS ?= 2
SEED ?= 1
SCALE ?= 1

.PHONY: help setup check format lint types layers docs-check test test-real test-browser browser rig recordings differential fuzz kills deaths faults diagnoses rotations demo demo-terminal demo-real \
	pictures bench run clean lock

help: ## this list
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F':.*?## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## prepare .venv (Python >= 3.11; nothing else is needed)

$(VENV)/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "dapr-warden needs Python >= 3.11; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 setup")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is incomplete here: install it (Debian, Ubuntu: apt-get install python3-venv), then try again."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install -q --disable-pip-version-check 'uv==$(UV_VERSION)'
	@$(BIN)/uv sync -q --frozen --inexact
	@touch $@

check: setup ## everything that can be known without running the bot: format, lint, types, layers, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/codespell
	$(BIN)/deptry .
	$(BIN)/hadolint Dockerfile

format: setup ## let the formatter have its way
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: setup ## the fast tests (no Go, no cluster)
	$(BIN)/python -m pytest -n $(JOBS) -m "not real and not browser" tests

rig: setup ## build Kubernetes, kwok, Loki, the servers of Dapr and the peers into a cache outside the checkout (needs Go >= 1.26)
	$(BIN)/python -m tests.rig.build

test-real: setup rig ## the suite on real binaries
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m real tests/real

browser: setup ## make sure that there is a Chromium for test-browser and pictures
	@$(BIN)/python -m tests.browser.chromium

test-browser: setup browser ## the page of the playground, driven in a real browser
	$(BIN)/python -m pytest -n $(JOBS) -m browser tests/browser

differential: setup rig ## lint beside five real sentries and three peers; SEED=1 N=400; leaves docs/differential.md
	$(BIN)/python -m tests.bundles.differential --seed $(SEED) --bundles $(or $(N),400) --by-hand --save docs/differential.md

recordings: setup rig ## what real sentries and peers print, anew into tests/rig/recorded
	$(BIN)/python -m tests.rig.recording

fuzz: setup ## hostile input in full: make fuzz SEED=7 (SCALE=0.01 is a hundredth)
	$(BIN)/python -m tests.hostile.campaign $(SEED) $(SCALE)

rotations: setup rig ## rotate by Slack buttons in a town of 34 workloads while all pairs call, on 1.18.3, 1.16.2 and 1.14.4 in turn; with the bot killed on the way: make rotations VERSION=1.18.3 KILLS=40
	$(BIN)/python -m tests.rig.rotations $(if $(VERSION),--version $(VERSION)) $(if $(KILLS),--kills $(KILLS))

diagnoses: setup rig ## time /dapr diagnose in the story: 5,000 pods, 100 runs, real API server and Loki
	$(BIN)/python -m tests.rig.diagnosing

kills: setup ## a thousand crash points on a disk, fifty kill -9, and one at every instruction of the transactions of requests and runs: make kills SEED=7
	$(BIN)/python -m tests.outbox.campaign $(SEED)
	$(BIN)/python -m tests.approvals.mortal

deaths: setup ## a rotation whose bot dies at every write, before and after it, of each kind and on the way back, with and without its memory: make deaths SEED=0 STRIDE=1 JOBS=2
	$(BIN)/python -m tests.voyage.deaths --seed $(SEED) --stride $(or $(STRIDE),1) --jobs $(JOBS)

faults: setup ## a rotation with every fault at every step, docs/rotation-faults.md: make faults SEED=1
	FAULTS=all FAULT_SEED=$(SEED) $(BIN)/python -m pytest -n $(JOBS) -q tests/voyage/test_faults.py tests/voyage/test_faults_back.py tests/voyage/test_faults_dead_ca.py

demo: setup ## the bot against a simulated cluster and a simulated Slack, as a page in the browser
	@$(BIN)/python -m playground.stage

demo-terminal: setup ## the same as a story in this terminal, a quarter of a minute
	@$(BIN)/python -m playground.demo

demo-real: setup rig ## the page over real etcd, kube-apiserver and sentry (needs Go)
	@$(BIN)/python -m tests.rig.page

pictures: setup browser ## take the screenshots of docs/playground.md anew
	$(BIN)/python -m tests.pictures

bench: setup ## measure time and memory, and write docs/benchmarks.md (7 minutes; QUICK=1: two, and only printed)
	@$(BIN)/python -m bench $(if $(QUICK),--quick)

run: setup ## serve with the settings in ./.env
	@set -a; test ! -f .env || . ./.env; set +a; $(BIN)/dapr-warden serve

lock: setup ## renew uv.lock from the public index only
	$(BIN)/uv lock --default-index https://pypi.org/simple

clean: ## remove what the tools left behind (.venv stays)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
