"""A plug-in of pytest: writes down which test reaches which line, and how long each test takes.

Threads and processes that a test starts count as the test's own.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

FOLDER = Path(os.environ["MUTANTS_FOLDER"])
TEST = "MUTANTS_TEST"
CHILDREN = """\
[run]
data_file = {folder}/reach
parallel = true
source = mockserver, contracts, clientlib
context = ${{{test}-}}
"""


class Reaching:
    """Measures in the process that runs the tests: xdist's workers, or the only one."""

    def __init__(self) -> None:
        settings = FOLDER / "children.ini"
        settings.write_text(CHILDREN.format(folder=FOLDER, test=TEST))
        packages = ["mockserver", "contracts", "clientlib"]
        self._coverage = coverage.Coverage(
            FOLDER / "reach", data_suffix=True, source=packages, config_file=False
        )
        self._coverage.start()
        os.environ["COVERAGE_PROCESS_START"] = str(settings)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._coverage.switch_context(item.nodeid)
        os.environ[TEST] = item.nodeid
        return (yield)

    def pytest_sessionfinish(self) -> None:
        self._coverage.stop()
        self._coverage.save()


class Clocking:
    """Adds up the seconds of each green test, in the process that hears of all of them."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = defaultdict(float)
        self._red: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] += report.duration
        if report.failed:
            self._red.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        green = {test: s for test, s in self._seconds.items() if test not in self._red}
        (FOLDER / "seconds.json").write_text(json.dumps(green))


def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    if is_worker or not config.getoption("numprocesses", None):
        config.pluginmanager.register(Reaching())
    if not is_worker:
        config.pluginmanager.register(Clocking())
