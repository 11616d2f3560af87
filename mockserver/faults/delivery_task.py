"""Lets a callback name another task: with a wrong id, or with an outcome that is not true."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, OutgoingAttempt, Parameter, digest, near_id


def _strike(outgoing: OutgoingAttempt, hit: Hit) -> OutgoingAttempt:
    if hit.options["likeness"] == "other" and hit.other is not None:
        return replace(outgoing, task=hit.other)
    given = hit.options["id"] or _made_up(outgoing.task.id, hit)
    return replace(outgoing, task=replace(outgoing.task, id=given))


def _made_up(task_id: str, hit: Hit) -> str:
    """An id of the same form that no task has."""
    if hit.options["likeness"] == "near":
        return near_id(task_id)
    head, underscore, tail = task_id.rpartition("_")
    fresh = digest(hit.context.seed, "unknown", task_id, size_bytes=32).hex()[: len(tail)]
    return head + underscore + fresh


FAULT = Fault(
    "delivery_task",
    "lets the callback name another task",
    "delivery",
    {
        "id": Parameter("text", "the id that the callback names; empty: an invented id", ""),
        "likeness": Parameter(
            "choice",
            "an invented id almost like the right one, any such id, or another job of the sandbox",
            "any",
            ("near", "any", "other"),
        ),
    },
    outgoing=_strike,
    about_other=True,
)
