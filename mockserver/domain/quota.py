"""Limits on requests per window of virtual time."""

from __future__ import annotations

from msgspec import Struct


class Quota(Struct, frozen=True, gc=False):
    """At most `limit` calls of `operations` in any `window_ms`, counted for each API key.

    Without `operations` it counts every call that submits a job.
    """

    name: str
    limit: int
    window_ms: int
    operations: frozenset[str] = frozenset()

    def counts(self, operation: str) -> bool:
        """Whether a submitting call of this operation is one of those limited."""
        return not self.operations or operation in self.operations


def recent(hits: tuple[int, ...], now_ms: int, quota: Quota) -> tuple[int, ...]:
    """The hits that still count."""
    return tuple(at_ms for at_ms in hits if at_ms > now_ms - quota.window_ms)


def wait_ms(hits: tuple[int, ...], now_ms: int, quota: Quota) -> int:
    """How long until another call is let in; 0 when it is let in now."""
    counted = recent(hits, now_ms, quota)
    if len(counted) < quota.limit:
        return 0
    if quota.limit == 0:
        return quota.window_ms
    return counted[-quota.limit] + quota.window_ms - now_ms
