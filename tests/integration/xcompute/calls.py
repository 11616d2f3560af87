"""The calls that tests of xcompute make again and again."""

from __future__ import annotations

from typing import Any

import httpx

CREATE = "/xcompute/v1/videos/generations"


def create(client: httpx.Client, prompt: str = "a dolphin", **fields: object) -> str:
    """Submits a job and gives its id."""
    body = {"model": "veo3.1-fast", "prompt": prompt} | fields
    response = client.post(CREATE, json=body)
    assert response.status_code == 200, response.text
    task_id = response.json()["data"][0]["task_id"]
    assert isinstance(task_id, str)
    return task_id


def query(client: httpx.Client, task_id: str, language: str = "") -> dict[str, Any]:
    """The task, out of its envelope."""
    params = {"language": language} if language else {}
    body = client.get(f"/xcompute/v1/tasks/{task_id}", params=params).json()
    data = body["data"]
    assert isinstance(data, dict)
    return data
