"""A provider can let a client cancel a job: it ends there and then, and what follows from it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from textwrap import dedent
from typing import Any

import httpx
import pytest

from mockserver.control import Control
from mockserver.pytest_plugin.receiver import Receiver
from tests.support.guest_providers import Serve, Serving

VEO = "/api/v1/veo"
CANCEL = """
CAUSE = Failure("cancelled", 400, "The task was cancelled")


def ask(inbound, context):
    given = inbound.json_object()
    return CancelJob(given["taskId"], CAUSE, refunds=given.get("refunds", True))


def told(outcome, inbound, context):
    if inbound.json_object().get("strict") and not outcome.first:
        raise Refusal("rate_limited", "the job had ended before", retry_after_ms=5_000)
    return json_reply(200, {"first": outcome.first, "phase": outcome.state.phase})


CANCEL = Operation("cancel", "POST", "/api/v1/veo/cancel", "upgrade", ask, told)
"""
ONE_AT_ONCE = 'quotas=(Quota("jobs", 1, 0, concurrent=True, operations=frozenset({"generate"})),)'
CHANGES = f"operations=(*KIE.operations, CANCEL), {ONE_AT_ONCE}"


class Client:
    """A client of the guest's, and its sandbox, whose clock stands."""

    def __init__(self, guest: Serving) -> None:
        self.control = Control(guest.base_url)
        self.sandbox = self.control.create_sandbox()
        headers = {"authorization": f"Bearer {self.sandbox.api_key}"}
        self.http = httpx.Client(base_url=guest.url + VEO, headers=headers, trust_env=False)

    def close(self) -> None:
        self.http.close()
        self.control.close()

    def create(self, **fields: Any) -> dict[str, Any]:
        sent = {"prompt": "a cat", **fields}
        return dict(self.http.post("/generate", json=sent).json())

    def made(self, **fields: Any) -> str:
        return str(self.create(**fields)["data"]["taskId"])

    def cancel(self, task: str, **fields: Any) -> dict[str, Any]:
        return dict(self.http.post("/cancel", json={"taskId": task, **fields}).json())

    def record(self, task: str) -> dict[str, Any]:
        return dict(self.http.get("/record-info", params={"taskId": task}).json()["data"])

    def advance(self, by: str) -> None:
        self.control.advance(by, sandbox=self.sandbox.id)

    def used(self) -> float:
        return self.control.balance(self.sandbox.id)["guest"].spent


@pytest.fixture
def client(serve: Serve) -> Iterator[Client]:
    with closing(Client(serve(CHANGES, CANCEL))) as client:
        yield client


def test_a_cancelled_job_has_failed_from_that_moment_on(client: Client) -> None:
    task = client.made()
    client.advance("30s")
    assert client.cancel(task) == {"first": True, "phase": "failed"}
    for by in ("1ms", "1h"):
        record = client.record(task)
        assert (record["successFlag"], record["errorMessage"]) == (3, "The task was cancelled")
        client.advance(by)
    assert client.cancel(task) == {"first": False, "phase": "failed"}


def test_its_progress_stays_where_it_was(client: Client) -> None:
    task = client.made()
    client.advance("50s")
    before = client.control.task(task, client.sandbox.id).progress
    client.cancel(task)
    assert client.control.task(task, client.sandbox.id).progress == before
    assert 0 < before < 100


def test_a_job_that_has_ended_stays_as_it_is(client: Client) -> None:
    task = client.made()
    client.advance("10m")
    assert client.cancel(task) == {"first": False, "phase": "succeeded"}
    assert client.record(task)["successFlag"] == 1


def test_a_reply_may_refuse_in_the_words_of_the_provider(client: Client) -> None:
    task = client.made()
    assert client.cancel(task, strict=True) == {"first": True, "phase": "failed"}
    reply = client.http.post("/cancel", json={"taskId": task, "strict": True})
    assert reply.json()["code"] == 429
    assert reply.headers["x-mock-reason"] == "the job had ended before"
    assert int(reply.headers["retry-after"]) == 5
    kept = list(client.control.entries(client.sandbox.id, operation="cancel"))
    assert [one.reason for one in kept] == ["", "the job had ended before"]


@pytest.mark.parametrize("scenario", ["succeed", "fail"])
def test_the_reply_to_a_creation_may_refuse_too(serve: Serve, scenario: str) -> None:
    more = """
    def mute(outcome, inbound, context):
        raise Refusal("not_found", "nobody is told")


    CREATE = replace(KIE.operations[0], encode=mute)
    """
    with closing(Client(serve("operations=(CREATE, *KIE.operations[1:])", dedent(more)))) as client:
        reply = client.http.post("/generate", json={"prompt": f"a cat [mock:{scenario}]"})
    assert (reply.json()["code"], reply.headers["x-mock-reason"]) == (422, "nobody is told")


def test_a_job_that_nobody_has_is_not_found(client: Client) -> None:
    assert client.cancel("0" * 32)["code"] == 422


@pytest.mark.parametrize(("refunds", "used"), [(True, 0.0), (False, 60.0)])
@pytest.mark.parametrize("scenario", ["succeed", "fail"])
def test_its_price_comes_back_once_or_never(
    client: Client, refunds: bool, used: float, scenario: str
) -> None:
    task = client.made(prompt=f"a cat [mock:{scenario}]")
    assert client.used() == 60.0
    client.cancel(task, refunds=refunds)
    assert client.used() == used
    client.advance("1h")
    assert client.used() == used


def test_its_place_among_the_jobs_at_once_is_free(client: Client) -> None:
    task = client.made()
    assert client.create()["code"] == 429
    client.cancel(task)
    assert client.create()["code"] == 200
    assert client.create()["code"] == 429


@pytest.mark.parametrize("scenario", ["succeed", "stall"])
def test_its_callback_comes_at_once_and_no_second_one_later(client: Client, scenario: str) -> None:
    with Receiver() as receiver:
        task = client.made(prompt=f"a cat [mock:{scenario}]", callBackUrl=receiver.url)
        client.advance("10s")
        client.cancel(task)
        (came,) = receiver.wait(1)
        assert (came.json()["code"], came.json()["msg"]) == (400, "The task was cancelled")
        client.advance("24h")
        assert len(receiver.received) == 1


def test_a_job_that_would_have_stalled_is_struck_no_more(client: Client) -> None:
    """What `stall` would have shown is gone with the plan."""
    task = client.made(prompt="a cat [mock:stall]")
    client.cancel(task)
    client.advance("1h")
    client.record(task)
    assert not client.control.task(task, client.sandbox.id).scenario_struck
