"""The newer contract of xcompute: a repeated key is the same job, and a version of replies."""

import httpx
import pytest

import contracts
from mockserver.control import Control
from tests.integration.xcompute.calls import CREATE, create

BODY = {"model": "veo3.1-fast", "prompt": "a dolphin"}
KEY = {"idempotency-key": "order-1"}
VERSION = {"x-apimart-response-version": "2026-07-27"}


def sent(client: httpx.Client, headers: dict[str, str], **fields: object) -> httpx.Response:
    return client.post(CREATE, json=BODY | fields, headers=headers)


def task_id(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    found = response.json()["data"][0]["task_id"]
    assert isinstance(found, str)
    return found


def used(client: httpx.Client) -> object:
    return client.get("/xcompute/v1/balance").json()["used_balance"]


def test_a_repeated_key_gives_the_same_task_and_is_paid_once(client: httpx.Client) -> None:
    first, again = sent(client, KEY), sent(client, KEY)
    assert task_id(again) == task_id(first)
    assert again.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert used(client) == 0.14


def test_another_key_or_none_is_another_task(client: httpx.Client) -> None:
    made = [sent(client, headers) for headers in (KEY, {"idempotency-key": "order-2"}, {}, {})]
    assert len({task_id(response) for response in made}) == 4


@pytest.mark.parametrize("scenario", ["fail", "stall", "instant"])
def test_a_replay_of_a_job_with_a_scenario_is_no_strike_of_it(
    client: httpx.Client, control: Control, scenario: str
) -> None:
    first = sent(client, KEY, prompt=f"a dolphin [mock:{scenario}]")
    again = sent(client, KEY, prompt=f"a dolphin [mock:{scenario}]")
    assert task_id(again) == task_id(first)
    made, replayed = control.journal(kind="exchange").entries
    assert (made.task_id, replayed.task_id) == (task_id(first), task_id(first))
    assert replayed.scenario == ""


def test_the_order_of_fields_is_not_another_body(client: httpx.Client) -> None:
    first = client.post(CREATE, json={"prompt": "a", "model": "veo3.1-fast"}, headers=KEY)
    again = client.post(CREATE, json={"model": "veo3.1-fast", "prompt": "a"}, headers=KEY)
    assert task_id(again) == task_id(first)


def test_a_key_with_another_body_is_refused(client: httpx.Client) -> None:
    made = task_id(sent(client, KEY))
    response = sent(client, KEY, prompt="a whale")
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "idempotency_key_reused"
    assert made in response.headers["x-mock-reason"]
    assert contracts.validate("xcompute", "error_409", response.json(), strict=True) == []


@pytest.mark.parametrize("kind", ["idempotency_in_progress", "idempotency_result_indeterminate"])
def test_the_other_conflicts_can_be_asked_for(client: httpx.Client, kind: str) -> None:
    response = sent(client, KEY, prompt=f"[mock:refuse kind={kind} retry_after=2s]")
    assert (response.status_code, response.json()["error"]["code"]) == (409, kind)
    assert response.headers["retry-after"] == "2"
    assert contracts.validate("xcompute", "error_409", response.json(), strict=True) == []


@pytest.mark.parametrize("wrong", ["a b", "k" * 192])
def test_a_key_has_1_to_191_visible_characters(client: httpx.Client, wrong: str) -> None:
    response = sent(client, {"idempotency-key": wrong})
    assert response.status_code == 400
    assert response.headers["x-mock-reason"].startswith("Idempotency-Key: ")
    assert sent(client, {"idempotency-key": "k" * 191}).status_code == 200


def test_a_key_is_free_again_when_its_job_is_forgotten(
    client: httpx.Client, control: Control
) -> None:
    first = task_id(sent(client, KEY, prompt="[mock:instant]"))
    control.advance("25h")
    assert task_id(sent(client, KEY, prompt="[mock:instant]")) != first


def test_a_key_of_another_sandbox_is_another_key(client: httpx.Client) -> None:
    first = task_id(sent(client, KEY))
    stranger = {"authorization": "Bearer sk-test-idempotency-stranger"}
    assert task_id(sent(client, KEY | stranger)) != first


def test_a_key_is_ignored_by_dialect(client: httpx.Client, control: Control) -> None:
    control.set_dialect("xcompute", idempotency="ignored")
    assert task_id(sent(client, KEY)) != task_id(sent(client, KEY))


@pytest.mark.parametrize(
    ("headers", "paid", "count"), [(KEY, 0.14, 0), ({}, 0.28, 1)], ids=["one key", "no key"]
)
def test_a_lost_reply_is_a_double_payment_unless_a_key_makes_it_one(
    client: httpx.Client, control: Control, headers: dict[str, str], paid: float, count: int
) -> None:
    rule = {"fault": "hang_up", "with": {"at": "head", "accepted": True}, "times": 1}
    control.add_fault(rule | {"when": {"operation": "create"}})
    with pytest.raises(httpx.TransportError):
        sent(client, headers)
    assert ("idempotency-replayed" in sent(client, headers).headers) == bool(headers)
    assert used(client) == paid
    names = [found.name for found in control.findings().found]
    assert names.count("submitted_twice") == count


def test_a_version_brings_the_newer_reply(client: httpx.Client) -> None:
    response = sent(client, KEY | VERSION)
    assert response.headers["x-apimart-response-version"] == "2026-07-27"
    body = response.json()
    assert list(body) == ["request_id", "data"]
    assert body["data"]["object"] == "generation.task"
    assert body["data"]["status"] == "queued"
    assert contracts.validate("xcompute", "task_created", body, strict=True) == []
    assert task_id(sent(client, KEY)) == body["data"]["id"]
    assert client.get(f"/xcompute/v1/tasks/{body['data']['id']}").status_code == 200


def test_without_the_version_the_documented_reply_stays(client: httpx.Client) -> None:
    response = sent(client, {"x-apimart-response-version": "2025-01-01"})
    assert "x-apimart-response-version" not in response.headers
    assert task_id(response)
    assert create(client)
