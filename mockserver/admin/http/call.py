"""One control call: its declaration, its request and its reply."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from mockserver.admin.http import bodies
from mockserver.admin.http.feed import Feed
from mockserver.admin.http.pieces import Pieces
from mockserver.admin.responses.change import changes_told
from mockserver.control.operation import Given, Operation, Told
from mockserver.control.schemas import LAST_NUMBER, MOST_ON_PAGE
from mockserver.domain.input.errors import BadInput, Missing, nearest
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.job.ids import KEY, key_hash
from mockserver.domain.journal.journal import Controlled

if TYPE_CHECKING:
    from mockserver.domain.sandbox.sandbox import Sandbox
    from mockserver.domain.sandbox.snapshot import Snapshot
    from mockserver.domain.time.clock import ClockState, Instant
    from mockserver.engine.core import Core
    from mockserver.settings import Settings
    from mockserver.web.player import Player

PREFIX = "/_mock/v1"
CURRENT = "current"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to the control API, with everything that may be needed to serve it.

    `key` is the API key of the request, or empty. It chooses the sandbox `current`.
    `base_url` is where the caller reaches the server.
    """

    core: Core
    settings: Settings
    player: Player
    params: Mapping[str, str]
    query: Mapping[str, str]
    key: str
    content: bytes
    base_url: str
    last_event_id: str = ""

    def body(self, type_: type[T]) -> T:
        """The body as a record. Raises Malformed and BadInput."""
        return bodies.read(self.content, type_)

    async def sandbox_id(self) -> str:
        """The sandbox that the path names; `current` is the one of the request's key.

        A key that is new opens its sandbox, as it would with its first provider call.
        Raises BadInput, Missing, Refusal(`unauthorized`).
        """
        named = self.params["sandbox"]
        if named != CURRENT:
            return named
        if not re.fullmatch(KEY, self.key):
            expected = "an API key, which chooses the sandbox 'current'"
            raise BadInput("Authorization", "…" if self.key else "", expected)
        return await self.core.sandboxes.identify(self.key, key_hash(self.key))

    async def snapshot(self, task_id: str = "") -> Snapshot:
        """The sandbox that the path names, as it is now. Raises Missing."""
        sandbox_id = await self.sandbox_id()
        found = await self.core.store.load(sandbox_id, task_id)
        if found is None:
            ids = await self.core.store.sandbox_ids()
            raise Missing("sandbox", sandbox_id, nearest(sandbox_id, ids))
        return found

    async def sandbox(self) -> Sandbox:
        """What is set for the sandbox that the path names. Raises Missing."""
        return (await self.snapshot()).sandbox

    async def change(self, sandbox_id: str, change: Callable[[Sandbox], Sandbox]) -> Sandbox:
        """Changes a sandbox, and writes the changed settings into its journal. Raises Missing."""
        seen: list[Sandbox] = []

        def noted(present: Sandbox) -> Sandbox:
            seen.append(present)
            return change(present)

        changed = await self.core.sandboxes.update(sandbox_id, noted)
        told = changes_told(seen[-1], changed)
        if told:
            await self.note(changed, "; ".join(told))
        return changed

    async def note(self, sandbox: Sandbox, what: str) -> None:
        """Writes into the journal what was done over the control API."""
        real_ms = self.core.system.real_ms()
        entry = Controlled(real_ms, sandbox.clock.at(real_ms), what=what)
        await self.core.store.record(sandbox.id, entry)

    def now_ms(self, clock: ClockState) -> int:
        """The virtual time of a clock."""
        return clock.at(self.core.system.real_ms())

    def now(self, clock: ClockState) -> Instant:
        """The moment in both times."""
        return clock.instant(self.core.system.real_ms())

    def number(self, name: str, default: int, highest: int) -> int:
        """A whole number in the query, 0 to `highest`. Raises BadInput."""
        text = self.query.get(name, str(default))
        found = whole_number(text)
        if found is None or found > highest:
            raise BadInput(name, text, f"a whole number from 0 to {highest}")
        return found

    def limit(self) -> int:
        """How many records a page may have. Raises BadInput."""
        return self.number("limit", 100, MOST_ON_PAGE)

    def page(self) -> tuple[int, int]:
        """The number after which a page begins, and how many records it may have. Raises BadInput."""
        return self.number("after", 0, LAST_NUMBER), self.limit()

    def known_query(self, *names: str) -> None:
        """Raises BadInput if the query has a parameter that the call does not take."""
        for name in self.query:
            if name not in names:
                taken = "one of: " + ", ".join(names) if names else "no query parameters"
                raise BadInput(name, self.query[name], taken + nearest(name, names))


@dataclass(frozen=True, slots=True)
class Created(Generic[Told]):
    """The content of a 201 and its location."""

    content: Told
    location: str


@dataclass(frozen=True, slots=True)
class ControlCall:
    """An operation and its handler, which returns the reply, or None if the reply has no body."""

    operation: Operation[Any, Any]
    handle: Callable[[Ask], Awaitable[Any]]


@overload
def served(
    operation: Operation[None, Told],
    handle: Callable[[Ask], Awaitable[Told | Created[Told] | Pieces[Told] | Feed[Told]]],
) -> ControlCall: ...
@overload
def served(
    operation: Operation[Given, Told],
    handle: Callable[[Ask, Given], Awaitable[Told | Created[Told] | Pieces[Told]]],
) -> ControlCall: ...
def served(operation: Operation[Any, Any], handle: Callable[..., Awaitable[Any]]) -> ControlCall:
    """The call of an operation. If the operation takes a body, `handle` gets it as a record."""

    async def answered(ask: Ask) -> Any:
        if operation.query is not None:
            ask.known_query(*operation.query)
        if not operation.takes_body:
            return await handle(ask)
        if operation.body_optional and not ask.content:
            return await handle(ask, operation.request())
        raw = operation.request is bytes
        return await handle(ask, ask.content if raw else ask.body(operation.request))

    return ControlCall(operation, answered)
