"""The terms of one submission, besides those of its sandbox; only faults change them."""

from __future__ import annotations

from msgspec import Struct

from mockserver.domain.provider.quota import Quota


class Overrides(Struct, frozen=True, gc=False):
    """Terms that differ from the usual. Times are virtual.

    `left_micros` is all that is left to spend; None: as the sandbox says. `refund_delay_ms` is how
    long after a failure its refund comes. `callback_lead_ms` is how long before its event a
    callback is sent. `callback_first` sends it before the reply to the creation. `early_by` is the
    rule that asks for one of these two, `refund_by` the rule that delays the refund.
    """

    quotas: tuple[Quota, ...] = ()
    left_micros: int | None = None
    refund_delay_ms: int = 0
    callback_lead_ms: int = 0
    callback_first: bool = False
    early_by: str = ""
    refund_by: str = ""


NO_OVERRIDES = Overrides()
