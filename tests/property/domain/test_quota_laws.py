"""A window lets in what a naive count of the last calls lets in, and says truly how long to wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.provider.quota import Quota, recent, wait_ms
from mockserver.domain.time.clock import Instant

QUOTAS = st.builds(Quota, st.just("q"), limit=st.integers(0, 5), window_ms=st.integers(1, 100))


@given(QUOTAS, st.lists(st.integers(0, 40)))
def test_at_most_so_many_calls_lie_in_any_window(quota: Quota, pauses_ms: list[int]) -> None:
    hits: tuple[Instant, ...] = ()
    admitted: list[int] = []
    now_ms = 1000
    for pause_ms in pauses_ms:
        now_ms += pause_ms
        naive = sum(now_ms - quota.window_ms < at_ms for at_ms in admitted) < quota.limit
        assert (wait_ms(hits, Instant(now_ms, 0), quota) == 0) == naive
        if naive:
            now = Instant(now_ms, 0)
            hits = (*recent(hits, now, quota), now)
            admitted.append(now_ms)
    assert len(hits) <= max(quota.limit, 1)
    for at_ms in admitted:
        assert sum(at_ms <= other < at_ms + quota.window_ms for other in admitted) <= quota.limit


INSTANTS = st.builds(Instant, st.integers(900, 1000), st.integers(900, 1000))


@given(QUOTAS, st.lists(INSTANTS, max_size=8), st.booleans())
def test_whoever_waits_as_long_as_told_is_let_in_and_no_sooner(
    quota: Quota, times: list[Instant], in_either: bool
) -> None:
    hits, now = tuple(times), Instant(1000, 1000)
    pause_ms = wait_ms(hits, now, quota, in_either)
    if quota.limit == 0:
        assert pause_ms == quota.window_ms
    elif pause_ms:
        assert wait_ms(hits, now.later(pause_ms), quota, in_either) == 0
        assert wait_ms(hits, now.later(pause_ms - 1), quota, in_either) > 0


@given(QUOTAS, st.lists(INSTANTS, min_size=1, max_size=8))
def test_a_wait_in_real_time_alone_is_enough_where_either_counts(
    quota: Quota, times: list[Instant]
) -> None:
    hits, now = tuple(times), Instant(1000, 1000)
    if quota.limit:
        all_past = Instant(now.virtual_ms, now.real_ms + quota.window_ms)
        assert wait_ms(hits, all_past, quota, in_either=True) == 0
