"""Another job is looked for only where a fault mixes two jobs up."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from mockserver.domain.fault.compile import RuleCompiler
from mockserver.domain.fault.fault import Fault
from mockserver.domain.fault.match import CompiledRule
from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task
from mockserver.domain.provider.provider import Provider
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.sandbox.snapshot import Changes
from mockserver.domain.time.clock import start_clock
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.other_job import other_job
from mockserver.engine.registry import Registry
from mockserver.stores.memory import MemoryStore

PROVIDERS = {p.name: p for p in Registry[Provider]("mockserver.providers", "PROVIDER").all()}
COMPILER = RuleCompiler(Catalogue(Registry[Fault]("mockserver.faults", "FAULT")), PROVIDERS)
PLAN = Plan((Step(0, "queued"),), "seed", known_ms=0, content_ms=0)


def task(ordinal: int) -> Task:
    return Task(f"t{ordinal}", ordinal, "kie", "generate", "", "veo3", "", 0, PLAN, "http://h")


def rule(fault: str) -> CompiledRule:
    return COMPILER.compile(msgspec.convert({"fault": fault}, FaultRule))


@pytest.mark.parametrize(
    ("faults", "found"),
    [
        ((), None),
        (("http_error", "callback_late"), None),
        (("poll_other_job",), "t1"),
        (("http_error", "callback_of_other_job"), "t1"),
    ],
)
def test_another_job_is_found_for_the_faults_that_tell_of_one(
    faults: tuple[str, ...], found: str | None
) -> None:
    async def looked_for() -> Task | None:
        store = MemoryStore()
        await store.create(Sandbox("sb", "seed", start_clock("manual", 0)))
        assert await store.commit("sb", 1, Changes(tasks=(task(1), task(2))))
        return await other_job(store, "sb", task(2), [rule(each) for each in faults])

    other = asyncio.run(looked_for())
    assert (other and other.id) == found
