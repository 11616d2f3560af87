"""What a sandbox has spent at one provider: a fold over entries whose times are fixed at submit.

A job is charged when it is submitted and refunded when it fails, so only refunds lie in the
future. What lies in the past is folded into two sums, which keeps a ledger small for ever.
"""

from __future__ import annotations

from msgspec import Struct


class Ledger(Struct, frozen=True, gc=False):
    """Sums and the refunds to come as (virtual time, micros)."""

    charged_micros: int = 0
    refunded_micros: int = 0
    refunds: tuple[tuple[int, int], ...] = ()

    def used_micros(self, now_ms: int) -> int:
        """Charges less the refunds that have come by `now_ms`."""
        return (
            self.charged_micros
            - self.refunded_micros
            - sum(m for at_ms, m in self.refunds if at_ms <= now_ms)
        )

    def charge(self, micros: int, now_ms: int, refund_ms: int | None = None) -> Ledger:
        """The ledger after a charge that is refunded at `refund_ms`, if ever."""
        due, open_refunds = 0, self.refunds
        if open_refunds:
            due = sum(m for at_ms, m in self.refunds if at_ms <= now_ms)
            open_refunds = tuple(r for r in self.refunds if r[0] > now_ms)
        if refund_ms is not None:
            open_refunds = (*open_refunds, (refund_ms, micros))
        return Ledger(self.charged_micros + micros, self.refunded_micros + due, open_refunds)


EMPTY = Ledger()
