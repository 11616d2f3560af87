"""`reelmock serve` on a terminal prints what happens; `--quiet` and a pipe keep it silent."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.integration.events.conftest import submitted
from tests.integration.events.terminal import Terminal


@contextmanager
def served(*options: str) -> Iterator[tuple[Terminal, httpx.Client]]:
    """A server on a terminal, and a client of it; it ends cleanly."""
    reader, writer = pty.openpty()
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--clock", "manual"]
    process = subprocess.Popen([*command, *options], stdout=writer)
    os.close(writer)
    try:
        terminal = Terminal(reader)
        url = terminal.up_to(r"http://127\.0\.0\.1:\d+(?=\s)")
        terminal.up_to("Ctrl-C to stop")
        headers = {"authorization": "Bearer sk-terminal"}
        with httpx.Client(
            base_url=url, headers=headers, trust_env=False, verify=False, timeout=15
        ) as client:
            yield terminal, client
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        terminal.rest()
    finally:
        process.kill()
        process.wait(10)
        os.close(reader)


def test_a_terminal_shows_each_call_and_a_refusal_in_red() -> None:
    with served() as (terminal, client):
        task_id = submitted(client)
        client.post("/kie/api/v1/veo/generate", json={"model": "veo3_fasst", "prompt": "a"})
        terminal.up_to(rf" kie generate {task_id[:8]} 200 0 ms\r\n")
        assert terminal.up_to(r"\x1b\[31m.* 200 · 422 .*\x1b\[0m").count("veo3_fasst") == 1


def test_quiet_starts_no_listener() -> None:
    with served("--quiet") as (terminal, client):
        submitted(client)
        told = client.get("/_mock/v1/events?after=1&kind=exchange&limit=1").text
        assert "generate" in told  # a listener of the server itself had been told before
    assert " kie generate " not in terminal.text
