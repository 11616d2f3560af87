"""Adds the headers that tell a client how much of its rate limit is left."""

from __future__ import annotations

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, with_headers

ENDINGS = {"openai": b"-requests", "plain": b""}


def _strike(reply: Reply, hit: Hit) -> Reply:
    options, style = hit.options, hit.options["style"]
    ending = ENDINGS[style]
    return with_headers(
        reply,
        (b"x-ratelimit-limit" + ending, b"%d" % options["limit"]),
        (b"x-ratelimit-remaining" + ending, b"%d" % options["remaining"]),
        (b"x-ratelimit-reset" + ending, _reset(hit, style)),
    )


def _reset(hit: Hit, style: str) -> bytes:
    """A span as OpenAI writes it, `30s`, or the second of the client's clock at which it has passed."""
    context = hit.context
    left_s: int = context.clock.client_seconds(hit.options["reset"])
    if style == "openai":
        return b"%ds" % left_s
    return b"%d" % (context.clock.real_at(context.now_ms) // 1000 + left_s)


FAULT = Fault(
    "rate_limit_headers",
    "adds headers about a rate limit",
    "after",
    {
        "limit": Parameter("count", "how many calls are let in", 60),
        "remaining": Parameter("count", "how many of them are left", 0),
        "reset": Parameter("span", "when all are left again", 30_000),
        "style": Parameter(
            "choice",
            "x-ratelimit-limit-requests and so on with a span, or x-ratelimit-limit and so on with "
            "a time in epoch seconds",
            "openai",
            tuple(ENDINGS),
        ),
    },
    reply=_strike,
)
