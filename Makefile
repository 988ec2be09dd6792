# make demo   install chartgap and check one synthetic note
# make test   run the tests
# make check  everything that must hold before a commit
# make docs   write the generated pages and README's demo again

VENV := .venv
BIN := $(VENV)/bin
DEMO := corpora/synthetic/a05.txt --code M54.12

# The first interpreter that is Python 3.11 or 3.12.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))
PYTHON ?= $(shell for name in python3 python3.12 python3.11; do \
	$$name -c '$(FITS)' 2>/dev/null && echo $$name && break; done)

.PHONY: demo test check docs clean

demo: $(VENV)/.installed
	$(BIN)/chartgap check $(DEMO) --exit-zero

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/chartgap lint-patterns
	@$(MAKE) --no-print-directory test

docs: $(VENV)/.installed
	$(BIN)/python scripts/build_docs.py

clean:
	rm -rf $(VENV)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A stamp is older than pyproject.toml when the dependencies may have changed.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed
