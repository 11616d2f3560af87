"""The client left a stream open: it did not read to the end and did not close it."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting, is_success, outcome_step

NO_CONTENT = 204  # it has ended with its head
PATIENCE_MS = 600_000  # the deadline that providers advise


def _look(evidence: Evidence) -> Iterator[Sighting]:
    sent, tasks = evidence.sent(), evidence.tasks_by_id()
    for entry in evidence.exchanges("stream"):
        begun = is_success(entry.status) and entry.status != NO_CONTENT
        if not begun or entry.seq in sent or entry.reply_size_bytes:
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
    "Every open stream holds a connection on both sides. A worker that waits on a silent stream "
    "waits for ever. A hundred such workers use up a connection pool.",
    "Read with a timeout between events, close the response in every branch (`with`), and set a "
    "deadline for the whole stream.",
    "A stream that neither ended nor was closed when the client had ended, or ten minutes after "
    "its job had ended.",
    "The end of the stream, or a client that closes it.",
    _look,
)
