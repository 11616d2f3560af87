"""A stream was left open: never read to its end, never closed."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting, outcome_step

PATIENCE_MS = 600_000  # the deadline that providers advise


def _look(evidence: Evidence) -> Iterator[Sighting]:
    sent, tasks = evidence.sent(), evidence.tasks_by_id()
    for entry in evidence.exchanges("stream"):
        if entry.status != 200 or entry.seq in sent or entry.reply_size_bytes:
            continue
        task = tasks.get(entry.task_id)
        step = outcome_step(task.plan) if task else None
        since_ms = step.at_ms if step else entry.virtual_ms
        if evidence.over or evidence.now_ms - since_ms > PATIENCE_MS:
            yield Sighting("the stream is still open", (entry.seq,), entry.task_id)


FINDING = Finding(
    "left_stream_open",
    "warning",
    "left streams open",
    "Every open stream holds a connection on both sides. A worker that waits on a silent one waits "
    "for ever; a hundred of them empty a connection pool.",
    "Read with a timeout between events, close the response in every branch (`with`), and set an end "
    "for the whole.",
    "A stream that neither ended nor was closed when the client was over, or ten minutes "
    "after its job ended.",
    "The end of the stream, or the client's closing it.",
    _look,
)
