"""The webhook of xcompute, delivered to a receiver on loopback."""

import httpx
import pytest

import contracts
from mockserver.control import Callback, Control
from tests.integration.xcompute.calls import create, query
from tests.integration.xcompute.receiver import receiving

LONG_S = 400


def delivery(control: Control) -> Callback:
    """The only callback of the sandbox."""
    (found,) = control.callbacks()
    return found


def test_a_finished_task_is_posted_flat_to_the_callback_of_the_base(
    client: httpx.Client, control: Control
) -> None:
    with receiving(200) as receiver:
        task_id = create(client, webhook=receiver.base_url + "/hook/")
        control.advance(f"{LONG_S}s")
        path, headers, body = receiver.next()
        assert path == "/hook/callback"
        assert headers["content-type"] == "application/json"
        assert contracts.validate("xcompute", "webhook_completed", body, strict=True) == []
        assert body == query(client, task_id)
        control.advance(f"{LONG_S}s")
        assert receiver.received.empty(), "an answer of 200 ends it"


def test_a_failed_task_is_posted_with_its_cause(client: httpx.Client, control: Control) -> None:
    with receiving(200) as receiver:
        create(client, "[mock:fail]", webhook=receiver.base_url)
        control.advance(f"{LONG_S}s")
        path, _, body = receiver.next()
        assert path == "/callback"
        assert body["error"] == {"message": "content rejected", "code": ""}
        assert contracts.validate("xcompute", "webhook_failed", body, strict=True) == []


def test_nothing_is_posted_before_the_task_has_ended(
    client: httpx.Client, control: Control
) -> None:
    with receiving(200) as receiver:
        create(client, "[mock:stall]", webhook=receiver.base_url)
        control.advance(f"{LONG_S}s")
        assert receiver.received.empty()


def test_a_receiver_that_errs_is_tried_again_after_10_30_and_60_seconds(
    client: httpx.Client, control: Control
) -> None:
    with receiving(500, 502, 503, 500) as receiver:
        create(client, webhook=receiver.base_url)
        control.advance(f"{LONG_S}s")
        log = delivery(control)
        times_ms = [attempt["at_ms"] - log.event_ms for attempt in log.attempts]
        assert times_ms == [0, 10_000, 40_000, 100_000]
        assert [attempt["status"] for attempt in log.attempts] == [500, 502, 503, 500]
        assert log.state == "given_up"
        bodies = [receiver.next()[2] for _ in range(4)]
        assert bodies == [bodies[0]] * 4


@pytest.mark.parametrize("status", [400, 404, 410])
def test_an_answer_of_4xx_ends_the_delivery(
    client: httpx.Client, control: Control, status: int
) -> None:
    with receiving(status) as receiver:
        create(client, webhook=receiver.base_url)
        control.advance(f"{LONG_S}s")
        log = delivery(control)
        assert (len(log.attempts), log.state) == (1, "given_up")


def test_a_receiver_that_comes_back_is_told_once_more(
    client: httpx.Client, control: Control
) -> None:
    with receiving(500, 200) as receiver:
        create(client, webhook=receiver.base_url)
        control.advance(f"{LONG_S}s")
        log = delivery(control)
        assert (len(log.attempts), log.state) == (2, "acknowledged")
        assert receiver.next()[2] == receiver.next()[2]


def test_a_webhook_that_may_not_be_called_is_logged_with_the_reason(
    client: httpx.Client, control: Control
) -> None:
    create(client, webhook="http://169.254.1.1/hook")
    control.advance(f"{LONG_S}s")
    log = delivery(control)
    assert (log.state, log.attempts) == ("not_allowed", [])
    assert "link-local" in log.note
