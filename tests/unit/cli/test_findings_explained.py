"""`reelmock findings explain NAME` needs no server, and lists of entries stay on a line."""

from __future__ import annotations

import pytest

from mockserver.cli import run_line
from mockserver.control import Found
from mockserver.engine.plugins import plugins_in

FINDINGS = plugins_in(()).findings


@pytest.mark.parametrize("name", FINDINGS.names())
def test_every_finding_is_explained_in_its_own_words(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_line(["findings", "explain", name]) == 0
    told = " ".join(capsys.readouterr().out.split())
    finding = FINDINGS.get(name)
    assert told.startswith(f"{name} ({finding.severity}): {finding.title}")
    for text in (finding.why, finding.mend, finding.rests_on, finding.turned_by):
        assert text in told


def test_a_finding_that_there_is_not_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line(["findings", "explain", "submitted_twise"]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "submitted_twise" in line
    assert "submitted_twice" in line


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([], "it happened"),
        ([3, 4], "it happened (journal 3, 4)"),
        ([1, 2, 3, 4, 5, 6], "it happened (journal 1, 2, 3, 4, 5, 6)"),
        ([1, 2, 3, 4, 5, 6, 90], "it happened (journal 1, 2, 3, … 90: 7 entries)"),
    ],
)
def test_of_many_entries_the_first_and_the_last_are_told(entries: list[int], told: str) -> None:
    found = Found("any", "error", "any", "it happened", "why", "mend", entries)
    assert found.told == told
