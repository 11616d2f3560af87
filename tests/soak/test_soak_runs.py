"""The long run, at its shortest: it runs, and what it checks can be broken."""

from __future__ import annotations

from tests.soak import hang_ups, kills, money, state
from tests.soak.report import Check, check, line


def held(checks: list[Check]) -> list[str]:
    return [each.promise for each in checks if not each.broken]


def test_one_kill_under_load_breaks_no_promise() -> None:
    figures, checks = kills.run(kills=1, restarts=0)
    assert len(held(checks)) == len(checks) == 6
    assert figures["acknowledged"] > 0


def test_a_balance_pays_for_as_many_jobs_as_it_pays_for() -> None:
    figures, checks = money.run()
    assert len(held(checks)) == len(checks) == 1
    assert figures["taken"] == money.AFFORDED < money.ASKED


def test_hang_ups_leave_nothing_open() -> None:
    figures, checks = hang_ups.run(60)
    assert len(held(checks)) == len(checks) == 2
    assert figures["hang-ups"] == 60


def test_what_was_acknowledged_a_while_before_a_kill_is_in_the_state_file() -> None:
    figures, checks = state.run(kills=1, promise_s=3)  # 1 on a machine with nothing else to do
    assert len(held(checks)) == len(checks) == 4
    assert figures["promised"] > 0


def test_a_broken_promise_is_told_with_some_of_what_broke_it() -> None:
    assert line(check("all is well", [])) == "held    all is well"
    broken = line(check("all is well", [str(n) for n in range(7)]))
    assert broken == "BROKEN  all is well: 7 times, 0, 1, 2, 3, 4"
