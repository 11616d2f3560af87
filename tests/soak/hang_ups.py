"""Clients that hang up in the midst of everything leave nothing behind."""

from __future__ import annotations

import gc
import json
import socket
import threading
from pathlib import Path
from typing import Any

from tests.soak.report import Check, check
from tests.support.replicas import Replica

CHAT = {"model": "veo-3.1", "stream": True, "messages": [{"role": "user", "content": "a cat"}]}
AT_ONCE = 100
LOOKS = 200
MB_PER_THOUSAND = 1.0


def run(count: int) -> tuple[dict[str, Any], list[Check]]:
    """So many hang-ups, a third each inside a head, a body and a stream."""
    replica = Replica("--clock", "manual")
    try:
        _hang_up(replica, min(count, 10 * AT_ONCE))  # what the first ones make once stays
        before_fds, before_mb = _settled_fds(replica), _resident_mb(replica)
        _hang_up(replica, count)
        after_fds, after_mb = _settled_fds(replica), _resident_mb(replica)
    finally:
        replica.end()
    grown_mb = after_mb - before_mb
    figures = {
        "hang-ups": count,
        "file descriptors before and after": [before_fds, after_fds],
        "grown by MB": round(grown_mb, 1),
    }
    allowed_mb = MB_PER_THOUSAND * count / 1000 + 8  # the journal keeps what it says it keeps
    return figures, [
        check(
            "no connection stays open",
            [] if after_fds <= before_fds else [f"{after_fds - before_fds} descriptors"],
        ),
        check(
            "no memory stays taken",
            [] if grown_mb < allowed_mb else [f"{grown_mb:.1f} MB, allowed {allowed_mb:.1f}"],
        ),
    ]


def _hang_up(replica: Replica, count: int) -> None:
    port = int(replica.base_url.rpartition(":")[2])
    body = json.dumps(CHAT).encode()
    head = (
        "POST /apiyi/v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n"
        "authorization: Bearer sk-hang-up\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    ).encode()
    sent = (head[:40], head + body[:10], head + body)
    for start in range(0, count, AT_ONCE):
        here = range(start, min(count, start + AT_ONCE))
        opened = [socket.create_connection(("127.0.0.1", port)) for _ in here]
        for number, connection in zip(here, opened, strict=True):
            connection.sendall(sent[number % 3])
            if number % 3 == 2:
                connection.recv(1)  # the stream has begun
        for connection in opened:
            connection.close()
    gc.collect()


def _settled_fds(replica: Replica) -> int:
    """The open descriptors of a server once their number no longer falls."""
    folder, pause = Path(f"/proc/{replica.process.pid}/fd"), threading.Event()
    least = _count(folder)
    still = 0
    for _ in range(LOOKS):
        now = _count(folder)
        still = still + 1 if now >= least else 0
        least = min(least, now)
        if still > 20:
            break
        pause.wait(0.05)
    return least


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


def _resident_mb(replica: Replica) -> float:
    status = Path(f"/proc/{replica.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
