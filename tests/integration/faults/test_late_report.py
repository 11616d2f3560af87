"""What struck is told rightly though the report of a reply comes late: who asks waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from mockserver.app import Running
from mockserver.control import rule_struck, scenario_struck
from mockserver.engine.ports import Store
from tests.support.serving import settings
from tests.support.struck import Struck

TURNS = 100  # of the server's loop by which the report comes after a question
READ_REAL_S = 10


class Late:
    """A store that is slow to note a strike: once `asked` is set, it does so a while after the next
    look at the sandbox. Who does not wait has read by then what the store held before.
    """

    def __init__(self, store: Store) -> None:
        self._count, self._load = store.count, store.load
        self.holds = Event()
        self.asked = False
        self._over = asyncio.Event()

    async def count(self, sandbox_id: str, counter: str) -> int:
        if counter.endswith(":struck") or counter.startswith("scenario:"):
            self.holds.set()
            await self._over.wait()
        return await self._count(sandbox_id, counter)

    async def load(self, *args: str) -> Any:
        if self.asked:
            self.asked = False
            self._turn(TURNS)
        return await self._load(*args)

    def _turn(self, left: int) -> None:
        if left:
            asyncio.get_running_loop().call_soon(self._turn, left - 1)
        else:
            self._over.set()


@pytest.fixture
def struck(key: str) -> Iterator[Struck]:
    """A client of a server whose jobs take no time to speak of."""
    running = Running(settings(clock="real", speed=100_000.0, store="memory"))
    struck = Struck(running, key)
    yield struck
    struck.close()
    running.stop()


def _sent(struck: Struck, sandbox: str) -> Any:
    return [entry.detail["struck"] for entry in struck.control.entries(sandbox, kind="sent")]


def _exchange(struck: Struck, sandbox: str) -> Any:
    (call,) = struck.control.entries(sandbox, call_phase="stream")
    return [fault["struck"] for fault in call.faults], call.scenario_struck


def _drawn(struck: Struck, sandbox: str) -> Any:
    moments = struck.control.timeline(sandbox).moments
    return [m.faults for m in moments if "/chat/completions" in m.what]


def _task(struck: Struck, sandbox: str) -> Any:
    (task,) = struck.http.get(f"/_mock/v1/sandboxes/{sandbox}/tasks").json()["tasks"]
    return task["scenario_struck"]


def _one_task(struck: Struck, sandbox: str) -> Any:
    (task,) = asyncio.run(struck.server.app.core.store.tasks(sandbox))
    return struck.control.task(task.id, sandbox).scenario_struck


def _one_rule(struck: Struck, sandbox: str) -> Any:
    return struck.http.get(f"/_mock/v1/sandboxes/{sandbox}/faults/r1").json()["struck"]


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda struck, sandbox: rule_struck(struck.control, sandbox, "r1").times, 1),
        (lambda struck, sandbox: scenario_struck(struck.control, sandbox, "fail").times, 1),
        (_one_rule, 1),
        (_task, True),
        (_one_task, True),
        (_sent, [["r1"]]),
        (_exchange, ([True], True)),
        (_drawn, [["stream_silent_end"]]),
    ],
    ids=["rule", "scenario", "one rule", "tasks", "task", "sent", "exchange", "time line"],
)
def test_who_asks_what_struck_waits_for_the_report_of_a_reply_that_has_ended(
    struck: Struck, ask: Callable[[Struck, str], Any], told: Any
) -> None:
    sandbox = struck.control.sandbox()
    struck.set({"fault": "stream_silent_end", "id": "r1"})
    store = struck.server.app.core.store
    late = Late(store)
    store.count, store.load = late.count, late.load
    struck.events("a cat [mock:fail]")
    assert late.holds.wait(READ_REAL_S), "no report was to come"
    late.asked = True
    assert ask(struck, sandbox.id) == told
