"""Replies that are being sent, so that readers of the journal can wait for those that have ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from mockserver.engine.notifier import Waiter

TURNS = 3  # turns of the event loop, in which it learns of every closed connection


class Report:
    """One reply that is being sent. `ending`: nothing more is sent, and the journal must be told.

    `idle` is given up when the connection after the reply is used again or has ended, and
    `closed_used` says that we closed it when it was used again.
    """

    __slots__ = ("closed_used", "ending", "idle", "over", "waiter")

    def __init__(self) -> None:
        self.waiter = Waiter()
        self.idle = Waiter()
        self.ending = False
        self.closed_used = False
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Reports:
    """The replies that this process is sending, by sandbox."""

    def __init__(self) -> None:
        self._open: dict[str, set[Report]] = {}

    @contextmanager
    def of(self, sandbox_id: str) -> Iterator[Report]:
        """Holds a reply as long as it is sent and reported."""
        report = Report()
        found = self._open.setdefault(sandbox_id, set())
        found.add(report)
        try:
            yield report
        finally:
            found.discard(report)
            if not found and self._open.get(sandbox_id) is found:
                del self._open[sandbox_id]
            report.over.set_result(None)

    async def settled(self, sandbox_id: str) -> None:
        """Waits until every reply of a sandbox that has ended here, or whose client has left, is
        in the journal. Those that go on are not waited for.
        """
        if sandbox_id not in self._open:
            return
        for _ in range(TURNS):
            await Waiter().rest(0)
        for report in tuple(self._open.get(sandbox_id, ())):
            if report.ending or report.waiter.gone:
                await asyncio.shield(report.over)
