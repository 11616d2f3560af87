"""Creations that wait for one sandbox of a shared store are decided one after the other, and
committed together.

Each by itself would load, decide and commit, and all but one of those that meet would lose the race
and begin again. Here the first one decides for all: on one snapshot, which each decision carries on.
Where another replica was faster, what was decided is thrown away and decided anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.sandbox.snapshot import Changes
from mockserver.engine.batches import Batches
from mockserver.engine.ports import SandboxGone

if TYPE_CHECKING:
    from mockserver.domain.sandbox.snapshot import Snapshot
    from mockserver.engine.ports import Store
    from mockserver.engine.served import Served

    Decided = tuple[Served, Changes | None]
    Decide = Callable[[Snapshot], Decided]
    Asked = tuple[Snapshot, Decide]


class Together:
    """The creations under way, by sandbox."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._batches: dict[str, Batches[Asked, Decided]] = {}
        self._written: dict[str, Snapshot] = {}  # what was written last, while more is to come

    async def serve(self, sandbox_id: str, snapshot: Snapshot, decide: Decide) -> Decided:
        """What `decide` gives, written. It may be asked several times, each time with what the store
        holds by then, and must change nothing itself.

        Raises SandboxGone, and whatever the store raises.
        """
        batches = self._batches.get(sandbox_id)
        if batches is None:
            batches = self._batches[sandbox_id] = Batches(partial(self._all, sandbox_id))
        try:
            return await batches.ask((snapshot, decide))
        finally:
            if batches.is_idle and self._batches.get(sandbox_id) is batches:
                del self._batches[sandbox_id]
                self._written.pop(sandbox_id, None)

    async def _all(self, sandbox_id: str, asked: list[Asked]) -> list[Decided | Exception]:
        known = [snapshot for snapshot, _ in asked]
        if sandbox_id in self._written:
            known.append(self._written[sandbox_id])
        base: Snapshot | None = max(known, key=lambda snapshot: snapshot.version)
        while base is not None:
            decided, changes, after = _on(base, asked)
            if changes is None:
                return decided
            if await self._store.commit(sandbox_id, base.version, changes):
                self._written[sandbox_id] = replace(after, version=base.version + 1)
                return decided
            base = await self._store.load(sandbox_id)
        raise SandboxGone(sandbox_id)


def _on(
    base: Snapshot, asked: list[Asked]
) -> tuple[list[Decided | Exception], Changes | None, Snapshot]:
    """What is decided one after the other, all changes together, and the snapshot behind them."""
    decided: list[Decided | Exception] = []
    total: Changes | None = None
    after = replace(base, task=None, task_id="")
    for _, decide in asked:
        served, changes = decide(after)
        decided.append((served, changes))
        if changes is not None:
            total = changes if total is None else total.then(changes)
            after = after.behind(changes)
    return decided, total, after
