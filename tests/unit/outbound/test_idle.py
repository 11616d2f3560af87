"""What waits for its next use goes to that use alone, the latest first, and never piles up."""

from __future__ import annotations

from mockserver.outbound.idle import Idle


def test_the_latest_of_the_same_use_goes_out_first() -> None:
    idle = Idle[int](9)
    for use, thing in [("a", 1), ("b", 2), ("a", 3)]:
        assert idle.put(use, thing) is None
    assert [idle.take("a"), idle.take("a"), idle.take("a")] == [3, 1, None]
    assert idle.take("b") == 2


def test_the_oldest_is_given_up_when_there_are_too_many() -> None:
    idle = Idle[int](2)
    assert [idle.put("a", 1), idle.put("b", 2), idle.put("a", 3)] == [None, None, 1]
    assert list(idle.empty()) == [3, 2]
    assert list(idle.empty()) == []
