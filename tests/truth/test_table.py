"""The table is whole, and whatever is wrong in it or in Reelmock is red."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from mockserver.cli.campaigns.verdict import UNJUDGED, VERDICTS
from mockserver.engine.matrix import cases
from mockserver.engine.registry import Registry
from tests.truth import table, trial

ALL = table.read()
ROWS = [row for client in ALL for row in client.rows]


def test_the_set_is_large_and_half_of_it_is_bad_news() -> None:
    words = Counter(row.verdict for row in ROWS)
    assert words.total() >= 200
    assert sum(words[word] for word in table.BAD) >= words.total() / 2
    assert words["not_struck"] >= 30


def test_every_verdict_stands_in_the_quick_part() -> None:
    quick = {row.verdict for client in table.quick(ALL) for row in client.rows}
    assert quick == {*VERDICTS, "not_struck", table.CANNOT_JUDGE}


def test_all_providers_and_transports_are_there() -> None:
    met = {(client.calls, client.by) for client in ALL}
    assert {("kie", "polls"), ("kie", "callbacks"), ("apiyi", "polls")} < met
    assert {("apiyi", "SSE"), ("xcompute", "polls"), ("xcompute", "callbacks")} < met


def test_every_word_of_the_table_exists() -> None:
    names = {case.name for case in cases()} | {table.NO_FAULT}
    findings = set(Registry("mockserver.findings", "FINDING").names())
    assert {row.case for row in ROWS} <= names
    assert {row.verdict for row in ROWS} <= {*VERDICTS, *UNJUDGED, table.CANNOT_JUDGE}
    assert {name for row in ROWS for name in row.finds | row.may} <= findings


def test_a_row_with_a_wrong_verdict_or_finding_is_red() -> None:
    client = next(one for one in ALL if one.name == "kie_stores_link")
    (true,) = (row for row in client.rows if row.case == table.NO_FAULT)
    found = trial.run(replace(client, rows=(true,)))
    assert list(trial.differences([true], found)) == []
    (wrong_verdict,) = trial.differences([replace(true, verdict="lied")], found)
    assert "is lied, Reelmock says recovered" in wrong_verdict
    (missed,) = trial.differences([replace(true, finds=true.finds | {"key_in_url"})], found)
    assert "misses key_in_url" in missed
    (false,) = trial.differences([replace(true, finds=frozenset())], found)
    assert "false alarm never_fetched_result" in false


def test_a_row_that_is_not_run_is_red_and_so_are_no_rows() -> None:
    (row,) = ROWS[:1]
    assert "was not run" in next(trial.differences([row], {}))
    assert list(trial.differences([], {})) == ["there is no row to compare"]


def test_a_case_that_does_not_exist_is_red() -> None:
    client = ALL[0]
    row = replace(client.rows[0], case="no_such_fault@poll")
    (wrong,) = trial.differences([row], trial.run(replace(client, rows=(row,))))
    assert "Reelmock says cannot_judge" in wrong


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "no rows"),
        ("a: {}", "no rows"),
        ("b: {stall@job: {is: hung, why: x}}", "in one of the two files alone"),
        ("a: {stall@job: {is: hung}}", "`is` and `why` are needed"),
        ("a: {stall@job: {is: hung, why: x, find: [y]}}", "not \\['find'\\]"),
    ],
)
def test_a_table_that_is_none_is_refused(rows: str, message: str) -> None:
    one = '[a]\nfile = "x.py"\ncalls = "kie"\nby = "polls"\ncharacter = "none"\n'
    with pytest.raises(ValueError, match=message):
        table.read(one, rows)
