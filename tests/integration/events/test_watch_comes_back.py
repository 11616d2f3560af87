"""`reelmock watch` goes on by itself when the server was away."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from tests.integration.cli.conftest import REELMOCK
from tests.integration.events.conftest import submitted
from tests.support.patience import PATIENCE_S, awaiting, joined, next_line
from tests.support.serving import client_of, settings

EVENT = {
    "kind": "exchange", "sandbox": "sb1", "seq": 7, "of": 0, "real_ms": 0, "virtual_ms": 0,
    "provider": "kie", "operation": "generate", "call_phase": "create", "task_id": "abc",
    "model": "", "method": "POST", "path": "/", "query": "", "status": 200, "code": 200,
    "took_ms": 0, "faults": [], "reason": "", "scenario": "", "phase": "", "attempt": 0,
    "state": "", "what": "", "missed": 0,
}  # fmt: skip
ENTRY = {
    **{name: EVENT[name] for name in EVENT if name not in ("sandbox", "of", "took_ms")},
    "key": "", "request_headers": [], "request_body": None, "reply_headers": [],
    "reply_body": None, "scenario_struck": False, "undecided": [], "detail": {},
}  # fmt: skip


@contextmanager
def cut_off_after_each_event() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A server that ends each stream behind one event; its URL, and what it was asked for."""
    asked: list[tuple[str, str | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "/journal" in self.path:
                number = 6 + len(asked)
                page = {"entries": [{**ENTRY, "seq": number}], "next": None, "dropped": 0}
                return self.answer("application/json", json.dumps({**page, "total": number}))
            asked.append((urlsplit(self.path).query, self.headers["last-event-id"]))
            event = {**EVENT, "seq": 6 + len(asked)}
            text = f": hello\n\nid: {event['seq']}\ndata: {json.dumps(event)}\n\n"
            self.answer("text/event-stream", text)

        def answer(self, kind: str, text: str) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,), name="a cut stream", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        joined(thread)


def test_each_stream_begins_behind_the_last_event_and_the_limit_counts_all(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with cut_off_after_each_event() as (url, asked), awaiting("the end of `reelmock watch`"):
        assert run_line(["watch", "--url", url, "--limit", "3", "--json"]) == 0
    told = capsys.readouterr()
    assert [json.loads(line)["seq"] for line in told.out.splitlines()] == [7, 8, 9]
    assert asked == [("limit=3", None), ("limit=2", "7"), ("limit=1", "8")]
    away, back = f"{url} has stopped", f"{url} is back"
    assert [line.partition(";")[0] for line in told.err.splitlines()] == [away, back] * 2


def test_a_server_that_was_started_again_is_watched_on(key: str) -> None:
    first = Running(settings(clock="manual"))
    url = first.base_url
    with client_of(first, key) as client:
        before = submitted(client)
    command = [REELMOCK, "watch", "--url", url, "--key", key, "--after", "0", "--json"]
    process = subprocess.Popen(
        [*command, "--kind", "exchange,control"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert json.loads(next_line(process))["task_id"] == before
        first.stop()
        second = Running(settings(clock="manual", port=urlsplit(url).port))
        try:
            with client_of(second, key) as client:
                after = submitted(client)
            while (event := json.loads(next_line(process)))["kind"] == "missed":
                pass
            assert event["task_id"] == after
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=PATIENCE_S)
        finally:
            second.stop()
    finally:
        first.stop()
        process.kill()
    assert process.returncode == 130
    assert errors.strip().splitlines() == [
        f"{url} has stopped; waiting until it is back",
        f"{url} is back; going on where it was",
    ]


def test_a_server_that_never_was_there_is_not_waited_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with awaiting("the end of `reelmock watch`"):
        assert run_line(["watch", "--url", "http://127.0.0.1:9"]) == 2
    assert "does not answer" in capsys.readouterr().err
