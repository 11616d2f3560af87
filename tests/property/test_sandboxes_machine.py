"""Several sandboxes at once against a model: none ever sees another, and all can be played again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from mockserver.domain.job.ids import key_hash
from mockserver.domain.journal.journal import DeliveryTried, Exchange
from mockserver.domain.provider.provider import Inbound
from mockserver.domain.reply.reply import Reply
from tests.property.worlds import (
    CREATE,
    DAY,
    HOUR,
    KIE_CALLS,
    KIE_WINDOW_MS,
    OFFERS,
    READ,
    STORIES,
    Job,
    Offer,
    S,
    Story,
    World,
    content,
    created_id,
    creation,
    query,
    read_state,
)
from tests.support.engine import Engine, asked
from tests.support.some import some

START_MS = 1_765_000_000_000
KEYS = ("sk-red", "sk-green", "sk-blue")
worlds = st.integers(0, len(KEYS) - 1)
spans = st.one_of(
    st.integers(0, 20 * S),
    st.integers(0, 300 * S),
    st.sampled_from([0, 1, 5 * S, 100 * S, 2 * HOUR, DAY, 15 * DAY]),
)


def play(engine: Engine, world: World, action: tuple[Any, ...]) -> Reply | None:
    """Does one thing in a world, and keeps it with what was answered."""
    world.history.append(action)
    match action:
        case ("call", str(provider), str(operation), Inbound() as inbound):
            reply = engine.call(world.key, provider, operation, inbound)
            world.exchanges += 1
            world.replies.append((reply.status, reply.headers, reply.body))
            return reply
        case ("advance", int(by_ms)):
            world.now_ms = engine.advance(world.key, by_ms)
        case ("limit", str(provider), int(micros)):
            limits = {provider: micros}
            engine.run(
                engine.sandboxes.update(
                    engine.sandbox_id(world.key),
                    lambda s: replace(s, balances_micros=s.balances_micros | limits),
                )
            )
        case ("reset",):
            engine.run(engine.sandboxes.reset(engine.sandbox_id(world.key)))
            world.exchanges = 0
    return None


def letters(engine: Engine, world: World) -> list[tuple[str, bytes, int]]:
    """What was sent to a world's own callback URLs."""
    return sorted(letter for letter in engine.letters.sent if f"/{world.key}/" in letter[0])


class Sandboxes(RuleBasedStateMachine):
    """Submits, reads, advances, limits and resets in three sandboxes."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine(START_MS, START_MS)
        self.worlds = [World(key, START_MS) for key in KEYS]

    def teardown(self) -> None:
        try:
            self.everything_that_ended_was_announced()
            for world in self.worlds:
                self.alone_it_all_happens_again(world)
        finally:
            self.engine.close()

    # --- what is done

    @rule(
        number=worlds,
        offer=st.sampled_from(OFFERS),
        story=st.sampled_from(STORIES),
        hook=st.sampled_from([None, "steady", "flaky"]),
    )
    def submit(self, number: int, offer: Offer, story: Story, hook: str | None) -> None:
        world = self.worlds[number]
        if offer.provider in world.limits:
            self.read_all(world)
        kie_calls = [at for at in world.kie_calls if at > world.now_ms - KIE_WINDOW_MS]
        full = offer.provider == "kie" and len(kie_calls) >= KIE_CALLS
        limit = world.limits.get(offer.provider)
        used_micros = world.used_micros(offer.provider)
        poor = limit is not None and used_micros + offer.price_micros > limit
        url = f"http://127.0.0.1/{world.key}/{hook}" if hook else None
        inbound = creation(offer, story, url)
        reply = play(self.engine, world, ("call", offer.provider, CREATE[offer.provider], inbound))
        assert reply is not None
        task_id = created_id(offer.provider, reply)
        assert (task_id is None) == (full or poor)
        if task_id is not None:
            announced = hook is not None and offer.provider != "apiyi"
            world.jobs[task_id] = Job(offer, story, world.now_ms, announced)
            if offer.provider == "kie":
                world.kie_calls.append(world.now_ms)

    @rule(number=worlds)
    def submit_what_is_refused(self, number: int) -> None:
        refused = Story("[mock:refuse kind=server_error]", "never")
        inbound = creation(OFFERS[0], refused, None)
        reply = play(self.engine, self.worlds[number], ("call", "apiyi", "create", inbound))
        assert reply is not None
        assert reply.status == 500

    @rule(number=worlds)
    def read_all(self, number: int | World) -> None:
        world = number if isinstance(number, World) else self.worlds[number]
        for task_id, job in world.jobs.items():
            seen, progress = self.read(world, job.offer.provider, task_id)
            assert seen in job.allowed(world.now_ms)
            if job.seen != "open":
                # either: when exactly it is forgotten is the store's own business.
                assert seen in (job.seen, "gone"), "what has ended stays so until it is forgotten"
            if seen == "open":
                assert job.seen == "open"
                assert progress >= job.progress
            job.seen, job.progress = seen, progress
        snapshot = self.engine.run(self.engine.sandboxes.load(self.engine.sandbox_id(world.key)))
        for provider in READ:
            used_micros = snapshot.books.ledger(provider).used_micros(world.now_ms)
            assert used_micros == world.used_micros(provider)

    @rule(number=worlds, other=worlds)
    def read_a_stranger(self, number: int, other: int) -> None:
        world = self.worlds[number]
        if number == other:
            return
        for task_id, job in tuple(self.worlds[other].jobs.items())[:2]:
            assert self.read(world, job.offer.provider, task_id)[0] == "gone"

    @rule(number=worlds, by_ms=spans)
    def advance(self, number: int, by_ms: int) -> None:
        world = self.worlds[number]
        before_ms = world.now_ms
        play(self.engine, world, ("advance", by_ms))
        assert world.now_ms == before_ms + by_ms

    @rule(by_ms=st.integers(0, DAY))
    def real_time_passes(self, by_ms: int) -> None:
        self.engine.system.now_ms += by_ms

    @rule(
        number=worlds,
        offer=st.sampled_from(OFFERS),
        jobs=st.integers(0, 3),
    )
    def limit(self, number: int, offer: Offer, jobs: int) -> None:
        world = self.worlds[number]
        micros = offer.price_micros * jobs
        play(self.engine, world, ("limit", offer.provider, micros))
        world.limits[offer.provider] = micros

    @rule(number=worlds)
    def ask_for_the_balance(self, number: int) -> None:
        world = self.worlds[number]
        self.read_all(world)
        reply = play(self.engine, world, ("call", "xcompute", "balance", asked()))
        assert reply is not None
        body = content(reply)
        assert body["used_balance"] == world.used_micros("xcompute") / 1e6
        assert body["unlimited_quota"] == ("xcompute" not in world.limits)

    @rule(number=worlds)
    def list_models(self, number: int) -> None:
        play(self.engine, self.worlds[number], ("call", "apiyi", "models", asked()))

    @precondition(lambda self: any(world.jobs for world in self.worlds))
    @rule(number=worlds)
    def reset(self, number: int) -> None:
        world = self.worlds[number]
        play(self.engine, world, ("reset",))
        forgotten, world.jobs, world.kie_calls = world.jobs, {}, []
        for task_id, job in tuple(forgotten.items())[:2]:
            assert self.read(world, job.offer.provider, task_id)[0] == "gone"

    def read(self, world: World, provider: str, task_id: str) -> tuple[Any, float]:
        reply = play(
            self.engine, world, ("call", provider, READ[provider], query(provider, task_id))
        )
        assert reply is not None
        return read_state(provider, reply)

    # --- what always holds

    @invariant()
    def every_clock_is_its_own(self) -> None:
        for world in self.worlds:
            assert self.engine.now_ms(world.key) == world.now_ms

    @invariant()
    def every_journal_is_its_own(self) -> None:
        for world in self.worlds:
            sandbox_id = self.engine.sandbox_id(world.key)
            page = self.engine.run(self.engine.store.journal(sandbox_id, 0, 100_000))
            exchanges = [entry for entry in page.entries if isinstance(entry, Exchange)]
            assert len(exchanges) == world.exchanges
            assert {entry.key for entry in exchanges} <= {key_hash(world.key)}
            told = {entry.task_id for entry in page.entries if isinstance(entry, DeliveryTried)}
            assert told <= set(world.jobs)

    @invariant()
    def every_store_holds_its_own_tasks(self) -> None:
        for world in self.worlds:
            tasks = self.engine.run(self.engine.store.tasks(self.engine.sandbox_id(world.key)))
            assert [task.id for task in tasks] == list(world.jobs)

    # --- what holds at the end

    def everything_that_ended_was_announced(self) -> None:
        for world in some(self.worlds):
            play(self.engine, world, ("advance", 2 * HOUR))
            self.read_all(world)
            due = [
                id for id, job in world.jobs.items() if job.callback and job.story.ends != "never"
            ]
            bodies = [
                json.loads(b) for _, b, status in letters(self.engine, world) if status == 200
            ]
            told = [body.get("id") or body["data"]["taskId"] for body in bodies]
            assert [told.count(task_id) for task_id in due] == [1] * len(due)
            stalled = {id for id, job in world.jobs.items() if job.story.ends == "never"}
            assert stalled.isdisjoint(told)

    def alone_it_all_happens_again(self, world: World) -> None:
        """The same calls in a new engine, at another real time and without the other worlds."""
        again = Engine(START_MS + 12_345_678, START_MS)
        try:
            alone = World(world.key, START_MS)
            for action in world.history:
                play(again, alone, action)
            assert alone.replies == world.replies
            assert letters(again, alone) == letters(self.engine, world)
        finally:
            again.close()


pytestmark = pytest.mark.timeout(400)  # a failure is shrunk by playing it many times
TestSandboxes = Sandboxes.TestCase
TestSandboxes.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
