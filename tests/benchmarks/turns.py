"""The longest turn of the event loop by cause, in a server that holds many tasks and gets more.

    python -m tests.benchmarks.turns [--tasks N] [--json FILE]

A whole server in this process: metrics, a state file, the loop of callbacks. Creations go on while
each thing is done, fifty a turn, straight into the store. CPU time leaves out what the machine gave
to others, so a figure says what the turn itself took; `collector_ms` is the longest round within it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvloop
from msgspec.structs import replace

from mockserver.app import App, build
from mockserver.cli.terminal.collector import spare_collector
from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.engine.exchange import MAX_TASKS
from mockserver.settings import load_settings
from mockserver.stores.ring import MAX_ENTRIES
from tests.benchmarks.kept import AT_ONCE, Turns
from tests.benchmarks.report import about, save, show, show_facts

URL = "http://127.0.0.1:8080"
SANDBOX = "/_mock/v1/sandboxes/current"
KEY = "Bearer sk-turns"
TRIM_EVERY = 100  # creations, as in a server
OTHERS = 2000  # sandboxes beside
LISTS = ("tasks", "callbacks", "journal", "timeline", "findings", "export")


class Rounds:
    """Measures each round of the collector."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._began_ns = 0
        gc.callbacks.append(self._told)

    def _told(self, phase: str, info: dict[str, int]) -> None:
        now_ns = time.thread_time_ns()
        if phase == "start":
            self._began_ns = now_ns
        else:
            self.longest_ms = max(self.longest_ms, (now_ns - self._began_ns) / 1e6)


class World:
    """A server and one sandbox that fills up, each job with a callback that was delivered."""

    def __init__(self, app: App, client: httpx.AsyncClient) -> None:
        self.client = client
        self.rows: list[dict[str, Any]] = []
        self._store, self._system = app.core.store, app.core.system
        self._asgi: Any = app.asgi
        self._rounds = Rounds()
        self._last = 1

    async def begin(self) -> None:
        """The first job, of which the others are copies."""
        body = {"prompt": "a cat on a wall", "model": "veo3_fast"}
        answer = await self.client.post("/kie/api/v1/veo/generate", json=body)
        assert answer.status_code == 200, answer.text
        (self.sandbox_id,) = await self._store.sandbox_ids()
        (self._task,) = await self._store.tasks(self.sandbox_id)
        (self._entry,) = (await self._store.journal(self.sandbox_id)).entries

    async def create(self, count: int) -> None:
        """So many jobs; others have their turn after every fifty."""
        store, sandbox_id, task = self._store, self.sandbox_id, self._task
        for number in range(self._last + 1, self._last + 1 + count):
            self._last = number
            found = await store.load(sandbox_id)
            assert found is not None
            id_, at_ms = f"{task.id}{number}", task.created_ms
            told = Delivery(f"{id_}:end", id_, "kie", "end", "http://h/c", at_ms, None, "sent")
            made = replace(task, id=id_, ordinal=number)
            changes = Changes(
                books=replace(found.books, ordinal=number), tasks=(made,), deliveries=(told,)
            )
            assert await store.commit(sandbox_id, found.version, changes)
            await store.record(sandbox_id, self._entry)
            if number % TRIM_EVERY == 0:
                now_ms = found.sandbox.clock.at(self._system.real_ms())
                await store.trim(sandbox_id, now_ms, MAX_TASKS)
            if number % AT_ONCE == 0:
                await _turn()

    async def measure(self, what: str, work: Coroutine[Any, Any, Any]) -> None:
        """A row for what is done, with creations beside it."""
        gc.collect()
        self._rounds.longest_ms = 0.0
        started = time.perf_counter()
        doing = asyncio.ensure_future(work)
        with Turns() as turns:
            while not doing.done():
                await self.create(AT_ONCE)
                await _turn()
        row = turns.row(what, time.perf_counter() - started)
        size_mb = round((doing.result() or 0) / 1e6, 2)
        tasks = await self._store.task_count(self.sandbox_id)
        collector = {"collector_ms": round(self._rounds.longest_ms, 2)}
        self.rows.append(row | collector | {"reply_mb": size_mb, "tasks": tasks})

    async def ask(self, method: str, path: str, **body: Any) -> int:
        """A control call that succeeds: how many bytes its reply has.

        No client of ours puts them together: that took longer than the turns that are measured.
        """
        content = json.dumps(body).encode() if body else b""
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1", "method": method, "scheme": "http", "path": path,
            "raw_path": path.encode(), "query_string": b"", "root_path": "",
            "headers": [(b"host", b"127.0.0.1:8080"), (b"authorization", KEY.encode())],
            "server": ("127.0.0.1", 8080), "client": ("127.0.0.1", 9),
        }  # fmt: skip
        statuses: list[int] = []
        size_bytes = 0

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal size_bytes
            size_bytes += len(message.get("body", b""))
            statuses.extend([message["status"]] if "status" in message else [])

        await self._asgi(scope, receive, send)
        assert [status // 100 for status in statuses] == [2], statuses
        return size_bytes

    async def open_others(self, count: int) -> None:
        """Sandboxes that new keys open; each new one looks at some that are idle."""
        for number in range(count):
            headers = {"authorization": f"Bearer sk-other-{number}"}
            answer = await self.client.get("/kie/api/v1/chat/credit", headers=headers)
            assert answer.status_code == 200, answer.text
            await _turn()


async def _turn() -> None:
    turn = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turn.set_result, None)
    await turn


@asynccontextmanager
async def _serving(state: Path) -> AsyncIterator[World]:
    app = build(load_settings({"port": 0, "metrics": True, "state": str(state)}, {}), URL)
    to_do = asyncio.Queue[dict[str, Any]]()
    said = asyncio.Queue[dict[str, Any]]()
    to_do.put_nowait({"type": "lifespan.startup"})
    living = asyncio.ensure_future(app.asgi({"type": "lifespan"}, to_do.get, said.put))  # type: ignore[arg-type]
    await said.get()
    transport = httpx.ASGITransport(app.asgi)  # type: ignore[arg-type]
    headers = {"authorization": KEY}
    async with httpx.AsyncClient(
        transport=transport, base_url=URL, headers=headers, timeout=600
    ) as client:
        spare_collector()
        yield World(app, client)
    to_do.put_nowait({"type": "lifespan.shutdown"})
    await living


async def _measured(count: int, others: int) -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        async with _serving(Path(folder) / "state") as world:
            await world.begin()
            await world.measure("the store fills up", world.create(count))
            await world.create(max(0, MAX_ENTRIES - count))
            await world.measure("the first scrape", world.ask("GET", "/_mock/metrics"))
            await world.measure("a later scrape", world.ask("GET", "/_mock/metrics"))
            for name in LISTS:
                await world.measure(f"GET …/{name}", world.ask("GET", f"{SANDBOX}/{name}"))
            await world.measure("new keys come", world.open_others(others))
            advance = world.ask("POST", f"{SANDBOX}/clock/advance", by="60d")
            await world.measure("the clock is moved past all", advance)
            await world.measure("a scrape behind it", world.ask("GET", "/_mock/metrics"))
            await world.measure("expired tasks are trimmed", world.create(count // 5 + TRIM_EVERY))
            await world.measure("a reset", world.ask("POST", f"{SANDBOX}/reset"))
            return world.rows


def measured(count: int, others: int) -> dict[str, Any]:
    """The longest turns, a row for each cause."""
    return {"turns": uvloop.run(_measured(count, others))}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.turns", description=__doc__)
    parser.add_argument("--tasks", type=int, default=MAX_TASKS)
    parser.add_argument("--others", type=int, default=OTHERS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    origin = about("tests.benchmarks.turns")
    found = measured(options.tasks, options.others)
    show_facts("where these figures come from", origin | origin.pop("versions"))
    show("turns of the event loop while …", found["turns"])
    save(options.json, found)


if __name__ == "__main__":
    main()
