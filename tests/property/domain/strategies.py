"""Clocks, plans and what scenarios are asked, as Hypothesis draws them."""

from __future__ import annotations

from hypothesis import strategies as st

from mockserver.domain.job.plan import Failure, Plan, Step, Ticks
from mockserver.domain.scenario.scenario import PlanRequest
from mockserver.domain.time.clock import ClockState, start_clock

SPANS = st.integers(0, 10_000_000)
MOMENTS = st.integers(0, 4_000_000_000_000)
SEEDS = st.text(max_size=12)
TICKS = st.builds(
    Ticks,
    st.integers(2, 20),
    st.integers(0, 300).map(lambda tenths: tenths / 10),
    st.integers(700, 1000).map(lambda tenths: tenths / 10),
)
CAUSE = Failure("cause", 500, "it broke")
FAILURES = {"cause": CAUSE, "other": Failure("other", 400, "no")}


@st.composite
def clocks(draw: st.DrawFn) -> ClockState:
    """A clock of any mode."""
    mode = draw(st.sampled_from(["real", "manual", "auto"]))
    rate = draw(st.floats(0.001, 1000)) if mode == "real" else 1.0
    return start_clock(mode, draw(MOMENTS), draw(MOMENTS), rate)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan at all, lawful or not: phases in any order, expiry last."""
    at_ms = start_ms = draw(MOMENTS)
    steps = []
    for phase in draw(
        st.lists(st.sampled_from(["queued", "running", "succeeded", "failed"]), min_size=1)
    ):
        progress = draw(st.integers(0, 100)) / 1
        cause = CAUSE if phase == "failed" else None
        steps.append(Step(at_ms, phase, progress, draw(st.integers(0, 100)) / 1, cause))
        at_ms += draw(SPANS)
    steps.append(Step(at_ms, "expired"))
    return Plan(tuple(steps), draw(SEEDS), start_ms, start_ms, ticks=draw(TICKS))


@st.composite
def requests(draw: st.DrawFn, **options: object) -> PlanRequest:
    """What a scenario is asked to plan."""
    return PlanRequest(
        at_ms=draw(MOMENTS),
        seed=draw(SEEDS),
        queue_ms=draw(SPANS),
        run_ms=draw(SPANS),
        hd_ms=draw(SPANS),
        retention_ms=draw(st.integers(1, 10**10)),
        videos=draw(st.integers(1, 4)),
        failures=FAILURES,
        options=options,
        refusals=("server_error",),
        ticks=draw(TICKS),
    )
