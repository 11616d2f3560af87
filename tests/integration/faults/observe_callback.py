"""What a receiver sees of the faults of the family callback: one function a fault."""

from __future__ import annotations

import hmac
import json
import threading
from base64 import b64decode, b64encode
from typing import Any

import pytest

from tests.support.raw_receiver import Arrived, raw_receiver
from tests.support.struck import HELD_REAL_S, Struck

Rule = dict[str, Any]
WEBHOOK_KEY = "a webhook key"
QUIET = "a cat [mock:fail]"


def signature(arrived: Arrived, task_id: str) -> str:
    """What the signature of a callback ought to be: docs, webhook-verification."""
    text = f"{task_id}.{arrived.headers['x-webhook-timestamp']}".encode()
    return b64encode(hmac.digest(WEBHOOK_KEY.encode(), text, "sha256")).decode()


def one(struck: Struck, rule: Rule) -> tuple[str, Arrived]:
    """The task id of a job under a rule, and the only callback that it sends at once."""
    struck.control.change_sandbox(webhook_key=WEBHOOK_KEY)
    struck.set(rule)
    with raw_receiver() as receiver:
        task_id = struck.kie_job(receiver.url)
        (arrived,) = receiver.wait_for(1)
    return task_id, arrived


def told(arrived: Arrived) -> tuple[int, str]:
    """Code and task id of a callback."""
    return arrived.json["code"], arrived.json["data"]["taskId"]


def callback_never(struck: Struck, example: Rule) -> None:
    struck.set(example)
    with raw_receiver() as receiver:
        struck.kie_job(receiver.url)
        struck.control.advance("1d")
        assert receiver.arrived == []
    (callback,) = struck.control.callbacks()
    assert callback.state == "given_up"
    assert struck.rule()["struck"] == 1


def callback_late(struck: Struck, example: Rule) -> None:
    struck.set(example)
    with raw_receiver() as receiver:
        struck.kie_job(receiver.url)
        struck.control.advance("299s")
        assert receiver.arrived == []
        struck.control.advance("1s")
        assert len(receiver.arrived) == 1


def callback_before_reply(struck: Struck, example: Rule) -> None:
    struck.set(example)
    with raw_receiver() as receiver:
        task_id = struck.kie_job(receiver.url, "a cat")
        (arrived,) = receiver.arrived  # it is here, now that the reply is
    assert told(arrived) == (200, task_id)
    assert struck.control.task(task_id).phase == "queued"


def callback_before_status(struck: Struck, example: Rule) -> None:
    struck.set(example)
    seen: list[str] = []
    with raw_receiver() as receiver:
        task_id = struck.kie_job(receiver.url, "a cat")
        receiver.during = lambda arrived: seen.append(struck.control.task(task_id).phase)
        struck.control.advance("10m")
        assert told(receiver.arrived[0]) == (200, task_id)
    assert seen == ["running"]


def callback_duplicate(struck: Struck, example: Rule) -> None:
    struck.set(example)
    with raw_receiver() as receiver:
        struck.kie_job(receiver.url)
        arrived = receiver.wait_for(3)
        assert len({each.body for each in arrived}) == 1
        struck.control.clear_faults()
        struck.set(example | {"with": {"copies": 1, "after": "1h"}})
        struck.kie_job(receiver.url)
        struck.control.advance("59m")
        assert len(receiver.arrived) == 4
        struck.control.advance("1m")
        assert len(receiver.arrived) == 5


def callback_twice_at_once(struck: Struck, example: Rule) -> None:
    struck.set(example)
    both_are_there = threading.Barrier(2)
    with raw_receiver() as receiver:
        receiver.during = lambda arrived: both_are_there.wait(HELD_REAL_S) and None
        task_id = struck.kie_job(receiver.url)
        one, other = receiver.wait_for(2)
    assert one.body == other.body
    assert one.port != other.port
    assert told(one) == (200, task_id)
    struck.control.advance("1d")
    states = [callback.state for callback in struck.control.callbacks()]
    assert states == ["acknowledged", "acknowledged"]


def callback_failure_after_success(struck: Struck, example: Rule) -> None:
    struck.set(example)
    with raw_receiver() as receiver:
        task_id = struck.kie_job(receiver.url)
        struck.control.advance("1m")
        assert [told(each) for each in receiver.arrived] == [(200, task_id), (500, task_id)]


def callback_success_after_failure(struck: Struck, example: Rule) -> None:
    struck.set(example)
    with raw_receiver() as receiver:
        task_id = struck.kie_job(receiver.url, QUIET)
        struck.control.advance("10m")
        codes = [told(each) for each in receiver.arrived]
    assert codes[0][0] != 200
    assert codes[1] == (200, task_id)


def callback_wrong_id(struck: Struck, example: Rule) -> None:
    task_id, arrived = one(struck, example)
    assert arrived.json["data"]["taskId"] == "0" * 32 != task_id
    assert arrived.headers["x-webhook-signature"] == signature(arrived, "0" * 32)
    struck.control.clear_faults()
    task_id, arrived = one(struck, example | {"with": {}})
    named = arrived.json["data"]["taskId"]
    assert len(named) == len(task_id)
    assert sum(a != b for a, b in zip(named, task_id, strict=True)) == 2


def callback_unknown_id(struck: Struck, example: Rule) -> None:
    task_id, arrived = one(struck, example)
    named = arrived.json["data"]["taskId"]
    assert len(named) == len(task_id)
    assert sum(a != b for a, b in zip(named, task_id, strict=True)) > 2
    asked = struck.http.get("/kie/api/v1/veo/record-info", params={"taskId": named})
    assert asked.json()["code"] == 422


def callback_of_other_job(struck: Struck, example: Rule) -> None:
    struck.control.change_sandbox(webhook_key=WEBHOOK_KEY)
    struck.set(example)
    with raw_receiver() as receiver:
        jobs = [struck.kie_job(f"{receiver.url}/{number}", "a cat") for number in range(2)]
        struck.control.advance("10m")
        arrived = {each.path[-1]: each for each in receiver.arrived}
    assert {number: told(each) for number, each in arrived.items()} == {
        "0": (200, jobs[1]),
        "1": (200, jobs[0]),
    }
    assert jobs[1] in arrived["0"].json["data"]["info"]["resultUrls"][0]
    assert arrived["0"].headers["x-webhook-signature"] == signature(arrived["0"], jobs[1])


def callback_bad_signature(struck: Struck, example: Rule) -> None:
    task_id, arrived = one(struck, example)
    signed = arrived.headers["x-webhook-signature"]
    assert len(b64decode(signed, validate=True)) == 32
    assert signed != signature(arrived, task_id)
    assert told(arrived) == (200, task_id)


def callback_missing_signature(struck: Struck, example: Rule) -> None:
    task_id, arrived = one(struck, example)
    assert "x-webhook-signature" not in arrived.headers
    assert told(arrived) == (200, task_id)
    struck.control.clear_faults()
    with raw_receiver() as receiver:
        struck.kie_job(receiver.url)
        (plain,) = receiver.wait_for(1)
    assert plain.headers["x-webhook-signature"]


def callback_stale_signature(struck: Struck, example: Rule) -> None:
    struck.control.advance("30d")  # it is an hour old to the receiver's own clock
    before_s = struck.server.app.core.system.real_ms() // 1000
    task_id, arrived = one(struck, example)
    stamp_s = int(arrived.headers["x-webhook-timestamp"])
    assert before_s <= stamp_s + 3600 <= struck.server.app.core.system.real_ms() // 1000
    assert arrived.headers["x-webhook-signature"] == signature(arrived, task_id)


def callback_malformed_body(struck: Struck, example: Rule) -> None:
    task_id, arrived = one(struck, example)
    assert arrived.body
    assert int(arrived.headers["content-length"]) == len(arrived.body)
    with pytest.raises(json.JSONDecodeError):
        arrived.json  # noqa: B018
    struck.control.clear_faults()
    with raw_receiver() as receiver:
        other_id = struck.kie_job(receiver.url)
        (plain,) = receiver.wait_for(1)
    whole = plain.body.replace(other_id.encode(), task_id.encode())
    assert len(arrived.body) == len(whole) // 2
    assert whole[:20] == arrived.body[:20]


def callback_missing_field(struck: Struck, example: Rule) -> None:
    _, arrived = one(struck, example)
    assert "taskId" not in arrived.json["data"]
    assert arrived.json["code"] == 200
    assert arrived.json["data"]["info"]["resultUrls"]


def callback_changed_field(struck: Struck, example: Rule) -> None:
    _, arrived = one(struck, example)
    assert told(arrived) == (200, None)
    assert arrived.json["data"]["info"]["resultUrls"]
    struck.control.clear_faults()
    _, arrived = one(struck, example | {"with": {"field": "code", "value": 501}})
    assert arrived.json["code"] == 501


def callback_wrong_content_type(struck: Struck, example: Rule) -> None:
    _, arrived = one(struck, example)
    assert arrived.headers["content-type"] == "text/plain"
    assert arrived.json["code"] == 200


def callback_slow_chunks(struck: Struck, example: Rule) -> None:
    task_id, arrived = one(struck, example)
    assert arrived.headers["transfer-encoding"] == "chunked"
    assert len(arrived.chunks) > 1
    assert set(arrived.chunks[:-1]) == {200}
    assert 0 < arrived.chunks[-1] <= 200
    assert told(arrived) == (200, task_id)


def callback_retried_after_ack(struck: Struck, example: Rule) -> None:
    struck.set(example)
    with raw_receiver() as receiver:
        struck.kie_job(receiver.url)
        receiver.wait_for(1)
        struck.control.advance("10m")
        first, again = receiver.arrived
    assert first.body == again.body
    (callback,) = struck.control.callbacks()
    assert callback.state == "acknowledged"
