"""Deliveries under way: no more are claimed than can be, whoever starts them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from mockserver.domain.callback.delivery import Message
from mockserver.engine import callbacks
from mockserver.engine.callbacks import CONCURRENT
from mockserver.engine.ports import Answer
from tests.support.engine import Engine, posted
from tests.support.patience import awaiting

HOUR_MS = 3_600_000
BODY = {"prompt": "a cat", "callBackUrl": "http://127.0.0.1:9/c"}
KEYS = [f"sk-{number}" for number in range(8)]
EACH = 20  # as many as Kie lets in at once; together more than CONCURRENT


@dataclass
class Slow:
    """Implements `engine.ports.Sender`: answers nobody before it is let go."""

    held: int = 0
    answered: int = 0
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    busy: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, url: str, message: Message, timeout_ms: int) -> Answer:
        self.held += 1
        if self.held == CONCURRENT:
            self.busy.set()
        await self.let_go.wait()
        self.held -= 1
        self.answered += 1
        return Answer(200)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def engine(slow: Slow) -> Iterator[Engine]:
    """Sandboxes with more callbacks to come than can be delivered at once."""
    engine = Engine(0, 0, slow)
    for key in KEYS:
        for _ in range(EACH):
            engine.call(key, "kie", "generate", posted(BODY))
    yield engine
    slow.let_go.set()
    engine.close()


def _all_due(engine: Engine) -> list[str]:
    """Lets every callback be due; gives the sandboxes."""
    ids = [engine.sandbox_id(key) for key in KEYS]
    for sandbox_id in ids:
        engine.run(engine.sandboxes.reach(sandbox_id, HOUR_MS))
    return ids


async def _claims(engine: Engine, ids: list[str]) -> int:
    return sum([await engine.store.claims(sandbox_id) for sandbox_id in ids])


def test_the_loop_claims_as_many_deliveries_as_it_can_make_at_once(
    engine: Engine, slow: Slow
) -> None:
    ids = _all_due(engine)
    engine.run(slow.busy.wait())
    assert engine.run(_claims(engine, ids)) == CONCURRENT
    slow.let_go.set()
    for key in KEYS:
        engine.advance(key, 1)
    assert slow.answered == len(KEYS) * EACH


def test_advancing_several_sandboxes_at_once_claims_no_more_and_delivers_everything(
    engine: Engine, slow: Slow
) -> None:
    ids = _all_due(engine)

    async def advance() -> int:
        walks = [asyncio.ensure_future(engine.callbacks.walk(id_, HOUR_MS + 1)) for id_ in ids]
        await slow.busy.wait()
        claimed = await _claims(engine, ids)
        slow.let_go.set()
        await asyncio.gather(*walks)
        return claimed

    assert engine.run(advance()) == CONCURRENT
    assert slow.answered == len(KEYS) * EACH
    assert engine.run(_claims(engine, ids)) == 0


@dataclass
class Waits:
    """Implements `engine.ports.Sender`: keeps how long each answer may take."""

    timeouts_ms: list[int] = field(default_factory=list)

    async def send(self, url: str, message: Message, timeout_ms: int) -> Answer:
        self.timeouts_ms.append(timeout_ms)
        return Answer(200)


def test_a_receiver_has_the_seconds_that_the_provider_documents() -> None:
    engine = Engine(0, 0, waits := Waits())
    engine.call("sk-a", "kie", "generate", posted(BODY))
    engine.advance("sk-a", HOUR_MS)
    assert waits.timeouts_ms == [15_000]
    engine.close()


def test_an_advance_ends_although_another_replica_never_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(callbacks, "CLAIM_LOOKS", 2)
    engine = Engine(0, 0)
    engine.call("sk-a", "kie", "generate", posted(BODY))
    sandbox_id = engine.sandbox_id("sk-a")
    claimed = engine.run(engine.store.claim(sandbox_id, HOUR_MS, 1))
    with awaiting("an advance beside a claim that nobody serves"):
        engine.advance("sk-a", HOUR_MS)
    assert (len(claimed), engine.letters.sent) == (1, [])
    assert engine.run(engine.store.claims(sandbox_id)) == 1
    assert engine.run(engine.sandboxes.load(sandbox_id)).sandbox.clock.at(0) == HOUR_MS
    engine.close()
