# `make help` lists the targets.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
NEWER := jats,tei,zotero_rdf,ebsco_xml,xml_table,scopus_text,scholar_text,reference_list,dblp_xml,front_matter,csv_fields,wos_tagged,refworks,refer,labelled_text,pubmed_text,oai_pmh,mods,unixref,datacite,digest_list,digest_table,digest_markdown,digest_json,workbook,csv_table
# Short and long ones.
TESTS := not ui and not spark and not wheel
export DAGSTER_HOME := $(CURDIR)/dagster_home

.DEFAULT_GOAL := help
.PHONY: help setup tree run test long ui spark docs wheel extremes dev lint format bench profile soak lock sample clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: .venv/.complete ## create the environment in .venv from requirements.lock

.venv/.complete: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "papersieve needs Python 3.11 or newer, found " + sys.version.split()[0] + " (make PYTHON=/path/to/python ...)")'
	@echo "setting up .venv (once; a minute or two)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## run the pipeline over sample_dumps/ and score it against the truth beside them
	@$(BIN)/papersieve demo sample_dumps

# Compiled modules are kept even where the environment says otherwise: without them every process compiles them anew.
test: setup ## the tests, but the long ones
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist worksteal -q $(ARGS)

long: setup ## the tests that take more than a second: histories, killed runs, commands side by side, runs in Dagster
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -m long -n 2 --dist worksteal -q $(ARGS)

ui: setup ## the test of the Dagster UI in a browser (needs chromium)
	@$(BIN)/python -m pytest -m ui -q -rs $(ARGS)

spark: setup .spark/.complete ## the tests of the Spark engine (needs Java 17; fetches PySpark, 450 MB, the first time)
	@PYTHONPATH=$(CURDIR)/.spark $(BIN)/python -m pytest -m spark -q -rs $(ARGS)

# Not in .venv: pandera imports PySpark wherever both it and pandas are installed, which takes a second and warns.
.spark/.complete:
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --target .spark 'pyspark==4.3.0'
	@touch $@

tree: setup ## the house: one sentence per file, and who imports whom
	@$(BIN)/python -m tests.support.house_page

docs: setup ## build the docs site into site/, strictly
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

wheel: setup ## build the wheel, install it in empty environments and use it there (minutes; 2 GB of disk)
	@$(BIN)/python -m pytest -m wheel -q -s $(ARGS)

# Deprecations are no errors here: an old release of one package among new ones of others has many.
extremes: ## the tests on the lowest and on the newest dependencies that pyproject.toml allows (needs uv; an hour)
	@for end in lowest-direct highest; do \
		echo "dependencies: $$end" && \
		uv venv --quiet --clear --python 3.11 .extremes/$$end && \
		uv pip install --quiet --python .extremes/$$end --resolution $$end --editable '.[dagster,review,serve,fetch,plots]' --group dev && \
		.extremes/$$end/bin/python -m pytest -n 2 -m "$(TESTS)" --dist worksteal -q -W default $(ARGS) || exit 1; \
	done

dev: setup ## the Dagster UI on http://127.0.0.1:3000, watching data/dumps
	@mkdir -p data/dumps
	@echo "1. Copy dumps into $(CURDIR)/data/dumps (or sample_dumps/*.txt, to try it)."
	@echo "2. Open http://127.0.0.1:3000 in half a minute. New dumps are taken in by themselves, a minute after they came."
	@echo "3. Ask the result: papersieve query 'SELECT title, year FROM papers' (data/papersieve.duckdb). Ctrl-C here stops all."
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/dg dev --host 127.0.0.1 --port 3000 --log-level warning 2>&1 \
		| (trap '' INT; exec grep --line-buffered --ignore-case --invert-match 'prefetching asset records')

lint: setup ## style, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: setup ## rewrite the code in the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

sample: setup ## write sample_dumps/ anew from its generator
	@$(BIN)/python -m tests.support.sample sample_dumps && rm -rf data/sample

lock: ## bring requirements.lock in line with pyproject.toml (needs uv; ARGS=--upgrade for the newest of all)
	@uv pip compile pyproject.toml --extra dagster --extra review --extra serve --extra fetch --extra plots --group dev --group docs --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header $(ARGS) --output-file requirements.lock

bench: setup ## the engine beside its peers (ARGS="--peer /path/to/python" for those of other environments)
	@$(BIN)/python -m benchmarks.bench_engine $(ARGS)

profile: setup ## where the CPU time of a first run goes, by cause, beside the shortest script that does the same (ARGS="--records 1000000")
	@$(BIN)/python -m benchmarks.profile_run $(ARGS)

soak: setup .spark/.complete ## the tests with other examples than before; damaged dumps of every format; random histories against their rebuilds; killed runs; a month of fetching; a Spark cluster: hours
	@$(BIN)/python -m pytest -n 2 -m "$(TESTS)" --dist worksteal -q --hypothesis-profile=random
	@$(BIN)/python -m benchmarks.soak
	@$(BIN)/python -m benchmarks.soak --formats $(NEWER) --output benchmarks/results/soak_exports.json
	@$(BIN)/python -m benchmarks.soak_store
	@$(BIN)/python -m benchmarks.soak_fetch
	@PYTHONPATH=$(CURDIR)/.spark $(BIN)/python -W ignore -m benchmarks.soak_spark

clean: ## remove the environment, caches and local data of the sample
	@rm -rf .venv .spark .extremes build dist site *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis data/sample
