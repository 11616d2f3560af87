"""Instructions of one request through the whole server, without sockets and kernel.

They do not vary with what else the machine does, so that a change of one in a hundred shows. Needs
valgrind on PATH, which is not part of the development environment.

    python -m tests.benchmarks.instructions
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import uvicorn
import uvloop
from msgspec import convert
from msgspec.structs import replace
from uvicorn.server import ServerState

from mockserver.admin.events import texts
from mockserver.app import build
from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.job.ids import key_hash
from mockserver.domain.time.clock import Instant
from mockserver.engine.listening import Listener
from mockserver.providers.apiyi.models import BY_NAME
from mockserver.settings import load_settings
from mockserver.web.protocol import Protocol
from tests.benchmarks.exchanges import KEY, MODEL, USUAL, VIDEOS, chat, create
from tests.benchmarks.load import request
from tests.benchmarks.report import about, show, show_facts
from tests.benchmarks.scale import RULES, rules_for

REQUESTS = ("status", "create", "stream")
BESIDE_RULES = ("status", "create")
HEARTBEAT_MS = 15_000
GATHERED = 50  # calls: what a listener is told together, at 1,000 calls a second
FOR_EVER_MS = 10**9
FEW, MANY = 600, 900  # what comes once is left behind with the few
NO_RULES = "none"
LISTENED = "listener"  # no rules, and somebody who listens to all sandboxes


class _Wire(asyncio.Transport):
    """A transport that keeps the last thing that was written to it."""

    last = b""

    def write(self, data: Any) -> None:
        self.last = bytes(data)

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        raise AssertionError("the connection stays open")


async def serve(case: str, rules: str, count: int) -> None:
    """Serves one request `count` times beside 100 rules, a listener or nothing. Raises where it goes
    wrong.
    """
    url = "http://127.0.0.1:8080"
    app = build(load_settings({"port": 0, "speed": 1.0}, {}), url)
    served: Any = app.asgi
    config = uvicorn.Config(served, proxy_headers=False, log_config=None, access_log=False)
    loop = asyncio.get_running_loop()
    protocol, wire = Protocol(config, ServerState(), {}, loop), _Wire()
    protocol.connection_made(wire)
    for word in range(0, 1 << 16, 64):  # all spans of the model worked out, which happens once
        BY_NAME[MODEL].timing.drawn_ms(word, word, word, 1.0)

    async def reply(data: bytes) -> bytes:
        protocol.data_received(data)
        turn = loop.create_future()  # in the next turn of the loop replies have left
        loop.call_soon(turn.set_result, None)
        await turn
        assert wire.last.startswith(b"HTTP/1.1 200 "), wire.last
        return wire.last.partition(b"\r\n\r\n")[2]

    job_id = json.loads(await reply(create(KEY, USUAL)))["id"]
    if rules == LISTENED:
        app.core.listeners.gather_ms = FOR_EVER_MS  # it ends by count: this machine is slow now
        listener = Listener(app.core.listeners, "")
        listening = loop.create_task(_listen(listener))
    elif rules != NO_RULES:
        sandbox_id = await app.core.sandboxes.identify(KEY, key_hash(KEY))
        sandbox = (await app.core.sandboxes.load(sandbox_id)).sandbox
        given = tuple(convert(rule, FaultRule) for rule in rules_for(rules))
        found = await app.core.faults.numbered(sandbox, given, Instant(0, 0))
        await app.core.sandboxes.update(sandbox_id, lambda now: replace(now, rules=found))
    data = {
        "status": request("GET", f"{VIDEOS}/{job_id}", KEY),
        "create": create(KEY, USUAL),
        "stream": chat(KEY, USUAL),
    }[case]
    for number in range(count):
        await reply(data)
        if rules == LISTENED and number % GATHERED == 0:
            listener.waiter.wake()
    if rules == LISTENED:
        listening.cancel()


async def _listen(listener: Listener) -> None:
    """Takes every event as the text that is sent."""
    async for _ in texts(listener, lambda event: True, 0, HEARTBEAT_MS):
        pass


def _counted(case: str, rules: str, count: int) -> int:
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable]
    here = [*command, "-m", "tests.benchmarks.instructions", case, rules, str(count)]
    done = subprocess.run(
        here,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    assert found is not None, done.stderr
    return int(found[1])


def _of_one(wanted: tuple[str, str]) -> int:
    return round((_counted(*wanted, MANY) - _counted(*wanted, FEW)) / (MANY - FEW))


def _cases(rules: str) -> tuple[str, ...]:
    return REQUESTS if rules in (NO_RULES, LISTENED) else BESIDE_RULES


def main() -> None:
    if len(sys.argv) == 4:
        case, rules, count = sys.argv[1:]
        gc.disable()  # a server's collector has nothing to do for a request either
        return uvloop.run(serve(case, rules, int(count)))
    if shutil.which("valgrind") is None:
        sys.exit("instructions: valgrind is not on PATH")
    wanted = [(case, rules) for rules in (NO_RULES, LISTENED, *RULES) for case in _cases(rules)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = dict(zip(wanted, pool.map(_of_one, wanted), strict=True))
    rows = [
        {
            "request": case,
            "rules": rules.replace("sk-", "100 for ").replace("-", " "),
            "instructions": count,
            "ratio": round(count / counts[case, NO_RULES], 3),
        }
        for (case, rules), count in counts.items()
    ]
    origin = about("tests.benchmarks.instructions")
    show_facts("where these figures come from", origin | origin.pop("versions"))
    show("instructions of one request", rows)


if __name__ == "__main__":
    main()
