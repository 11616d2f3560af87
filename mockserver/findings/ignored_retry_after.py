"""A reply said how long to wait, and the client came back sooner."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.domain.evidence import Evidence, seconds, told_to_wait_ms
from mockserver.domain.finding import Finding, Sighting
from mockserver.domain.journal import Entry

TOLERANCE = 0.95


def _look(evidence: Evidence) -> Iterator[Sighting]:
    calls = evidence.exchanges()
    for index, told in enumerate(calls):
        wait_ms = told_to_wait_ms(told)
        if not wait_ms:
            continue
        again = next((call for call in calls[index + 1 :] if _same(told, call)), None)
        if again is None:
            continue
        gap_ms = evidence.gap_ms(told, again)
        if gap_ms < wait_ms * TOLERANCE:
            what = (
                f"told to wait {seconds(wait_ms)}, {again.operation} came after {seconds(gap_ms)}"
            )
            yield Sighting(what, (told.seq, again.seq), told.task_id)


def _same(told: Entry, call: Entry) -> bool:
    return (call.provider, call.operation, call.key) == (
        told.provider,
        told.operation,
        told.key,
    ) and (call.path, call.query) == (told.path, told.query)


FINDING = Finding(
    "ignored_retry_after",
    "error",
    "ignored Retry-After",
    "A provider that is told nothing by its own limits starts to refuse keys. Kie does not queue what "
    "comes too early: it is lost.",
    "Read Retry-After (seconds or a date) on every 429 and 503, and wait that long before the next "
    "attempt, whatever your own backoff says.",
    _look,
)
