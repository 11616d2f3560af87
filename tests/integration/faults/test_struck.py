"""What is applied and what struck, over real sockets: clients that come to the difference, or not."""

from __future__ import annotations

import hmac
import re
import socket
from base64 import b64encode
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.cli import run_line
from tests.support.raw_receiver import raw_receiver
from tests.support.struck import Struck

WEBHOOK_KEY = "a webhook key"


def fared(struck: Struck, *ids: str) -> list[tuple[int, int]]:
    """How often each rule was applied and struck."""
    rules = {rule["id"]: rule for rule in struck.control.faults()}
    return [(rules[name]["applied"], rules[name]["struck"]) for name in ids or tuple(rules)]


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False)


def leaves_after(url: str, size_bytes: int) -> None:
    """A client with little room that reads so much of a reply, and hangs up."""
    where = urlsplit(url)
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        wire.connect((where.hostname, where.port))
        wire.sendall(f"GET {where.path} HTTP/1.1\r\nhost: {where.netloc}\r\n\r\n".encode())
        left = size_bytes
        while left > 0:
            left -= len(wire.recv(left))


def test_a_cut_that_the_client_did_not_wait_for_is_applied_and_did_not_strike(
    struck: Struck,
) -> None:
    url = struck.video()
    struck.set({"fault": "media_truncated", "with": {"at": "95%"}})
    leaves_after(url, 1000)
    assert fared(struck) == [(1, 0)]
    (sent,) = [entry for entry in struck.control.entries() if entry.kind == "sent"]
    assert sent.detail["client_left"]
    with pytest.raises(httpx.RemoteProtocolError):
        get(url)
    assert fared(struck) == [(2, 1)]
    last = [entry for entry in struck.control.entries() if entry.kind == "sent"][-1]
    assert not last.detail["client_left"]
    assert last.detail["chunks"] > 0


def listed(
    struck: Struck, capsys: pytest.CaptureFixture[str], *command: str
) -> list[dict[str, str]]:
    """The rows of a table that a command prints, by the names of the columns."""
    assert run_line([*command, "--url", struck.server.base_url, "--key", struck.key]) == 0
    head, *rows = [re.split(r" {2,}", line) for line in capsys.readouterr().out.splitlines()]
    return [dict(zip(head, row, strict=False)) for row in rows]


def test_the_lists_of_the_command_line_tell_what_was_applied_from_what_struck(
    struck: Struck, capsys: pytest.CaptureFixture[str]
) -> None:
    url = struck.video()
    struck.set({"fault": "media_truncated", "with": {"at": "95%"}})
    for whole, hits, word in ((False, "0", "applied"), (True, "1", "struck")):
        if whole:
            with pytest.raises(httpx.RemoteProtocolError):
                get(url)
        else:
            leaves_after(url, 1000)
        assert [hit for _, hit in fared(struck)] == [int(hits)]
        (rule,) = listed(struck, capsys, "fault", "rules")
        assert (rule["applied"], rule["struck"]) == (str(1 + whole), hits)
        calls = listed(struck, capsys, "journal", "list", "--operation", "download")
        assert calls[-1]["faults"] == f"media_truncated {word}"


@pytest.mark.parametrize(
    ("rule", "method"),
    [
        ({"fault": "media_truncated", "with": {"at": "50%"}}, "HEAD"),
        ({"fault": "media_corrupt"}, "HEAD"),
        ({"fault": "media_truncated", "with": {"at": "1000000"}}, "GET"),
        ({"fault": "media_range_ignored"}, "GET"),
    ],
)
def test_a_rule_that_would_change_nothing_is_not_applied(
    struck: Struck, rule: dict[str, Any], method: str
) -> None:
    url = struck.video()
    struck.set(rule | {"times": 1})
    reply = httpx.request(method, url, trust_env=False)
    assert reply.status_code == 200
    assert fared(struck) == [(0, 0)]
    assert struck.rule()["held_back"]
    assert struck.rule()["state"] == "active"


def test_a_late_callback_does_not_use_up_what_spoils_its_signature(struck: Struck) -> None:
    struck.control.change_sandbox(webhook_key=WEBHOOK_KEY)
    struck.set({"fault": "callback_late", "id": "late", "with": {"by": "30s"}})
    struck.set({"fault": "callback_bad_signature", "id": "bad", "times": 1})
    with raw_receiver() as receiver:
        task_id = struck.kie_job(receiver.url)
        struck.control.advance("29s")
        assert receiver.arrived == []
        assert fared(struck, "late", "bad") == [(1, 1), (0, 0)]
        struck.control.advance("1s")
        (arrived,) = receiver.wait_for(1)
    text = f"{task_id}.{arrived.headers['x-webhook-timestamp']}".encode()
    right = b64encode(hmac.digest(WEBHOOK_KEY.encode(), text, "sha256")).decode()
    assert arrived.headers["x-webhook-signature"] != right
    struck.control.advance("1ms")
    assert fared(struck, "late", "bad") == [(1, 1), (1, 1)]


@pytest.mark.parametrize("first", ["callback_never", "callback_bad_signature"])
def test_beside_a_callback_that_never_comes_nothing_is_applied(struck: Struck, first: str) -> None:
    struck.control.change_sandbox(webhook_key=WEBHOOK_KEY)
    for name in sorted(("callback_never", "callback_bad_signature"), key=lambda n: n != first):
        struck.set({"fault": name, "id": name})
    with raw_receiver() as receiver:
        struck.kie_job(receiver.url)
        struck.control.advance("1d")
        assert receiver.arrived == []
    assert fared(struck, "callback_never", "callback_bad_signature") == [(1, 1), (0, 0)]


@pytest.mark.parametrize("fault", ["callback_wrong_id", "callback_bad_signature"])
def test_a_callback_that_nobody_hears_did_not_strike(struck: Struck, fault: str) -> None:
    struck.control.change_sandbox(webhook_key=WEBHOOK_KEY)
    struck.set({"fault": fault})
    struck.kie_job("http://127.0.0.1:9/")  # nobody listens there
    struck.control.advance("1s")
    assert [applied > 0 for applied, _ in fared(struck)] == [True]
    assert [hit for _, hit in fared(struck)] == [0]


def test_a_quota_on_reads_is_not_applied_while_it_lets_them_in(struck: Struck) -> None:
    struck.set(
        {
            "fault": "quota_requests",
            "with": {"limit": 2, "window": "1h"},
            "when": {"call_phase": "poll"},
            "times": 1,
        }
    )
    task_id = struck.job()
    statuses = [struck.status(task_id).status_code for _ in range(4)]
    [rule] = struck.control.faults()
    assert statuses == [200, 200, 429, 200]
    assert (rule["applied"], rule["struck"]) == (1, 1)


def test_a_quota_strikes_when_it_refuses_and_as_often_as_it_says(struck: Struck) -> None:
    struck.set({"fault": "quota_requests", "with": {"limit": 1, "window": "1h"}, "times": 1})
    assert struck.create().status_code == 200
    assert fared(struck) == [(0, 0)]
    assert [struck.create().status_code for _ in range(2)] == [429, 200]
    assert fared(struck) == [(1, 1)]


def test_a_quota_on_polls_strikes_when_it_refuses_one(struck: Struck) -> None:
    rule = {"fault": "quota_requests", "with": {"limit": 2, "window": "1h"}}
    struck.set(rule | {"when": {"operation": "status"}})
    task_id = struck.job()
    assert [struck.status(task_id).status_code for _ in range(2)] == [200, 200]
    assert fared(struck) == [(0, 0)]
    assert struck.status(task_id).status_code == 429
    assert fared(struck) == [(1, 1)]


def test_of_two_rules_the_hidden_one_is_not_applied(struck: Struck) -> None:
    struck.set({"fault": "wrong_content_type", "id": "shown", "when": {"operation": "status"}})
    rule = {"fault": "hang_up", "with": {"at": "head", "accepted": True}, "id": "hides"}
    struck.set(rule | {"when": {"operation": "status"}})
    task_id = struck.job()
    with pytest.raises(httpx.RemoteProtocolError):
        struck.status(task_id)
    assert fared(struck, "shown", "hides") == [(0, 0), (1, 1)]


def test_a_silence_that_we_end_is_not_a_client_that_left(struck: Struck) -> None:
    struck.set({"fault": "no_answer", "with": {"for": "10m"}, "when": {"operation": "create"}})
    with pytest.raises(httpx.RemoteProtocolError):
        struck.turning(struck.create, "10m")
    create, sent = [e for e in struck.control.entries() if e.kind in ("exchange", "sent")][-2:]
    assert (create.operation, create.status, create.reply_headers) == ("create", 0, [])
    assert create.reply_body is None
    assert [fault["struck"] for fault in create.faults] == [True]
    assert (sent.detail["client_left"], sent.status) == (False, 0)


def test_a_client_that_leaves_in_silence_has_left(struck: Struck) -> None:
    struck.set({"fault": "no_answer", "when": {"operation": "create"}})
    with pytest.raises(httpx.ReadTimeout), struck.client(timeout=0.2) as impatient:
        impatient.post("/apiyi/v1/videos", json={"model": "veo-3.1", "prompt": "a cat"})
    assert fared(struck) == [(1, 1)]
    (sent,) = [entry for entry in struck.control.entries() if entry.kind == "sent"]
    assert sent.detail["client_left"]


def test_a_call_refused_for_a_raw_key_keeps_its_body(struck: Struck) -> None:
    refused = struck.http.post(
        "/kie/api/v1/veo/generate",
        json={"prompt": "a cat that is refused"},
        headers={"authorization": struck.key},
    )
    assert refused.json()["code"] == 401
    (entry,) = [e for e in struck.control.entries() if e.provider == "kie"]
    assert entry.request_body is not None
    assert "a cat that is refused" in entry.request_body.text


def test_a_late_refund_strikes_where_a_creation_is_refused_for_want_of_it(struck: Struck) -> None:
    struck.set({"fault": "quota_late_refund", "with": {"by": "2h"}, "times": 1})
    failed = {"model": "veo-3.1", "prompt": "a cat [mock:fail]"}
    assert struck.http.post("/apiyi/v1/videos", json=failed).status_code == 200
    [task] = struck.control.tasks()
    struck.control.set_balance(apiyi=task.price)
    assert struck.create().status_code == 403, "the job has not failed yet: it would be refused too"
    assert fared(struck) == [(1, 0)]
    struck.control.advance("10m")
    assert struck.create().status_code == 403
    assert fared(struck) == [(1, 1)]
