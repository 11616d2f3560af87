"""A wait that a fault imposes takes the client's own time in mode auto."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.app import Running
from tests.support.struck import VIDEOS, Struck

POLL = {"operation": "status"}
HELD: list[dict[str, Any]] = [
    {"fault": "latency", "with": {"delay": "5m"}, "when": POLL},
    {"fault": "latency", "with": {"delay": "5m", "before": "body"}, "when": POLL},
    {"fault": "no_answer", "with": {"for": "10m"}, "when": POLL},
    {"fault": "no_answer", "when": POLL},
    {"fault": "slow_body", "with": {"gap": "10m"}, "when": POLL},
    {"fault": "stream_stall", "with": {"for": "1h"}},
    {"fault": "media_slow", "with": {"gap": "10m"}},
]
IDS = [f"{n}-{rule['fault']}" for n, rule in enumerate(HELD)]


def _calls(auto: Struck, http: httpx.Client) -> dict[str, Callable[[], object]]:
    """The call that each fault strikes, ready to be made by a client."""
    url, task_id = auto.video(), auto.job()

    def stream() -> object:
        auto.http, usual = http, auto.http
        try:
            return auto.events()
        finally:
            auto.http = usual

    calls: dict[str, Callable[[], object]] = dict.fromkeys(
        ("latency", "no_answer", "slow_body"), lambda: http.get(f"{VIDEOS}/{task_id}")
    )
    return calls | {"stream_stall": stream, "media_slow": lambda: http.get(url)}


@pytest.mark.parametrize("rule", HELD, ids=IDS)
def test_a_client_with_a_timeout_gives_up(auto: Struck, rule: dict[str, Any]) -> None:
    with auto.client(timeout=0.3) as hasty:
        call = _calls(auto, hasty)[rule["fault"]]
        auto.set(rule)
        with pytest.raises(httpx.ReadTimeout):
            call()
    assert auto.control.sandbox().outlasted == 0
    assert _outlasted(auto) == [False]


@pytest.mark.parametrize("rule", HELD, ids=IDS)
def test_a_client_without_one_is_there_when_patience_ends(
    auto: Struck, rule: dict[str, Any]
) -> None:
    auto.control.change_sandbox(patience_ms=50)
    call = _calls(auto, auto.http)[rule["fault"]]
    auto.set(rule)
    with pytest.raises(httpx.RemoteProtocolError):
        call()
    assert auto.control.sandbox().outlasted == 1
    assert _outlasted(auto) == [True]
    assert "(patience ended)" in str(auto.control.timeline())


def test_a_wait_that_comes_to_its_end_moves_no_clock(auto: Struck) -> None:
    url = auto.video()
    before_ms = auto.now_ms()
    auto.set({"fault": "media_slow", "with": {"pieces": 3, "gap": "20ms"}})
    auto.set({"fault": "latency", "with": {"delay": "20ms"}, "when": {"call_phase": "download"}})
    assert httpx.get(url, trust_env=False).content[4:8] == b"ftyp"
    assert auto.now_ms() == before_ms
    assert [rule["fired"] for rule in auto.control.faults()] == [1, 1]


def test_a_stall_that_ends_lets_the_stream_go_on(auto: Struck) -> None:
    auto.set({"fault": "stream_stall", "with": {"for": "30ms"}})
    assert auto.events("a cat")[-1].endswith(b"data: [DONE]\n\n")
    assert auto.rule()["fired"] == 1


def test_in_mode_manual_a_wait_ends_when_the_clock_passes_it(server: Running, key: str) -> None:
    struck = Struck(server, key)
    task_id = struck.job()
    struck.set({"fault": "latency", "with": {"delay": "5m"}, "when": POLL})
    reply, passed_ms = struck.turning(lambda: struck.status(task_id), "1m")
    assert reply.status_code == 200
    assert passed_ms >= 300_000
    struck.close()


def stalled(http: httpx.Client, *, stream: bool) -> httpx.Response:
    """A chat whose job never ends."""
    told = [{"role": "user", "content": "a cat [mock:stall]"}]
    body = {"model": "veo-3.1", "stream": stream, "messages": told}
    return http.post("/apiyi/v1/chat/completions", json=body)


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "one reply"])
def test_a_chat_whose_job_never_ends_is_left_by_a_client_with_a_timeout(
    auto: Struck, stream: bool
) -> None:
    with auto.client(timeout=0.3) as hasty, pytest.raises(httpx.ReadTimeout):
        stalled(hasty, stream=stream)
    assert _outlasted(auto) == [False]
    assert auto.control.tasks()[0].scenario_struck


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "one reply"])
def test_a_chat_whose_job_never_ends_outlasts_patience(auto: Struck, stream: bool) -> None:
    auto.control.change_sandbox(patience_ms=50)
    with pytest.raises(httpx.RemoteProtocolError):
        stalled(auto.http, stream=stream)
    assert auto.control.sandbox().outlasted == 1
    assert auto.control.tasks()[0].scenario_struck


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "one reply"])
def test_a_chat_whose_job_never_ends_ends_when_the_clock_passes_its_expiry(
    server: Running, key: str, stream: bool
) -> None:
    struck = Struck(server, key)
    reply, passed_ms = struck.turning(lambda: stalled(struck.http, stream=stream), "12h")
    assert passed_ms >= 24 * 3_600_000
    assert reply.status_code == (200 if stream else 503)
    struck.close()


def _outlasted(auto: Struck) -> list[bool]:
    """Of each reply that the journal tells the end of: whether patience ended it."""
    return [e.detail["outlasted"] for e in auto.control.entries() if e.kind == "sent"]
