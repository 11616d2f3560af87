"""Checks that a scenario makes plans, the same ones for the same request, and keeps the laws of the
life cycle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise, product

from mockserver.conformance.problems import raise_for, told, twice, wording
from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.job.lifecycle import LAWS, broken_laws
from mockserver.domain.job.plan import Failure, Plan
from mockserver.domain.scenario.scenario import PlanRequest, Scenario

START_MS = 1_700_000_000_000
SPANS_MS = ((0, 0, 0), (1, 11, 2), (5_000, 75_000, 90_000), (15_000, 600_000, 180_000))
FAILURES = {name: Failure(name, 400, f"It failed: {name}.") for name in ("first", "second")}
KINDS = ("unauthorized", "insufficient_balance", "rate_limited", "malformed", "server_error")
NONSENSE = "no value of this is like it"


def check_scenario(scenario: Scenario) -> None:
    """Raises NotConformant.

    * It explains its name, summary and options to users.
    * With the usual options it makes a plan for any request, or refuses with a kind for which the
      provider has words. It raises nothing else, whatever value an option has.
    * The same request gives the same plan. Steps come in order, the first when the job is created.
    * It keeps every law of the life cycle, or it breaks only the law that it names.
    """
    raise_for(f"the scenario {scenario.name}", _problems(scenario))


def plan_of(scenario: Scenario, **options: object) -> Plan:
    """The plan of a job that waits for 5 seconds and runs for 75. Raises what the scenario raises."""
    return scenario.make(_request(options=options))


def _problems(scenario: Scenario) -> Iterator[str]:
    yield from wording(scenario, "summary")
    for option, meaning in scenario.options.items():
        if not meaning.strip():
            yield f"options.{option}: nothing says what it may be"
    if scenario.breaks is not None and scenario.breaks not in LAWS:
        yield f"breaks: there is no law {scenario.breaks!r}; there are {', '.join(LAWS)}"
        return
    plans: list[Plan] = []
    for request in _requests():
        yield from _planned(scenario, request, plans)
    yield from _lawless(scenario, plans)
    for option in scenario.options:
        yield from _nonsense(scenario, option)


def _requests() -> Iterator[PlanRequest]:
    for seed, spans, videos in product(("a", "b", "c", "d"), SPANS_MS, (1, 4)):
        queue_ms, run_ms, hd_ms = spans
        yield _request(seed, queue_ms, run_ms, hd_ms, videos)


def _request(
    seed: str = "a",
    queue_ms: int = 5000,
    run_ms: int = 75_000,
    hd_ms: int = 9000,
    videos: int = 1,
    options: Mapping[str, object] | None = None,
) -> PlanRequest:
    return PlanRequest(
        at_ms=START_MS,
        seed=seed,
        queue_ms=queue_ms,
        run_ms=run_ms,
        hd_ms=hd_ms,
        retention_ms=86_400_000,
        videos=videos,
        failures=FAILURES,
        options=options or {},
        refusals=KINDS,
    )


def _planned(scenario: Scenario, request: PlanRequest, plans: list[Plan]) -> Iterator[str]:
    try:
        plan, same = twice(lambda: scenario.make(request))
    except Refusal as refusal:
        if refusal.kind not in KINDS:
            yield f"it refuses with {refusal.kind!r}, which no provider has to word"
        return
    except Exception as error:  # noqa: BLE001  whatever it is, it is a problem
        yield f"with its usual options it raises {told(error)}"
        return
    made: object = plan
    if not isinstance(made, Plan):
        yield f"it makes a {type(made).__name__}, expected a Plan"
        return
    if not same:
        yield "the same request gives two different plans: it draws from more than the request"
    yield from _ordered(plan)
    plans.append(plan)


def _ordered(plan: Plan) -> Iterator[str]:
    times = [step.at_ms for step in plan.steps]
    if not times:
        yield "a plan has no step"
    elif times[0] != START_MS:
        yield f"the first step is at {times[0] - START_MS} ms, expected when the job is created"
    if any(before > after for before, after in pairwise(times)):
        yield "steps are not in order of time"
    if not all(isinstance(at_ms, int) for at_ms in times):
        yield "a step's time is no whole number of milliseconds"


def _lawless(scenario: Scenario, plans: list[Plan]) -> Iterator[str]:
    broken = {law for plan in plans if plan.steps for law in broken_laws(plan)}
    for law in sorted(broken - {scenario.breaks}):
        yield f"it breaks the law {law}, which it does not name in `breaks`"
    if plans and scenario.breaks is not None and scenario.breaks not in broken:
        yield f"breaks: no plan of it breaks {scenario.breaks}"


def _nonsense(scenario: Scenario, option: str) -> Iterator[str]:
    values: tuple[object, ...] = (NONSENSE, "", None, -1, [], True)
    for value in values:
        given = _request(options={option: value})
        try:
            scenario.make(given)
        except (BadInput, Refusal):
            continue
        except Exception as error:  # noqa: BLE001  whatever it is, it is a problem
            yield f"options.{option}: over {value!r} it raises {told(error)}, expected BadInput"
