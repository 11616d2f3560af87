"""Kie's callbacks, delivered to a receiver on loopback."""

import base64
import hashlib
import hmac
import json

import httpx
import pytest
from msgspec.structs import replace

import contracts
from clientlib import StaleCallback, verify
from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.control import Control
from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.ids import key_hash
from mockserver.engine.paging import all_deliveries
from tests.integration.kie.calls import LONG_S, credit, extend, generate, get_4k, record
from tests.integration.xcompute.receiver import receiving
from tests.support.advancing import advance, change, on_server


def delivery(server: Running, key: str) -> Delivery:
    """The only callback of a key's sandbox."""
    (found,) = on_server(server, all_deliveries(server.app.core.store, f"sb{key_hash(key)}"))
    return found


def test_a_finished_job_is_told_once(server: Running, client: httpx.Client, key: str) -> None:
    with receiving(200) as receiver:
        url = receiver.base_url + "/veo?x=1"
        task_id = generate(client, callBackUrl=url)
        assert receiver.received.empty()
        advance(server, key, LONG_S)
        path, headers, body = receiver.next()
        assert path == "/veo?x=1"
        assert headers["content-type"] == "application/json"
        assert "x-webhook-signature" not in headers
        assert contracts.validate("kie", "callback_succeeded", body, strict=True) == []
        assert json.loads(body["data"]["promptJson"])["callBackUrl"] == url
        response = record(client, task_id)["response"]
        assert body["data"]["info"]["resultUrls"] == response["resultUrls"]
        advance(server, key, LONG_S)
        assert receiver.received.empty(), "an answer of 200 ends it"


def test_a_failed_job_is_told_with_its_task_id(
    server: Running, client: httpx.Client, key: str
) -> None:
    with receiving(200) as receiver:
        task_id = generate(client, "a cat [mock:fail]", callBackUrl=receiver.base_url)
        advance(server, key, LONG_S)
        body = receiver.next()[2]
        assert body["data"]["taskId"] == task_id
        assert contracts.validate("kie", "callback_failed", body, strict=True) == []


def test_4k_and_extension_have_callbacks_of_their_own(
    server: Running, client: httpx.Client, key: str
) -> None:
    with receiving(200) as receiver:
        task_id = generate(client, "a cat [mock:instant]")
        get_4k(client, task_id, callBackUrl=receiver.base_url + "/4k")
        extend(client, task_id, callBackUrl=receiver.base_url + "/longer")
        advance(server, key, LONG_S)
        told = {path: body for path, _, body in (receiver.next(), receiver.next())}
        assert contracts.validate("kie", "callback_4k_succeeded", told["/4k"], strict=True) == []
        assert contracts.validate("kie", "callback_extended", told["/longer"]) == []


def test_a_4k_version_that_never_comes_is_told_refused_and_refunded(
    server: Running, client: httpx.Client, key: str
) -> None:
    with receiving(200) as receiver:
        task_id = generate(client, "a cat [mock:hd_never]")
        advance(server, key, LONG_S)
        before = credit(client)
        assert get_4k(client, task_id, callBackUrl=receiver.base_url)["code"] == 200
        assert credit(client) == before - 120
        advance(server, key, LONG_S)
        body = receiver.next()[2]
        assert body["data"] == {"taskId": task_id}
        assert contracts.validate("kie", "callback_4k_failed", body, strict=True) == []
        assert get_4k(client, task_id) == {"code": 500, "msg": body["msg"], "data": None}
        assert credit(client) == before


def test_a_callback_is_signed_at_real_time_wherever_the_clock_was_moved(
    server: Running, client: httpx.Client, key: str
) -> None:
    with receiving(200) as receiver:
        credit(client)  # opens the sandbox, whose clock is then moved
        change(server, key, lambda s: replace(s, webhook_key="a-secret-of-16ch"))
        advance(server, key, 3 * 86_400)
        before_s = server.app.core.system.real_ms() // 1000
        generate(client, callBackUrl=receiver.base_url)
        advance(server, key, LONG_S)
        _, headers, body = receiver.next()
        raw = json.dumps(body).encode()
        verify(headers, raw, "a-secret-of-16ch", server.app.core.system.real_ms() / 1000)
        (attempt,) = delivery(server, key).attempts
        assert before_s <= int(headers["x-webhook-timestamp"]) <= attempt.real_ms // 1000
        with pytest.raises(StaleCallback):
            verify(headers, raw, "a-secret-of-16ch", attempt.at_ms / 1000)


def test_a_dialect_signs_a_callback_with_the_sandbox_s_key_and_virtual_time(
    server: Running, client: httpx.Client, key: str
) -> None:
    with receiving(200) as receiver:
        task_id = generate(client, callBackUrl=receiver.base_url)
        dialect = {"kie": {"callback_signed_at": "virtual_time"}}
        change(server, key, lambda s: replace(s, webhook_key="secret", dialect=dialect))
        advance(server, key, LONG_S)
        headers = receiver.next()[1]
        timestamp = headers["x-webhook-timestamp"]
        done_ms = record(client, task_id)["completeTime"]
        assert int(timestamp) == done_ms // 1000
        digest = hmac.new(b"secret", f"{task_id}.{timestamp}".encode(), hashlib.sha256).digest()
        assert headers["x-webhook-signature"] == base64.b64encode(digest).decode()


def test_a_receiver_that_errs_is_tried_three_more_times(
    server: Running, client: httpx.Client, key: str
) -> None:
    with receiving(500) as receiver:
        task_id = generate(client, callBackUrl=receiver.base_url)
        advance(server, key, 2 * LONG_S)
        log = delivery(server, key)
        times_ms = [attempt.at_ms - log.event_ms for attempt in log.attempts]
        assert times_ms == [0, 30_000, 90_000, 210_000]
        assert log.state == "given_up"
        bodies = [receiver.next()[2] for _ in range(4)]
        assert bodies == [bodies[0]] * 4
        assert record(client, task_id)["successFlag"] == 1, "the task is not lost by it"


@pytest.mark.parametrize(("dialect", "state"), [("2xx", "acknowledged"), ("200", "given_up")])
def test_whether_204_acknowledges_is_a_dialect(
    server: Running, client: httpx.Client, key: str, dialect: str, state: str
) -> None:
    with receiving(204) as receiver:
        generate(client, callBackUrl=receiver.base_url)
        change(server, key, lambda s: replace(s, dialect={"kie": {"callback_ack": dialect}}))
        advance(server, key, 2 * LONG_S)
        assert delivery(server, key).state == state


def test_a_public_receiver_is_not_called_and_the_log_says_so(
    server: Running, client: httpx.Client, key: str
) -> None:
    generate(client, callBackUrl="http://169.254.1.1/callback")
    advance(server, key, LONG_S)
    log = delivery(server, key)
    assert (log.state, log.attempts) == ("not_allowed", ())
    assert "link-local" in log.note


def refused_with(server: Running, client: httpx.Client, key: str, status: int) -> str:
    """What the log of a delivery says of a receiver that refuses it."""
    with receiving(status) as receiver:
        generate(client, callBackUrl=receiver.base_url)
        advance(server, key, LONG_S)
    return delivery(server, key).attempts[0].problem


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_callback_without_a_signature_names_the_missing_key(
    server: Running, client: httpx.Client, key: str, status: int
) -> None:
    assert refused_with(server, client, key, status) == (
        "it was not signed, for the sandbox has no webhook key; to set one: "
        f"reelmock sandbox webhook-key KEY --sandbox sb{key_hash(key)}"
    )


def test_a_refused_callback_with_a_signature_names_the_other_key(
    server: Running, client: httpx.Client, key: str
) -> None:
    with Control(server.base_url, key=key) as control:
        control.change_sandbox(webhook_key="whsec-other")
    assert refused_with(server, client, key, 401).startswith(
        "it was signed with the sandbox's webhook key; if the receiver has another one: reelmock"
    )


@pytest.mark.parametrize(
    "fault", ["callback_missing_signature", "callback_bad_signature", "callback_stale_signature"]
)
def test_a_callback_that_a_fault_spoilt_is_refused_for_that(
    server: Running, client: httpx.Client, key: str, fault: str
) -> None:
    with Control(server.base_url, key=key) as control:
        control.change_sandbox(webhook_key="whsec-mine")
        control.add_fault({"fault": fault})
    assert refused_with(server, client, key, 401) == ""


@pytest.mark.parametrize("status", [404, 500, 200])
def test_another_answer_to_an_unsigned_callback_says_nothing_of_keys(
    server: Running, client: httpx.Client, key: str, status: int
) -> None:
    assert refused_with(server, client, key, status) == ""


def test_the_command_sets_the_key_and_the_list_shows_the_cause(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    refused_with(server, client, key, 401)
    remote = ("--url", server.base_url, "--key", key)
    assert run_line(["callback", "list", *remote]) == 0
    assert "401: it was not signed, for the sandbox has no webhook key" in capsys.readouterr().out
    assert run_line(["sandbox", "webhook-key", "whsec-mine", *remote]) == 0
    assert "callbacks are signed with the new key" in capsys.readouterr().out
    with receiving(200) as receiver:
        generate(client, callBackUrl=receiver.base_url)
        advance(server, key, LONG_S)
        assert "x-webhook-signature" in receiver.next()[1]
