"""What `serve` logs of requests: one line of JSON each, one of uvicorn's, or nothing."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from typing import Any

import httpx
import pytest


def test_every_request_is_one_line_with_the_id_that_the_reply_carries(
    serve: Callable[..., Any],
) -> None:
    served = serve("--log", "json")
    base, headers = served.address["base_url"], {"authorization": "Bearer sk-hidden"}
    with httpx.Client(base_url=base, headers=headers, trust_env=False) as client:
        own = client.get("/apiyi/v1/models", headers={"x-request-id": "mine"})
        made = client.get("/kie/nowhere?apikey=hidden")
    assert own.headers["x-request-id"] == "mine"
    code, errors = served.ended_by(signal.SIGTERM)
    first, second = (json.loads(line) for line in errors.splitlines())
    assert code == 0
    assert (first["request_id"], first["method"]) == ("mine", "GET")
    assert (first["path"], first["status"]) == ("/apiyi/v1/models", 200)
    assert first["size_bytes"] == len(own.content)
    assert first["took_ms"] >= 0
    assert second["request_id"] == made.headers["x-request-id"]
    assert len(second["request_id"]) == 16
    assert second["status"] == made.status_code
    assert "hidden" not in errors


def test_a_call_of_a_provider_has_the_fields_of_its_live_line(serve: Callable[..., Any]) -> None:
    served = serve("--log", "json", "--clock", "manual")
    base, headers = served.address["base_url"], {"authorization": "Bearer sk-hidden"}
    with httpx.Client(base_url=base, headers=headers, trust_env=False) as client:
        body = {"model": "veo3_fast", "prompt": "a"}
        made = client.post("/kie/api/v1/veo/generate", json=body).json()["data"]["taskId"]
        client.post("/kie/api/v1/veo/generate", json={**body, "model": "veo3_fasst"})
        rule = {"fault": "hang_up", "when": {"call_phase": "poll"}}
        client.post("/_mock/v1/sandboxes/current/faults", json=rule).raise_for_status()
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/kie/api/v1/veo/record-info", params={"taskId": made})
    _, errors = served.ended_by(signal.SIGTERM)
    created, refused, control, cut = (json.loads(line) for line in errors.splitlines())
    assert (created["provider"], created["operation"]) == ("kie", "generate")
    assert (created["call_phase"], created["task_id"], created["entry"]) == ("create", made, 1)
    assert (created["status"], created["code"], created["faults"]) == (200, 200, [])
    assert (refused["status"], refused["code"]) == (200, 422)
    assert "veo3_fasst" in refused["reason"]
    assert "provider" not in control
    assert (cut["operation"], cut["faults"], cut["task_id"]) == ("record_info", ["hang_up"], made)
    assert cut["what"].startswith("ended early after ")
    assert "hidden" not in errors


@pytest.mark.parametrize(("options", "lines"), [(("--access-log",), 2), ((), 0)])
def test_requests_are_logged_where_that_is_asked_for(
    serve: Callable[..., Any], options: tuple[str, ...], lines: int
) -> None:
    served = serve(*options)
    base, headers = served.address["base_url"], {"authorization": "Bearer sk-hidden"}
    with httpx.Client(base_url=base, headers=headers, trust_env=False) as client:
        client.get("/apiyi/v1/models")
        client.get("/apiyi/v1/videos/nowhere")
    code, errors = served.ended_by(signal.SIGTERM)
    assert code == 0
    assert len(errors.splitlines()) == lines
    assert ("/apiyi/v1/models" in errors) == (lines > 0)
