"""What a client sees of the faults of the families exchange and outage: one function a fault.

Each sets the catalogue's own example, calls the server over a real socket, and checks what the
catalogue promises.
"""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.support.struck import VIDEOS, Struck

Rule = dict[str, Any]


def latency(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    reply, passed_ms = struck.turning(lambda: struck.status(task_id), "500ms")
    assert reply.json()["status"] == "queued"
    assert passed_ms >= 3000


def http_error(struck: Struck, example: Rule) -> None:
    struck.set(example)
    refused = struck.create()
    assert refused.status_code == 500
    assert refused.json()["error"]["code"] == "server_error"
    assert struck.create().status_code == 200
    assert len(struck.control.tasks()) == 1


def rate_limit(struck: Struck, example: Rule) -> None:
    struck.set(example)
    refused = struck.create()
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "20")
    assert refused.json()["error"]["type"] == "rate_limit_error"
    struck.control.clear_faults()
    struck.set(example | {"with": {"retry_after": "20s", "retry_after_as": "date"}})
    until = parsedate_to_datetime(struck.create().headers["retry-after"])
    assert until.timestamp() == struck.now_ms() // 1000 + 20


def no_answer(struck: Struck, example: Rule) -> None:
    struck.set(example | {"times": 2})
    with struck.client(timeout=0.3) as hasty, pytest.raises(httpx.ReadTimeout):
        hasty.post(VIDEOS, json={"model": "veo-3.1", "prompt": "a cat"})

    def patient() -> None:
        with pytest.raises(httpx.RemoteProtocolError):
            struck.create()

    _, passed_ms = struck.turning(patient, "1m")
    assert passed_ms >= 600_000
    assert struck.control.tasks() == []


def hang_up(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        struck.status(task_id)
    for at in ("head", "in_head"):
        with pytest.raises(httpx.RemoteProtocolError):
            struck.create(**{"X-Mock-Fault": f"hang_up at={at}"})
    assert len(struck.control.tasks()) == 1


def reset(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    with pytest.raises(httpx.ReadError, match="reset"):
        struck.status(task_id)
    assert struck.status(task_id).status_code == 200


def slow_body(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    with struck.client() as client:
        pieces, passed_ms = struck.turning(lambda: _pieces(client, task_id), "500ms")
    assert len(pieces) >= 3
    assert max(map(len, pieces)) <= 40
    assert passed_ms >= 2000 * (len(pieces) - 1)
    assert json.loads(b"".join(pieces))["id"] == task_id


def _pieces(client: httpx.Client, task_id: str) -> list[bytes]:
    with client.stream("GET", f"{VIDEOS}/{task_id}") as reply:
        return list(reply.iter_raw())


def wrong_content_type(struck: Struck, example: Rule) -> None:
    reply = _status(struck, example)
    assert reply.headers["content-type"] == "text/html"
    assert reply.json()["status"] == "queued"


def empty_body(struck: Struck, example: Rule) -> None:
    reply = _status(struck, example)
    assert (reply.status_code, reply.content) == (200, b"")


def truncated_json(struck: Struck, example: Rule) -> None:
    reply = _status(struck, example)
    assert int(reply.headers["content-length"]) == len(reply.content) > 0
    with pytest.raises(json.JSONDecodeError):
        reply.json()


def not_json(struck: Struck, example: Rule) -> None:
    reply = _status(struck, example)
    assert reply.headers["content-type"] == "application/json"
    with pytest.raises(json.JSONDecodeError):
        reply.json()


def wrong_type_field(struck: Struck, example: Rule) -> None:
    assert isinstance(_status(struck, example).json()["id"], dict)


def missing_field(struck: Struck, example: Rule) -> None:
    body = _status(struck, example).json()
    assert "status" not in body
    assert "id" in body


def null_field(struck: Struck, example: Rule) -> None:
    body = _status(struck, example).json()
    assert body["model"] is None


def extra_field(struck: Struck, example: Rule) -> None:
    body = _status(struck, example).json()
    assert body["billing"] == {"nobody": "expects this"}
    assert body["status"] == "queued"


def renamed_field(struck: Struck, example: Rule) -> None:
    body = _status(struck, example).json()
    assert body["state"] == "queued"
    assert "status" not in body


def wrong_encoding(struck: Struck, example: Rule) -> None:
    with pytest.raises(UnicodeDecodeError):
        _status(struck, example).json()
    struck.control.clear_faults()
    with pytest.raises(httpx.DecodingError):
        _status(struck, example | {"with": {"encoding": "gzip"}})


def duplicate_header(struck: Struck, example: Rule) -> None:
    reply = _status(struck, example)
    assert reply.headers.get_list("content-type") == ["application/json", "text/plain"]


def huge_body(struck: Struck, example: Rule) -> None:
    reply = _status(struck, example)
    assert len(reply.content) == 5_000_000
    assert reply.json()["status"] == "queued"


def redirect(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    moved = struck.status(task_id)
    assert moved.status_code == 307
    assert moved.headers["location"].startswith("http://localhost:")
    followed = struck.http.get(moved.headers["location"])
    assert followed.json()["id"] == task_id


def outage(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    assert struck.status(task_id).status_code == 200
    struck.control.advance("10s")
    down = struck.status(task_id)
    assert down.status_code == 503
    assert "503 Service Temporarily Unavailable" in down.text
    assert struck.http.get("/kie/api/v1/chat/credit").json()["code"] == 200
    assert struck.rule()["state"] == "active"
    struck.control.advance("50s")
    assert struck.status(task_id).status_code == 200
    assert struck.rule()["state"] == "healed"
    assert struck.rule()["held_back"] == {"not begun": 1, "healed": 1}


def _status(struck: Struck, rule: Rule) -> httpx.Response:
    task_id = struck.job()
    struck.set(rule)
    return struck.status(task_id)
