# Two commands on a bare machine with Python 3.11+ and make: `make demo`, `make test`.
PYTHON ?= python3
BIN := .venv/bin
# Who has nothing left to do takes over from others: some tests are a hundred times as long as most.
PARALLEL := -n auto --dist worksteal

# Hundreds of processes start from the same sources: they are compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-redis serve bench mutants soak check clean

demo: .venv/.runtime
	$(BIN)/reelmock demo

test: .venv/.dev
	$(BIN)/pytest $(PARALLEL)

# Where servers keep their sandboxes in the store that the tests name. Left out: what starts servers
# by itself (cli, campaign, pytest_plugin, pages, examples), what has a Redis anyway (redis, deploy), and the
# client's matrix of faults, which each night has (ON_REDIS_NOT='[async': all but its asynchronous half,
# which differs only in the client).
ON_STORE := $(addprefix tests/integration/,admin clientlib clients faults findings kie xcompute) \
  $(filter-out %_report_schemas.py,$(wildcard tests/integration/test_*.py))
ON_REDIS_NOT ?= [async or test_fault_matrix

test-redis: .venv/.dev
	REELMOCK_TEST_STORE=redis $(BIN)/pytest $(PARALLEL) -k 'not ($(ON_REDIS_NOT))' $(ON_STORE)

serve: .venv/.runtime
	$(BIN)/reelmock serve

bench: .venv/.dev
	$(BIN)/python -m tests.benchmarks

# MUTANTS="--count 20 --seed other": which ones; --help tells the rest.
mutants: .venv/.mutants
	$(BIN)/python -m tests.mutants $(MUTANTS)

# Kills under load, a balance under a crowd, hang-ups: some minutes. SOAK="--kills 4" for less.
soak: .venv/.dev
	$(BIN)/python -m tests.soak $(SOAK)

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

.venv/.mutants: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[mutants]'
	@touch $@ .venv/.dev .venv/.runtime
