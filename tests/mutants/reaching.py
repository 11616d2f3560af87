"""A plug-in of pytest: writes down which test reaches which line, and how long each test takes.

What runs when a test's file is read counts for all tests of the file: they share what it makes.
Threads that a test starts count as the test's own. What a process ran that was started during a test
is kept apart: later tests of the same file may speak to it too.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import coverage
import pytest

from tests.mutants.reach import PACKAGES, PROCESS

FOLDER = Path(os.environ["MUTANTS_FOLDER"])
TEST = "MUTANTS_TEST"
CHILDREN = """\
[run]
data_file = {folder}/reach
parallel = true
source = mockserver, contracts, clientlib
relative_files = true
context = {process}${{{test}-}}
"""

Cache = type(lru_cache(int))


class Reaching:
    """Measures in the process that runs the tests: xdist's workers, or the only one."""

    def __init__(self) -> None:
        settings = FOLDER / "children.ini"
        settings.write_text(CHILDREN.format(folder=FOLDER, test=TEST, process=PROCESS))
        self._coverage = coverage.Coverage(
            FOLDER / "reach", data_suffix=True, source=PACKAGES, config_file=False
        )
        self._coverage.set_option("run:relative_files", True)
        self._coverage.start()
        self._modules, self._found = 0, list[Any]()
        os.environ["COVERAGE_PROCESS_START"] = str(settings)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        if not isinstance(collector, pytest.Module):
            return (yield)
        self._coverage.switch_context(collector.nodeid)
        try:
            return (yield)
        finally:
            self._coverage.switch_context("")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        # What an earlier test left in a cache is reached by the next one too.
        for cached in self._caches():
            cached.cache_clear()
        self._coverage.switch_context(item.nodeid)
        os.environ[TEST] = item.nodeid
        return (yield)

    def _caches(self) -> list[Any]:
        if len(sys.modules) != self._modules:
            self._modules = len(sys.modules)
            found = [each for each in gc.get_objects() if type(each) is Cache]
            self._found = [each for each in found if each.__module__.split(".")[0] in PACKAGES]
        return self._found

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
