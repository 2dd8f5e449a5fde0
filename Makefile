# Nærplan: what is typed in a clone. 'make' alone lists it.

PYTHON ?= python3
PORT ?= 8000
# More words for pytest, the benchmarks or uv: make test ARGS="-k pack", make lock ARGS=--upgrade
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
COMPILE = "$(UV)" pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(ARGS)

# Python compiles what it loads, and keeps it; done here, the first command does not wait for it, nor does any where the
# environment forbids keeping it (two seconds of each start).
# The packages come with their hashes from a lock file; the project itself is installed as an editable checkout.
ifdef UV
INSTALL = "$(UV)" pip install -q --compile-bytecode --python $(BIN)/python
MAKE_VENV = "$(UV)" venv -q --no-python-downloads --python "$(PYTHON)" $(VENV)
else
INSTALL = { $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; } && \
  $(BIN)/python -m pip install -q --disable-pip-version-check
MAKE_VENV = "$(PYTHON)" -m venv $(VENV)
endif

.DEFAULT_GOAL := help
.PHONY: help setup setup-test setup-bench demo plan test lint format types lock bench bench-full clean distclean

help: ## this list
	@echo 'Nærplan. make TARGET, where TARGET is one of:'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.setup ## the program and what it needs, in .venv
setup-test: $(VENV)/.setup-test ## the same with the tools for tests
setup-bench: $(VENV)/.setup-bench ## the same with the solvers that the benchmark 'others' compares with

demo: setup ## plan a sample team's weeks and open the app over them on PORT=8000
	@$(BIN)/naerplan demo --port $(PORT)

plan: setup ## the same without serving
	@$(BIN)/naerplan demo --no-serve

test: setup-test ## run all tests; ARGS="-k word" for some
	@$(BIN)/python -m tests.provision
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

lint: setup-test ## style and likely mistakes (ruff)
	@$(BIN)/ruff check --output-format concise .
	@$(BIN)/ruff format --check .

format: setup-test ## lay out the code and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: setup-test ## check type hints (mypy)
	@$(BIN)/mypy

bench: setup ## a small set of benchmarks in ten minutes; ARGS to choose
	@$(BIN)/python -m benchmarks $(ARGS)

bench-full: setup ## everything docs/benchmarks.md quotes, in an hour and more
	@$(BIN)/python -m benchmarks full $(ARGS)

lock: ## make the lock files anew from pyproject.toml (needs uv); ARGS=--upgrade for newer versions
	@test -n "$(UV)" || { echo "make lock needs uv on PATH: pipx install uv" >&2; exit 1; }
	@$(COMPILE) --extra build pyproject.toml -o requirements.lock
	@$(COMPILE) --extra build --extra test -c requirements.lock pyproject.toml -o requirements-dev.lock
	@$(COMPILE) --extra build --extra bench -c requirements.lock pyproject.toml -o requirements-bench.lock
	@$(COMPILE) --group postgres -o requirements-postgres.lock

clean: ## remove caches, build results and the demo's files
	@rm -rf build dist var/demo .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## remove .venv too
	@rm -rf $(VENV)

$(VENV)/.setup: requirements.lock pyproject.toml | $(BIN)/python
	@echo 'Setting up (first time: a minute or two) ...'
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation --no-deps -e .
	@echo 'Compiling the search (once, some minutes) ...'
	@$(BIN)/python -m compileall -q delivery_app models scheduler
	@$(BIN)/python -m scheduler.warm
	@touch $@

# The lock file for tests holds all of the other one, so this does the work of both.
$(VENV)/.setup-test: requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/python
	@echo 'Setting up with the tools for tests (first time: a minute or two) ...'
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-build-isolation --no-deps -e .
	@echo 'Compiling the search (once, some minutes) ...'
	@$(BIN)/python -m compileall -q delivery_app models scheduler
	@$(BIN)/python -m scheduler.warm
	@touch $(VENV)/.setup $@

# On top of either of the two: nothing is taken away.
$(VENV)/.setup-bench: requirements-bench.lock | $(VENV)/.setup
	@echo 'Setting up the solvers to compare with ...'
	@$(INSTALL) --require-hashes -r requirements-bench.lock
	@touch $@

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Nærplan needs Python 3.11 or newer, but $(PYTHON) is: $$("$(PYTHON)" --version 2>/dev/null || echo missing)." >&2; \
	  echo "Install a newer one, or name it: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(MAKE_VENV) || { rm -rf $(VENV); \
	  echo "Could not make $(VENV). On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
