"""Lets the link to a video stop working too early."""

from __future__ import annotations

from mockserver.sdk.fault import Fault, Hit, Parameter, Refusal, Reply, Unfit, outcome_step


def _strike(reply: Reply, hit: Hit) -> Reply:
    step = outcome_step(hit.task.plan) if hit.task is not None else None
    if step is None:
        raise Unfit("no finished task has this link")
    age_ms = hit.context.now_ms - step.at_ms
    if age_ms < hit.options["after"]:
        raise Unfit("the link is younger than `after`")
    reason = f"fault {hit.fault}, rule {hit.rule}: the link has expired early"
    return hit.refuse(Refusal("forbidden", reason))


FAULT = Fault(
    "expire",
    "lets the link stop working early",
    "instead",
    {"after": Parameter("span", "how long after success the link still works", 0)},
    reply=_strike,
)
