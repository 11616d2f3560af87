"""The answer of Redis's command TIME, and the clock that counts on from it."""

from __future__ import annotations

import pytest

from mockserver.stores.redis_time import SharedClock, milliseconds
from tests.support.engine import SetSystem


@pytest.mark.parametrize("told", [(1_700_000_000, 123_999), (b"1700000000", b"123999")])
def test_seconds_and_microseconds_are_whole_milliseconds(told: tuple[int | bytes, ...]) -> None:
    assert milliseconds(told) == 1_700_000_000_123


def test_a_clock_counts_on_from_what_it_heard_a_little_too_slowly() -> None:
    own = SetSystem(50)
    clock = SharedClock(own, 7_000)
    seen = []
    for own_ms in (50, 51, 53, 1_051, 10):
        own.now_ms = own_ms
        seen.append(clock.real_ms())
    assert seen == [7_000, 7_000, 7_001, 7_999, 7_000]
