"""A reply said how long to wait, and the client came back sooner."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import (
    Evidence,
    Exchange,
    Finding,
    Sighting,
    fingerprint,
    seconds,
    told_to_wait_ms,
)

TOLERANCE = 0.95
TOO_MANY = 429
UNDER_WAY_MS = 100  # in a shorter time, a call on another connection may already have been sent


def _look(evidence: Evidence) -> Iterator[Sighting]:
    told: dict[tuple[str, ...], Exchange] = {}
    for call in evidence.exchanges():
        places = _places(call)
        before = next((told[place] for place in places if place in told), None)
        if before is not None and not _may_be_under_way(evidence, before, call):
            for place in places:
                told.pop(place, None)
            wait_ms, gap_ms = told_to_wait_ms(before), evidence.gap_ms(before, call)
            if gap_ms < wait_ms * TOLERANCE:
                what = f"told to wait {seconds(wait_ms)}, {call.operation} came after "
                yield Sighting(what + seconds(gap_ms), (before.seq, call.seq), before.task_id)
        if told_to_wait_ms(call):
            is_limit = evidence.status(call) == TOO_MANY and call.key
            told.update(dict.fromkeys(places if is_limit else places[:1], call))


def _places(call: Exchange) -> tuple[tuple[str, ...], ...]:
    """What a wait may be told for: this address, or (after a 429) the operation with this key."""
    whole = (call.provider, call.operation, call.key)
    return (*whole, call.path, call.query), whole


def _may_be_under_way(evidence: Evidence, before: Exchange, call: Exchange) -> bool:
    """Whether a call may have been sent before the reply to an earlier call came."""
    if call.connection == before.connection or fingerprint(call) == fingerprint(before):
        return False
    return evidence.gap_ms(before, call) < UNDER_WAY_MS


FINDING = Finding(
    "ignored_retry_after",
    "error",
    "ignored Retry-After",
    "If a client ignores a provider's limits, the provider starts to refuse its key. Kie does not "
    "queue a call that comes too early: the call is lost.",
    "Read Retry-After (seconds or a date) on every 429 and 503. Wait at least that long before "
    "the next attempt, even if your own backoff is shorter. A 429 counts for the key: all tasks "
    "of a key should share one pause.",
    "The Retry-After of a reply, and the pause in real time until the client's next call to the "
    "same address. After a 429: until the next call of the same operation with the same key.",
    "A pause as long as the reply said. A call that was perhaps sent before the reply came does "
    "not count.",
    _look,
)
