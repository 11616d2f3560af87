"""A scenario struck once something was sent that `succeed` would not have given."""

from __future__ import annotations

import pytest

from mockserver.control import ControlError
from tests.support.raw_receiver import raw_receiver
from tests.support.struck import Struck


def has_struck(struck: Struck) -> bool:
    (task,) = struck.control.tasks()
    return bool(task.scenario_struck) and struck.control.task(task.id).scenario_struck


def poll(struck: Struck, task_id: str) -> None:
    struck.http.get("/kie/api/v1/veo/record-info", params={"taskId": task_id})


@pytest.mark.parametrize(
    "scenario", ["no_url", "empty_urls", "broken_url", "completed_then_failed"]
)
def test_what_differs_in_the_end_alone_strikes_when_the_end_is_told(
    struck: Struck, scenario: str
) -> None:
    task_id = struck.kie_job("", f"a cat [mock:{scenario}]")
    poll(struck, task_id)
    assert not has_struck(struck)
    struck.control.advance("1h")
    assert not has_struck(struck)
    poll(struck, task_id)
    assert has_struck(struck)
    (entry,) = [e for e in struck.control.entries() if e.scenario_struck]
    assert (entry.scenario, entry.call_phase) == (scenario, "poll")


def test_the_usual_scenario_never_strikes(struck: Struck) -> None:
    task_id = struck.kie_job("", "a cat")
    struck.control.advance("1h")
    poll(struck, task_id)
    assert not has_struck(struck)


def test_a_job_that_stalls_strikes_at_a_poll_after_its_usual_end(struck: Struck) -> None:
    task_id = struck.kie_job("", "a cat [mock:stall]")
    poll(struck, task_id)
    assert not has_struck(struck)
    struck.control.advance("1h")
    assert not has_struck(struck), "nobody has asked"
    poll(struck, task_id)
    assert has_struck(struck)


def test_a_callback_that_a_stalled_job_owes_strikes_by_itself(struck: Struck) -> None:
    struck.kie_job("http://127.0.0.1:9/", "a cat [mock:stall]")
    assert not has_struck(struck)
    struck.control.advance("1h")
    assert has_struck(struck)


def test_in_mode_auto_the_clock_comes_to_a_callback_that_a_stalled_job_owes(
    struck: Struck,
) -> None:
    struck.control.set_clock("auto")
    with raw_receiver() as receiver:
        stalled = struck.kie_job(receiver.url, "a cat [mock:stall]")
        slow = struck.kie_job(receiver.url, "a cat [mock:slow]")
        (came,) = receiver.wait_for(1)
    struck.control.advance("1ms")
    assert came.json["data"]["taskId"] == slow
    owed = next(one for one in struck.control.callbacks() if one.task_id == stalled)
    assert (owed.state, owed.attempts) == ("given_up", [])
    assert owed.note == "scenario stall: the job never ends"
    (entry,) = [e for e in struck.control.entries(kind="delivery") if e.task_id == stalled]
    assert (entry.scenario, entry.scenario_struck, entry.status) == ("stall", True, 0)
    assert entry.virtual_ms == owed.event_ms


@pytest.mark.parametrize("fault", ["callback_duplicate", "callback_late", "callback_before_reply"])
def test_no_rule_is_applied_to_a_callback_that_a_stalled_job_owes(
    struck: Struck, fault: str
) -> None:
    struck.set({"fault": fault})
    with raw_receiver() as receiver:
        struck.kie_job(receiver.url, "a cat [mock:stall]")
        struck.control.advance("1h")
        assert receiver.arrived == []
    assert struck.rule()["applied"] == 0
    assert [one.attempts for one in struck.control.callbacks()] == [[]]
    assert has_struck(struck)


def test_a_callback_that_a_stalled_job_owes_is_not_sent_by_hand(struck: Struck) -> None:
    struck.kie_job("http://127.0.0.1:9/", "a cat [mock:stall]")
    with pytest.raises(ControlError, match="this one has nothing to tell"):
        struck.control.resend(struck.control.callbacks()[0].id)
    assert not has_struck(struck)


def test_progress_that_falls_back_strikes_nobody_whom_no_progress_is_told(struck: Struck) -> None:
    task_id = struck.kie_job("", "a cat [mock:progress_back]")
    for _ in range(20):
        struck.control.advance("5s")
        poll(struck, task_id)
    assert not has_struck(struck)


def test_a_callback_that_disagrees_strikes_when_it_is_sent(struck: Struck) -> None:
    with raw_receiver() as receiver:
        task_id = struck.kie_job(receiver.url, "a cat [mock:callback_disagrees]")
        poll(struck, task_id)
        assert not has_struck(struck)
        struck.control.advance("1h")
        receiver.wait_for(1)
    struck.control.advance("1ms")
    assert has_struck(struck)


def test_an_upgrade_that_never_comes_strikes_when_it_is_asked_for_too_late(struck: Struck) -> None:
    task_id = struck.kie_job("", "a cat [mock:hd_never]")
    struck.control.advance("1h")
    poll(struck, task_id)
    assert not has_struck(struck)
    struck.http.get("/kie/api/v1/veo/get-1080p-video", params={"taskId": task_id})
    assert has_struck(struck)


def test_a_refused_creation_is_struck_without_a_task(struck: Struck) -> None:
    assert struck.create("a cat [mock:refuse]").status_code >= 400
    assert struck.control.tasks() == []
    (entry,) = [e for e in struck.control.entries() if e.operation == "create"]
    assert (entry.scenario, entry.scenario_struck) == ("refuse", True)


def test_in_mode_auto_the_clock_comes_to_where_an_upgrade_would_have_been(struck: Struck) -> None:
    struck.control.set_clock("auto")
    task_id = struck.kie_job("", "a cat [mock:hd_never]")
    for _ in range(6):
        poll(struck, task_id)
    assert not has_struck(struck)
    for _ in range(3):
        struck.http.get("/kie/api/v1/veo/get-1080p-video", params={"taskId": task_id})
    assert has_struck(struck)


def test_in_mode_auto_the_clock_comes_to_where_a_job_that_never_ends_would_have(
    struck: Struck,
) -> None:
    struck.control.set_clock("auto")
    task_id = struck.job("a cat [mock:stall at=50%]")
    for _ in range(6):
        assert struck.status(task_id).json()["status"] != "completed"
    assert has_struck(struck)
