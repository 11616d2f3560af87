"""Limits on requests per window of virtual time, and on jobs that are under way at once."""

from __future__ import annotations

from msgspec import Struct


class Quota(Struct, frozen=True, gc=False):
    """At most `limit` calls of `operations` in any `window_ms`, counted for each API key.

    Without `operations` it counts every call that submits a job. With `concurrent` it limits the
    jobs under way instead, of those submitted since it was set; `window_ms` then means nothing.
    """

    name: str
    limit: int
    window_ms: int
    operations: frozenset[str] = frozenset()
    concurrent: bool = False

    def counts(self, operation: str) -> bool:
        """Whether a submitting call of this operation is one of those limited."""
        return not self.operations or operation in self.operations

    @property
    def rule(self) -> str:
        """What it allows, in words."""
        if self.concurrent:
            return f"{self.limit} jobs at once"
        return f"{self.limit} calls in {self.window_ms / 1000:g} s"


def recent(hits: tuple[int, ...], now_ms: int, quota: Quota) -> tuple[int, ...]:
    """The hits that still count: calls by their time, jobs under way by their end."""
    since_ms = now_ms if quota.concurrent else now_ms - quota.window_ms
    return tuple(at_ms for at_ms in hits if at_ms > since_ms)


def wait_ms(hits: tuple[int, ...], now_ms: int, quota: Quota) -> int:
    """How long until another call is let in; 0 when it is let in now."""
    counted = sorted(recent(hits, now_ms, quota))
    if len(counted) < quota.limit:
        return 0
    if quota.limit == 0:
        return max(1, quota.window_ms)
    lasts_ms = 0 if quota.concurrent else quota.window_ms
    return counted[-quota.limit] + lasts_ms - now_ms
