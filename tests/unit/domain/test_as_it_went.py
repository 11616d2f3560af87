"""An exchange once it is known what left of its reply, and how its connection ended."""

from __future__ import annotations

from itertools import product

import pytest

from mockserver.domain.journal.journal import (
    Closed,
    Exchange,
    Matched,
    Sent,
    as_it_went,
    as_sent,
    told_in,
)
from mockserver.domain.reply.performed import NOTHING_LEFT, at_once

HEADERS = ((b"content-type", b"application/json"),)
LEFT = at_once(200, 2)


def matched(rule: str, *, applied: bool = True, struck: bool = False) -> Matched:
    return Matched(rule, "stall", applied, struck, "")


def exchange(*faults: Matched, seq: int = 1, scenario_struck: bool = False) -> Exchange:
    return Exchange(
        0,
        0,
        seq,
        status=200,
        reply_headers=HEADERS,
        reply_body=b"{}",
        reply_size_bytes=2,
        faults=faults,
        scenario_struck=scenario_struck,
    )


def struck_in(found: Exchange) -> list[str]:
    return [one.rule for one in found.faults if one.struck]


def test_what_struck_at_once_on_the_wire_and_at_the_close_adds_up() -> None:
    before = exchange(matched("a", struck=True), *map(matched, "bcd"))
    told = [
        Sent(0, 0, of=1, performed=LEFT, struck=("b",)),
        Closed(0, 0, of=1, struck=("c",)),
    ]
    assert struck_in(as_it_went(before, told)) == ["a", "b", "c"]


def test_a_rule_that_was_not_applied_never_struck() -> None:
    before = exchange(matched("a", applied=False), matched("b"))
    told = Sent(0, 0, of=1, performed=LEFT, struck=("a", "b"))
    assert struck_in(as_it_went(before, [told])) == ["b"]


@pytest.mark.parametrize(("at_once", "later"), list(product([False, True], repeat=2)))
def test_a_scenario_struck_where_it_did_so_at_once_or_later(at_once: bool, later: bool) -> None:
    told = Sent(0, 0, of=1, performed=LEFT, scenario_struck=later)
    found = as_it_went(exchange(scenario_struck=at_once), [told])
    assert found.scenario_struck == (at_once or later)


def test_of_a_reply_whose_head_never_left_nothing_stays() -> None:
    found = as_it_went(exchange(), [Sent(0, 0, of=1, performed=NOTHING_LEFT)])
    reply = (found.status, found.reply_headers, found.reply_body, found.reply_size_bytes)
    assert reply == (0, (), b"", 0)


def test_a_connection_that_closed_later_takes_nothing_from_the_reply() -> None:
    before = exchange(matched("a"))
    assert as_it_went(before, [Closed(0, 0, of=1)]) == before


def test_what_is_told_of_one_exchange_changes_no_other() -> None:
    first, second = exchange(seq=1), exchange(seq=2)
    told = Sent(0, 0, 3, of=2, performed=NOTHING_LEFT)
    found = as_sent([first, second, told], told_in([first, second, told]))
    assert (found[0], found[2]) == (first, told)
    assert found[1] == as_it_went(second, [told]) != second
