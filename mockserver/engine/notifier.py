"""The clients that wait for a change of a sandbox, and how they are woken."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Waiter:
    """One client that waits. `give_up` ends its wait at once and for ever: the client has gone.

    `held_real_ms` is how long faults have made it wait, over all its waits. `outlasted`: it was
    still waiting when the sandbox's `patience_ms` ended. `reached_ms` is the virtual time at which
    its last wait for one ended.
    """

    __slots__ = ("_future", "gone", "held_real_ms", "outlasted", "reached_ms")

    def __init__(self) -> None:
        self.gone = False
        self.held_real_ms = 0
        self.outlasted = False
        self.reached_ms = 0
        self._future: asyncio.Future[None] | None = None

    def give_up(self) -> None:
        """The client has gone; everything that waits for it may stop."""
        self.gone = True
        self.wake()

    def wake(self) -> None:
        """Ends the present wait, if there is one."""
        if self._future is not None and not self._future.done():
            self._future.set_result(None)

    async def rest(self, real_ms: float | None) -> None:
        """Waits until it is woken, at most `real_ms` (None: without limit)."""
        if self.gone:
            return
        loop = asyncio.get_running_loop()
        self._future = loop.create_future()
        timer = None if real_ms is None else loop.call_later(real_ms / 1000, self.wake)
        try:
            await self._future
        finally:
            self._future = None
            if timer is not None:
                timer.cancel()


NO_SANDBOX = ""  # what rests under this name is woken only when the server stops


class Notifier:
    """Rings when a sandbox changes: wakes its waiting clients and the one loop of callbacks.

    `heard` is told of each sandbox too, if somebody listens.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, set[Waiter]] = {}
        self._silent = False
        self._called: set[str] = set()
        self.pump = Waiter()
        self.heard: Callable[[str], None] | None = None

    def ring(self, sandbox_id: str) -> None:
        """Wakes all clients that wait for this sandbox."""
        for waiter in tuple(self._waiting.get(sandbox_id, ())):
            waiter.wake()
        if self.heard is not None:
            self.heard(sandbox_id)
        self.call_pump(sandbox_id)

    def call_pump(self, sandbox_id: str) -> None:
        """Asks the loop of callbacks to look at this sandbox."""
        self._called.add(sandbox_id)
        self.pump.wake()

    @property
    def has_called(self) -> bool:
        """Whether `called` would return any."""
        return bool(self._called)

    def called(self) -> set[str]:
        """The sandboxes that the loop of callbacks was asked to look at since its last look."""
        called, self._called = self._called, set()
        return called

    def ring_all(self) -> None:
        """Wakes everything, for ever: the server stops, and nothing waits after this."""
        self._silent = True
        for waiting in tuple(self._waiting.values()):
            for waiter in tuple(waiting):
                waiter.give_up()
        self.pump.give_up()

    async def stopped(self) -> None:
        """Waits until the server stops."""
        waiter = Waiter()
        while not waiter.gone:
            await self.rest(NO_SANDBOX, waiter, None)

    async def rest(self, sandbox_id: str, waiter: Waiter, real_ms: float | None) -> None:
        """Waits until the sandbox changes, the client goes, or `real_ms` have passed."""
        if self._silent:
            return waiter.give_up()
        waiting = self._waiting.setdefault(sandbox_id, set())
        waiting.add(waiter)
        try:
            await waiter.rest(real_ms)
        finally:
            waiting.discard(waiter)
            if not waiting:
                with suppress(KeyError):
                    del self._waiting[sandbox_id]
