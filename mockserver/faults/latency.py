"""Makes a reply late by a span of virtual time: fixed, uniform or log-normal."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import BadInput, Fault, Hit, Options, Parameter, Reply, Spread


def _span_ms(hit: Hit) -> int:
    options = hit.options
    low_ms: int = options["low"]
    high_ms: int = options["high"]
    match options["spread"]:
        case "uniform":
            return round(low_ms + (high_ms - low_ms) * hit.draw("latency"))
        case "log-normal":
            return Spread(low_ms, options["delay"], high_ms).draw(hit.draw("latency"))
        case _:
            return int(options["delay"])


def _strike(reply: Reply, hit: Hit) -> Reply:
    effects, span_ms = reply.effects, _span_ms(hit)
    if hit.options["before"] == "body":
        late = replace(effects, body_delay_ms=effects.body_delay_ms + span_ms)
    else:
        late = replace(effects, head_delay_ms=effects.head_delay_ms + span_ms)
    return replace(reply, effects=late)


def _check(options: Options) -> None:
    if options["low"] > options["high"]:
        raise BadInput("with.low", options["low"], "at most `high`")
    within = options["low"] <= options["delay"] <= options["high"]
    if options["spread"] == "log-normal" and not (within and options["low"] > 0):
        raise BadInput(
            "with.delay", options["delay"], "the median, between `low` (above 0) and `high`"
        )


FAULT = Fault(
    "latency",
    "makes the reply late",
    "after",
    {
        "delay": Parameter("span", "how late; the median of a log-normal spread", 1000),
        "spread": Parameter(
            "choice", "how the delay varies", "fixed", ("fixed", "uniform", "log-normal")
        ),
        "low": Parameter("span", "the shortest delay, if it varies", 100),
        "high": Parameter("span", "the longest delay, if it varies", 10_000),
        "before": Parameter(
            "choice",
            "what is late: the whole reply, or only the body",
            "headers",
            ("headers", "body"),
        ),
    },
    reply=_strike,
    check=_check,
    draws=True,
)
