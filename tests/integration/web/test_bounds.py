"""What a client sends cannot fill the server's memory, and comes back no longer than it need be."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mockserver.domain.provider.bounds import MAX_PROMPT_BYTES

TOO_LONG = "prompt: got 65537 bytes, expected at most 65536"
# What each provider says to it: no document has a text for it but Kie's, for whatever is wrong.
CREATIONS: dict[str, tuple[dict[str, Any], int, str]] = {
    "/apiyi/v1/videos": ({"model": "veo-3.1"}, 413, TOO_LONG),
    "/kie/api/v1/veo/generate": (
        {"model": "veo3_fast"}, 200,
        '"code":422,"msg":"Validation Error - The request parameters failed validation checks"',
    ),
    "/xcompute/v1/videos/generations": ({"model": "veo3.1-fast"}, 413, TOO_LONG),
}  # fmt: skip


@pytest.mark.parametrize("path", CREATIONS)
def test_a_prompt_of_64_kb_is_taken_and_a_longer_one_refused_in_the_envelope(
    client: httpx.Client, path: str
) -> None:
    body, status, said = CREATIONS[path]
    taken = client.post(path, json={**body, "prompt": "a" * MAX_PROMPT_BYTES})
    assert "x-mock-reason" not in taken.headers
    refused = client.post(path, json={**body, "prompt": "a" * (MAX_PROMPT_BYTES + 1)})
    assert refused.status_code == status
    assert refused.headers["x-mock-reason"] == TOO_LONG
    assert said in refused.text
    tasks = client.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"]
    assert len(tasks) == 1


@pytest.mark.parametrize(
    "path", ["/apiyi/v1/", "/kie/api/v1/veo/", "/xcompute/v1/", "/nowhere/", "/_mock/v1/"]
)
def test_a_long_path_comes_back_shortened(client: httpx.Client, path: str) -> None:
    refused = client.get(path + "x" * 20_000)
    assert refused.status_code == (200 if path.startswith("/kie/") else 404)  # as Kie does
    head = sum(len(name) + len(value) for name, value in refused.headers.raw)
    assert head < 1000
    assert len(refused.content) < 1000


def test_a_long_id_comes_back_shortened_in_the_head(client: httpx.Client) -> None:
    refused = client.get("/kie/api/v1/veo/record-info", params={"taskId": "x" * 20_000})
    assert refused.json()["code"] == 422
    assert len(refused.headers["x-mock-reason"]) <= 500


def test_a_callback_url_of_more_than_64_kb_makes_no_job(client: httpx.Client) -> None:
    url = "http://127.0.0.1:9/" + "a" * 70_000
    asked = {"prompt": "a cat", "model": "veo3_fast", "callBackUrl": url}
    refused = client.post("/kie/api/v1/veo/generate", json=asked)
    assert refused.json()["data"] is None
    assert refused.headers["x-mock-reason"].startswith("callBackUrl: got ")
    assert client.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"] == []
