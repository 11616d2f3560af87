"""Answers about another job, or with what was true some time ago."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, Unfit


def _strike(reply: Reply, hit: Hit) -> Reply:
    if hit.told is None or hit.task is None or hit.other is None:
        raise Unfit("the call is about no job")
    about = (hit.other, 0) if hit.options["how"] == "other" else (hit.task, hit.options["by"])
    told = hit.told(*about)
    return replace(reply, status=told.status, headers=told.headers, body=told.body)


FAULT = Fault(
    "retell",
    "answers about another job or an earlier moment",
    "after",
    {
        "how": Parameter("choice", "about what", "stale", ("stale", "other")),
        "by": Parameter("span", "how old a stale answer is", 30_000),
    },
    reply=_strike,
    about_other=True,
)
