"""What a sandbox has spent at one provider, from entries whose times are fixed at submit.

A job is charged when it is submitted and refunded when it fails, so only refunds are in the future.
Past entries are added up to two sums, which keeps a ledger small for ever.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace


class Ledger(Struct, frozen=True, gc=False):
    """Sums, and the later refunds as (virtual time, micros).

    `late` are the refunds that a fault rule holds back: from when, until when, and the rule's id.
    """

    charged_micros: int = 0
    refunded_micros: int = 0
    refunds: tuple[tuple[int, int], ...] = ()
    late: tuple[tuple[int, int, str], ...] = ()

    def late_by(self, now_ms: int) -> tuple[str, ...]:
        """The rules that hold a refund back at this moment."""
        return tuple(rule for from_ms, until_ms, rule in self.late if from_ms <= now_ms < until_ms)

    def on_time(self) -> Ledger:
        """The same, with each refund at the time at which it would have come without the rules."""
        due_ms = {until_ms: from_ms for from_ms, until_ms, _ in self.late}
        refunds = tuple((due_ms.get(at_ms, at_ms), micros) for at_ms, micros in self.refunds)
        return replace(self, refunds=refunds, late=())

    def used_micros(self, now_ms: int) -> int:
        """Charges minus the refunds that have come by `now_ms`."""
        return (
            self.charged_micros
            - self.refunded_micros
            - sum(m for at_ms, m in self.refunds if at_ms <= now_ms)
        )

    def charge(
        self,
        micros: int,
        now_ms: int,
        refund_ms: int | None = None,
        delay_ms: int = 0,
        rule: str = "",
    ) -> Ledger:
        """The ledger after a charge that is refunded at `refund_ms` (None: never).

        `rule` is the fault rule that makes the refund come `delay_ms` later.
        """
        due, open_refunds = 0, self.refunds
        if open_refunds:
            due = sum(m for at_ms, m in self.refunds if at_ms <= now_ms)
            open_refunds = tuple(r for r in self.refunds if r[0] > now_ms)
        late = self.late
        if refund_ms is not None:
            open_refunds = (*open_refunds, (refund_ms + delay_ms, micros))
            if rule and delay_ms:
                held = tuple(one for one in late if one[1] > now_ms)
                late = (*held, (refund_ms, refund_ms + delay_ms, rule))
        return Ledger(self.charged_micros + micros, self.refunded_micros + due, open_refunds, late)

    def with_refund(self, micros: int, instead_ms: int | None, at_ms: int | None) -> Ledger:
        """The ledger with a refund at `at_ms`, if any, instead of the one from `instead_ms`, if any."""
        refunds, late = list(self.refunds), self.late
        held = next((one for one in late if one[0] == instead_ms), None)
        replaced = (instead_ms if held is None else held[1], micros)
        if replaced in refunds:
            refunds.remove((replaced[0] or 0, micros))
            late = tuple(one for one in late if one is not held)
        if at_ms is not None:
            refunds.append((at_ms, micros))
        return replace(self, refunds=tuple(refunds), late=late)


EMPTY = Ledger()
