"""Counts which cases struck over the whole run. If no case of a test struck, the last case fails.

Every run loads this module, so it imports only pytest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any, NamedTuple

import pytest

from mockserver.domain.input.counted import counted

FIELD = "reelmock_case"  # a property of a report, so that it also comes from xdist's workers


class Told(NamedTuple):
    """What a report says about its case. `ran` is false if the test did not come to its end.

    `of` counts the cases of the same test that are selected in this run.
    """

    test: str
    of: int
    case: str
    ran: bool
    struck: bool
    why: str = ""


class Tally:
    """Gets every report first, in the one process that knows all of them."""

    def __init__(self) -> None:
        self._tests: dict[str, dict[str, Told]] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, Any, Any]:
        """Counts the report's case. The last case of a test fails if no case struck."""
        given = getattr(report, FIELD, None)
        if given is not None:
            self._count(Told(**given), report)
        return (yield)

    def _count(self, found: Told, report: pytest.TestReport) -> None:
        seen = self._tests.setdefault(found.test, {})
        seen[report.nodeid] = found
        if len(seen) == found.of and not report.failed and _in_vain(seen):
            fail(report, f"{_score(seen)}; {'; '.join(_reasons(seen))}")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Says for each test how many cases struck, and why the others did not."""
        short = {name: seen for name, seen in self._tests.items() if _missed(seen)}
        if not short:
            return
        terminalreporter.section("Reelmock: cases that did not strike")
        for name, seen in short.items():
            terminalreporter.write_line(f"{name}: {_score(seen)}")
            for reason in _reasons(seen):
                terminalreporter.write_line(f"    {reason}")


def fail(report: pytest.TestReport | pytest.CollectReport, why: str) -> None:
    """Turns a report into a failure with one line, which also shows in short summaries and JUnit."""
    try:
        raise pytest.fail.Exception(why) from None
    except pytest.fail.Exception as failure:
        shown: Any = pytest.ExceptionInfo.from_exception(failure).getrepr(style="value")
    report.outcome = "failed"
    report.longrepr = shown


def _missed(seen: dict[str, Told]) -> list[Told]:
    return [one for one in seen.values() if one.ran and not one.struck]


def _in_vain(seen: dict[str, Told]) -> bool:
    """Whether tests came to their end, and no fault struck any of them."""
    return bool(_missed(seen)) and not any(one.struck for one in seen.values())


def _score(seen: dict[str, Told]) -> str:
    struck = sum(one.struck for one in seen.values())
    return f"{struck} of {counted(next(iter(seen.values())).of, 'case')} struck"


def _reasons(seen: dict[str, Told]) -> list[str]:
    """Why cases did not strike, the most frequent reason first."""
    counted = Counter(one.why for one in _missed(seen))
    return [f"{count} not struck: {why}" for why, count in counted.most_common()]
