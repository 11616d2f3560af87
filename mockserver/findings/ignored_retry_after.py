"""A reply said how long to wait, and the client came back sooner."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.domain.evidence import Evidence, seconds, told_to_wait_ms
from mockserver.domain.finding import Finding, Sighting
from mockserver.domain.journal import Entry

TOLERANCE = 0.95


def _look(evidence: Evidence) -> Iterator[Sighting]:
    told: dict[tuple[str, ...], Entry] = {}
    for call in evidence.exchanges():
        same = (call.provider, call.operation, call.key, call.path, call.query)
        before = told.pop(same, None)
        if before is not None:
            wait_ms, gap_ms = told_to_wait_ms(before), evidence.gap_ms(before, call)
            if gap_ms < wait_ms * TOLERANCE:
                what = f"told to wait {seconds(wait_ms)}, {call.operation} came after "
                yield Sighting(what + seconds(gap_ms), (before.seq, call.seq), before.task_id)
        if told_to_wait_ms(call):
            told[same] = call


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
