"""A callback was answered after the provider's time limit, if at all."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import DeliveryTried, Evidence, Finding, Sighting

LATE = "no answer within"  # how an attempt that ran out of time is worded in the callback log


def _look(evidence: Evidence) -> Iterator[Sighting]:
    late: dict[str, list[DeliveryTried]] = {}
    for entry in evidence.callbacks():
        if not entry.status and LATE in entry.reason and not evidence.harmed(entry):
            late.setdefault(entry.task_id, []).append(entry)
    for task_id, attempts in late.items():
        times = "once" if len(attempts) == 1 else f"{len(attempts)} times"
        what = f"the receiver did not answer in time, {times}: {attempts[0].reason}"
        yield Sighting(what, tuple(entry.seq for entry in attempts), task_id)


FINDING = Finding(
    "acknowledged_too_late",
    "error",
    "acknowledged too late",
    "A late answer is no answer: the provider sends the callback again, a few times, and then never "
    "more. The same result is handled twice, or not at all.",
    "Answer 200 at once and do the work afterwards (a queue, a background job); download nothing "
    "before the answer has left.",
    "Deliveries that ended without an answer when the provider's time limit had passed. Those "
    "that a fault made slow do not count.",
    "An answer within the limit.",
    _look,
)
