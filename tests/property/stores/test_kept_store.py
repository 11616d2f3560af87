"""What is written down of a kept store is what it holds, whatever was done and whichever write failed."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from mockserver.engine.archive import restore
from mockserver.engine.paging import all_deliveries
from mockserver.stores.database import Database
from mockserver.stores.kept import KeptStore
from mockserver.stores.memory import MemoryStore
from mockserver.stores.rows import statements
from tests.property.test_store_agreement import KEYS, SANDBOXES, StoresAgree


class KeptStoreIsWrittenDown(StoresAgree):
    """The memory store says what there should be; writes overlap with whatever is done meanwhile."""

    def __init__(self) -> None:
        super(StoresAgree, self).__init__()
        self.loop = asyncio.new_event_loop()
        self.kept = KeptStore()
        self.stores: tuple[Any, ...] = (MemoryStore(), self.kept)
        self.ordinals = itertools.count(1)
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "state"
        path.touch()
        self.database = Database(path)
        self.taken: Any = None
        self.written = 0

    def teardown(self) -> None:
        if self.taken is not None:
            self.end_a_write(done=False)
        self.write_and_read_back()
        self.database.close()
        self.folder.cleanup()
        self.loop.close()

    @initialize()
    def write_some_down(self) -> None:
        for sandbox, key in zip(SANDBOXES[:2], KEYS, strict=False):
            self.create(sandbox, "seed")
            self.bind(sandbox, key)
            for ends_ms in (10, 20):
                self.submit(sandbox, ends_ms, announced=True, stale=False)
            self.settle(self.claim(sandbox, 10), 200)
            self.count(sandbox, "rule:1")
        self.write_and_read_back()

    @precondition(lambda self: self.taken is None)
    @rule()
    def begin_a_write(self) -> None:
        self.taken = self.kept.take()
        self.database.begin()
        for statement, rows in statements(self.taken):
            self.database.write(statement, rows)

    @precondition(lambda self: self.taken is not None)
    @rule(done=st.booleans())
    def end_a_write(self, done: bool) -> None:
        if done:
            self.database.commit()
        else:
            self.database.roll_back()
            self.kept.put_back(self.taken)
        self.taken = None

    @precondition(lambda self: self.taken is None)
    @rule()
    def write_and_read_back(self) -> None:
        self.begin_a_write()
        self.end_a_write(done=True)
        assert self.kept.take() == {}
        again = MemoryStore()
        for archive in self.database.read():
            self.loop.run_until_complete(restore(again, archive))
        expected, found = (self.loop.run_until_complete(_all(s)) for s in (self.stores[0], again))
        assert found == expected


async def _all(store: Any) -> dict[str, Any]:
    """All that a restart must not lose."""
    return {
        sandbox: (
            (await store.load(sandbox)).sandbox,
            (await store.load(sandbox)).books,
            await store.tasks(sandbox),
            await store.keys_of(sandbox),
            await all_deliveries(store, sandbox),
            await store.counters(sandbox),
        )
        for sandbox in SANDBOXES
        if await store.load(sandbox) is not None
    } | {key: await store.resolve(key) for key in KEYS}


@pytest.mark.timeout(300)
def test_a_kept_store_is_written_down_as_it_is() -> None:
    KeptStoreIsWrittenDown.TestCase.settings = settings(stateful_step_count=40)
    KeptStoreIsWrittenDown.TestCase().runTest()
