# Dateline. `make help` lists what can be done. Everything is installed into .venv/ and kept under .dateline/.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first of these that is Python 3.11 or newer; PYTHON=… names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
DATELINE := $(BIN)/dateline
NEEDED_MB := 1500

ONCE ?=
SOURCES ?=
ARGS ?=
KILLS ?= 300
URLS ?= 1000000
ARTICLES ?= 100000

.PHONY: help run test recover bench simulate lint format fuzz clean distclean

help: ## Show this help.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  make run ONCE=1           stop after the first completed run; exit status 0 only if all went well"
	@echo "  make run SOURCES=folder   crawl your own sources in place of the bundled sample site"
	@echo "  make test ARGS='-k name'  choose tests"
	@echo "  make recover KILLS=50     fewer kills; ARGS='--seed 7' makes the same choices again"
	@echo "  make bench URLS=10000000  with ten million known URLs: minutes to fill, 6 GB of disk"
	@echo "  make bench ARTICLES=1000000  with a database of a million articles: about an hour, 15 GB of disk"
	@echo "  make PYTHON=/path/to/python3 …   use this Python to make the virtual environment"

run: $(VENV)/.runtime ## Start everything on this machine and stay up; Ctrl-C stops it.
	@exec $(DATELINE) up $(if $(ONCE),--once) $(if $(SOURCES),--sources "$(SOURCES)") $(ARGS)

test: $(VENV)/.dev ## Run all tests.
	@$(BIN)/python -m pytest $(ARGS)

recover: $(VENV)/.dev ## Kill everything at random, and compare with an undisturbed run: about 15 minutes.
	@$(BIN)/python -m tests.recovery.harness --kills $(KILLS) $(ARGS)

bench: $(VENV)/.dev ## Measure extraction, the whole way, crawl, novelty and the database (docs/benchmarks.md).
	@$(BIN)/python -m bench.extraction
	@$(BIN)/python -m bench.whole_way
	@$(BIN)/python -m bench.crawl_rate
	@$(BIN)/python -m bench.novelty --urls $(URLS)
	@$(BIN)/python -m bench.database --articles $(ARTICLES)

fuzz: $(VENV)/.dev ## Feed the extractor broken pages for ten minutes (docs/architecture.md, "Fuzzing").
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install -qq --disable-pip-version-check atheris
	@$(BIN)/python -m bench.fuzz_extract $(ARGS)

lint: $(VENV)/.dev ## Check style and types.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev ## Put the code in order.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

simulate: $(VENV)/.runtime ## Compare adaptive with fixed polling on invented sources (some minutes).
	@$(BIN)/python -m bench.simulate_polling $(ARGS)

clean: ## Delete caches and build products; the database and the archive stay.
	rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## Delete the virtual environment as well. Data under .dateline/ stays: remove it by hand.
	rm -rf $(VENV)

# One install for using, one that adds what tests need. Each is redone when what it depends on changes.
$(VENV)/.runtime: pyproject.toml constraints.txt | check-machine
	@$(call install,.)

$(VENV)/.dev: pyproject.toml constraints.txt | check-machine
	@$(call install,.[dev])

.PHONY: check-machine
check-machine:
	@if [ -z "$(PYTHON)" ]; then \
		echo "make: no Python 3.11 or newer with the venv module was found: install one (on Debian: python3 and python3-venv)," \
			"or name it with make PYTHON=/path/to/python3" >&2; exit 2; fi
	@if [ ! -d $(VENV) ] && [ "$$(df -Pm . | awk 'NR == 2 {print $$4}')" -lt $(NEEDED_MB) ]; then \
		echo "make: less than $(NEEDED_MB) MB are free on this disk, and the virtual environment needs them: free some space" >&2; \
		exit 2; fi

define install
set -e; \
echo "Installing into $(VENV)/ (the first time takes a minute or two) …"; \
[ -x $(BIN)/python ] || "$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
	echo "make: $(PYTHON) could not make a virtual environment: install its venv module (on Debian: python3-venv)" >&2; exit 2; }; \
$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable "$(1)" || { \
	echo "make: the packages could not be installed: see pip's message above (network? disk?), then run make again" >&2; exit 2; }; \
touch $@ $(if $(findstring dev,$(1)),$(VENV)/.runtime)
endef
