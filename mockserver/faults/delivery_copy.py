"""Sends a callback more than once: the same callback, or one that says the opposite."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import (
    Fault,
    Hit,
    OutgoingAttempt,
    Parameter,
    Unfit,
    copy_of,
    outcome_step,
)


def _strike(outgoing: OutgoingAttempt, hit: Hit) -> OutgoingAttempt:
    delivery = outgoing.delivery
    if delivery.detail.get("copy"):
        raise Unfit("this callback is itself a copy")
    if delivery.attempts:
        raise Unfit("its copies were made at the first attempt")
    after_ms, only = hit.options["after"], hit.options["only_after"]
    step = outcome_step(outgoing.task.plan)
    if only != "any" and (step is None or step.phase != only):
        raise Unfit(f"the task has not {only}")
    copies = tuple(
        copy_of(
            delivery,
            hit.rule,
            n,
            outgoing.now_ms + after_ms * n,
            hit.options["contradict"],
            hit.options["at_once"],
        )
        for n in range(1, hit.options["copies"] + 1)
    )
    return replace(outgoing, copies=(*outgoing.copies, *copies))


FAULT = Fault(
    "delivery_copy",
    "sends the callback more than once",
    "delivery",
    {
        "copies": Parameter("count", "how many copies", 1, low=1, high=100),
        "after": Parameter("span", "virtual time between two copies", 0),
        "at_once": Parameter("flag", "they go out with the first, each over a connection", False),
        "contradict": Parameter("flag", "the copies say the opposite", False),
        "only_after": Parameter(
            "choice", "copy only callbacks with this outcome", "any", ("any", "succeeded", "failed")
        ),
    },
    outgoing=_strike,
)
