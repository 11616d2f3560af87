"""Every command comes to the outcome that its own type names."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from msgspec.structs import replace

from mockserver.domain.job.plan import Failure
from mockserver.domain.job.task import media_url
from mockserver.domain.provider.command import (
    Asks,
    CancelJob,
    Command,
    FreshLink,
    ListModels,
    Read,
    ReadBalance,
    StoreImage,
    UpgradeVideo,
)
from mockserver.domain.sandbox.caller import Caller
from mockserver.domain.sandbox.decide import decide
from mockserver.domain.sandbox.sandbox import Books, Sandbox
from mockserver.domain.sandbox.snapshot import Snapshot
from mockserver.domain.scenario.scenario import Scenario
from mockserver.domain.time.clock import start_clock
from mockserver.engine.registry import Registry
from mockserver.providers.kie import PROVIDER
from tests.unit.providers.kie.calls import DONE_MS, TASK_ID, submitted, task

TASK = replace(task(), upgrades=())
SCENARIOS = Registry[Scenario]("mockserver.scenarios", "SCENARIO")
ASKED: tuple[Command, ...] = (
    submitted(),
    Read(TASK_ID),
    UpgradeVideo(TASK_ID, "1080p", 0),
    CancelJob(TASK_ID, Failure("cancelled", 400, "it was cancelled")),
    ReadBalance(),
    ListModels(),
    StoreImage("a.png", "image/png", 1, "00"),
    FreshLink(media_url(TASK, "sb1", 0)),
)


def outcome_named(kind: type) -> Any:
    """The class that `kind` says its outcome is of."""
    (base,) = (base for base in kind.__dict__["__orig_bases__"] if base.__origin__ is Asks)
    return get_args(base)[0]


def test_every_command_is_asked_here() -> None:
    assert {type(command) for command in ASKED} == set(get_args(Command))


@pytest.mark.parametrize("command", ASKED, ids=lambda command: type(command).__name__)
def test_a_command_comes_to_the_outcome_that_its_type_names(command: Command) -> None:
    clock = start_clock("manual", DONE_MS, DONE_MS)
    snapshot = Snapshot(1, Sandbox("sb1", "seed", clock), Books(), TASK, TASK_ID)
    caller = Caller(PROVIDER, "generate", "", TASK.base_url, DONE_MS, PROVIDER.defaults)
    decision = decide(snapshot, caller, command, SCENARIOS)
    assert type(decision.outcome) is outcome_named(type(command))
