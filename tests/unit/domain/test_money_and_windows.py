"""Ledger and quota by example."""

from mockserver.domain.ledger import EMPTY
from mockserver.domain.quota import Quota, recent, wait_ms

KIE = Quota("creations", 20, 10_000, frozenset({"generate"}))


def test_a_failed_job_is_paid_back_at_the_moment_it_fails() -> None:
    ledger = EMPTY.charge(250, now_ms=0, refund_ms=100)
    assert [ledger.used_micros(now) for now in (0, 99, 100, 10**9)] == [250, 250, 0, 0]


def test_past_refunds_are_folded_into_a_sum() -> None:
    ledger = EMPTY.charge(250, 0, refund_ms=100).charge(10, 500)
    assert ledger.refunds == ()
    assert ledger.used_micros(500) == 10


def test_a_window_slides() -> None:
    hits = tuple(range(0, 2000, 100))
    assert len(hits) == 20
    assert wait_ms(hits, 2000, KIE) == 8000
    assert wait_ms(hits, 9999, KIE) == 1
    assert wait_ms(hits, 10_000, KIE) == 0
    assert recent(hits, 10_000, KIE) == hits[1:]


def test_a_quota_counts_its_own_operations_or_all() -> None:
    assert KIE.counts("generate")
    assert not KIE.counts("record_info")
    assert Quota("all", 1, 1).counts("anything")
