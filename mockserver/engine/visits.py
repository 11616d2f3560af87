"""Which exchanges are open in mode auto: a callback moves its clock only when all is quiet."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

from mockserver.domain.sandbox.snapshot import StoreUnavailable

if TYPE_CHECKING:
    from mockserver.engine.notifier import Notifier
    from mockserver.engine.ports import Presence, Store, System

QUIET_REAL_MS = 100
LATEST_REAL_MS = 2000  # after the last creation, even if the client is busy
RENEW_REAL_MS = 10_000


def quiet_wait_ms(presence: Presence, real_ms: int) -> float | None:
    """Real time until a callback may move the clock; None: not before an exchange has ended."""
    if presence.creating:
        return None
    latest_ms = max(0, presence.created_real_ms + LATEST_REAL_MS - real_ms)
    if presence.open:
        return latest_ms
    return min(latest_ms, max(0, presence.ended_real_ms + QUIET_REAL_MS - real_ms))


class Visit:
    """One exchange until its reply is sent. `task_id` is the task that it was about, if any."""

    __slots__ = ("_visits", "creating", "name", "renewed_real_ms", "sandbox_id", "task_id")

    def __init__(self, visits: Visits, name: str, sandbox_id: str, creating: bool) -> None:
        self._visits = visits
        self.name = name
        self.sandbox_id = sandbox_id
        self.creating = creating
        self.task_id = ""
        self.renewed_real_ms = 0

    async def end(self) -> None:
        """The reply is sent, or the client has gone."""
        await self._visits.ended(self)


class Visits:
    """The exchanges of this process that are open in sandboxes in mode auto."""

    def __init__(self, store: Store, system: System, notifier: Notifier) -> None:
        self._store = store
        self._system = system
        self._notifier = notifier
        self._owner = system.entropy()
        self._numbers = count()
        self._open: dict[str, Visit] = {}

    async def begin(self, sandbox_id: str, *, creating: bool) -> Visit:
        """An exchange has begun; `creating`: it submits a job."""
        visit = Visit(self, f"{self._owner}-{next(self._numbers)}", sandbox_id, creating)
        self._open[visit.name] = visit
        await self._tell(visit)
        return visit

    async def ended(self, visit: Visit) -> None:
        """An exchange has ended: the loop of callbacks checks whether all is quiet."""
        self._open.pop(visit.name, None)
        with suppress(StoreUnavailable):  # the store forgets it by itself
            now_ms = self._system.real_ms()
            await self._store.leave(
                visit.sandbox_id, visit.name, visit.task_id, visit.creating, now_ms
            )
        self._notifier.call_pump(visit.sandbox_id)

    async def renew(self) -> None:
        """Tells a shared store about exchanges that stay open for long; else it would forget them."""
        due_ms = self._system.real_ms() - RENEW_REAL_MS
        for visit in [v for v in self._open.values() if v.renewed_real_ms <= due_ms]:
            await self._tell(visit)

    async def _tell(self, visit: Visit) -> None:
        visit.renewed_real_ms = self._system.real_ms()
        await self._store.enter(visit.sandbox_id, visit.name, visit.creating)
