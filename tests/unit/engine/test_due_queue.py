"""The agenda gives every sandbox at its latest time, and keeps no more than it has to."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.due_queue import OUTDATED, DueQueue

_PUTS = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 20)), max_size=60)


@given(puts=_PUTS, real_ms=st.integers(0, 20))
def test_it_gives_those_whose_latest_time_has_come_the_earliest_first(
    puts: list[tuple[str, int]], real_ms: int
) -> None:
    agenda, latest = DueQueue(), {}
    for sandbox_id, at_ms in puts:
        agenda.put(sandbox_id, at_ms)
        latest[sandbox_id] = at_ms
    due = agenda.due(real_ms)
    assert sorted(due) == sorted(id_ for id_, at_ms in latest.items() if at_ms <= real_ms)
    assert [latest[id_] for id_ in due] == sorted(latest[id_] for id_ in due)
    assert agenda.next_ms() == min((at for at in latest.values() if at > real_ms), default=inf)
    assert agenda.due(real_ms) == []


def test_a_sandbox_that_is_put_on_over_and_over_takes_no_more_room() -> None:
    agenda = DueQueue()
    for at_ms in range(10_000):
        agenda.put("a", at_ms)
    assert len(agenda._heap) <= OUTDATED + 2
    assert agenda.due(10_000) == ["a"]
