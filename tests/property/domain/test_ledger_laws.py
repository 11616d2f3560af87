"""A ledger says what a naive list of charges and refunds says, and stays small."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.money.ledger import EMPTY

JOBS = st.lists(
    st.tuples(
        st.integers(0, 1000),  # how long after the last one
        st.integers(0, 5_000_000),  # price
        st.none() | st.integers(0, 3000),  # refunded so long after the charge
    )
)


@given(JOBS, st.integers(0, 5000))
def test_a_ledger_is_the_fold_of_its_entries(
    jobs: list[tuple[int, int, int | None]], later_ms: int
) -> None:
    ledger, now_ms = EMPTY, 0
    entries: list[tuple[int, int]] = []
    for pause_ms, micros, refund_after_ms in jobs:
        now_ms += pause_ms
        refund_ms = None if refund_after_ms is None else now_ms + refund_after_ms
        ledger = ledger.charge(micros, now_ms, refund_ms)
        entries.append((now_ms, micros))
        if refund_ms is not None:
            entries.append((refund_ms, -micros))
        assert ledger.used_micros(now_ms) == sum(m for at_ms, m in entries if at_ms <= now_ms)
    asked_ms = now_ms + later_ms
    assert ledger.used_micros(asked_ms) == sum(m for at_ms, m in entries if at_ms <= asked_ms)
    assert ledger.used_micros(asked_ms) >= 0


@given(JOBS)
def test_only_refunds_to_come_are_kept_one_by_one(
    jobs: list[tuple[int, int, int | None]],
) -> None:
    ledger, now_ms, open_refunds = EMPTY, 0, 0
    due: list[int] = []
    for pause_ms, micros, refund_after_ms in jobs:
        now_ms += pause_ms
        ledger = ledger.charge(
            micros, now_ms, None if refund_after_ms is None else now_ms + refund_after_ms
        )
        due = [at_ms for at_ms in due if at_ms > now_ms]
        if refund_after_ms is not None:
            due.append(now_ms + refund_after_ms)
        open_refunds = len(due)
    assert len(ledger.refunds) == open_refunds
