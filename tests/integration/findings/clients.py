"""Two scripted clients for every finding, over a real socket: one that does it, one that does not.

A function `does_<finding>` or `avoids_<finding>` is one client's whole life; SETTINGS are what its
sandbox needs beside the usual.
"""

from __future__ import annotations

from threading import Event
from typing import Any

from tests.integration.findings.bench import CHAT, Bench, download

REAL = {"clock": {"mode": "real"}}
SIGNED = {"webhook_key": "k" * 16}
SETTINGS: dict[str, dict[str, Any]] = {
    "does_sent_unset_key": {"api_key": "${KIE_API_KEY}"},
    "does_polled_too_fast": REAL,
    "avoids_polled_too_fast": REAL | {"speed": 1_000_000.0},
    "does_polled_without_deadline": REAL | {"speed": 1_000_000.0},
    "avoids_polled_without_deadline": REAL,
    "does_retried_without_backoff": REAL,
    "avoids_retried_without_backoff": REAL,
    "does_retried_in_vain": {"balances": {"kie": 0}},
    "avoids_retried_in_vain": {"balances": {"kie": 0}},
    "does_acknowledged_bad_signature": SIGNED,
    "avoids_acknowledged_bad_signature": SIGNED,
}


def does_submitted_twice(client: Bench) -> None:
    client.fault("truncated_json")
    client.create() or client.create()


def avoids_submitted_twice(client: Bench) -> None:
    client.fault("rate_limit")
    client.create() or client.create()


def does_submitted_rephrased(client: Bench) -> None:
    client.poll(client.create())
    client.create(prompt="a cat, in the rain")


def avoids_submitted_rephrased(client: Bench) -> None:
    download(client.url(client.finished()))
    client.create(prompt="a cat, in the rain")


def does_retried_in_vain(client: Bench) -> None:
    client.create() or client.create() or client.create()


def avoids_retried_in_vain(client: Bench) -> None:
    client.create()


def does_ignored_retry_after(client: Bench) -> None:
    client.fault("rate_limit", retry_after="20s")
    client.create() or client.create()


def avoids_ignored_retry_after(client: Bench) -> None:
    client.fault("rate_limit", retry_after="20s")
    client.create()
    client.advance("20s")
    client.create()


def does_retried_without_backoff(client: Bench) -> None:
    task = client.create()
    client.fault("http_error", times=6, status=503)
    for _ in range(6):
        client.http.get("/kie/api/v1/veo/record-info", params={"taskId": task})


def avoids_retried_without_backoff(client: Bench) -> None:
    task = client.create()
    client.fault("http_error", times=1, status=503)
    for _ in range(2):
        client.http.get("/kie/api/v1/veo/record-info", params={"taskId": task})


def does_polled_too_fast(client: Bench) -> None:
    task = client.create()
    for _ in range(4):
        client.poll(task)


def avoids_polled_too_fast(client: Bench) -> None:
    does_polled_too_fast(client)  # at this speed the advised pace is a fraction of a millisecond


def does_polled_after_the_end(client: Bench) -> None:
    task = client.finished()
    for _ in range(4):
        client.poll(task)


def avoids_polled_after_the_end(client: Bench) -> None:
    client.poll(client.finished())


def does_polled_without_deadline(client: Bench) -> None:
    task = client.create()
    for _ in range(50):  # at this speed ten minutes are less than a millisecond
        client.poll(task)


def avoids_polled_without_deadline(client: Bench) -> None:
    client.poll(client.create())


def does_never_fetched_result(client: Bench) -> None:
    client.poll(client.finished())


def avoids_never_fetched_result(client: Bench) -> None:
    download(client.url(client.finished()))


def does_used_expired_url(client: Bench) -> None:
    url = client.url(client.finished())
    client.advance("20d")
    download(url)


def avoids_used_expired_url(client: Bench) -> None:
    task = client.finished()
    url = client.url(task)
    client.advance("20d")
    download(url)
    client.poll(task)


def does_key_to_media_host(client: Bench) -> None:
    client.http.get(client.url(client.finished()))


def avoids_key_to_media_host(client: Bench) -> None:
    download(client.url(client.finished()))


def does_key_in_url(client: Bench) -> None:
    client.http.get("/kie/api/v1/chat/credit", params={"api_key": "sk-secret-12345"})


def avoids_key_in_url(client: Bench) -> None:
    client.http.get("/kie/api/v1/chat/credit", params={"token": "of-something-else", "key": "7"})


def does_sent_unset_key(client: Bench) -> None:
    client.create()  # with the key of SETTINGS


def avoids_sent_unset_key(client: Bench) -> None:
    client.create()


def does_accepted_truncated_media(client: Bench) -> None:
    url = client.url(client.finished())
    client.fault("media_truncated", at="30%")
    download(url)
    client.settled("sent", 1)
    client.run = {"exit_code": 0}


def avoids_accepted_truncated_media(client: Bench) -> None:
    url = client.url(client.finished())
    client.fault("media_truncated", at="30%")
    download(url)
    download(url)
    client.settled("sent", 2)
    client.run = {"exit_code": 0}


def does_took_cut_stream_for_success(client: Bench) -> None:
    client.control.set_scenario("instant", client.sandbox)
    client.fault("stream_silent_end")
    client.http.post("/apiyi/v1/chat/completions", json=CHAT)
    client.run = {"exit_code": 0}


def avoids_took_cut_stream_for_success(client: Bench) -> None:
    client.control.set_scenario("instant", client.sandbox)
    client.http.post("/apiyi/v1/chat/completions", json=CHAT)
    client.run = {"exit_code": 0}


def does_ignored_envelope_code(client: Bench) -> None:
    client.poll("undefined")


def avoids_ignored_envelope_code(client: Bench) -> None:
    client.poll(client.create())


def does_acknowledged_bad_signature(client: Bench) -> None:
    client.fault("callback_bad_signature")
    client.finished(callBackUrl=client.hook.url)


def avoids_acknowledged_bad_signature(client: Bench) -> None:
    client.fault("callback_bad_signature")
    client.hook.answer(401)
    client.finished(callBackUrl=client.hook.url)


def does_acknowledged_too_late(client: Bench) -> None:
    client.hook.hold = Event()
    client.create(callBackUrl=client.hook.url)
    client.control.advance(to="task_done", sandbox=client.sandbox)  # and no retry yet
    client.hook.hold.set()


def avoids_acknowledged_too_late(client: Bench) -> None:
    client.finished(callBackUrl=client.hook.url)


def does_refused_duplicate_callback(client: Bench) -> None:
    client.fault("callback_duplicate", copies=2)
    client.hook.answer(200, then=409)
    client.finished(callBackUrl=client.hook.url)


def avoids_refused_duplicate_callback(client: Bench) -> None:
    client.fault("callback_duplicate", copies=2)
    client.finished(callBackUrl=client.hook.url)


def does_trusted_foreign_callback(client: Bench) -> None:
    client.fault("callback_unknown_id")
    client.finished(callBackUrl=client.hook.url)
    client.run = {"exit_code": 0}


def avoids_trusted_foreign_callback(client: Bench) -> None:
    client.fault("callback_unknown_id")
    client.poll(client.finished(callBackUrl=client.hook.url))
    client.run = {"exit_code": 0}


def does_left_stream_open(client: Bench) -> None:
    request = client.http.build_request("POST", "/apiyi/v1/chat/completions", json=CHAT)
    client.http.send(request, stream=True)
    client.run = {"over": True}


def avoids_left_stream_open(client: Bench) -> None:
    with client.http.stream("POST", "/apiyi/v1/chat/completions", json=CHAT):
        pass
    client.settled("sent", 1)
    client.run = {"over": True}


def does_sent_ignored_parameter(client: Bench) -> None:
    client.create(callbackUrl=client.hook.url)


def avoids_sent_ignored_parameter(client: Bench) -> None:
    client.create(callBackUrl=client.hook.url)


def does_downloaded_repeatedly(client: Bench) -> None:
    url = client.url(client.finished())
    for _ in range(5):
        download(url)
    client.settled("sent", 5)


def avoids_downloaded_repeatedly(client: Bench) -> None:
    download(client.url(client.finished()))
    client.settled("sent", 1)
