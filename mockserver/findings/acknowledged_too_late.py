"""The receiver answered a callback after the provider's time limit, or never."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import DeliveryTried, Evidence, Finding, Sighting

LATE = "no answer within"  # the callback log uses these words for an attempt that ran out of time


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
    "The provider does not accept a late answer. It sends the callback again a few times, and "
    "then it stops. So your program handles the same result twice, or never.",
    "Answer 200 at once, and do the work afterwards (in a queue or a background job). Download "
    "nothing before the answer is sent.",
    "Deliveries that had no answer when the provider's time limit had passed. Deliveries that a "
    "fault made slow do not count.",
    "An answer within the limit.",
    _look,
)
