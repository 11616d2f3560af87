"""No more is spent through a recorder than was allowed."""

from __future__ import annotations

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control
from tests.integration.recorder.conftest import Record

FAST, LITE = {"model": "veo3_fast", "prompt": "a cat"}, {"model": "veo3_lite", "prompt": "a cat"}
CREATE = "/api/v1/veo/generate"


def refused(reply: httpx.Response) -> str:
    """Our reason, where the recorder refused in Kie's own envelope."""
    assert reply.json()["code"] == 402
    return reply.headers["x-mock-reason"]


def tasks(server: Running, key: str) -> int:
    with Control(server.base_url, key=key) as control:
        return len(list(control.tasks()))


def test_a_creation_above_the_budget_never_reaches_the_provider(
    server: Running, key: str, record: Record
) -> None:
    taped = record("kie", f"{server.base_url}/kie", budget=100)
    client = taped.client(key)
    assert client.post(CREATE, json=FAST).json()["code"] == 200
    reason = refused(client.post(CREATE, json=FAST))
    assert "costs 60 credits and 40 are left" in reason
    assert client.post(CREATE, json=LITE).json()["code"] == 200  # 30 fit
    assert tasks(server, key) == 2
    assert len([e for e in taped.entries() if e["_reelmock"]["kind"] == "call"]) == 2


def test_a_creation_that_the_provider_refused_costs_nothing(
    server: Running, key: str, record: Record
) -> None:
    client = record("kie", f"{server.base_url}/kie", budget=60).client(key)
    with Control(server.base_url, key=key) as control:
        client.get("/api/v1/chat/credit")
        control.set_scenario("refuse")
        assert client.post(CREATE, json=FAST).json()["code"] != 200
        control.set_scenario("succeed")
    assert client.post(CREATE, json=FAST).json()["code"] == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CREATE, {"model": "veo9", "prompt": "a cat"}),
        (CREATE, {"model": "veo3_fast"}),
        ("/api/v1/jobs/nobody-knows", {"model": "veo3_fast"}),
    ],
)
def test_a_call_of_unknown_price_is_refused_unless_that_is_allowed(
    server: Running, key: str, record: Record, path: str, body: dict[str, str]
) -> None:
    refusing = record("kie", f"{server.base_url}/kie", budget=1000)
    reply = refusing.client(key).post(path, json=body)
    assert "--allow-unknown-price" in reply.headers["x-mock-reason"]
    assert refusing.entries() == []
    letting = record(
        "kie", f"{server.base_url}/kie", "b.har", budget=1000, allow_unknown_price=True
    )
    assert "budget" not in letting.client(key).post(path, json=body).headers["x-mock-reason"]
    assert len(letting.entries()) == 1


def test_without_a_budget_there_is_no_limit_on_this_machine(
    server: Running, key: str, record: Record
) -> None:
    client = record("kie", f"{server.base_url}/kie").client(key)
    assert client.post(CREATE, json=FAST).json()["code"] == 200


def test_without_a_budget_nothing_that_costs_leaves_this_machine(key: str, record: Record) -> None:
    taped = record("kie", "http://kie.invalid")
    assert "budget" in refused(taped.client(key).post(CREATE, json=FAST))
    assert taped.entries() == []


def test_what_costs_nothing_needs_no_budget(server: Running, key: str, record: Record) -> None:
    client = record("kie", f"{server.base_url}/kie", budget=0).client(key)
    assert client.get("/api/v1/chat/credit").json()["code"] == 200
