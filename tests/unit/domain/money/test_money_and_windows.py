"""Ledger and quota by example."""

from mockserver.domain.money.ledger import EMPTY
from mockserver.domain.provider.quota import Quota, recent, wait_ms
from mockserver.domain.time.clock import Instant

KIE = Quota("creations", 20, 10_000, frozenset({"generate"}))


def test_a_failed_job_is_paid_back_at_the_moment_it_fails() -> None:
    ledger = EMPTY.charge(250, now_ms=0, refund_ms=100)
    assert [ledger.used_micros(now) for now in (0, 99, 100, 10**9)] == [250, 250, 0, 0]


def test_past_refunds_are_folded_into_a_sum() -> None:
    ledger = EMPTY.charge(250, 0, refund_ms=100).charge(10, 500)
    assert ledger.refunds == ()
    assert ledger.used_micros(500) == 10


def test_a_refund_of_the_first_moment_can_be_moved_as_any_other() -> None:
    ledger = EMPTY.charge(250, now_ms=-1, refund_ms=0).with_refund(250, 0, 100)
    assert [ledger.used_micros(now) for now in (0, 99, 100)] == [250, 250, 0]


def test_a_window_slides() -> None:
    hits = tuple(Instant(ms, 0) for ms in range(0, 2000, 100))
    assert len(hits) == 20
    assert wait_ms(hits, Instant(2000, 0), KIE) == 8000
    assert wait_ms(hits, Instant(9999, 0), KIE) == 1
    assert wait_ms(hits, Instant(10_000, 0), KIE) == 0
    assert recent(hits, Instant(10_000, 0), KIE) == hits[1:]


def test_where_either_time_counts_the_shorter_rest_is_told() -> None:
    one = Quota("one", 1, 10_000)
    hits = (Instant(0, 100_000),)
    now = Instant(2000, 107_000)  # 2 s later in virtual time, 7 s in real time
    assert wait_ms(hits, now, one) == 8000
    assert wait_ms(hits, now, one, in_either=True) == 3000
    assert wait_ms(hits, Instant(9000, 100_001), one, in_either=True) == 1000
    assert wait_ms(hits, Instant(0, 110_000), one, in_either=True) == 0
    assert wait_ms(hits, Instant(10_000, 100_000), one, in_either=True) == 0


def test_jobs_under_way_end_in_either_time() -> None:
    busy = Quota("busy", 1, 1000, concurrent=True)
    ends = (Instant(60_000, 160_000),)
    assert wait_ms(ends, Instant(0, 160_000), busy) == 60_000
    assert wait_ms(ends, Instant(0, 159_000), busy, in_either=True) == 1000
    assert recent(ends, Instant(0, 160_000), busy, in_either=True) == ()


def test_a_quota_counts_its_own_operations_or_all() -> None:
    assert KIE.counts("generate")
    assert not KIE.counts("record_info")
    assert Quota("all", 1, 1).counts("anything")
