"""When a callback may move a clock in mode auto, seen from another replica than the client's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.time.clock import start_clock
from mockserver.engine.notifier import Notifier
from mockserver.engine.visits import (
    LATEST_REAL_MS,
    QUIET_REAL_MS,
    RENEW_REAL_MS,
    Visit,
    Visits,
    quiet_wait_ms,
)
from mockserver.stores.memory import MemoryStore
from tests.support.engine import SetSystem
from tests.support.some import some


class Replica:
    """One replica's visits; `wait_ms` is what any replica would wait before it moves the clock."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.store, self.system, self.notifier = MemoryStore(), SetSystem(1_000_000), Notifier()
        sandbox = Sandbox("sb", "seed", start_clock("auto", 0))
        self.runner.run(self.store.create(sandbox))
        self.visits = Visits(self.store, self.system, self.notifier)

    def begin(self, *, creating: bool = False) -> Visit:
        return self.runner.run(self.visits.begin("sb", creating=creating))

    def call(self, task_id: str, *, creating: bool = False) -> None:
        visit = self.begin(creating=creating)
        visit.task_id = task_id
        self.end(visit)

    def end(self, visit: Visit) -> None:
        self.runner.run(visit.end())

    def passes(self, real_ms: int) -> None:
        self.system.now_ms += real_ms

    def wait_ms(self) -> float | None:
        presence = self.runner.run(self.store.presence("sb", "task"))
        return quiet_wait_ms(presence, self.system.now_ms)


@pytest.fixture
def replica() -> Iterator[Replica]:
    """A replica that has just answered the creation of the task."""
    replica = Replica()
    replica.call("task", creating=True)
    yield replica
    replica.runner.close()


def test_all_calls_about_the_task_have_to_be_over_for_a_moment(replica: Replica) -> None:
    assert replica.wait_ms() == QUIET_REAL_MS
    replica.passes(40)
    replica.call("task")
    assert replica.wait_ms() == QUIET_REAL_MS
    replica.passes(QUIET_REAL_MS)
    assert replica.wait_ms() == 0


def test_calls_about_other_tasks_do_not_hold_it_up(replica: Replica) -> None:
    replica.passes(QUIET_REAL_MS)
    replica.call("another")
    replica.call("")
    assert replica.wait_ms() == 0


def test_an_open_exchange_holds_it_up_for_two_seconds_at_most(replica: Replica) -> None:
    replica.begin()
    replica.passes(500)
    assert replica.wait_ms() == LATEST_REAL_MS - 500
    replica.passes(LATEST_REAL_MS - 500)
    assert replica.wait_ms() == 0


def test_a_creation_that_is_held_open_holds_it_up_for_as_long_as_it_lasts(
    replica: Replica,
) -> None:
    held = replica.begin(creating=True)
    replica.passes(100 * LATEST_REAL_MS)
    assert replica.wait_ms() is None
    replica.end(held)
    assert replica.wait_ms() == 0  # it was not about the task
    replica.call("task", creating=True)
    assert replica.wait_ms() == QUIET_REAL_MS


def test_a_client_that_never_rests_waits_for_two_seconds_after_its_creation(
    replica: Replica,
) -> None:
    waits = []
    for _ in range(LATEST_REAL_MS // 50):
        replica.call("task")
        waits.append(replica.wait_ms())
        replica.passes(50)
    assert all(wait_ms is not None and wait_ms > 0 for wait_ms in some(waits))
    replica.call("task")
    assert replica.wait_ms() == 0


def test_the_loop_of_callbacks_looks_when_an_exchange_has_ended(replica: Replica) -> None:
    replica.notifier.called()
    visit = replica.begin()
    assert replica.notifier.called() == set()
    replica.end(visit)
    assert replica.notifier.called() == {"sb"}


def test_what_is_open_for_long_is_told_again(replica: Replica) -> None:
    told: list[str] = []

    async def enter(sandbox_id: str, visit: str, creating: bool) -> None:
        told.append(visit)

    visit = replica.begin()
    replica.store.enter = enter  # type: ignore[method-assign]
    replica.passes(RENEW_REAL_MS - 1)
    replica.runner.run(replica.visits.renew())
    assert told == []
    replica.passes(1)
    replica.runner.run(replica.visits.renew())
    assert told == [visit.name]
    replica.end(visit)
    replica.passes(RENEW_REAL_MS)
    replica.runner.run(replica.visits.renew())
    assert told == [visit.name]


def test_ends_of_calls_long_ago_are_forgotten(replica: Replica) -> None:
    for number in range(200):
        replica.call(f"task-{number}")
        replica.passes(1000)
    assert len(replica.store._cells["sb"].left) <= 66
