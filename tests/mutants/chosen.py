"""A plug-in of pytest: runs the tests that a file names, in its order, and names the first red one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ["MUTANTS_FOLDER"])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    wanted = (FOLDER / "chosen").read_text("utf-8").split("\n")
    found = {item.nodeid: item for item in items}
    items[:] = [found[name] for name in wanted if name in found]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    red = FOLDER / "red"
    if report.failed and not red.exists():
        red.write_text(report.nodeid, "utf-8")
