"""The job succeeds, and its links are signed: the query belongs to them."""

from __future__ import annotations

from mockserver.sdk.scenario import Plan, PlanRequest, Results, Scenario, span_ms, success


def _make(request: PlanRequest) -> Plan:
    given = request.options.get("for")
    lasts_ms = None if given is None else span_ms(given, "signed_links.for")
    return success(request, results=Results(urls="signed", links_last_ms=lasts_ms))


SCENARIO = Scenario(
    "signed_links",
    "succeeds; its links have an end and a signature in the query, and the media host refuses an "
    "altered one with 403",
    _make,
    {
        "for": "how long after success the links work, such as 10m; by default as long as the "
        "provider's"
    },
)
