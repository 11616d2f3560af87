"""The moments that a clock may be moved to by name, without a server."""

from __future__ import annotations

from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from msgspec.structs import replace

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.job.task import Task, Upgrade
from mockserver.domain.sandbox.landmarks import LANDMARKS, landmark_ms


def _task(name: str = "t", *, running_ms: int = 10, done_ms: int | None = 20) -> Task:
    """A task submitted at 0 whose links live for 100 ms; without `done_ms` it never ends."""
    ending = () if done_ms is None else (Step(done_ms, "succeeded"),)
    steps = (Step(0, "queued"), Step(running_ms, "running"), *ending, Step(1000, "expired"))
    plan = Plan(steps, "seed", known_ms=0, content_ms=done_ms or 0)
    return Task(name, 1, "kie", "generate", "k", "m", "p", 0, plan, "http://x", media_ttl_ms=100)


def test_each_landmark_is_the_nearest_of_its_kind() -> None:
    task = _task()
    found = [landmark_ms(landmark, [task], [], 0) for landmark in LANDMARKS]
    assert found == [10, 20, 120]


def test_a_moment_that_is_now_does_not_lie_ahead() -> None:
    assert landmark_ms("next_event", [_task()], [], 10) == 20
    assert landmark_ms("task_done", [_task()], [], 20) is None


def test_expiry_of_a_record_is_no_event() -> None:
    assert landmark_ms("next_event", [_task()], [], 20) is None


def test_an_upgrade_and_a_callback_are_events() -> None:
    task = replace(_task(), upgrades=(Upgrade("1080p", 0, 25, 70),))
    callback = Delivery("t:finished", "t", "kie", "finished", "http://x", 20, 50)
    assert landmark_ms("next_event", [task], [callback], 25) == 50
    assert landmark_ms("next_event", [task], [replace(callback, due_ms=None)], 25) == 70


def test_an_upgrade_that_fails_is_an_event() -> None:
    task = replace(_task(), upgrades=(Upgrade("4k", 0, 25, None, failed_ms=60),))
    assert landmark_ms("next_event", [task], [], 25) == 60


def test_a_task_that_never_ends_has_neither_end_nor_links() -> None:
    endless = _task(done_ms=None)
    assert landmark_ms("task_done", [endless], [], 0) is None
    assert landmark_ms("url_expiry", [endless], [], 0) is None
    assert landmark_ms("task_done", [endless, _task(done_ms=90)], [], 0) == 90


@given(
    st.sampled_from(LANDMARKS),
    st.lists(st.tuples(st.integers(1, 50), st.integers(51, 99)), max_size=5),
    st.integers(0, 200),
)
@effort(max_examples=50)
def test_a_landmark_always_lies_ahead_and_more_tasks_never_push_it_away(
    landmark: str, spans: list[tuple[int, int]], now_ms: int
) -> None:
    tasks = [_task(str(n), running_ms=a, done_ms=b) for n, (a, b) in enumerate(spans)]
    whole = landmark_ms(landmark, tasks, [], now_ms)  # type: ignore[arg-type]
    assert whole is None or whole > now_ms
    for task in tasks:
        alone = landmark_ms(landmark, [task], [], now_ms)  # type: ignore[arg-type]
        assert alone is None or (whole is not None and whole <= alone)
