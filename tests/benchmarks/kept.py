"""How long a turn of the event loop is while the state file is written; what a start reads in a second.

    python -m tests.benchmarks.kept [--tasks N] [--json FILE]

The loop has nothing else to do, so that each turn's length is the writer's own work, with the time
for which its thread holds Python's lock. CPU time leaves out what the machine gave to others.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvloop
from msgspec.structs import replace

from mockserver.domain.job.task import Task
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.stores.kept import KeptStore
from mockserver.stores.state_file import StateFile
from tests.benchmarks.report import about, save, show, show_facts
from tests.support.engine import Engine, posted

AT_ONCE = 50  # creations a turn of the loop
PER_SAVE = 5000  # what a quarter of a second brings at 20,000 creations a second
KEY, SAVES = "sk-kept", 8


class Turns:
    """Measures every turn of the loop from one call to the next."""

    def __init__(self) -> None:
        self.wall_ms: list[float] = []
        self.cpu_ms: list[float] = []
        self._began = time.perf_counter_ns(), time.thread_time_ns()
        self._next: asyncio.Handle | None = None

    def __enter__(self) -> Turns:
        self._began = time.perf_counter_ns(), time.thread_time_ns()
        self._next = asyncio.get_running_loop().call_soon(self._turn)
        return self

    def __exit__(self, *error: object) -> None:
        assert self._next is not None
        self._next.cancel()

    def _turn(self) -> None:
        wall_ns, cpu_ns = time.perf_counter_ns(), time.thread_time_ns()
        self.wall_ms.append((wall_ns - self._began[0]) / 1e6)
        self.cpu_ms.append((cpu_ns - self._began[1]) / 1e6)
        self._began = wall_ns, cpu_ns
        self._next = asyncio.get_running_loop().call_soon(self._turn)

    def row(self, what: str, took_s: float) -> dict[str, Any]:
        """The longest turns, in wall and in CPU time."""
        wall, cpu = sorted(self.wall_ms), sorted(self.cpu_ms)
        return {
            "while": what,
            "took_s": round(took_s, 2),
            "turns": len(wall),
            "p999_ms": round(wall[int(len(wall) * 0.999)], 2),
            "max_ms": round(wall[-1], 2),
            "p999_cpu_ms": round(cpu[int(len(cpu) * 0.999)], 2),
            "max_cpu_ms": round(cpu[-1], 2),
        }


def _made() -> tuple[KeptStore, Task]:
    """A store with a sandbox, and a job of Kie with a callback, as a creation leaves it."""
    store = KeptStore()
    engine = Engine(0, 0, store=store)
    body = {"prompt": "a cat on a wall", "callBackUrl": "http://127.0.0.1/done"}
    engine.call(KEY, "kie", "generate", posted(body))
    sandbox_id = engine.sandbox_id(KEY)
    (task,) = engine.run(store.tasks(sandbox_id))
    engine.close()
    return store, task


async def _create(store: KeptStore, task: Task, first: int, count: int) -> None:
    (sandbox_id,) = await store.sandbox_ids()
    for number in range(first, first + count):
        found = await store.load(sandbox_id)
        assert found is not None
        books = replace(found.books, ordinal=number)
        made = replace(task, id=f"{task.id}{number}", ordinal=number)
        await store.commit(sandbox_id, found.version, Changes(books=books, tasks=(made,)))
        if number % AT_ONCE == 0:
            turn = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(turn.set_result, None)
            await turn


async def _measured(store: KeptStore, task: Task, path: Path, count: int) -> list[dict[str, Any]]:
    kept = StateFile(path, store, lambda archive: None)
    await _create(store, task, 2, PER_SAVE)
    await kept.save()
    rows = []

    async def measure(what: str, work: Any) -> None:
        started = time.perf_counter()
        with Turns() as turns:
            await work
        rows.append(turns.row(what, time.perf_counter() - started))

    at = 2 + PER_SAVE
    await measure("nothing is written", _create(store, task, at, 4 * PER_SAVE))
    at += 4 * PER_SAVE
    await kept.save()
    await _create(store, task, at, count)
    at += count
    await measure(f"{count:,} changed tasks are written at once", kept.save())
    saving = asyncio.ensure_future(_save_often(kept))
    await measure(f"{PER_SAVE:,} a save are created", _create(store, task, at, SAVES * PER_SAVE))
    saving.cancel()
    await asyncio.wait([saving])
    await kept.close()
    return rows


async def _save_often(kept: StateFile) -> None:
    while True:
        await kept.save()
        turn = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(turn.set_result, None)
        await turn


async def _read(path: Path) -> dict[str, Any]:
    started = time.perf_counter()
    store = KeptStore()
    kept = StateFile(path, store, lambda archive: None)
    await kept.open()
    took_s = time.perf_counter() - started
    tasks = await store.task_count(*await store.sandbox_ids())
    await kept.close()
    size_bytes = path.stat().st_size
    return {"tasks": tasks, "took_s": round(took_s, 2), "bytes_per_task": round(size_bytes / tasks)}


def measured(count: int) -> dict[str, Any]:
    """The turns, and the start."""
    store, task = _made()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "state"
        turns = uvloop.run(_measured(store, task, path, count))
        return {"turns": turns, "start": uvloop.run(_read(path))}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kept", description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    origin = about("tests.benchmarks.kept")
    found = measured(options.tasks)
    show_facts("where these figures come from", origin | origin.pop("versions"))
    show("turns of the event loop while …", found["turns"])
    show_facts("a start that reads the file", found["start"])
    save(options.json, found)


if __name__ == "__main__":
    main()
