"""The plans that most scenarios start from: a job that succeeds, fails, or never ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.job.plan import USUAL, Failure, Plan, Step

if TYPE_CHECKING:
    from mockserver.domain.scenario.scenario import PlanRequest


def success(request: PlanRequest, queue_ms: int, run_ms: int, hd_ms: int | None = None) -> Plan:
    """Queued, running, succeeded. The record is forgotten `retention_ms` after success."""
    at_ms = request.at_ms
    running_ms = at_ms + queue_ms
    done_ms = running_ms + run_ms
    steps = (
        Step(at_ms, "queued"),
        Step(running_ms, "running", 0.0, 100.0),
        Step(done_ms, "succeeded", 100.0),
        Step(done_ms + request.retention_ms, "expired", 100.0),
    )
    hd_ms = done_ms + (request.hd_ms if hd_ms is None else hd_ms)
    return Plan(steps, request.seed, at_ms, done_ms, None, hd_ms, USUAL, request.ticks)


def failure(request: PlanRequest, cause: Failure, share: float) -> Plan:
    """Queued, running up to a share of the work, then failed."""
    running_ms = request.at_ms + request.queue_ms
    failed_ms = running_ms + round(request.run_ms * share)
    progress = round(share * 100, 1)
    return Plan(
        steps=(
            Step(request.at_ms, "queued"),
            Step(running_ms, "running", 0.0, progress),
            Step(failed_ms, "failed", progress, failure=cause),
            Step(failed_ms + request.retention_ms, "expired"),
        ),
        seed=request.seed,
        known_ms=request.at_ms,
        content_ms=failed_ms,
        ticks=request.ticks,
    )


def standstill(request: PlanRequest, share: float) -> Plan:
    """Queued, running up to a share of the work. It stays there until it is forgotten."""
    running_ms = request.at_ms + request.queue_ms
    stuck_ms = running_ms + round(request.run_ms * share)
    progress = round(share * 100, 1)
    return Plan(
        steps=(
            Step(request.at_ms, "queued"),
            Step(running_ms, "running", 0.0, progress),
            Step(stuck_ms, "running", progress, progress),
            Step(request.at_ms + request.retention_ms, "expired"),
        ),
        seed=request.seed,
        known_ms=request.at_ms,
        content_ms=stuck_ms,
        ticks=request.ticks,
    )
