# Two commands on a bare machine with Python 3.11+ and make: `make demo`, `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test serve bench check clean

demo: .venv/.runtime
	$(BIN)/reelmock demo

test: .venv/.dev
	$(BIN)/pytest -n auto

serve: .venv/.runtime
	$(BIN)/reelmock serve

bench: .venv/.dev
	$(BIN)/python -m tests.benchmarks

check: .venv/.dev
	bash .ci/check

clean:
	rm -rf .venv build dist

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Reelmock needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

.venv/.runtime: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.dev: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/.runtime
