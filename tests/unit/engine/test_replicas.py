"""What a replica's loop of callbacks does with sandboxes that other replicas use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.domain.fault import Fault
from mockserver.engine.arming import Armoury
from mockserver.engine.bell import Bell
from mockserver.engine.callbacks import IDLE_BEFORE_JUMP_REAL_MS, Callbacks
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.faults import Faults
from mockserver.engine.ports import Snapshot
from mockserver.engine.registry import Registry
from mockserver.engine.sandboxes import RECHECK_REAL_MS, Defaults, Sandboxes
from mockserver.stores.memory import MemoryStore
from tests.support.engine import Engine, posted

KEY = "sk-auto"


class Counting(MemoryStore):
    """Counts how often a sandbox is loaded."""

    loads = 0

    async def load(self, sandbox_id: str, task_id: str = "", key: str = "") -> Snapshot | None:
        self.loads += 1
        return await super().load(sandbox_id, task_id, key)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A replica with a sandbox in mode auto that has a callback to come."""
    engine = Engine(0, 0, store=Counting())
    sandbox_id = engine.sandbox_id(KEY)
    engine.run(
        engine.sandboxes.set_clock(sandbox_id, lambda clock, ms: clock.with_mode("auto", ms))
    )
    body = {"prompt": "a cat", "callBackUrl": "http://127.0.0.1:9/c"}
    engine.system.now_ms += 1000
    engine.call(KEY, "kie", "generate", posted(body))
    yield engine
    engine.close()


class Other:
    """A second replica over the same store."""

    def __init__(self, engine: Engine) -> None:
        self.sandboxes = Sandboxes(engine.store, engine.system, Bell(), Defaults(), RECHECK_REAL_MS)
        catalogue = Catalogue(Registry[Fault]("mockserver.faults", "FAULT"))
        self.callbacks = Callbacks(
            engine.store,
            engine.system,
            Bell(),
            self.sandboxes,
            engine.letters,
            engine.providers,
            Faults(engine.store, Armoury(catalogue, engine.providers)),
        )


def test_a_sandbox_that_another_replica_has_just_changed_is_not_moved_on(engine: Engine) -> None:
    other, now_ms = Other(engine), engine.now_ms(KEY)
    other.sandboxes.changed_elsewhere(engine.sandbox_id(KEY))
    engine.system.now_ms += 40
    assert engine.run(other.callbacks._round()) == IDLE_BEFORE_JUMP_REAL_MS - 40
    assert engine.now_ms(KEY) == now_ms


def test_a_look_at_all_sandboxes_loads_none_whose_time_has_not_come(engine: Engine) -> None:
    other, store = Other(engine), engine.store
    assert isinstance(store, Counting)
    other.sandboxes.changed_elsewhere(engine.sandbox_id(KEY))
    body = {"prompt": "a cat", "callBackUrl": "http://127.0.0.1:9/c"}
    for number in range(20):  # their clocks stand
        engine.call(f"sk-{number}", "kie", "generate", posted(body))
    assert len(engine.run(store.pending())) == 21
    before = store.loads
    assert engine.run(other.callbacks._round()) == IDLE_BEFORE_JUMP_REAL_MS
    assert store.loads == before
