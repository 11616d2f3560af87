"""Those that listen to what happens, and how they are woken. Nobody listens: nothing is done."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.sandbox.snapshot import StoreUnavailable
from mockserver.engine.notifier import NO_SANDBOX, Waiter
from mockserver.engine.paging import all_entries
from mockserver.engine.sandboxes import sooner
from mockserver.engine.trail import Trail

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from mockserver.domain.journal.event import Event
    from mockserver.domain.provider.provider import Provider
    from mockserver.engine.notifier import Notifier
    from mockserver.engine.ports import Store, System

POLL_REAL_MS = 250  # for a store that does not tell when something was written down
GATHER_REAL_MS = 50  # a reader that woke for each call would cost more than the call
MOST_PLACES = 100  # sandboxes whose places an id names
LAST_PLACE = 2**53


class Place(Struct, frozen=True):
    """Where a listener was: a real time, and behind which entry of each sandbox."""

    since_real_ms: int
    numbers: dict[str, int]


class Listeners:
    """Everybody that listens. `hear` of a store sets whom it tells of each journal entry, if it can."""

    def __init__(
        self,
        store: Store,
        system: System,
        notifier: Notifier,
        providers: Mapping[str, Provider],
        hear: Callable[[Callable[[str], None] | None], None] | None,
        gather_ms: int = GATHER_REAL_MS,
    ) -> None:
        self.store = store
        self.system = system
        self.notifier = notifier
        self.providers = providers
        self.poll_ms = None if hear else POLL_REAL_MS
        self.gather_ms = gather_ms
        self._hear = hear
        self._here: dict[Listener, None] = {}

    def enter(self, listener: Listener) -> None:
        """Somebody begins to listen."""
        self._here[listener] = None
        if self._hear:
            self._hear(self._noted)
        self.notifier.heard = self._noted

    def leave(self, listener: Listener) -> None:
        """Somebody listens no more."""
        self._here.pop(listener, None)
        if not self._here:
            if self._hear:
                self._hear(None)
            self.notifier.heard = None

    def _noted(self, sandbox_id: str) -> None:
        for listener in self._here:
            listener.noted(sandbox_id)

    def trail(self, sandbox_id: str, after: int) -> Trail:
        """A place in a sandbox's journal."""
        by_gaps = self._hear is not None
        world = (self.store, self.system, self.providers)
        return Trail(*world, sandbox_id, after, by_gaps=by_gaps)


class Listener:
    """One that listens to one sandbox, or to all (`only` is empty).

    It keeps a place for each sandbox and no events. So its size does not depend on how slow it is.
    `place` names where it is, as `Last-Event-ID` gives it back. For one sandbox that is a number of
    its journal. For all it is the real time of the start, and number and sandbox of each that had
    something.
    """

    def __init__(self, listeners: Listeners, only: str, place: Place | None = None) -> None:
        self._all = listeners
        self.only = only
        self._numbers: dict[str, int] = {}
        self._since_real_ms = listeners.system.real_ms()
        self._resumes = place is not None
        self._trails: dict[str, Trail] = {}
        self._dirty: set[str] = set()
        self._gathers = False
        self.waiter = Waiter()
        if place is not None:
            self._since_real_ms, self._numbers = place.since_real_ms, dict(place.numbers)

    @property
    def place(self) -> str:
        """Where it is now."""
        if self.only:
            return str(self._numbers.get(self.only, 0))
        told = list(self._numbers.items())[-MOST_PLACES:]
        return ",".join([str(self._since_real_ms), *(f"{seq}:{id_}" for id_, seq in told)])

    def noted(self, sandbox_id: str) -> None:
        """Something happened in a sandbox."""
        if self.only in ("", sandbox_id):
            self._dirty.add(sandbox_id)
            if not self._gathers:
                self.waiter.wake()

    async def events(self, beat_ms: int) -> AsyncIterator[list[Event]]:
        """What happens, as it happens; an empty list at first, and after `beat_ms` without any.

        It ends when the listener has gone, when the server stops, or when its only sandbox is
        deleted. While the store cannot be reached, nothing happens.
        """
        self._all.enter(self)
        try:
            await self._begin()
            yield []
            beats_ms = self._all.system.real_ms() + beat_ms
            while not self.waiter.gone:
                dirty, self._dirty = self._dirty, set()
                has_told = False
                async for batch in self._batches(dirty):
                    yield batch
                    has_told = True
                    beats_ms = self._all.system.real_ms() + beat_ms
                if self.only and self.only not in self._trails:
                    return
                if has_told:
                    await self._gather()
                await self._rest(beats_ms)
                if self._all.system.real_ms() >= beats_ms:
                    yield []
                    beats_ms = self._all.system.real_ms() + beat_ms
        finally:
            self._all.leave(self)

    async def _batches(self, dirty: set[str]) -> AsyncIterator[list[Event]]:
        """What is new in some sandboxes, in pieces; if the store fails, they are looked at again."""
        for sandbox_id in sorted(dirty):
            try:
                trail = await self._trail(sandbox_id)
                async for events in trail.news():
                    if not trail.is_gone:
                        self._numbers.pop(sandbox_id, None)
                        self._numbers[sandbox_id] = trail.after
                    yield events
            except StoreUnavailable:
                self._dirty.add(sandbox_id)
                continue
            if trail.is_gone:
                del self._trails[sandbox_id]
                self._numbers.pop(sandbox_id, None)

    async def _trail(self, sandbox_id: str) -> Trail:
        known = self._trails.get(sandbox_id)
        if known is None:  # opened since this listener came
            known = self._trails[sandbox_id] = self._all.trail(sandbox_id, 0)
        return known

    async def _begin(self) -> None:
        ids = (self.only,) if self.only else await self._all.store.sandbox_ids()
        for sandbox_id in ids:
            after = await self._first_place(sandbox_id)
            if self.only:
                self._numbers[sandbox_id] = after
            trail = self._trails[sandbox_id] = self._all.trail(sandbox_id, after)
            await trail.begin(resumed=self._resumes)
        self._dirty |= set(self._trails)

    async def _first_place(self, sandbox_id: str) -> int:
        """Behind which entry a listener begins: what it had, or else what is new now."""
        store = self._all.store
        if not self._resumes:
            return (await store.journal(sandbox_id, 0, 0)).last
        if sandbox_id in self._numbers or self.only:
            return self._numbers.get(sandbox_id, 0)
        after = 0
        async for entry in all_entries(store, sandbox_id):
            if entry.real_ms >= self._since_real_ms:
                break
            after = entry.seq
        return after

    async def _gather(self) -> None:
        """Waits a moment, whatever happens meanwhile, so that it is told together."""
        self._gathers = True
        await self._all.notifier.rest(NO_SANDBOX, self.waiter, self._all.gather_ms)
        self._gathers = False

    async def _rest(self, beats_ms: int) -> None:
        """Waits until something happens, a phase is due, or the next heartbeat."""
        if self._dirty and self._all.poll_ms is None:
            return
        wait_ms: float | None = max(0, beats_ms - self._all.system.real_ms())
        wait_ms = sooner(wait_ms, self._all.poll_ms)
        for trail in self._trails.values():
            wait_ms = sooner(wait_ms, trail.wait_ms())
        assert wait_ms is not None
        await self._all.notifier.rest(NO_SANDBOX, self.waiter, max(1.0, wait_ms))
        self._dirty |= {id_ for id_, trail in self._trails.items() if trail.wait_ms() == 0}
        if self._all.poll_ms is not None and not self.waiter.gone:
            with suppress(StoreUnavailable):
                await self._poll()

    async def _poll(self) -> None:
        """Finds the sandboxes with something new. It reads only their journals: a sandbox that is
        loaded counts as used, and one that somebody only looks at does not.
        """
        store = self._all.store
        there = set(await store.sandbox_ids())
        wanted = there & {self.only} if self.only else there
        self._dirty |= set(self._trails) - there
        for sandbox_id in wanted:
            trail = await self._trail(sandbox_id)
            if (await store.journal(sandbox_id, 0, 0)).last > trail.after:
                self._dirty.add(sandbox_id)


def read_place(text: str, only: str, field: str) -> Place:
    """A place from the text of it. Raises BadInput over `field`."""
    first, *rest = text.split(",")
    start = _number(first)
    pairs = [part.partition(":") for part in rest]
    numbers = {sandbox_id: _number(number) for number, _, sandbox_id in pairs}
    if start is None or None in numbers.values() or "" in numbers or (only and rest):
        raise BadInput(field, text, "the id of an event of such a stream")
    found = {id_: number for id_, number in numbers.items() if number is not None}
    return Place(0, {only: start}) if only else Place(start, found)


def _number(text: str) -> int | None:
    found = whole_number(text)
    return found if found is not None and found <= LAST_PLACE else None
