"""Callbacks and the control API: `advance` returns when all have been tried; resending by hand."""

from __future__ import annotations

from contextlib import closing

import pytest

from mockserver.control import Control, ControlError
from tests.integration.admin.conftest import Submit
from tests.support.receiver import Receiver


def test_advance_returns_when_the_callback_has_been_delivered(
    control: Control, submit_kie: Submit
) -> None:
    with closing(Receiver()) as receiver:
        task_id = submit_kie(callBackUrl=receiver.url)
        control.advance("10m")
        assert [body["data"]["taskId"] for body in receiver.received] == [task_id]
    (callback,) = control.callbacks()
    assert (callback.state, callback.task_id) == ("acknowledged", task_id)
    assert callback.attempts[0]["at_ms"] == control.task(task_id).ends_ms


def test_advance_tries_again_as_often_as_falls_due(control: Control, submit_kie: Submit) -> None:
    answers = iter([500, 503, 200])
    with closing(Receiver(lambda body: next(answers))) as receiver:
        submit_kie(callBackUrl=receiver.url)
        control.advance("1h")
        (callback,) = control.callbacks()
        assert [attempt["status"] for attempt in callback.attempts] == [500, 503, 200]
        assert len(receiver.received) == 3


def test_a_callback_can_be_resent_by_hand(control: Control, submit_kie: Submit) -> None:
    with closing(Receiver()) as receiver:
        submit_kie("a cat [mock:instant]", callBackUrl=receiver.url)
        control.advance("0s")
        again = control.resend(control.callbacks()[0].id)
        assert len(receiver.received) == 2
        assert [attempt["status"] for attempt in again.attempts] == [200, 200]


def test_a_failed_resend_of_an_acknowledged_callback_is_the_last_that_is_heard_of_it(
    control: Control, submit_kie: Submit
) -> None:
    answers = iter([200, 500])
    with closing(Receiver(lambda body: next(answers))) as receiver:
        submit_kie("a cat [mock:instant]", callBackUrl=receiver.url)
        control.advance("0s")
        again = control.resend(control.callbacks()[0].id)
        assert [attempt["status"] for attempt in again.attempts] == [200, 500]
        assert (again.state, again.due_ms) == ("acknowledged", None)
        control.advance("1h")
        assert len(receiver.received) == 2


def test_an_unknown_callback_cannot_be_resent(control: Control) -> None:
    with pytest.raises(ControlError, match="no callback 'nothing'") as caught:
        control.resend("nothing")
    assert caught.value.status == 404


def test_the_log_says_why_a_public_target_was_not_called(
    control: Control, submit_kie: Submit
) -> None:
    submit_kie("a cat [mock:instant]", callBackUrl="http://93.184.216.34/callback")
    control.advance("1s")
    (callback,) = control.callbacks()
    assert callback.state == "not_allowed"
    assert callback.note
