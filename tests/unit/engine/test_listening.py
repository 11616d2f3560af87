"""Where nobody listens, nothing is told; a place keeps its text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from mockserver.domain.input.errors import BadInput
from mockserver.domain.journal.journal import Exchange
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.time.clock import start_clock
from mockserver.engine.listening import Listener, Listeners, Place, read_place
from mockserver.engine.notifier import Notifier
from mockserver.stores.memory import MemoryStore
from tests.support.engine import SetSystem

Told = Callable[[str], None]
FOR_EVER_MS = 10**9


class Switch:
    """Stands for a store that tells of its entries: keeps whom it was last asked to tell."""

    def __init__(self) -> None:
        self.told: Told | None = None

    def set(self, told: Told | None) -> None:
        self.told = told


def listeners(notifier: Notifier, switch: Switch, gather_ms: int = 0) -> Listeners:
    return Listeners(MemoryStore(), SetSystem(1_000), notifier, {}, switch.set, gather_ms)


def test_nobody_is_told_before_the_first_listener_came_and_after_the_last_one_left() -> None:
    async def seen() -> list[tuple[bool, bool]]:
        notifier, switch = Notifier(), Switch()
        everybody = listeners(notifier, switch)
        first, second = (Listener(everybody, "").events(60_000) for _ in range(2))
        states = [(switch.told is None, notifier.heard is None)]
        for events in (first, second):
            await anext(events)
            states.append((switch.told is None, notifier.heard is None))
        for events in (first, second):
            await events.aclose()  # type: ignore[attr-defined]
            states.append((switch.told is None, notifier.heard is None))
        return states

    silent, awake = (True, True), (False, False)
    assert asyncio.run(seen()) == [silent, awake, awake, awake, silent]


def test_a_listener_of_all_names_at_most_a_hundred_places() -> None:
    listener = Listener(
        listeners(Notifier(), Switch()), "", Place(7, {f"s{n}": n for n in range(150)})
    )
    start, *places = listener.place.split(",")
    assert (start, len(places)) == ("7", 100)
    assert places[-1] == "149:s149"
    assert read_place(listener.place, "", "after").numbers["s149"] == 149


@pytest.mark.parametrize("text", ["x", "1,2", "1,2:", "1,:s", "1,x:s", "-1", "9" * 18])
def test_a_text_that_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="after"):
        read_place(text, "", "after")


def test_what_happens_while_a_listener_gathers_is_told_together_and_later_things_at_once() -> None:
    async def told() -> tuple[list[list[int]], list[list[int]]]:
        everybody = listeners(Notifier(), Switch(), gather_ms=FOR_EVER_MS)
        await everybody.store.create(Sandbox("sb", "seed", start_clock("real", 0)))
        listener, pieces = Listener(everybody, "sb"), list[list[int]]()

        async def listen() -> None:
            async for events in listener.events(FOR_EVER_MS):
                pieces.append([event.seq for event in events])

        task = asyncio.get_running_loop().create_task(listen())
        for _ in range(3):
            await turns()
            await everybody.store.record("sb", Exchange(1, 1))
            listener.noted("sb")
        await turns()
        before = [*pieces]
        for _ in range(2):
            listener.waiter.wake()  # the time to gather is over
            await turns()
        await everybody.store.record("sb", Exchange(1, 1))
        listener.noted("sb")
        await turns()
        listener.waiter.give_up()
        await task
        return before, pieces

    assert asyncio.run(told()) == ([[], [1]], [[], [1], [2, 3], [4]])


async def turns() -> None:
    """Lets everything run that can run."""
    loop = asyncio.get_running_loop()
    for _ in range(20):
        turn = loop.create_future()
        loop.call_soon(turn.set_result, None)
        await turn
