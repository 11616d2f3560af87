"""A connection that a fault closes while it is idle: when it is closed, and when that counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.app import Running
from tests.support.patience import awaiting
from tests.support.receiver import Receiver
from tests.support.serving import settings
from tests.support.struck import HELD_REAL_S, VIDEOS, Struck

TURNS, TURN_REAL_S = 2000, 0.005


class Kept:
    """A client's one connection, which it never opens anew."""

    def __init__(self, struck: Struck) -> None:
        self._headers = {"authorization": f"Bearer {struck.key}"}
        where = urlsplit(struck.server.base_url)
        self._http = HTTPConnection(where.hostname or "", where.port, timeout=HELD_REAL_S)
        self._http.connect()

    def get(self, path: str, method: str = "GET", **headers: str) -> bytes:
        """The body of a whole reply."""
        self._http.request(method, path, headers=self._headers | headers)
        return self.reply()

    def reply(self) -> bytes:
        """The body of the reply to a request that was sent."""
        with self._http.getresponse() as reply:
            assert reply.status == 200
            return reply.read()

    def send(self, data: bytes) -> None:
        self._http.sock.sendall(data)

    def rest(self) -> bytes:
        """What else comes: nothing, once the server has closed it."""
        return bytes(self._http.sock.recv(1))

    def close(self) -> None:
        self._http.close()


@pytest.fixture
def keep() -> Iterator[Callable[[Struck], Kept]]:
    """Opens connections that end with the test."""
    kept: list[Kept] = []

    def open_one(struck: Struck) -> Kept:
        kept.append(Kept(struck))
        return kept[-1]

    yield open_one
    for each in kept:
        each.close()


def _set(struck: Struck, after: str) -> None:
    rule: dict[str, Any] = {"fault": "close_idle", "with": {"after": after}}
    if after == "next request":
        rule = {"fault": "close_on_next"}
    rule["when"] = {"operation": "status"}
    struck.set(rule | {"times": 1})


def _fared(struck: Struck) -> tuple[int, int]:
    rule = struck.rule()
    return rule["applied"], rule["struck"]


def _told(struck: Struck) -> list[str]:
    """What the journal tells of replies behind their exchanges."""
    return [e.kind for e in struck.control.entries() if e.kind in ("sent", "closed")]


def _port(reply: httpx.Response) -> int:
    """Of the connection that brought a reply."""
    return int(reply.extensions["network_stream"].get_extra_info("client_addr")[1])


def _wait_until_idle(struck: Struck, idle: bool = True) -> None:
    """Returns once a connection's idle time is counted, or is no more."""
    sandbox_id, waiting = struck.control.sandbox().id, struck.server.app.core.notifier._waiting
    for _ in range(TURNS):
        if (sandbox_id in waiting) is idle:
            return
        wait([Future()], TURN_REAL_S)
    raise AssertionError(f"idle time is {'not ' * idle}counted")


def test_a_connection_that_is_used_in_time_stays_open(
    struck: Struck, keep: Callable[[Struck], Kept]
) -> None:
    path, kept = f"{VIDEOS}/{struck.job()}", keep(struck)
    _set(struck, "5s")
    first = kept.get(path)
    _wait_until_idle(struck)
    struck.control.advance("4999ms")
    second = kept.get(path)
    _wait_until_idle(struck, False)
    struck.control.advance("1h")
    kept.get(path)
    assert first[:20] == second[:20]
    assert (_fared(struck), _told(struck)) == ((1, 0), ["sent"])


def test_half_a_request_is_use_enough(struck: Struck, keep: Callable[[Struck], Kept]) -> None:
    path, kept = f"{VIDEOS}/{struck.job()}", keep(struck)
    _set(struck, "5s")
    kept.get(path)
    _wait_until_idle(struck)
    kept.send(b"GET / HT")
    _wait_until_idle(struck, False)
    struck.control.advance("1h")
    kept.send(b"TP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert kept.rest() == b"H"
    assert _fared(struck) == (1, 0)


def test_a_client_that_closes_first_is_not_struck(
    struck: Struck, keep: Callable[[Struck], Kept]
) -> None:
    path, kept = f"{VIDEOS}/{struck.job()}", keep(struck)
    _set(struck, "5s")
    kept.get(path)
    _wait_until_idle(struck)
    kept.close()
    _wait_until_idle(struck, False)
    struck.control.advance("1h")
    assert (_fared(struck), _told(struck)) == ((1, 0), ["sent"])


def test_a_client_that_sends_no_further_request_is_not_struck(
    struck: Struck, keep: Callable[[Struck], Kept]
) -> None:
    path, kept = f"{VIDEOS}/{struck.job()}", keep(struck)
    _set(struck, "next request")
    kept.get(path)
    kept.close()
    with awaiting("the server to learn that the client has closed"):
        while struck.server.app.core.reports._open.get(struck.control.sandbox().id):
            struck.control.advance("1s")
    assert (_fared(struck), _told(struck)) == ((1, 0), ["sent"])


def test_a_connection_that_ends_with_its_reply_is_never_idle(
    struck: Struck, keep: Callable[[Struck], Kept]
) -> None:
    path = f"{VIDEOS}/{struck.job()}"
    _set(struck, "0s")
    keep(struck).get(path, connection="close")
    assert (_fared(struck), _told(struck)) == ((1, 0), ["sent"])


def test_a_request_that_waits_behind_the_reply_is_served(
    struck: Struck, keep: Callable[[Struck], Kept]
) -> None:
    path, kept = f"{VIDEOS}/{struck.job()}", keep(struck)
    _set(struck, "0s")
    request = f"GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {struck.key}\r\n\r\n"
    kept.send(request.encode() * 2)
    came = b""
    while came.count(b"HTTP/1.1 200 OK") < 2 and (more := kept.rest()):
        came += more
    assert more, "closed before the second reply"
    assert (_fared(struck), _told(struck)) == ((1, 0), ["sent"])


@pytest.mark.parametrize("after", ["0s", "next request"])
def test_a_request_that_began_before_the_reply_ended_is_served(
    struck: Struck, keep: Callable[[Struck], Kept], after: str
) -> None:
    path, kept = f"{VIDEOS}/{struck.job()}", keep(struck)
    _set(struck, after)
    struck.set({"fault": "latency", "with": {"delay": "1s"}, "when": {"operation": "status"}})
    request = f"GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {struck.key}\r\n\r\n"
    kept.send(request.encode() + b"GET / HTTP/1.1\r\n")
    _wait_until_idle(struck)  # the reply waits
    struck.control.advance("1s")
    assert kept.rest() == b"H"
    kept.send(b"host: x\r\nconnection: close\r\n\r\n")
    came = b"H"
    while more := kept.rest():
        came += more
    assert came.count(b"HTTP/1.1 200 OK") == 2
    assert _told(struck) == ["sent"]


def test_an_http_client_goes_on_over_another_connection(struck: Struck) -> None:
    task_id = struck.job()
    _set(struck, "5s")
    one = struck.status(task_id)
    port = _port(one)
    _wait_until_idle(struck)
    struck.control.advance("5s")
    assert _told(struck) == ["sent", "closed"]
    other = struck.status(task_id)
    assert [one.status_code, other.status_code] == [200, 200]
    assert port != _port(other)
    assert (_fared(struck), _told(struck)) == ((1, 1), ["sent", "closed"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_behind_a_video_and_behind_a_head_it_is_the_same(
    method: str, struck: Struck, keep: Callable[[Struck], Kept]
) -> None:
    url, kept = struck.video(), keep(struck)
    struck.set({"fault": "close_idle", "with": {"after": "5s"}, "when": {"call_phase": "download"}})
    kept.get(urlsplit(url).path, method)
    assert struck.held(kept.rest, 5000) == b""
    assert (_fared(struck), _told(struck)) == ((1, 1), ["sent", "closed"])


def test_in_mode_auto_it_takes_the_clients_own_time(
    auto: Struck, keep: Callable[[Struck], Kept]
) -> None:
    path, kept = f"{VIDEOS}/{auto.job('a cat [mock:instant]')}", keep(auto)
    before_ms = auto.now_ms()
    _set(auto, "30ms")
    kept.get(path)
    assert kept.rest() == b""
    assert auto.now_ms() == before_ms
    assert _fared(auto) == (1, 1)


def test_nobody_waits_meanwhile_and_patience_does_not_end(
    auto: Struck, keep: Callable[[Struck], Kept]
) -> None:
    auto.control.change_sandbox(patience_ms=5)
    path, kept = f"{VIDEOS}/{auto.job()}", keep(auto)
    _set(auto, "50ms")
    kept.get(path)
    assert kept.rest() == b""
    assert (_fared(auto), auto.control.sandbox().outlasted) == ((1, 1), 0)


def test_an_idle_connection_holds_up_no_callback(auto: Struck) -> None:
    receiver = Receiver()
    auto.set({"fault": "close_idle", "with": {"after": "1h"}, "when": {"operation": "generate"}})
    auto.kie_job(receiver.url)
    receiver.wait_for(1)
    assert _fared(auto) == (1, 0)
    receiver.close()


def test_a_server_that_stops_does_not_wait_for_it(key: str, keep: Callable[[Struck], Kept]) -> None:
    running = Running(settings(clock="manual"))
    struck = Struck(running, key)
    path, kept = f"{VIDEOS}/{struck.job()}", keep(struck)
    _set(struck, "1h")
    kept.get(path)
    _wait_until_idle(struck)
    struck.close()
    running.stop()
    assert kept.rest() == b""


def test_where_the_reply_ends_the_connection_there_is_nothing_to_close(struck: Struck) -> None:
    task_id = struck.job()
    _set(struck, "0s")
    struck.set({"fault": "reset", "with": {"at": "50%"}, "when": {"operation": "status"}})
    with pytest.raises(httpx.ReadError):
        struck.status(task_id)
    idle, reset = struck.control.faults()
    assert [rule["struck"] for rule in (idle, reset)] == [0, 1]
    assert idle["held_back"] == {"another rule hides it": 1}
