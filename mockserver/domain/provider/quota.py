"""Limits on requests in a window of time, and on jobs that run at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from mockserver.domain.input.counted import counted
from mockserver.domain.time.clock import Instant

Hits = tuple[Instant, ...]
_FOR = {"key": "", "account": " for the account", "task": " for each task"}


class Quota(Struct, frozen=True, gc=False):
    """At most `limit` calls of `operations` in any `window_ms`.

    They are counted for each API key, for the account (all keys of a sandbox) or for each task.
    Several operations of one quota share its limit.

    Without `operations` it counts every call that submits a job. With `concurrent` it limits the
    running jobs that were submitted since it was set; `window_ms` then has no meaning.

    With `switch` it counts only where the provider's dialect has that switch `on`.
    """

    name: str
    limit: int
    window_ms: int
    operations: frozenset[str] = frozenset()
    concurrent: bool = False
    per: Literal["key", "account", "task"] = "key"
    switch: str = ""

    def bucket(self, key: str, task_id: str) -> str:
        """The name under which the calls of a key that are about a task are counted together.

        Empty where nothing is: a call that names no task meets no limit of each task.
        """
        if self.per == "key":
            return f"{self.name}:{key}"
        if self.per == "account":
            return f"{self.name}:account"
        return f"{self.name}:task:{task_id}" if task_id else ""

    def counts(self, operation: str) -> bool:
        """Whether the quota counts a submitting call of this operation."""
        return not self.operations or operation in self.operations

    def holds_in(self, dialect: Mapping[str, str]) -> bool:
        """Whether the quota is in force in a dialect."""
        return not self.switch or dialect.get(self.switch) == "on"

    @property
    def rule(self) -> str:
        """What the quota allows, in words."""
        if self.concurrent:
            return f"{counted(self.limit, 'job')} at once{_FOR[self.per]}"
        return f"{counted(self.limit, 'call')} in {self.window_ms / 1000:g} s{_FOR[self.per]}"


def recent(hits: Hits, now: Instant, quota: Quota, in_either: bool = False) -> Hits:
    """The hits that still count: calls by their time, running jobs by their end."""
    return tuple([hit for hit in hits if _rest_ms(hit, now, quota, in_either) > 0])


def wait_ms(hits: Hits, now: Instant, quota: Quota, in_either: bool = False) -> int:
    """How long until the next call is allowed; 0 if it is allowed now.

    `in_either`: a hit stops counting as soon as real time or virtual time has passed it.
    """
    rests = [_rest_ms(hit, now, quota, in_either) for hit in hits]
    counted = sorted([rest_ms for rest_ms in rests if rest_ms > 0])
    if len(counted) < quota.limit:
        return 0
    if quota.limit == 0:
        return max(1, quota.window_ms)
    return counted[len(counted) - quota.limit]


def _rest_ms(hit: Instant, now: Instant, quota: Quota, in_either: bool) -> int:
    ends = hit if quota.concurrent else hit.later(quota.window_ms)
    return ends.rest_ms(now, in_either)
