"""Sets a quota: a number of calls in a window of time, or a number of jobs at the same time."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import BadInput, Fault, Hit, Options, Overrides, Parameter, Quota


def _strike(terms: Overrides, hit: Hit) -> Overrides:
    options = hit.options
    operations = frozenset({hit.operation})
    quota = Quota(hit.rule, options["limit"], options["window"], operations, options["concurrent"])
    return replace(terms, quotas=(*terms.quotas, quota))


def _check(options: Options) -> None:
    if not options["window"]:
        raise BadInput("with.window", options["window"], "a span longer than 0")


FAULT = Fault(
    "quota",
    "limits calls or jobs",
    "terms",
    {
        "limit": Parameter("count", "how many are allowed", 1),
        "window": Parameter("span", "the window of virtual time", 60_000),
        "concurrent": Parameter(
            "flag", "limit the jobs that run at the same time, not the calls", False
        ),
    },
    terms=_strike,
    check=_check,
)
