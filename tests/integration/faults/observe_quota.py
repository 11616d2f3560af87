"""What a client sees of the faults of the family quota: one function a fault."""

from __future__ import annotations

from typing import Any

from tests.support.struck import Struck

Rule = dict[str, Any]


def quota_requests(struck: Struck, example: Rule) -> None:
    struck.set(example)
    assert [struck.create().status_code for _ in range(3)] == [200, 200, 429]
    struck.control.advance("1s")
    refused = struck.create()
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    struck.control.advance("1s")
    assert struck.create().status_code == 200


def quota_concurrent(struck: Struck, example: Rule) -> None:
    struck.set(example)
    task_id = struck.job()
    refused = struck.create()
    assert refused.status_code == 429
    struck.control.advance(f"{int(refused.headers['retry-after']) - 1}s")
    assert struck.status(task_id).json()["status"] != "completed"
    assert struck.create().status_code == 429
    struck.control.advance("1s")
    assert struck.create().status_code == 200


def quota_balance(struck: Struck, example: Rule) -> None:
    struck.set(example)
    assert struck.create().status_code == 200
    refused = struck.create()
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "quota_exceeded"
    assert len(struck.control.tasks()) == 1


def quota_late_refund(struck: Struck, example: Rule) -> None:
    struck.control.set_balance(kie=1000)
    struck.set(example)

    def left() -> int:
        return int(struck.http.get("/kie/api/v1/chat/credit").json()["data"])

    before = left()
    struck.http.post("/kie/api/v1/veo/generate", json={"prompt": "a cat [mock:fail]"})
    paid = left()
    assert paid < before
    assert struck.rule()["struck"] == 0, "the job has not failed yet"
    struck.control.advance("10m")
    assert left() == paid
    assert struck.rule()["struck"] == 1
    struck.control.advance("110m")  # two hours after it was created, less after it failed
    assert left() == paid
    assert struck.rule()["struck"] == 2
    struck.control.advance("10m")
    assert left() == before
    assert struck.rule()["struck"] == 2
