"""Waiting for a job: at the provider's pace, tolerant of what passes, never past the deadline.

Tolerated while the deadline lasts: lost and garbled replies, 5xx and rate limits, a task that is
not found for a while (just created elsewhere in their system), progress or status going back, a
finished task whose video is not there yet. Not tolerated: a refused key, and the like.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from clientlib._context import Context
from clientlib._errors import (
    JobExpired,
    JobFailed,
    RecordExpired,
    TaskNotFound,
    VideoError,
)
from clientlib._exchange import asked
from clientlib._models import Reply, Snapshot, Status
from clientlib._retry import backoff_s, past_deadline, retry_after_s, retrying
from clientlib._steps import Emit, Flow, T, Wait
from clientlib._submit import Track

GROWTH, MOST = 1.1, 2.0
"""An interval grows by a tenth each time, up to twice the advised pace."""
NOT_FOUND_PACES, NOT_FOUND_S = 3, 60.0
"""How long a task may be unknown: three polls, and at least a minute."""
RANK = {Status.QUEUED: 0, Status.RUNNING: 1}


@dataclass(frozen=True, slots=True)
class Later:
    """Not yet; the provider wants at least `seconds` of peace."""

    seconds: float = 0.0


def until_ready(
    context: Context,
    ask: Callable[[], Flow[T | Later]],
    *,
    what: str,
    every_s: float,
    deadline_s: float,
    first_s: float = 0.0,
) -> Flow[T]:
    """Ask until there is an answer. Transient errors are waited out, the deadline is kept."""
    until_s = context.now() + deadline_s
    failed = 0
    if first_s:
        yield Wait(min(first_s, deadline_s))
    for turn in count():
        error: VideoError | None = None
        try:
            answer = yield from ask()
            if not isinstance(answer, Later):
                return answer
            failed, least_s = 0, answer.seconds
        except VideoError as passing:
            if not passing.transient:
                raise
            failed, error = failed + 1, passing
            back_off = backoff_s(context.retry, failed, context.dice())
            least_s = max(passing.retry_after_s or 0.0, back_off)
        left_s = until_s - context.now()
        # What the provider asked for is not cut short to fit one more call in.
        if left_s < 0.001 or (error and (error.retry_after_s or 0.0) > left_s):
            raise past_deadline(f"{what} took longer than {deadline_s:g} s", error) from error
        pace_s = every_s * min(MOST, GROWTH ** min(turn, 100))
        yield Wait(min(max(pace_s, least_s), left_s))
    raise AssertionError("count() has no end")


def read_once(context: Context, track: Track) -> Flow[Snapshot]:
    """One status call; what it tells is merged with what was known."""
    provider = context.provider

    def read(reply: Reply) -> Snapshot:
        track.poll_after_s = retry_after_s(reply.headers, context.now()) or 0.0
        return provider.read_task(reply, track.task_id)

    try:
        seen = yield from asked(context, provider.poll(track.task_id), read)
    except RecordExpired:
        seen = Snapshot(track.task_id, Status.EXPIRED)
    track.snapshot = merged(track.snapshot, seen)
    return track.snapshot


def merged(before: Snapshot | None, seen: Snapshot) -> Snapshot:
    """The newer state, except that nothing goes back: not progress, not status, not an end."""
    if before is None or before.task_id != seen.task_id:
        return seen
    if before.status.terminal:
        return seen if seen.status is before.status else before
    if seen.status.terminal:
        return seen
    progress = max((p for p in (before.progress, seen.progress) if p is not None), default=None)
    status = max(before.status, seen.status, key=RANK.__getitem__)
    return replace(seen, status=status, progress=progress)


def refresh(context: Context, track: Track) -> Flow[Snapshot]:
    """The state now, with the usual retries."""
    return (yield from retrying(lambda: read_once(context, track), context.patience()))


def watch(context: Context, track: Track, deadline_s: float | None) -> Flow[Snapshot]:
    """Emit every change until the job ends, and return its end, good or bad."""
    if track.snapshot is not None and track.snapshot.status.terminal:
        yield Emit(track.snapshot)
        return track.snapshot
    pace = context.pace
    grace_s = max(NOT_FOUND_S, NOT_FOUND_PACES * pace.every_s)
    emitted: Snapshot | None = None
    missing_since_s: float | None = None

    def ask() -> Flow[Snapshot | Later]:
        nonlocal emitted, missing_since_s
        try:
            snapshot = yield from read_once(context, track)
            missing_since_s = None
        except TaskNotFound as error:
            if missing_since_s is None:
                missing_since_s = context.now()
            if context.now() - missing_since_s < grace_s:
                return Later(error.retry_after_s or 0.0)
            if track.snapshot is None:
                raise
            # The task was there, so the provider has dropped its record.
            snapshot = track.snapshot = Snapshot(track.task_id, Status.EXPIRED)
        if snapshot != emitted:
            emitted = snapshot
            yield Emit(snapshot)
        return snapshot if snapshot.status.terminal else Later(track.poll_after_s)

    fresh = track.submitted_at_s is not None and track.snapshot is None
    return (
        yield from until_ready(
            context,
            ask,
            what=f"Task {track.task_id}",
            every_s=pace.every_s,
            deadline_s=pace.deadline_s if deadline_s is None else deadline_s,
            first_s=pace.every_s if fresh else 0.0,
        )
    )


def wait(context: Context, track: Track, deadline_s: float | None = None) -> Flow[Snapshot]:
    """Wait for success; `JobFailed` or `JobExpired` for any other end."""
    snapshot = yield from watch(context, track, deadline_s)
    return succeeded(snapshot)


def succeeded(snapshot: Snapshot) -> Snapshot:
    """The snapshot, if it is a success, else the error it stands for."""
    if snapshot.status is Status.FAILED:
        failure = snapshot.failure
        message = failure.message if failure else "no reason given"
        code = failure.code if failure else None
        raise JobFailed(f"Task {snapshot.task_id} failed: {message}", snapshot, code=code)
    if snapshot.status is Status.EXPIRED:
        raise JobExpired(f"Task {snapshot.task_id} is kept no longer", snapshot)
    return snapshot
