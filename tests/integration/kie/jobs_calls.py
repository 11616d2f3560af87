"""The calls of Kie's jobs API that tests make again and again."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.integration.kie.calls import API, created

JOBS = f"{API}/jobs"


def asked(client: httpx.Client, outer: str = "veo-3-1", /, **given: object) -> httpx.Response:
    """The reply to a creation; the prompt is there unless it is given."""
    body = {"model": outer, "input": {"prompt": "a cat"} | given}
    return client.post(f"{JOBS}/createTask", json=body)


def job(client: httpx.Client, outer: str = "veo-3-1", /, **given: object) -> str:
    """Submits a job and gives its id."""
    return created(asked(client, outer, **given))


def answer(client: httpx.Client, task_id: str) -> dict[str, Any]:
    """The reply to recordInfo, whole."""
    body = client.get(f"{JOBS}/recordInfo", params={"taskId": task_id}).json()
    assert isinstance(body, dict)
    return body


def record(client: httpx.Client, task_id: str) -> dict[str, Any]:
    """The record of a job, out of its envelope."""
    body = answer(client, task_id)
    assert body["code"] == 200, body
    data = body["data"]
    assert isinstance(data, dict)
    return data


def result(client: httpx.Client, task_id: str) -> Any:
    """What `resultJson` of a finished job holds."""
    return json.loads(record(client, task_id)["resultJson"])
