"""A task's whole future, fixed when it is submitted, and how to read it at any moment.

    queued ──► running ──► succeeded ──► expired
                   └─────► failed ─────► expired

No job runs in the background: `state_at` answers every poll, and the steps and their ticks answer
every stream and callback. Times are virtual, in integer milliseconds. A plan may be unlawful
(progress that goes back, success that turns into failure). Then the scenario that made it says so.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.chance.chance import rolls

Phase = Literal["queued", "running", "succeeded", "failed", "expired"]
TERMINAL: frozenset[str] = frozenset({"succeeded", "failed", "expired"})


class Ticks(NamedTuple):
    """How the progress of a whole run moves: in two ticks or more, at equal distances in time.

    `first` and `last` are the percents of the outer ticks. Those between them lie at nearly equal
    distances.
    """

    number: int
    first: float
    last: float


EVEN = Ticks(10, 9.1, 90.9)


class Failure(Struct, frozen=True, gc=False):
    """Why a task failed: our name for the failure, and the provider's own code and words."""

    name: str
    code: int | str
    message: str
    type: str = ""


class Step(Struct, frozen=True, gc=False):
    """From `at_ms` on, the task is in `phase`. Its progress goes from `progress` to `progress_to`."""

    at_ms: int
    phase: Phase
    progress: float = 0.0
    progress_to: float = 0.0
    failure: Failure | None = None
    word: str = ""  # a status word that is in no document, shown in place of the phase's own word


class Results(Struct, frozen=True, gc=False):
    """What a success contains, if it is not the usual.

    `links_last_ms` is how long its links work; None: as long as the provider's do.
    """

    urls: Literal["all", "absent", "empty", "broken", "signed"] = "all"
    failed_videos: tuple[int, ...] = ()
    contradict_callback: bool = False  # the callback says the opposite of the poll
    links_last_ms: int | None = None

    @property
    def have_links(self) -> bool:
        """Whether they name a link that works for each video that did not fail."""
        return self.urls in ("all", "signed")


USUAL = Results()


class Plan(Struct, frozen=True, gc=False):
    """Steps in order of time, and moments that are not steps of the job itself."""

    steps: tuple[Step, ...]
    seed: str
    known_ms: int  # before this moment a read answers as if the id did not exist
    content_ms: int  # before this moment the content of a succeeded task is not ready
    # from this moment on a read answers as if the id had never existed
    vanish_ms: int | None = None
    hd_ms: int | None = None  # when the 1080p upgrade is ready; None: never
    results: Results = USUAL
    ticks: Ticks = EVEN


class State(Struct, frozen=True, gc=False):
    """What a plan says at one moment. `progress` is in percent."""

    phase: Phase
    progress: float
    since_ms: int
    failure: Failure | None
    word: str


def tick_row(seed: str, ticks: Ticks) -> tuple[float, ...]:
    """The progress of every tick, with one decimal. It varies with the seed and always rises.

    There are only 256 such rows, so each is computed once.
    """
    return _row(seed[:2], ticks)


@lru_cache(maxsize=4096)
def _row(seed: str, ticks: Ticks) -> tuple[float, ...]:
    count, first, last = ticks
    wobbles, gap = rolls(seed, "ticks", count), (last - first) / (count - 1)
    between = [
        round(first + index * gap + (wobbles[index] - 0.5) * 0.6 * gap, 1)
        for index in range(1, count - 1)
    ]
    return (first, *between, last)


def _is_whole(step: Step) -> bool:
    return step.progress == 0.0 and step.progress_to == 100.0


def _scaled(step: Step, percent: float) -> float:
    if _is_whole(step):
        return percent
    return round(step.progress + (step.progress_to - step.progress) * percent / 100, 1)


def _running_progress(plan: Plan, step: Step, until_ms: int, now_ms: int) -> float:
    span_ms = until_ms - step.at_ms
    if span_ms <= 0:
        return step.progress
    ticks, count = plan.ticks, plan.ticks[0]
    ticks_passed = (now_ms - step.at_ms) * (count + 1) // span_ms
    if ticks_passed <= 0:
        return step.progress
    return _scaled(step, tick_row(plan.seed, ticks)[min(ticks_passed, count) - 1])


def state_at(plan: Plan, now_ms: int) -> State:
    """The task's state at a virtual time; before the first step, the first step counts."""
    steps = plan.steps
    index = len(steps) - 1
    while index > 0 and steps[index].at_ms > now_ms:
        index -= 1
    step = steps[index]
    progress = step.progress
    if step.phase == "running" and index + 1 < len(steps):
        progress = _running_progress(plan, step, steps[index + 1].at_ms, now_ms)
    return State(step.phase, progress, step.at_ms, step.failure, step.word)


def next_step_ms(plan: Plan, now_ms: int, content: bool = True) -> int | None:
    """The next moment for which a client may wait: a phase, the id known, the `content` ready.

    None if there is no such moment. Expiry does not count, because no client waits for it.
    """
    moments = [step.at_ms for step in plan.steps if step.phase != "expired"]
    moments += (plan.known_ms, plan.content_ms) if content else (plan.known_ms,)
    return min((at_ms for at_ms in moments if at_ms > now_ms), default=None)


def next_in_ms(
    plan: Plan, now_ms: int, phase: str | None, progress: tuple[float, float] | None
) -> int | None:
    """The next step or tick at which the job is in a phase (None: any) and in a range of progress.

    Both ends of the range are included. None if this never happens again.
    """
    moments = {step.at_ms for step in plan.steps}
    if progress is not None:
        moments |= set(tick_times_ms(plan))
    for at_ms in sorted(moments):
        state = state_at(plan, at_ms)
        fits = phase in (None, state.phase)
        if progress is not None:
            fits = fits and progress[0] <= state.progress <= progress[1]
        if at_ms > now_ms and fits:
            return at_ms
    return None


def tick_times_ms(plan: Plan) -> tuple[int, ...]:
    """The time of each progress tick of the job."""
    times_ms: tuple[int, ...] = ()
    for step, following in pairwise(plan.steps):
        if step.phase == "running":
            times_ms += _spread_ms(step.at_ms, following.at_ms - step.at_ms, plan.ticks.number)
    return times_ms


def step_percents(seed: str, ticks: Ticks, step: Step) -> tuple[float, ...]:
    """The percent of each progress tick of one running step."""
    row = tick_row(seed, ticks)
    return row if _is_whole(step) else tuple([_scaled(step, percent) for percent in row])


def _spread_ms(begin_ms: int, span_ms: int, count: int) -> tuple[int, ...]:
    """Equal distances over the span, rounded up, so that a read at each moment shows its progress."""
    if not span_ms:
        return (begin_ms,) * count
    return tuple([begin_ms + -(-span_ms * n // (count + 1)) for n in range(1, count + 1)])


def outcome_step(plan: Plan) -> Step | None:
    """The first terminal step except expiry: when and how the job ends; None if it never ends."""
    for step in plan.steps:
        if step.phase in ("succeeded", "failed"):
            return step
    return None


def end_ms(plan: Plan) -> int:
    """When the job ends; if it never ends, when it is forgotten."""
    step = outcome_step(plan)
    return expires_ms(plan) if step is None else step.at_ms


def differs_in_times_alone(one: Plan, other: Plan) -> bool:
    """Whether two plans have the same steps with the same words, but at other times."""
    return (
        len(one.steps) == len(other.steps)
        and one.seed == other.seed
        and one.results == other.results
        and one.ticks == other.ticks
        and all(map(_says_as, one.steps, other.steps))
    )


def _says_as(one: Step, other: Step) -> bool:
    return (
        one.phase == other.phase
        and one.progress == other.progress
        and one.progress_to == other.progress_to
        and one.failure == other.failure
        and one.word == other.word
    )


def stopped(plan: Plan, now_ms: int, cause: Failure, retention_ms: int) -> Plan:
    """The plan of a job that fails now, before its own end."""
    progress = state_at(plan, now_ms).progress
    before = [step for step in plan.steps if step.at_ms <= now_ms]
    failed = Step(now_ms, "failed", progress, failure=cause)
    steps = (*before, failed, Step(now_ms + retention_ms, "expired"))
    return replace(plan, steps=steps, hd_ms=None)


def running_ms(plan: Plan) -> int:
    """When the job begins to run; if it never runs, when it begins."""
    for step in plan.steps:
        if step.phase == "running":
            return step.at_ms
    return plan.steps[0].at_ms


def has_ended(plan: Plan, now_ms: int) -> bool:
    """Whether the job has succeeded or failed by this time."""
    step = outcome_step(plan)
    return step is not None and step.at_ms <= now_ms


def expires_ms(plan: Plan) -> int:
    """When the provider forgets the record; the last step of every plan is its expiry."""
    return plan.steps[-1].at_ms
