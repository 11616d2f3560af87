"""A callback that is to come moves a clock in mode auto only when its client is done for now."""

from __future__ import annotations

import httpx
import pytest

from tests.integration.events.conftest import rest_of
from tests.support.raw_receiver import raw_receiver
from tests.support.struck import Struck

CREATE = "/kie/api/v1/veo/generate"
LEAVES_AFTER_REAL_S = 2.5  # longer than a callback waits for anything but a creation that is held


def test_a_callback_comes_once_the_client_rests(auto: Struck) -> None:
    with raw_receiver() as receiver:
        task_id = auto.kie_job(receiver.url, "a cat")
        (came,) = receiver.wait_for(1)
    assert came.json["data"]["taskId"] == task_id


def test_a_callback_does_not_come_while_the_creation_is_held(auto: Struck) -> None:
    """The reply to the creation ends when the client leaves; the journal has the callback after that."""
    auto.set({"fault": "no_answer", "with": {"accepted": True}, "when": {"operation": "generate"}})
    with raw_receiver() as receiver, auto.client() as held:
        body = {"prompt": "a cat", "callBackUrl": receiver.url}
        with pytest.raises(httpx.ReadTimeout):
            held.post(CREATE, json=body, timeout=LEAVES_AFTER_REAL_S)
        receiver.wait_for(1)
    with auto.control.listen("current", after=0, kind="sent,delivery", limit=2) as stream:
        assert [event.kind for event in rest_of(stream)] == ["sent", "delivery"]
