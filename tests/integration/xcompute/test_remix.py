"""A remix of xcompute continues a finished video of the same model."""

import httpx
import pytest

import contracts
from mockserver.control import Control
from tests.integration.xcompute.calls import create, query


def remixed(client: httpx.Client, task_id: str, **fields: object) -> httpx.Response:
    body = {"model": "veo3.1-fast", "prompt": "the dolphin dives"} | fields
    return client.post(f"/xcompute/v1/videos/{task_id}/remix", json=body)


def finished(client: httpx.Client, **fields: object) -> str:
    return create(client, "a dolphin [mock:instant]", **fields)


def test_a_remix_is_a_job_of_its_own_in_the_original_s_shape(
    client: httpx.Client, control: Control
) -> None:
    original = finished(client, aspect_ratio="9:16")
    response = remixed(client, original, raw=True)
    assert contracts.validate("xcompute", "task_created", response.json(), strict=True) == []
    task_id = response.json()["data"][0]["task_id"]
    assert task_id != original
    control.advance("10m")
    task = query(client, task_id)
    assert (task["status"], task["cost"]) == ("completed", 0.14)
    assert task_id in task["result"]["videos"][0]["url"][0]
    assert control.task(task_id).orientation == "portrait"


def test_a_remix_in_4k_costs_what_a_clip_in_4k_costs(client: httpx.Client) -> None:
    task_id = remixed(client, finished(client), resolution="4k").json()["data"][0]["task_id"]
    assert query(client, task_id)["cost"] == 0.64
    assert client.get("/xcompute/v1/balance").json()["used_balance"] == 0.78


def test_a_remix_of_a_remix_goes_on(client: httpx.Client) -> None:
    first = remixed(client, finished(client), prompt="on [mock:instant]").json()
    assert remixed(client, first["data"][0]["task_id"]).status_code == 200


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"model": "veo3.1-quality"}, "model: got 'veo3.1-quality', expected 'veo3.1-fast'"),
        ({"model": "veo3"}, "model: got 'veo3'"),
        ({"prompt": ""}, "prompt: got ''"),
        ({"raw": "yes"}, "raw: got 'yes'"),
        ({"resolution": "8k"}, "resolution: got '8k'"),
        ({"aspect_ratio": "1:1"}, "aspect_ratio: got '1:1'"),
    ],
)
def test_a_remix_that_breaks_a_rule_is_refused_and_costs_nothing(
    client: httpx.Client, fields: dict[str, object], reason: str
) -> None:
    response = remixed(client, finished(client), **fields)
    assert response.status_code == 400
    assert response.headers["x-mock-reason"].startswith(reason)
    assert contracts.validate("xcompute", "error_400", response.json(), strict=True) == []
    assert client.get("/xcompute/v1/balance").json()["used_balance"] == 0.14


def test_only_what_is_completed_can_be_remixed(client: httpx.Client) -> None:
    response = remixed(client, create(client))
    assert response.status_code == 400
    assert response.headers["x-mock-reason"].startswith("task id: the original is queued")
    unknown = remixed(client, "task_00000000000000000000000000")
    assert unknown.json()["error"]["message"] == "无效的任务ID"
