"""What the recorder adds to a call: the same call through it and through a bare pass-through on the
same stack (the same server and HTTP client), in turns, so that both meet the same machine.

    python -m tests.benchmarks.recorder [CALLS]
"""

from __future__ import annotations

import sys
from asyncio import Runner
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import httpx
import uvloop

from mockserver.app import Running
from mockserver.outbound.upstream import Upstream
from mockserver.proxy import RunningRecording, Taping
from mockserver.settings import load_settings
from mockserver.system import real_ns
from mockserver.web.server import Server, bind

CALLS = 400
PATH = "/api/v1/veo/record-info?taskId=0"


class PassThrough:
    """The least that a proxy does: it sends the request on and the reply back, piece by piece."""

    def __init__(self, base_url: str) -> None:
        self._upstream = Upstream(base_url)
        listener = bind("127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = Server(self, lambda: None)
        self._thread = Thread(target=self._run, args=(listener,), daemon=True)
        self._thread.start()

    def _run(self, listener: Any) -> None:
        with Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._server.serve([listener]))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self._upstream.close()
            return await send({"type": "lifespan.shutdown.complete"})
        query = scope["query_string"].decode()
        url = f"{self._upstream.base_url}{scope['path']}?{query}"
        headers = tuple(scope["headers"])
        async with self._upstream.call(scope["method"], url, headers, b"") as coming:
            start = {"status": coming.status, "headers": list(coming.headers)}
            await send({"type": "http.response.start", **start})
            async for piece in coming.pieces():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

    def stop(self) -> None:
        """Ends it and waits for it."""
        self._server.should_exit = True
        self._thread.join(10)


def medians_ms(calls: int) -> dict[str, float]:
    """The median of a poll: bare, and through the recorder."""
    mock = Running(load_settings({"port": 0}, {}))
    bare = PassThrough(f"{mock.base_url}/kie")
    with TemporaryDirectory() as folder:
        taping = Taping("kie", Path(folder, "job.har"), f"{mock.base_url}/kie")
        recording = RunningRecording(taping, load_settings({"port": 0}, {}))
        try:
            return _taken_ms({"bare": bare.base_url, "recorder": recording.base_url}, calls)
        finally:
            recording.stop()
            bare.stop()
            mock.stop()


def _taken_ms(where: dict[str, str], calls: int) -> dict[str, float]:
    headers = {"authorization": "Bearer sk-benchmark"}
    with httpx.Client(headers=headers, trust_env=False) as client:
        spans: dict[str, list[float]] = {name: [] for name in where}
        for number in range(calls + 20):
            for name, base_url in where.items():
                begun_ns = real_ns()
                client.get(base_url + PATH).read()
                if number >= 20:  # the first ones open connections
                    spans[name].append((real_ns() - begun_ns) / 1e6)
    return {name: median(taken) for name, taken in spans.items()}


def main(words: list[str]) -> None:
    """Prints both medians and what the recorder adds."""
    found = medians_ms(int(words[0]) if words else CALLS)
    added_ms = found["recorder"] - found["bare"]
    print(
        f"bare {found['bare']:.2f} ms, recorder {found['recorder']:.2f} ms: adds {added_ms:.2f} ms"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
