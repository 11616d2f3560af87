"""The plans that most scenarios start from: a job that succeeds, fails, or never ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.job.plan import USUAL, Failure, Plan, Results, Step

if TYPE_CHECKING:
    from mockserver.domain.scenario.scenario import PlanRequest


def success(
    request: PlanRequest,
    queue_ms: int | None = None,
    run_ms: int | None = None,
    hd_ms: int | None = None,
    results: Results = USUAL,
) -> Plan:
    """Queued, running, succeeded. The record is forgotten `retention_ms` after success.

    A span that is not given is that of the request.
    """
    at_ms = request.at_ms
    running_ms = at_ms + (request.queue_ms if queue_ms is None else queue_ms)
    done_ms = running_ms + (request.run_ms if run_ms is None else run_ms)
    steps = (
        Step(at_ms, "queued"),
        Step(running_ms, "running", 0.0, 100.0),
        Step(done_ms, "succeeded", 100.0),
        Step(done_ms + request.retention_ms, "expired", 100.0),
    )
    hd_ms = done_ms + (request.hd_ms if hd_ms is None else hd_ms)
    return Plan(steps, request.seed, at_ms, done_ms, None, hd_ms, results, request.ticks)


def failure(request: PlanRequest, cause: Failure, share: float) -> Plan:
    """Queued, running up to a share of the work, then failed."""
    failed_ms, progress = _stop(request, share)
    failed = Step(failed_ms, "failed", progress, failure=cause)
    return _stopped(request, failed, failed_ms + request.retention_ms)


def standstill(request: PlanRequest, share: float) -> Plan:
    """Queued, running up to a share of the work. It stays there until it is forgotten."""
    stuck_ms, progress = _stop(request, share)
    stuck = Step(stuck_ms, "running", progress, progress)
    return _stopped(request, stuck, request.at_ms + request.retention_ms)


def _stop(request: PlanRequest, share: float) -> tuple[int, float]:
    """When a share of the work is done, and the progress then."""
    running_ms = request.at_ms + request.queue_ms
    return running_ms + round(request.run_ms * share), round(share * 100, 1)


def _stopped(request: PlanRequest, last: Step, forgotten_ms: int) -> Plan:
    steps = (
        Step(request.at_ms, "queued"),
        Step(request.at_ms + request.queue_ms, "running", 0.0, last.progress),
        last,
        Step(forgotten_ms, "expired"),
    )
    return Plan(steps, request.seed, request.at_ms, last.at_ms, ticks=request.ticks)
