"""The clock over the control API: moved by spans, to moments and landmarks, set to other modes."""

from __future__ import annotations

import pytest

from mockserver.control import Control, ControlError
from tests.integration.admin.conftest import Submit


def test_a_clock_moves_on_by_a_span(control: Control) -> None:
    before = control.clock()
    assert control.advance("3m").now_ms == before.now_ms + 180_000
    assert control.advance("1500ms").now_ms == before.now_ms + 181_500


def test_a_clock_moves_to_a_moment_and_shows_it_as_iso(control: Control) -> None:
    moved = control.advance(to="2099-01-01T00:00:00Z")
    assert (moved.now, moved.now_ms) == ("2099-01-01T00:00:00.000Z", 4_070_908_800_000)
    assert control.advance(to=4_070_908_800_001).now_ms == 4_070_908_800_001


def test_a_clock_never_goes_back(control: Control) -> None:
    with pytest.raises(ControlError, match="never goes back") as caught:
        control.advance(to="2001-01-01")
    assert (caught.value.status, caught.value.field) == (422, "to")


def test_next_event_goes_through_the_phases_one_by_one(control: Control, submit: Submit) -> None:
    task_id = submit()
    phases = [control.task(task_id).phase]
    for _ in range(2):
        control.advance(to="next_event")
        phases.append(control.task(task_id).phase)
    assert phases == ["queued", "running", "succeeded"]
    with pytest.raises(ControlError, match="no next_event to come"):
        control.advance(to="next_event")


def test_task_done_is_the_moment_of_success(control: Control, submit: Submit) -> None:
    task_id = submit()
    moved = control.advance(to="task_done")
    assert moved.now_ms == control.task(task_id).ends_ms
    assert control.task(task_id).phase == "succeeded"


def test_a_landmark_may_be_that_of_one_task(control: Control, submit: Submit) -> None:
    early, late = submit(), submit("a dog [mock:slow factor=9]")
    control.advance(to="task_done", task=late)
    assert [control.task(t).phase for t in (early, late)] == ["succeeded", "succeeded"]


def test_a_task_that_never_ends_has_no_end_to_go_to(control: Control, submit: Submit) -> None:
    with pytest.raises(ControlError, match="no task_done to come"):
        control.advance(to="task_done", task=submit("a cat [mock:stall]"))


def test_url_expiry_is_when_the_video_answers_403(control: Control, submit: Submit) -> None:
    import httpx

    task_id = submit("a cat [mock:instant]")
    url = control.task(task_id).urls[0]
    assert httpx.head(url, trust_env=False).status_code == 200
    control.advance(to="url_expiry")
    assert httpx.head(url, trust_env=False).status_code == 403


def test_mode_and_rate_change_without_a_jump(control: Control) -> None:
    before = control.clock()
    assert (before.mode, before.rate) == ("manual", 0.0)
    running = control.set_clock("real", 10)
    assert (running.mode, running.rate) == ("real", 10.0)
    assert running.now_ms >= before.now_ms
    assert control.set_clock(rate=1000).rate == 1000
    assert control.set_clock("auto").mode == "auto"


@pytest.mark.parametrize(
    ("mode", "rate", "field"),
    [("manual", 2.0, "rate"), ("real", 0.0, "rate"), ("fast", None, "mode"), (None, None, "mode")],
)
def test_an_impossible_clock_is_refused(
    control: Control, mode: str | None, rate: float | None, field: str
) -> None:
    with pytest.raises(ControlError) as caught:
        control.set_clock(mode, rate)
    assert (caught.value.status, caught.value.field) == (422, field)


def test_every_turn_of_the_clock_is_in_the_journal(control: Control) -> None:
    before = control.clock().now_ms
    control.advance("1s")
    (turn,) = control.entries(kind="clock")
    assert turn.detail == {"from_ms": before, "to_ms": before + 1000}


def test_a_running_clock_can_be_moved_by_nothing(control: Control) -> None:
    control.set_clock("real", 1_000_000)
    for _ in range(20):
        control.advance("0s")
