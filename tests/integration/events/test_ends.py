"""How an event stream ends, and what becomes of a reader that takes nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control
from mockserver.stores import ring
from tests.integration.events.conftest import rest_of, some_of, submitted
from tests.support.patience import awaiting, joined
from tests.support.serving import client_of, settings

LONG_ID = "x" * 20_000  # the server keeps an entry of about this size
JOURNAL_BYTES = 1_000_000  # these hold 50 of them
CALLS = 300  # many more than the journal and the buffers of a connection hold


def test_a_deleted_sandbox_is_told_and_ends_its_own_stream(
    client: httpx.Client, control: Control
) -> None:
    submitted(client)
    with control.listen("current") as stream:
        control.delete_sandbox("current")
        assert [event.kind for event in rest_of(stream)] == ["gone"]


def test_a_stream_of_all_sandboxes_goes_on_after_one_was_deleted(
    server: Running, client: httpx.Client, control: Control, key: str
) -> None:
    submitted(client)
    (mine,) = {task.id for task in control.tasks()}
    with control.listen(kind="exchange") as stream, client_of(server, f"{key}-b") as other:
        control.delete_sandbox("current")
        (gone,) = some_of(stream, 1)
        new = submitted(other)
        (after,) = some_of(stream, 1)
    assert (gone.kind, after.task_id) == ("gone", new)
    assert mine != new


def test_a_reset_sandbox_says_that_its_numbers_begin_again(
    client: httpx.Client, control: Control
) -> None:
    submitted(client)
    submitted(client)
    with control.listen("current", kind="exchange", limit=2) as stream:
        control.reset_sandbox("current")
        submitted(client)
        missed, first = rest_of(stream)
    assert (missed.kind, "begin again" in missed.what) == ("missed", True)
    assert (first.kind, first.seq) == ("exchange", 1)


def test_the_end_of_the_server_ends_a_stream(key: str) -> None:
    running = Running(settings())
    with Control(running.base_url, key=key) as control, control.listen() as stream:
        running.stop()
        assert rest_of(stream) == []


def test_a_slow_reader_is_told_what_it_missed_and_goes_on(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ring, "MAX_BYTES", JOURNAL_BYTES)
    running = Running(settings(clock="manual"))
    try:
        with client_of(running, key) as client, _unread(running, key) as reader:
            _call_often(client)
            task_id = submitted(client)
            kinds, last = _read_up_to(reader, task_id)
    finally:
        running.stop()
    missed = [event for event in kinds if event["kind"] == "missed"]
    assert missed[0]["missed"] > 0
    numbers = [event["seq"] for event in kinds if event["kind"] == "exchange"]
    assert numbers == sorted(set(numbers))
    assert len(numbers) + sum(event["missed"] for event in missed) == last["seq"]


def test_a_reader_that_takes_nothing_does_not_hold_up_the_end_of_the_server(key: str) -> None:
    running = Running(settings(clock="manual"))
    with client_of(running, key) as client, _unread(running, key):
        _call_often(client)
        ending = Thread(target=running.stop, name="a server", daemon=True)
        ending.start()
        joined(ending, 1.5)  # uvicorn itself would wait for 2


@contextmanager
def _unread(running: Running, key: str) -> Iterator[socket.socket]:
    """A connection that asked for events and reads nothing of what comes behind the first piece."""
    where = urlsplit(running.base_url)
    assert where.hostname is not None
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(15)
        reader.connect((where.hostname, where.port))
        head = "GET /_mock/v1/events?sandbox=current HTTP/1.1\r\nHost: localhost\r\n"
        reader.sendall(f"{head}Authorization: Bearer {key}\r\n\r\n".encode())
        received = b""
        while b"id: 0\n\n" not in received:
            received += reader.recv(1)
        yield reader


def _call_often(client: httpx.Client) -> None:
    for _ in range(CALLS):
        client.get(f"/apiyi/v1/videos/{LONG_ID}")


def _read_up_to(
    reader: socket.socket, task_id: str
) -> tuple[list[dict[str, object]], dict[str, object]]:
    """All events, and the exchange that made a job."""
    found: list[dict[str, object]] = []
    with awaiting("the last event"), reader.makefile("rb") as lines:
        for line in lines:
            if line.startswith(b"data: "):
                found.append(json.loads(line[6:]))
                if found[-1]["task_id"] == task_id:
                    return found, found[-1]
    raise AssertionError("the stream ended before the last event")
