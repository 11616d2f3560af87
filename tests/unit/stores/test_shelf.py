"""Tasks on a shelf: no call looks at more than a slice of them, and nothing is overlooked."""

from __future__ import annotations

import asyncio
import gc
from itertools import pairwise

from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.plan import Phase, Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import ClockMoved
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.paging import all_deliveries
from mockserver.stores.memory import MemoryStore
from mockserver.stores.shelf import SLICE, Shelf

NEVER_MS = 1 << 40


def _task(ordinal: int, ended_ms: int = NEVER_MS, expires_ms: int = NEVER_MS) -> Task:
    phases: tuple[tuple[int, Phase], ...] = ((0, "queued"), (ended_ms, "succeeded"))
    steps = [Step(at_ms, phase) for at_ms, phase in (*phases, (expires_ms, "expired"))]
    plan = Plan(tuple(steps), "seed", 0, 0)
    return Task(f"t{ordinal}", ordinal, "kie", "create", "k", "m", "a cat", 0, plan, "http://h")


def _shelf(*tasks: Task) -> Shelf:
    shelf = Shelf()
    for task in tasks:
        shelf.keep(task)
    return shelf


def _trimmed(shelf: Shelf, now_ms: int, limit: int, calls: int) -> list[list[int]]:
    return [
        [task.ordinal for task in shelf.trim(now_ms, limit, _nothing_awaited)] for _ in range(calls)
    ]


def _nothing_awaited(task_id: str) -> bool:
    return False


def _left(shelf: Shelf) -> list[int]:
    return [task.ordinal for task in shelf.page(0, 10 * SLICE)]


def test_a_trim_takes_one_slice_and_the_next_goes_on_behind_it() -> None:
    shelf = _shelf(*(_task(n, 10, 20) for n in range(1, 2 * SLICE + 11)))
    sizes = [len(gone) for gone in _trimmed(shelf, 20, 10_000, 4)]
    assert sizes == [SLICE, SLICE, 10, 0]
    assert len(shelf) == 0


def test_expired_tasks_are_found_behind_slices_of_others() -> None:
    shelf = _shelf(*(_task(n) for n in range(1, 2 * SLICE + 1)), _task(2 * SLICE + 1, 10, 20))
    assert _trimmed(shelf, 20, 10_000, 3) == [[], [], [2 * SLICE + 1]]
    assert len(shelf) == 2 * SLICE


def test_a_task_that_was_passed_goes_once_it_has_expired() -> None:
    shelf = _shelf(_task(1, 10, 50), *(_task(n) for n in range(2, SLICE + 10)))
    assert _trimmed(shelf, 49, 10_000, 3) == [[], [], []]
    assert _trimmed(shelf, 50, 10_000, 1) == [[1]]


def test_a_passed_task_that_got_another_plan_goes_once_that_has_expired() -> None:
    shelf = _shelf(_task(1), _task(2))
    assert _trimmed(shelf, 10, 1, 2) == [[], []]
    shelf.keep(_task(1, 10, 20))
    shelf.look_again()
    assert _trimmed(shelf, 20, 10, 1) == [[1]]
    shelf.keep(_task(2, 30))
    shelf.look_again()
    assert _trimmed(shelf, 30, 0, 1) == [[2]]


def test_of_too_many_the_oldest_ended_go_even_if_they_ended_after_others() -> None:
    shelf = _shelf(_task(1, 90), _task(2), _task(3, 10), _task(4, 10), _task(5, 10))
    assert _trimmed(shelf, 10, 4, 1) == [[3]]
    shelf.keep(_task(6, 10))
    assert _trimmed(shelf, 90, 4, 2) == [[1], []]
    assert _left(shelf) == [2, 4, 5, 6]


def test_tasks_that_come_back_out_of_order_stand_in_order() -> None:
    shelf = _shelf(_task(2), _task(3, 10, 20))
    assert _trimmed(shelf, 5, 10_000, 1) == [[]]
    shelf.keep(_task(1, 1, 6))
    assert _left(shelf) == [1, 2, 3]
    assert _trimmed(shelf, 6, 10_000, 1) == [[1]]
    assert [task.ordinal for task in shelf.page(2, 5)] == [3]


def test_a_full_round_of_the_collector_walks_nothing_of_a_task() -> None:
    shelf = _shelf(*(_task(n) for n in range(1, 3)))
    gc.collect()
    kept = {id(task) for task in shelf.by_id.values()} | {
        id(part)
        for task in shelf.by_id.values()
        for part in (task.plan, task.plan.steps, task.params, *task.plan.steps)
    }
    assert len(kept) > 10
    assert kept.isdisjoint(map(id, gc.get_objects()))
    parts = [*shelf.by_id._parts.values(), *shelf._blocks.values()]
    assert len(parts) > 1
    assert not any(map(gc.is_tracked, parts))


def test_no_dict_of_a_full_shelf_is_large_so_that_none_takes_long_to_grow() -> None:
    shelf = _shelf(*(_task(n) for n in range(1, 20_001)))
    assert max(map(len, shelf.by_id._parts.values())) < 20_000 / 10
    assert max(map(len, shelf._blocks.values())) <= 1024


def test_a_task_goes_with_its_callbacks_once_none_is_to_come() -> None:
    def delivery(task_id: str, event: str, due_ms: int | None) -> Delivery:
        return Delivery(f"{task_id}:{event}", task_id, "kie", event, "http://h/c", 5, due_ms)

    async def scenario() -> list[list[str]]:
        store = MemoryStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        to_come = delivery("t1", "b", 9)
        log = (delivery("t1", "a", None), to_come, delivery("t2", "a", None))
        tasks = (_task(1, 10, 20), _task(2, 10), _task(3, 10))
        assert await store.commit("sb", 1, Changes(tasks=tasks, deliveries=log))
        found = []
        for due_ms in (9, None):
            await store.settle("sb", replace(to_come, due_ms=due_ms))
            await store.trim("sb", 20, 2)
            left = [each.id for each in await store.tasks("sb")]
            found.append(left + [each.id for each in await all_deliveries(store, "sb")])
        return found

    assert asyncio.run(scenario()) == [["t1", "t3", "t1:a", "t1:b"], ["t3"]]


def test_what_a_cleared_sandbox_held_is_let_go_bit_by_bit() -> None:
    count = 9001

    def delivery(number: int) -> Delivery:
        return Delivery(f"t{number}:end", f"t{number}", "kie", "end", "http://h/c", 5, 5)

    async def scenario() -> list[list[int]]:
        store = MemoryStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        tasks = tuple(map(_task, range(1, count + 1)))
        deliveries = tuple(map(delivery, range(1, count + 1)))
        assert await store.commit("sb", 1, Changes(tasks=tasks, deliveries=deliveries))
        for _ in range(count):
            await store.record("sb", ClockMoved(1, 2, from_ms=1))
        cell = store._cells["sb"]
        await store.clear("sb")
        assert await store.task_count("sb") == 0

        def held() -> list[int]:
            blocks = sum(map(len, cell.tasks._blocks.values()))
            logs = [len(cell.log), len(cell.deliveries), len(cell.due)]
            return [blocks, len(cell.tasks.by_id), *logs, len(cell.journal._drafts)]

        left = [held()]
        while any(left[-1]) and len(left) < 200:
            turn = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(turn.set_result, None)
            await turn
            left.append(held())
        return left

    sizes = asyncio.run(scenario())
    assert (sizes[0], sizes[-1]) == ([count] * 6, [0] * 6)
    # Others have a turn after two slices at the latest.
    assert max(sum(before) - sum(after) for before, after in pairwise(sizes)) <= 2 * 1024
