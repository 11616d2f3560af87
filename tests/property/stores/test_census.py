"""A census that remembers says what a walk over all tasks says, in both stores, whatever is done."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from mockserver.domain.job.plan import state_at
from mockserver.domain.sandbox.sandbox import Books
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.engine import census
from mockserver.engine.census import Census
from mockserver.stores import redis, shelf
from tests.property.test_store_agreement import SANDBOXES, StoresAgree, _task
from tests.support.engine import SetSystem


class CountedIsWalked(StoresAgree):
    """Ordinals begin anew in a sandbox that was emptied, as they do in life."""

    def __init__(self) -> None:
        super().__init__()
        self.censuses = [Census(store, SetSystem(0)) for store in self.stores]

    @rule(
        sandbox=st.sampled_from(SANDBOXES), ends_ms=st.integers(1, 100), several=st.integers(1, 5)
    )
    def submit(self, sandbox: str, ends_ms: int, several: int) -> None:
        async def commit(store: Any) -> None:
            snapshot = await store.load(sandbox)
            if snapshot is not None:
                first, last = snapshot.books.ordinal + 1, snapshot.books.ordinal + several
                tasks = tuple(_task(number, ends_ms) for number in range(first, last + 1))
                assert await store.commit(
                    sandbox, snapshot.version, Changes(books=Books(last), tasks=tasks)
                )

        self.both(commit)

    @invariant()
    def everything_reads_alike(self) -> None:
        for sandbox in SANDBOXES:
            for store, counted in zip(self.stores, self.censuses, strict=True):
                found = self.loop.run_until_complete(counted.of(sandbox))
                assert found == self.loop.run_until_complete(_walked(store, sandbox))


async def _walked(store: Any, sandbox: str) -> Counter[tuple[str, str]]:
    snapshot = await store.load(sandbox)
    if snapshot is None:
        return Counter()
    now_ms = snapshot.sandbox.clock.at(0)
    tasks = await store.tasks(sandbox)
    return Counter((task.provider, state_at(task.plan, now_ms).phase) for task in tasks)


@pytest.mark.timeout(300)
def test_counted_is_walked_in_memory_and_on_redis(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (census, shelf, redis):  # small blocks, so that many are full
        monkeypatch.setattr(module, "BLOCK", 4)
    CountedIsWalked.redis_url = redis_url
    CountedIsWalked.TestCase.settings = settings(max_examples=30, stateful_step_count=30)
    CountedIsWalked.TestCase().runTest()
