"""What a replica's loop of callbacks does with sandboxes that other replicas use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.domain.fault.compile import RuleCompiler
from mockserver.domain.fault.fault import Fault
from mockserver.domain.sandbox.snapshot import Snapshot
from mockserver.engine.callbacks import Callbacks
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.faults import Faults
from mockserver.engine.notifier import Notifier
from mockserver.engine.registry import Registry
from mockserver.engine.sandboxes import RECHECK_REAL_MS, Defaults, Sandboxes
from mockserver.engine.visits import QUIET_REAL_MS, Visits
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
        self.sandboxes = Sandboxes(
            engine.store, engine.system, Notifier(), Defaults(), RECHECK_REAL_MS
        )
        self.visits = Visits(engine.store, engine.system, Notifier())
        catalogue = Catalogue(Registry[Fault]("mockserver.faults", "FAULT"))
        self.callbacks = Callbacks(
            engine.store,
            engine.system,
            Notifier(),
            self.sandboxes,
            engine.letters,
            engine.providers,
            Faults(engine.store, RuleCompiler(catalogue, engine.providers)),
            self.visits,
        )


def _rest_ms(engine: Engine) -> float:
    """What another replica's loop rests before it looks again."""
    return engine.run(Other(engine).callbacks._round())


def test_a_sandbox_that_a_client_has_just_used_elsewhere_is_not_moved_on(engine: Engine) -> None:
    now_ms = engine.now_ms(KEY)
    engine.system.now_ms += 40
    assert _rest_ms(engine) == QUIET_REAL_MS - 40
    assert engine.now_ms(KEY) == now_ms


def test_a_look_at_all_sandboxes_loads_none_whose_clock_stands(engine: Engine) -> None:
    store = engine.store
    assert isinstance(store, Counting)
    body = {"prompt": "a cat", "callBackUrl": "http://127.0.0.1:9/c"}
    for number in range(20):
        engine.call(f"sk-{number}", "kie", "generate", posted(body))
    assert len(engine.run(store.pending())) == 21
    before = store.loads
    _rest_ms(engine)
    assert store.loads == before + 1
