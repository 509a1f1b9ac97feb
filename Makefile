# Two commands for a fresh machine with Python 3.11 or later: `make hello` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)

ifdef UV
INSTALL := VIRTUAL_ENV=.venv $(UV) pip install --quiet
else
# An environment that uv once made has no pip, and that of an old Python one that knows no dependency groups.
INSTALL := $(BIN)/python -m ensurepip --default-pip >/dev/null && $(BIN)/python -m pip install --quiet --upgrade pip \
	&& $(BIN)/python -m pip install --quiet
endif

.PHONY: hello test check bench clones clients clients-all fuzz soak clean

hello: .venv/.server
	@env -u CARTESIA_API_KEY -u CARTESIA_BASE_URL $(BIN)/ownvoice say "Hello! This is speech, made on your own machine." -o hello.wav

# On all cores: most tests wait for something most of the time.
test: check
	$(BIN)/pytest -n auto

check: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright

# All measurements but those that take minutes and have targets, or purposes, of their own.
bench: .venv/.dev
	@for program in $(filter-out %/calibrate_espeak.py %/clone.py %/soak.py,$(wildcard benchmarks/*.py)); do \
	  echo "== $$program"; $(BIN)/python $$program || exit 1; done

# How like their speakers clones are.
clones: .venv/.dev
	$(BIN)/python benchmarks/clone.py

# Published clients against this server; of them all, the table of docs/clients.md is made.
clients: .venv/.dev
	$(BIN)/python clients/run.py

clients-all: .venv/.dev
	$(BIN)/python clients/run.py --all --write

# Both take options: `make fuzz FUZZ=--short`, `make soak SOAK="--requests 300 --cancels 100"`.
fuzz: .venv/.dev
	$(BIN)/python fuzz/everything.py $(FUZZ)

soak: .venv/.dev
	$(BIN)/python benchmarks/soak.py $(SOAK)

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache

# The stamps say what is installed: what speaking needs, and what working on the project needs besides.
.venv/.server: pyproject.toml | .venv
	@$(INSTALL) -e '.[server]'
	@touch $@

.venv/.dev: pyproject.toml | .venv
	@$(INSTALL) -e '.[server]' --group dev
	@touch .venv/.server $@

.venv:
ifdef UV
	@$(UV) venv --quiet --python '>=3.11' .venv
else
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name it: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv
endif
