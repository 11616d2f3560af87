"""Checks the history of a task: which states it may pass through, and which values may only rise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from contracts.errors import UnknownMessage
from contracts.problem import Problem, at_pointer, shown, source_text
from contracts.registry import life_cycle
from contracts.validate import validate

GONE = "gone"
"""The state of a task whose record the provider has dropped."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one reply said of a task."""

    at_ms: int
    """When it was seen, on any clock. The task is created with the first observation."""
    status: str
    """The provider's own word, a number written as text, or `gone`."""
    progress: float | None = None
    """As the reply states it; None if it does not state it."""


def observe(provider: str, body: object, at_ms: int, task: str = "video") -> Observation | None:
    """Read an observation from a reply; None if the reply does not tell a state of the task."""
    rules = _task(provider, task)
    read = rules.get("read")
    if read is None:
        for state, rule in rules["states"].items():
            if not validate(provider, rule["message"], body):
                return Observation(at_ms, str(state))
        return None
    status = _first(body, read["status"])
    if not isinstance(status, str | int):
        gone = rules["states"].get(GONE)
        is_gone = gone is not None and not validate(provider, gone["message"], body)
        return Observation(at_ms, GONE) if is_gone else None
    progress = _first(body, read.get("progress", []))
    return Observation(at_ms, str(status), progress if isinstance(progress, int | float) else None)


def check_history(
    provider: str, history: Sequence[Observation], task: str = "video", exact: bool = False
) -> list[Problem]:
    """Check a history against `lifecycle.json`. It returns no problems if the history obeys.

    A poll may miss states, so a step may skip some, unless the history is `exact` (every state is
    in it, from the first). A pointer is the number of the observation. Raises UnknownProvider,
    UnknownMessage.
    """
    rules = _task(provider, task)
    found = list(_first_state(rules, history, exact))
    for number, seen in enumerate(history):
        found += _alone(rules, seen, number, history[0])
    for number, (before, seen) in enumerate(pairwise(history), start=1):
        found += _step(rules, before, seen, number, exact)
    return found


def _task(provider: str, task: str) -> dict[str, Any]:
    tasks: dict[str, dict[str, Any]] = life_cycle(provider)["tasks"]
    if task not in tasks:
        raise UnknownMessage(f"{provider} has no task {task!r}; it has {', '.join(tasks)}")
    return tasks[task]


def _first(body: object, pointers: list[str]) -> object:
    return next((value for found, value in (at_pointer(body, p) for p in pointers) if found), None)


def _first_state(
    rules: dict[str, Any], history: Sequence[Observation], exact: bool
) -> Iterator[Problem]:
    if exact and history and history[0].status not in rules["initial"]:
        yield Problem("/0", " or ".join(rules["initial"]), history[0].status)


def _alone(
    rules: dict[str, Any], seen: Observation, number: int, birth: Observation
) -> Iterator[Problem]:
    state = rules["states"].get(seen.status)
    if state is None:
        yield Problem(f"/{number}", "one of " + ", ".join(rules["states"]), shown(seen.status))
        return
    source = source_text(state["x-source"])
    age_ms = seen.at_ms - birth.at_ms
    if "after_ms" in state and age_ms < state["after_ms"]:
        yield Problem(f"/{number}", f"an age of {state['after_ms']} ms", f"{age_ms} ms", source)
    if seen.progress is None:
        return
    limits = rules.get("progress")
    if limits and not limits["minimum"] <= seen.progress <= limits["maximum"]:
        expected = f"progress from {limits['minimum']} to {limits['maximum']}"
        yield Problem(f"/{number}", expected, f"{seen.progress:g}", source_text(limits["x-source"]))
    wanted = state.get("progress", {}).get("const", seen.progress)
    if seen.progress != wanted:
        yield Problem(f"/{number}", f"progress {wanted:g}", f"{seen.progress:g}", source)


def _step(
    rules: dict[str, Any], before: Observation, seen: Observation, number: int, exact: bool
) -> Iterator[Problem]:
    states, where = rules["states"], f"/{number}"
    if seen.at_ms < before.at_ms:
        yield Problem(where, f"a time from {before.at_ms} ms on", f"{seen.at_ms} ms")
    if before.status not in states or seen.status not in states:
        return
    source = source_text(states[before.status]["x-source"])
    following = states[before.status]["next"] if exact else _reachable(states, before.status)
    if seen.status != before.status and seen.status not in following:
        words = ", ".join([before.status, *sorted(following)])
        yield Problem(where, f"one of {words} after {before.status}", seen.status, source)
    limits = rules.get("progress", {})
    if (
        limits.get("monotone")
        and before.progress is not None
        and seen.progress is not None
        and seen.progress < before.progress
        and not states[seen.status]["terminal"]
    ):
        expected = f"progress of at least {before.progress:g}"
        yield Problem(where, expected, f"{seen.progress:g}", source_text(limits["x-source"]))


def _reachable(states: dict[str, Any], start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(states[start]["next"])
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += states[state]["next"]
    return found
