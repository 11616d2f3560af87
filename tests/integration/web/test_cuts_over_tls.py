"""What changes the bytes on the way does so over TLS, too: the client hears as much, and the same end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.app import Running
from mockserver.control.trust import trusted
from mockserver.web.tls import issue
from tests.support.serving import client_of, settings

CHAT = {
    "model": "veo-3.1",
    "stream": True,
    "messages": [{"role": "user", "content": "a cat [mock:instant]"}],
}
RULES: list[dict[str, Any]] = [
    {"fault": "media_truncated"},
    {"fault": "media_cut_once"},
    {"fault": "media_wrong_length", "with": {"offset": 1000}},
    {"fault": "media_wrong_length", "with": {"offset": -1000}},
    {"fault": "media_slow", "with": {"pieces": 3, "gap": "1ms"}},
    {"fault": "hang_up", "with": {"at": "50%"}},
    {"fault": "slow_body", "with": {"pieces": 3, "gap": "1ms"}},
    {"fault": "stream_cut"},
    {"fault": "stream_split_event"},
    {"fault": "stream_joined_events"},
    {"fault": "stream_silent_end"},
]


@pytest.fixture(scope="module")
def clients(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """A client of a server without a certificate, and one of a server with it."""
    certificate = issue(Path(tmp_path_factory.mktemp("tls")), ())
    plain, secret = Running(settings(clock="auto")), Running(settings(clock="auto"), certificate)
    try:
        with (
            client_of(plain, "sk-cut") as one,
            client_of(secret, "sk-cut", trusted(str(certificate.ca))) as other,
        ):
            yield one, other
    finally:
        plain.stop()
        secret.stop()


def heard(client: httpx.Client, rule: dict[str, Any]) -> tuple[int, str]:
    """How much came under a rule, and what ended it: of a video bytes, of a stream events.

    An event may be longer over TLS, since it names URLs of its server.
    """
    client.delete("/_mock/v1/sandboxes/current/faults")
    made = client.post(
        "/kie/api/v1/veo/generate", json={"model": "veo3", "prompt": "[mock:instant]"}
    )
    task = {"taskId": made.json()["data"]["taskId"]}
    record = client.get("/kie/api/v1/veo/record-info", params=task).json()
    set_up = client.post("/_mock/v1/sandboxes/current/faults", json={**rule, "times": 1})
    assert set_up.status_code == 201, set_up.text
    if rule["fault"].startswith("stream"):
        call = client.build_request("POST", "/apiyi/v1/chat/completions", json=CHAT)
    else:
        call = client.build_request("GET", record["data"]["response"]["resultUrls"][0])
    came, ended, reply = b"", "whole", client.send(call, stream=True)
    try:
        for piece in reply.iter_raw():
            came += piece
    except httpx.HTTPError as error:
        ended = type(error).__name__
    reply.close()
    return came.count(b"data:") if rule["fault"].startswith("stream") else len(came), ended


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["fault"])
def test_a_reply_that_is_damaged_on_the_way_is_the_same_over_tls(
    clients: tuple[httpx.Client, httpx.Client], rule: dict[str, Any]
) -> None:
    over_http, over_tls = (heard(client, rule) for client in clients)
    assert over_tls == over_http
    assert over_http[0]
