"""`serve --workers 2`: two processes on one socket, which both end when the first is told to."""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path

import pytest

from tests.support import needs
from tests.support.replicas import replicas
from tests.support.some import some
from tests.support.strangers import ALL, lay


def children(pid: int) -> list[int]:
    """The processes that a process has started and not yet waited for."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        needs.absent("/proc does not list children")
    return [int(child) for child in listed.read_text().split()]


def is_gone(pid: int) -> bool:
    """Whether there is no such process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_first_ends_both_and_leaves_no_orphan(
    redis_url: str, key: str, number: int
) -> None:
    options = ("--store", redis_url, "--store-prefix", key, "--workers", "2")
    with replicas(1, *options) as (server,):
        (second,) = children(server.process.pid)
        with server.client(key) as client:
            body = {"model": "veo-3.1", "prompt": "a cat"}
            task_id = client.post("/apiyi/v1/videos", json=body).json()["id"]
        for _ in range(8):  # a connection each: whichever process takes it knows the task
            with server.client(key) as client:
                assert client.get(f"/apiyi/v1/videos/{task_id}").status_code == 200
        server.process.send_signal(number)
        assert server.process.wait(20) == 0
        assert is_gone(second)


def test_a_first_process_that_is_killed_takes_the_second_along(redis_url: str, key: str) -> None:
    options = ("--store", redis_url, "--store-prefix", key, "--workers", "2")
    with replicas(1, *options) as (server,):
        (second,) = children(server.process.pid)
        ending = os.pidfd_open(second)
        with server.client(key) as client:
            assert client.get("/_mock/v1/health").status_code == 200
        server.process.kill()
        server.process.wait(20)
        ended, _, _ = select.select([ending], [], [], 20)
        os.close(ending)
        assert ended


def test_each_process_has_the_same_plug_ins(redis_url: str, key: str, tmp_path: Path) -> None:
    options = ("--store", redis_url, "--store-prefix", key, "--workers", "2")
    with replicas(2, *options, "--plugins", str(lay(tmp_path, **ALL))) as servers:
        for server in some(servers):
            for _ in range(8):  # a connection each: either process may take it
                with server.client(key) as client:
                    order = {"model": "veo3_fast", "prompt": "a cat [mock:hiccup]"}
                    headers = {"x-mock-fault": "stamped word=once"}
                    reply = client.post("/kie/api/v1/veo/generate", json=order, headers=headers)
                    assert reply.json()["code"] == 200, reply.text
                    assert reply.headers["x-stamp"] == "once"
