"""Callbacks: the clock goes to the end of the job, and what was due has been delivered."""

import httpx
import pytest


@pytest.mark.reelmock(clock="manual", webhook_key="a-secret-of-16ch")
def test_a_callback_comes_signed_when_the_job_is_done(reelmock, reelmock_receiver):
    order = {"prompt": "a cat", "callBackUrl": reelmock_receiver.url}
    key = {"authorization": f"Bearer {reelmock.api_key}"}
    httpx.post(reelmock.base_url("kie") + "/api/v1/veo/generate", json=order, headers=key)

    reelmock.clock.advance(to="task_done")

    (callback,) = reelmock_receiver.wait(1)
    assert callback.json()["data"]["taskId"] == reelmock.tasks[0].id
    assert "x-webhook-signature" in callback.headers


@pytest.mark.reelmock(clock="manual")
def test_a_receiver_that_is_down_gets_it_again(reelmock, reelmock_receiver):
    reelmock_receiver.answer(500, 500)
    order = {"prompt": "a cat", "callBackUrl": reelmock_receiver.url}
    key = {"authorization": f"Bearer {reelmock.api_key}"}
    httpx.post(reelmock.base_url("kie") + "/api/v1/veo/generate", json=order, headers=key)

    reelmock.clock.advance("10m")

    assert len(reelmock_receiver.received) == 3
    assert [callback.state for callback in reelmock.callbacks] == ["acknowledged"]
