"""A clock in mode auto goes from callback to callback, and each leaves at its own moment."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from mockserver.domain.callback.delivery import Message
from mockserver.domain.journal.journal import DeliveryTried
from mockserver.engine.paging import all_deliveries
from mockserver.engine.ports import Answer
from mockserver.engine.visits import LATEST_REAL_MS
from tests.support.engine import Engine, posted

KEY = "sk-1"
PROMPTS = ("a cat", "a cat [mock:stall]", "a cat [mock:slow]")


@dataclass
class Hearing:
    """Implements `engine.ports.Sender`: all is quiet once as many have come as are to come."""

    wanted: int
    came: int = 0
    all_came: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, url: str, message: Message, timeout_ms: int) -> Answer:
        self.came += 1
        if self.came == self.wanted:
            self.all_came.set()
        return Answer(200)


def test_a_callback_leaves_at_its_own_moment_although_another_is_to_come() -> None:
    hearing = Hearing(wanted=2)  # that of the job that never ends is not sent
    engine = Engine(0, 0, hearing)
    try:
        id_ = engine.sandbox_id(KEY)
        engine.run(engine.sandboxes.set_clock(id_, lambda c, now_ms: c.with_mode("auto", now_ms)))
        for prompt in PROMPTS:
            body = {"prompt": prompt, "callBackUrl": "http://127.0.0.1:9/c"}
            engine.call(KEY, "kie", "generate", posted(body))
        engine.system.now_ms += LATEST_REAL_MS
        engine.callbacks._notifier.call_pump(id_)
        engine.run(hearing.all_came.wait())
        engine.advance(KEY, 1)
        entries = engine.run(engine.store.journal(id_, 0, 100)).entries
        left_ms = [entry.virtual_ms for entry in entries if isinstance(entry, DeliveryTried)]
        events_ms = [one.event_ms for one in engine.run(all_deliveries(engine.store, id_))]
    finally:
        engine.close()
    assert len(set(events_ms)) == len(PROMPTS)
    assert left_ms == sorted(events_ms)
