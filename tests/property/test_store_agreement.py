"""Every store gives the same answers: one machine drives memory and a real Redis alike."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from msgspec.structs import replace

from mockserver.domain.callback.delivery import Attempt, CallbackPolicy, Delivery, after_attempt
from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import Exchange
from mockserver.domain.money.ledger import Ledger
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import Instant, start_clock
from mockserver.engine.paging import all_deliveries
from mockserver.stores.memory import MemoryStore
from tests.support.redis_store import redis_store

SANDBOXES = ("sb1", "sb2", "sb3")
KEYS = ("aaaa", "bbbb", "cccc")
POLICY = CallbackPolicy(1000, (10, 20))
_prefixes = itertools.count(1)


def _sandbox(sandbox_id: str, seed: str) -> Sandbox:
    return Sandbox(sandbox_id, seed, start_clock("manual", 0), created_real_ms=7)


def _task(number: int, ends_ms: int) -> Task:
    steps = (
        Step(0, "queued"),
        Step(ends_ms, "succeeded", 100.0),
        Step(ends_ms + 50, "expired", 100.0),
    )
    plan = Plan(steps, "seed", known_ms=0, content_ms=ends_ms, hd_ms=ends_ms)
    return Task(
        f"task_{number}", number, "kie", "generate", "aaaa", "veo3", "猫", 0, plan, "http://h"
    )


def _delivery(number: int, due_ms: int) -> Delivery:
    return Delivery(
        f"task_{number}:finished", f"task_{number}", "kie", "finished", "http://h/c", due_ms, due_ms
    )


class StoresAgree(RuleBasedStateMachine):
    """Runs each operation on both stores and compares what they say."""

    redis_url = ""
    claimed = Bundle("claimed")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        prefix = f"agreement{next(_prefixes)}"
        self.stores: tuple[Any, ...] = (
            MemoryStore(),
            redis_store(self.redis_url, prefix),
        )
        self.ordinals = itertools.count(1)

    def teardown(self) -> None:
        self.loop.run_until_complete(self.stores[1].close())
        self.loop.close()

    def both(self, ask: Callable[[Any], Awaitable[Any]]) -> Any:
        """The answer, once both stores have given the same."""
        answers = [self.loop.run_until_complete(ask(store)) for store in self.stores]
        assert answers[0] == answers[1]
        return answers[0]

    @rule(sandbox=st.sampled_from(SANDBOXES), seed=st.text(max_size=4))
    def create(self, sandbox: str, seed: str) -> None:
        self.both(lambda store: store.create(_sandbox(sandbox, seed)))

    @rule(sandbox=st.sampled_from(SANDBOXES), key=st.sampled_from(KEYS))
    def bind(self, sandbox: str, key: str) -> None:
        self.both(lambda store: store.bind(key, sandbox))
        chosen = self.both(lambda store: store.resolve(key))
        assert chosen is None or {store.recall(key) for store in self.stores} == {chosen}

    @rule(
        sandbox=st.sampled_from(SANDBOXES),
        ends_ms=st.integers(1, 100),
        announced=st.booleans(),
        stale=st.booleans(),
    )
    def submit(self, sandbox: str, ends_ms: int, announced: bool, stale: bool) -> None:
        number = next(self.ordinals)
        deliveries = (_delivery(number, ends_ms),) if announced else ()
        books = Books(number, {"kie": Ledger(5, 1, ((9, 2),))}, {"w": (Instant(1, 2),)})
        changes = Changes(books=books, tasks=(_task(number, ends_ms),), deliveries=deliveries)

        async def commit(store: Any) -> bool | None:
            snapshot = await store.load(sandbox)
            if snapshot is None:
                return None
            done: bool = await store.commit(sandbox, snapshot.version - stale, changes)
            return done

        # either: None where a sandbox of that name does not exist (yet).
        assert self.both(commit) in (None, not stale)

    @rule(sandbox=st.sampled_from(SANDBOXES), by_ms=st.integers(1, 40))
    def move_the_clock(self, sandbox: str, by_ms: int) -> None:
        async def commit(store: Any) -> bool | None:
            snapshot = await store.load(sandbox)
            if snapshot is None:
                return None
            moved = replace(snapshot.sandbox, clock=snapshot.sandbox.clock.jump(by_ms))
            done: bool = await store.commit(sandbox, snapshot.version, Changes(sandbox=moved))
            return done

        self.both(commit)

    @rule(target=claimed, sandbox=st.sampled_from(SANDBOXES), now_ms=st.integers(0, 120))
    def claim(self, sandbox: str, now_ms: int) -> tuple[str, tuple[Delivery, ...]]:
        async def claim(store: Any) -> tuple[Delivery, ...]:
            taken = await store.claim(sandbox, now_ms, 100)
            return tuple(sorted(taken, key=lambda delivery: delivery.id))

        return sandbox, self.both(claim)

    @rule(taken=consumes(claimed), status=st.sampled_from([200, 500, None]))
    def settle(self, taken: tuple[str, tuple[Delivery, ...]], status: int | None) -> None:
        sandbox, deliveries = taken
        known = {
            delivery.id for delivery in self.both(lambda store: all_deliveries(store, sandbox))
        }
        for delivery in deliveries:
            if delivery.id not in known:
                continue  # cleared meanwhile: what the caller holds is nobody's any more
            attempt = Attempt(len(delivery.attempts) + 1, 100, 101, 5, status)
            settled = after_attempt(delivery, attempt, POLICY)
            self.both(lambda store, settled=settled: store.settle(sandbox, settled))

    @rule(sandbox=st.sampled_from(SANDBOXES), counter=st.sampled_from(["rule:1", "rule:2", "x"]))
    def count(self, sandbox: str, counter: str) -> None:
        if self.both(lambda store: store.load(sandbox)) is not None:
            self.both(lambda store: store.count(sandbox, counter))

    @rule(
        sandbox=st.sampled_from(SANDBOXES),
        counter=st.sampled_from(["rule:1", "rule:2", "x"]),
        value=st.integers(0, 2**53),
    )
    def set_once(self, sandbox: str, counter: str, value: int) -> None:
        if self.both(lambda store: store.load(sandbox)) is not None:
            self.both(lambda store: store.set_once(sandbox, counter, value))

    @rule(sandbox=st.sampled_from(SANDBOXES), path=st.text(max_size=5))
    def record(self, sandbox: str, path: str) -> None:
        if self.both(lambda store: store.load(sandbox)) is not None:
            entry = Exchange(1, 2, path=path, request_headers=((b"a", b"b"),))
            for store in self.stores:  # the numbers differ, their order does not
                self.loop.run_until_complete(store.record(sandbox, replace(entry)))

    @rule(sandbox=st.sampled_from(SANDBOXES))
    def clear_journal(self, sandbox: str) -> None:
        if self.both(lambda store: store.load(sandbox)) is not None:
            self.both(lambda store: store.clear_journal(sandbox))

    @rule(sandbox=st.sampled_from(SANDBOXES), now_ms=st.integers(0, 200), limit=st.integers(0, 5))
    def trim(self, sandbox: str, now_ms: int, limit: int) -> None:
        self.both(lambda store: store.trim(sandbox, now_ms, limit))

    @rule(sandbox=st.sampled_from(SANDBOXES))
    def clear(self, sandbox: str) -> None:
        self.both(lambda store: store.clear(sandbox))

    @rule(sandbox=st.sampled_from(SANDBOXES))
    def delete(self, sandbox: str) -> None:
        self.both(lambda store: store.delete(sandbox))

    @invariant()
    def everything_reads_alike(self) -> None:
        for sandbox in SANDBOXES:
            self.both(lambda store, s=sandbox: store.load(s))
            self.both(lambda store, s=sandbox: store.tasks(s, 0, 50))
            self.both(lambda store, s=sandbox: store.task_count(s))
            self.both(lambda store, s=sandbox: store.keys_of(s))
            self.both(lambda store, s=sandbox: all_deliveries(store, s))
            self.both(lambda store, s=sandbox: store.next_due_ms(s))
            self.both(lambda store, s=sandbox: store.claims(s))
            self.both(lambda store, s=sandbox: store.counters(s, "rule:"))
            self.both(lambda store, s=sandbox: _journal(store, s))
        for key in KEYS:
            self.both(lambda store, k=key: _recalled(store, k))
        self.both(lambda store: store.task_count(*SANDBOXES))
        self.both(_ids)
        self.both(_pending)


async def _journal(store: Any, sandbox: str) -> Any:
    page = await store.journal(sandbox)
    paths = [entry.path for entry in page.entries]
    numbers = [entry.seq for entry in page.entries]
    assert numbers == sorted(set(numbers))
    later = await store.journal(sandbox, after=numbers[0]) if numbers else page
    return paths, [entry.path for entry in later.entries], page.dropped


async def _recalled(store: Any, key: str) -> list[str]:
    """What a key may be used for: a sandbox that it is loaded with is the one that it chooses."""
    chosen = await store.resolve(key) if store.recall(key) is None else store.recall(key)
    found = [s for s in SANDBOXES if await store.load(s, "", key) is not None]
    # either: nothing while the sandbox that the key chooses does not exist.
    assert found in ([], [await store.resolve(key)])
    # either: as above.
    assert found in ([], [chosen])
    return found


async def _pending(store: Any) -> list[Any]:
    """What is to come where nothing is claimed; of the rest a store may say more or less."""
    found = [each for each in await store.pending() if not await store.claims(each.sandbox_id)]
    return sorted(found, key=lambda each: each.sandbox_id)


async def _ids(store: Any) -> list[str]:
    return sorted(await store.sandbox_ids())


@pytest.mark.timeout(300)
def test_memory_and_redis_agree_under_any_sequence_of_operations(redis_url: str) -> None:
    StoresAgree.redis_url = redis_url
    StoresAgree.TestCase.settings = settings(stateful_step_count=30)
    StoresAgree.TestCase().runTest()
