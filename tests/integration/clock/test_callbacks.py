"""A callback that is to come moves a clock in mode auto only when its client is done for now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.support.raw_receiver import raw_receiver
from tests.support.struck import Struck

CREATE = "/kie/api/v1/veo/generate"


def test_a_callback_comes_once_the_client_rests(auto: Struck) -> None:
    with raw_receiver() as receiver:
        task_id = auto.kie_job(receiver.url, "a cat")
        (came,) = receiver.wait_for(1)
    assert came.json["data"]["taskId"] == task_id


def test_a_callback_does_not_come_while_the_creation_is_held(auto: Struck) -> None:
    """The reply to the creation ends only when the client leaves; the callback comes after that."""
    auto.set({"fault": "no_answer", "with": {"accepted": True}, "when": {"operation": "generate"}})
    with raw_receiver() as receiver, auto.client() as held, ThreadPoolExecutor(1) as pool:
        body = {"prompt": "a cat", "callBackUrl": receiver.url}
        future = pool.submit(lambda: _given_up(held, body))
        while not auto.control.tasks():
            assert not future.done()
        before_ms = auto.now_ms()
        for _ in range(20):  # each is a call about the task, and none of them brings it on
            auto.control.task(auto.control.tasks()[0].id)
        assert (auto.now_ms(), receiver.arrived) == (before_ms, [])
        held.close()
        future.result()
        receiver.wait_for(1)


def _given_up(client: object, body: object) -> None:
    import httpx

    assert isinstance(client, httpx.Client)
    try:
        client.post(CREATE, json=body, timeout=2.5)  # longer than any callback waits for others
    except httpx.HTTPError:
        return
    raise AssertionError("it was answered")
