"""A client is judged by what the API that it called means, where a provider has several."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.domain.finding.evidence import Evidence
from mockserver.domain.journal.journal import Exchange
from mockserver.domain.provider.judging import Judging, http_status, no_task
from mockserver.domain.provider.provider import Api, PollAdvice
from mockserver.providers.kie import PROVIDER

API = Api("jobs", Judging(http_status, no_task, no_task), PollAdvice(60_000, 600_000))
JOB = replace(PROVIDER.operations[1], name="job", api=API)
TWO = replace(PROVIDER, operations=(*PROVIDER.operations, JOB))
EVIDENCE = Evidence((), 0, providers={"kie": TWO})


def answered(operation: str) -> Exchange:
    """A reply with a code in its body, which only one of the APIs takes for a status."""
    reply = b'{"code":500,"data":null}'
    return Exchange(0, 0, provider="kie", operation=operation, status=200, reply_body=reply)


def test_a_reply_means_what_its_api_says() -> None:
    found = {name: EVIDENCE.status(answered(name)) for name in ("record_info", "job")}
    assert found == {"record_info": 500, "job": 200}


def test_the_advised_pace_is_that_of_the_api() -> None:
    advised = {name: EVIDENCE.advice(answered(name)) for name in ("record_info", "job")}
    assert advised == {"record_info": PROVIDER.poll, "job": API.poll}
