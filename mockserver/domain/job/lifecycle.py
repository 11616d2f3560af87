"""The laws of a task's life, as checks of a plan. A scenario keeps them, or names the law it breaks."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mockserver.domain.job.plan import TERMINAL, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

EDGES: dict[str, frozenset[str]] = {
    "queued": frozenset({"running", "succeeded", "failed", "expired"}),
    "running": frozenset({"succeeded", "failed", "expired"}),
    "succeeded": frozenset({"expired"}),
    "failed": frozenset({"expired"}),
    "expired": frozenset(),
}


def _phases_follow_edges(plan: Plan) -> bool:
    phases = [step.phase for step in plan.steps]
    # The law `terminal_is_final` checks what follows a terminal phase.
    return all(
        b in EDGES[a]
        for a, b in pairwise(phases)
        if not (a == b == "running") and a not in ("succeeded", "failed")
    )


def _terminal_is_final(plan: Plan) -> bool:
    phases = [step.phase for step in plan.steps if step.phase != "expired"]
    return not any(phase in TERMINAL for phase in phases[:-1])


def _progress_never_goes_back(plan: Plan) -> bool:
    levels = [
        level
        for step in plan.steps
        for level in (step.progress, step.progress_to)
        if step.phase == "running"
    ]
    return levels == sorted(levels)


def _known_from_the_start(plan: Plan) -> bool:
    return plan.known_ms <= plan.steps[0].at_ms and plan.vanish_ms is None


def _content_with_success(plan: Plan) -> bool:
    return all(plan.content_ms <= step.at_ms for step in plan.steps if step.phase == "succeeded")


def _words_are_documented(plan: Plan) -> bool:
    return not any(step.word for step in plan.steps)


def _success_has_its_videos(plan: Plan) -> bool:
    return plan.results.have_links and not plan.results.failed_videos


def _poll_and_callback_agree(plan: Plan) -> bool:
    return not plan.results.contradict_callback


def _upgrade_comes(plan: Plan) -> bool:
    return plan.hd_ms is not None or not any(step.phase == "succeeded" for step in plan.steps)


def _failure_has_a_cause(plan: Plan) -> bool:
    return all((step.phase == "failed") == (step.failure is not None) for step in plan.steps)


LAWS: dict[str, Callable[[Plan], bool]] = {
    "phases_follow_edges": _phases_follow_edges,
    "terminal_is_final": _terminal_is_final,
    "progress_never_goes_back": _progress_never_goes_back,
    "known_from_the_start": _known_from_the_start,
    "content_with_success": _content_with_success,
    "words_are_documented": _words_are_documented,
    "success_has_its_videos": _success_has_its_videos,
    "poll_and_callback_agree": _poll_and_callback_agree,
    "upgrade_comes": _upgrade_comes,
    "failure_has_a_cause": _failure_has_a_cause,
}


def broken_laws(plan: Plan) -> tuple[str, ...]:
    """The names of the laws that a plan breaks, in the order of LAWS."""
    return tuple(name for name, holds in LAWS.items() if not holds(plan))
