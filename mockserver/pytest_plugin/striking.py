"""Whether the case of a test struck. A test that passed without its fault has shown nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from mockserver.control import Struck
from mockserver.pytest_plugin import SANDBOX
from mockserver.pytest_plugin.faults import case_of, fails_unstruck, group
from mockserver.pytest_plugin.tally import FIELD, Told, fail

if TYPE_CHECKING:
    from mockserver.engine.matrix import Case

NO_SANDBOX = "the test does not use the fixture reelmock"
_SELECTED = pytest.StashKey[Counter[str]]()


def judge(item: pytest.Item, report: pytest.TestReport) -> None:
    """Says in a report whether its case struck; a test that passed without its fault is skipped or fails."""
    case = case_of(item)
    if case is None or not isinstance(item, pytest.Function):
        return
    if report.when == "call":
        found = _of_call(item, report, case)
    elif report.when == "setup" and not report.passed:
        found = _told(item, case, ran=False)
    else:
        return
    setattr(report, FIELD, found._asdict())


def _of_call(item: pytest.Function, report: pytest.TestReport, case: Case) -> Told:
    reelmock = item.stash.get(SANDBOX, None)
    found = reelmock.struck() if reelmock is not None else Struck(0, NO_SANDBOX)
    ran = not report.skipped or hasattr(report, "wasxfail")
    word = "struck" if found.times else f"not struck: {found.why}"
    if report.failed:
        report.sections.append(("Reelmock case", f"{case.name}: {word}"))
    elif report.passed and not found.times:
        _withdraw(item, report, word)
    return _told(item, case, ran=ran, struck=found.times > 0, why=found.why)


def _withdraw(item: pytest.Function, report: pytest.TestReport, why: str) -> None:
    """The test passed, but its fault did not strike."""
    vars(report).pop("wasxfail", None)
    if fails_unstruck(item):
        fail(report, why)
        return
    path, line, _ = item.reportinfo()
    report.outcome = "skipped"
    report.longrepr = (str(path), (line or 0) + 1, f"Skipped: {why}")


def _told(
    item: pytest.Function, case: Case, *, ran: bool, struck: bool = False, why: str = ""
) -> Told:
    name = group(item, case)
    return Told(name, _selected(item.session)[name], case.name, ran, struck, why)


def _selected(session: pytest.Session) -> Counter[str]:
    """How many cases of each test this run has."""
    if _SELECTED not in session.stash:
        session.stash[_SELECTED] = Counter(
            group(item, case)
            for item in session.items
            if isinstance(item, pytest.Function) and (case := case_of(item)) is not None
        )
    return session.stash[_SELECTED]
