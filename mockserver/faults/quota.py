"""Sets a quota: so many calls in a window of time, or so many jobs at once."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import BadInput, Fault, Hit, Options, Parameter, Quota, Terms


def _strike(terms: Terms, hit: Hit) -> Terms:
    options = hit.options
    operations = frozenset({hit.operation})
    quota = Quota(hit.rule, options["limit"], options["window"], operations, options["concurrent"])
    return replace(terms, quotas=(*terms.quotas, quota))


def _check(options: Options) -> None:
    if not options["window"]:
        raise BadInput("with.window", options["window"], "more than nothing")


FAULT = Fault(
    "quota",
    "limits calls or jobs",
    "terms",
    {
        "limit": Parameter("count", "how many are let in", 1),
        "window": Parameter("span", "in how much virtual time", 60_000),
        "concurrent": Parameter("flag", "limit the jobs under way instead", False),
    },
    terms=_strike,
    check=_check,
)
