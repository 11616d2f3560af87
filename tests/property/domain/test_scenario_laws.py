"""Lawful scenarios keep every law of a task's life; an unlawful one breaks the law it names."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.lifecycle import EDGES, LAWS, broken_laws
from mockserver.domain.job.plan import Plan, expires_ms, state_at
from mockserver.domain.scenario.scenario import Scenario, check_options
from mockserver.engine.registry import Registry
from tests.property.domain.strategies import requests

SCENARIOS = Registry[Scenario]("mockserver.scenarios", "SCENARIO")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "code": st.sampled_from(["cause", "other"]),
    "at": st.integers(0, 100).map(lambda percent: f"{percent}%"),
    "factor": st.floats(0.1, 50),
}


@st.composite
def planned(draw: st.DrawFn, name: str) -> Plan:
    """A plan of a scenario, with any of the options that are known here."""
    scenario = SCENARIOS.get(name)
    options = {
        option: draw(VALUES[option])
        for option in scenario.options
        if option in VALUES and draw(st.booleans())
    }
    check_options(scenario, options)
    try:
        return scenario.make(draw(requests(**options)))
    except Refusal:
        assume(False)
        raise


LAWFUL = [s.name for s in SCENARIOS.all() if s.lawful and s.name != "refuse"]
UNLAWFUL = [s.name for s in SCENARIOS.all() if not s.lawful]


@given(st.sampled_from(LAWFUL).flatmap(planned))
def test_a_lawful_scenario_keeps_every_law(plan: Plan) -> None:
    assert broken_laws(plan) == ()


@given(st.sampled_from(LAWFUL).flatmap(planned), st.lists(st.floats(0, 1.1), max_size=30))
def test_whoever_reads_a_lawful_task_sees_a_life(plan: Plan, shares: list[float]) -> None:
    start_ms, end_ms = plan.steps[0].at_ms, expires_ms(plan)
    times = sorted(start_ms + round(share * (end_ms - start_ms)) for share in shares)
    seen = [state_at(plan, at_ms) for at_ms in times]
    for before, after in itertools.pairwise(seen):
        assert after.phase == before.phase or after.phase in reachable(before.phase)
        if after.phase in ("queued", "running", "succeeded"):
            assert after.progress >= before.progress
        if before.phase in ("succeeded", "failed"):
            # either: an end stays an end until the record expires.
            assert after.phase in (before.phase, "expired")


def reachable(phase: str) -> set[str]:
    """The phases that may come later."""
    found = set(EDGES[phase])
    return found.union(*(reachable(later) for later in found)) if found else found


@given(st.sampled_from(UNLAWFUL).flatmap(lambda name: st.tuples(st.just(name), planned(name))))
def test_an_unlawful_scenario_breaks_the_law_it_names_and_no_other(named: tuple[str, Plan]) -> None:
    name, plan = named
    assert SCENARIOS.get(name).breaks in LAWS
    assert broken_laws(plan) == (SCENARIOS.get(name).breaks,)
