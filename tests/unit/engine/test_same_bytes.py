"""The same start, seed and calls give the same bytes, however fast the machine is that runs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.domain.reply.reply import Headers, Reply
from mockserver.domain.time.clock import Mode
from tests.property.worlds import (
    CREATE,
    OFFERS,
    READ,
    STORIES,
    created_id,
    creation,
    query,
    read_state,
)
from tests.support.engine import Engine

KEY, START_MS = "sk-same", 2_000_000_000_000
EVERY_MS = {"manual": 20_000, "auto": 0}
"""What a test moves the clock by after each call."""
Seen = tuple[int, Headers, bytes]


@pytest.fixture
def engines() -> Iterator[tuple[Engine, Engine]]:
    """Two machines of which each has a real time of its own."""
    both = Engine(1_000_000, START_MS), Engine(1_900_000_000_000, START_MS)
    yield both
    for engine in both:
        engine.close()


def _day(engine: Engine, provider: str, mode: Mode, pause_ms: int) -> Iterator[Seen]:
    """Every reply of a client that waits for its video; each call takes so much real time."""
    sandbox_id = engine.sandbox_id(KEY)
    engine.run(engine.sandboxes.set_clock(sandbox_id, lambda clock, ms: clock.with_mode(mode, ms)))
    offer = next(one for one in OFFERS if one.provider == provider)
    created = engine.call(KEY, provider, CREATE[provider], creation(offer, STORIES[0], None))
    yield _seen(created)
    task_id = created_id(provider, created) or ""
    state = "open"
    while state == "open":
        engine.system.now_ms += pause_ms
        engine.advance(KEY, EVERY_MS[mode])
        reply = engine.call(KEY, provider, READ[provider], query(provider, task_id))
        yield _seen(reply)
        state, _ = read_state(provider, reply)
    assert state == "succeeded"


def _seen(reply: Reply) -> Seen:
    assert isinstance(reply.body, bytes)
    return reply.status, reply.headers, reply.body


@pytest.mark.parametrize("mode", ["manual", "auto"])
@pytest.mark.parametrize("provider", ["apiyi", "kie", "xcompute"])
def test_a_slow_machine_gives_the_same_bytes_as_a_fast_one(
    engines: tuple[Engine, Engine], provider: str, mode: Mode
) -> None:
    fast, slow = engines
    seen = list(_day(fast, provider, mode, pause_ms=1))
    assert len(seen) > 3
    assert list(_day(slow, provider, mode, pause_ms=50_000)) == seen
