"""The schedule of one callback by example: three retries after 10, 30 and 60 s."""

import pytest

from mockserver.domain.callback.delivery import (
    Attempt,
    CallbackPolicy,
    Delivery,
    after_attempt,
    not_allowed,
)

POLICY = CallbackPolicy(10_000, (10_000, 30_000, 60_000), stops_on_4xx=True)
NEW = Delivery("d", "t", "p", "finished", "http://h/", 1000, 1000)


def tried(delivery: Delivery, status: int | None) -> Delivery:
    """One attempt that takes 100 ms."""
    at_ms = delivery.due_ms or 0
    number = len(delivery.attempts) + 1
    return after_attempt(delivery, Attempt(number, at_ms, at_ms + 100, 0, status), POLICY)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_ends_it(status: int) -> None:
    delivery = tried(NEW, status)
    assert (delivery.state, delivery.due_ms) == ("acknowledged", None)


@pytest.mark.parametrize("status", [None, 100, 302, 500, 503])
def test_anything_else_is_tried_again_after_a_pause(status: int | None) -> None:
    delivery = tried(NEW, status)
    assert (delivery.state, delivery.due_ms) == ("pending", 11_100)


def test_the_last_retry_is_the_last() -> None:
    delivery, due = NEW, []
    while delivery.due_ms is not None:
        due.append(delivery.due_ms)
        delivery = tried(delivery, 500)
    assert due == [1000, 11_100, 41_200, 101_300]
    assert delivery.state == "given_up"


def test_a_4xx_ends_it_where_the_provider_says_so() -> None:
    assert tried(NEW, 404).state == "given_up"
    patient = CallbackPolicy(10_000, (10_000,))
    assert after_attempt(NEW, Attempt(1, 1000, 1100, 0, 404), patient).state == "pending"


@pytest.mark.parametrize("first", [200, 404])
@pytest.mark.parametrize("again", [None, 404, 500])
def test_what_is_over_stays_over_when_one_more_try_fails(first: int, again: int | None) -> None:
    over = tried(NEW, first)
    delivery = tried(over, again)
    assert (delivery.state, delivery.due_ms) == (over.state, None)
    assert len(delivery.attempts) == 2


def test_a_try_by_hand_that_succeeds_ends_what_was_given_up() -> None:
    assert tried(tried(NEW, 404), 200).state == "acknowledged"


def test_what_may_not_be_called_is_never_due() -> None:
    delivery = not_allowed(NEW, "public")
    assert (delivery.state, delivery.due_ms, delivery.note) == ("not_allowed", None, "public")
