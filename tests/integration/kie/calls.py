"""The calls that tests of Kie make again and again."""

from __future__ import annotations

from typing import Any

import httpx

API = "/kie/api/v1"
VEO = f"{API}/veo"
LONG_S = 600  # longer than any creation takes


def created(response: httpx.Response) -> str:
    """The task id of a reply to generate or extend."""
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["code"] == 200, response.text
    task_id = body["data"]["taskId"]
    assert isinstance(task_id, str)
    return task_id


def generate(client: httpx.Client, prompt: str = "a cat", **fields: object) -> str:
    """Submits a job and gives its id."""
    return created(client.post(f"{VEO}/generate", json={"prompt": prompt} | fields))


def extend(client: httpx.Client, task_id: str, prompt: str = "on", **fields: object) -> str:
    """Extends a video and gives the new task's id."""
    return created(
        client.post(f"{VEO}/extend", json={"taskId": task_id, "prompt": prompt} | fields)
    )


def record(client: httpx.Client, task_id: str) -> dict[str, Any]:
    """The record of a task, out of its envelope."""
    body = client.get(f"{VEO}/record-info", params={"taskId": task_id}).json()
    assert body["code"] == 200, body
    data = body["data"]
    assert isinstance(data, dict)
    return data


def get_1080p(client: httpx.Client, task_id: str) -> dict[str, Any]:
    body = client.get(f"{VEO}/get-1080p-video", params={"taskId": task_id}).json()
    assert isinstance(body, dict)
    return body


def get_4k(client: httpx.Client, task_id: str, **fields: object) -> dict[str, Any]:
    body = client.post(f"{VEO}/get-4k-video", json={"taskId": task_id} | fields).json()
    assert isinstance(body, dict)
    return body


def credit(client: httpx.Client) -> float:
    left = client.get(f"{API}/chat/credit").json()["data"]
    assert isinstance(left, int | float)
    return left


def downloaded(url: str) -> httpx.Response:
    """A media URL, fetched without a key."""
    return httpx.get(url, trust_env=False)
