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
UNDER_WAY_MS = 100  # sooner than that, another connection's call may have been sent already


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
    """Where a wait may be told for: this very address, or (a limit) the operation with this key."""
    whole = (call.provider, call.operation, call.key)
    return (*whole, call.path, call.query), whole


def _may_be_under_way(evidence: Evidence, before: Exchange, call: Exchange) -> bool:
    """Whether a call may have been sent before the reply to an earlier one had come."""
    if call.connection == before.connection or fingerprint(call) == fingerprint(before):
        return False
    return evidence.gap_ms(before, call) < UNDER_WAY_MS


FINDING = Finding(
    "ignored_retry_after",
    "error",
    "ignored Retry-After",
    "A provider that is told nothing by its own limits starts to refuse keys. Kie does not queue what "
    "comes too early: it is lost.",
    "Read Retry-After (seconds or a date) on every 429 and 503, and wait that long before the next "
    "attempt, whatever your own backoff says. A 429 counts for the key: let all tasks of a key share "
    "one pause.",
    "The Retry-After of a reply, and the pause in the client's own time until its next call "
    "to the same address; after a 429 until the next call of the same operation with the same "
    "key.",
    "A pause as long as the reply said. A call that may have been under way when the reply came does "
    "not count.",
    _look,
)
