"""The findings of a whole run: one JSON file, and a few lines at the end of the terminal's output."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mockserver.domain.input.counted import counted

PROPERTY = "reelmock_finding"


class RunReport:
    """Collects findings from the tests' reports, from all workers."""

    def __init__(self, config: pytest.Config) -> None:
        self.path = Path(config.getoption("--reelmock-report"))
        self._tests: dict[str, list[dict[str, Any]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes the findings out of a test's last report."""
        if report.when != "teardown":
            return
        found = [
            msgspec.json.decode(str(value))
            for name, value in report.user_properties
            if name == PROPERTY
        ]
        if found:
            self._tests[report.nodeid] = found

    def pytest_sessionfinish(self) -> None:
        """Writes the file."""
        counts = Counter(one["severity"] for found in self._tests.values() for one in found)
        content = {
            "counts": {severity: counts[severity] for severity in ("error", "warning", "info")},
            "tests": self._tests,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Says how many findings of each kind there were, and to which file they are written."""
        terminalreporter.section("Reelmock findings")
        kinds = Counter(
            (one["severity"], one["name"]) for found in self._tests.values() for one in found
        )
        for (severity, name), count in sorted(kinds.items()):
            terminalreporter.write_line(f"{severity:<8} {name}: {count}")
        terminalreporter.write_line(
            f"{counted(sum(kinds.values()), 'finding')}, written to {self.path}"
        )
