"""A window lets in what a naive count of the last calls lets in, and says truly how long to wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.quota import Quota, recent, wait_ms

QUOTAS = st.builds(Quota, st.just("q"), limit=st.integers(0, 5), window_ms=st.integers(1, 100))


@given(QUOTAS, st.lists(st.integers(0, 40)))
def test_at_most_so_many_calls_lie_in_any_window(quota: Quota, pauses_ms: list[int]) -> None:
    hits: tuple[int, ...] = ()
    admitted: list[int] = []
    now_ms = 1000
    for pause_ms in pauses_ms:
        now_ms += pause_ms
        naive = sum(now_ms - quota.window_ms < at_ms for at_ms in admitted) < quota.limit
        assert (wait_ms(hits, now_ms, quota) == 0) == naive
        if naive:
            hits = (*recent(hits, now_ms, quota), now_ms)
            admitted.append(now_ms)
    assert len(hits) <= max(quota.limit, 1)
    for at_ms in admitted:
        assert sum(at_ms <= other < at_ms + quota.window_ms for other in admitted) <= quota.limit


@given(QUOTAS, st.lists(st.integers(900, 1000), max_size=8).map(sorted))
def test_whoever_waits_as_long_as_told_is_let_in_and_no_sooner(
    quota: Quota, times_ms: list[int]
) -> None:
    hits, now_ms = tuple(times_ms), 1000
    pause_ms = wait_ms(hits, now_ms, quota)
    if quota.limit == 0:
        assert pause_ms == quota.window_ms
    elif pause_ms:
        assert wait_ms(hits, now_ms + pause_ms, quota) == 0
        assert wait_ms(hits, now_ms + pause_ms - 1, quota) > 0
