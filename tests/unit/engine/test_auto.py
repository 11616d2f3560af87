"""What a clock in mode auto does after a reply, and leaves alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.domain.time.clock import Mode
from mockserver.engine.auto import Auto
from tests.property.worlds import content
from tests.support.engine import Engine, posted

KEY = "sk-auto"


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine(0, 0)
    yield engine
    engine.close()


@pytest.mark.parametrize(("mode", "is_moved"), [("auto", True), ("manual", False), ("real", False)])
def test_a_clock_that_was_set_to_another_mode_meanwhile_is_left_alone(
    engine: Engine, mode: Mode, is_moved: bool
) -> None:
    sandbox_id = engine.sandbox_id(KEY)
    created = engine.call(KEY, "apiyi", "create", posted({"model": "veo-3.1", "prompt": "a cat"}))
    found = engine.run(engine.store.load(sandbox_id, content(created)["id"]))
    assert found is not None
    assert found.task is not None
    engine.run(
        engine.sandboxes.set_clock(
            sandbox_id, lambda clock, real_ms: clock.with_mode(mode, real_ms)
        )
    )
    auto = Auto(engine.sandboxes, engine.exchange._faults)
    engine.run(auto.go_on(found.sandbox, found.task, 0, 0, "poll"))
    assert (engine.now_ms(KEY) > 0) == is_moved
