"""However a receiver answers, a delivery ends, and its retries keep the provider's pauses."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.callback.delivery import (
    Attempt,
    CallbackPolicy,
    Delivery,
    acknowledges,
    after_attempt,
)

ANSWERS = st.none() | st.integers(100, 599)
POLICIES = st.builds(
    CallbackPolicy,
    timeout_ms=st.integers(1, 20_000),
    retry_delays_ms=st.lists(st.integers(0, 10**6), max_size=5).map(tuple),
    stops_on_4xx=st.booleans(),
)


def delivered(
    policy: CallbackPolicy, answers: list[int | None], took_ms: int
) -> tuple[Delivery, int]:
    """Tries for as long as anything is due; gives the delivery and how many tries there were."""
    delivery = Delivery("d", "t", "p", "finished", "http://h/", 1000, 1000)
    tries = 0
    while delivery.due_ms is not None:
        status = answers[tries % len(answers)]
        at_ms = delivery.due_ms
        attempt = Attempt(tries + 1, at_ms, at_ms + took_ms, 0, status)
        delivery = after_attempt(delivery, attempt, policy)
        tries += 1
    return delivery, tries


@given(POLICIES, st.lists(ANSWERS, min_size=1), st.integers(0, 20_000))
def test_every_delivery_ends_as_its_last_answer_says(
    policy: CallbackPolicy, answers: list[int | None], took_ms: int
) -> None:
    delivery, tries = delivered(policy, answers, took_ms)
    assert 1 <= tries <= len(policy.retry_delays_ms) + 1
    assert len(delivery.attempts) == tries
    last = delivery.attempts[-1]
    assert delivery.state == ("acknowledged" if acknowledges(last) else "given_up")
    assert not any(acknowledges(attempt) for attempt in delivery.attempts[:-1])


@given(POLICIES, st.lists(ANSWERS, min_size=1), st.integers(0, 20_000))
def test_a_retry_comes_a_pause_after_the_end_of_the_last_try(
    policy: CallbackPolicy, answers: list[int | None], took_ms: int
) -> None:
    attempts = delivered(policy, answers, took_ms)[0].attempts
    assert attempts[0].at_ms == 1000
    for number, (before, after) in enumerate(itertools.pairwise(attempts)):
        assert after.at_ms == before.ended_ms + policy.retry_delays_ms[number]


@given(POLICIES, st.lists(ANSWERS, min_size=1), st.integers(0, 20_000))
def test_giving_up_early_needs_a_4xx_and_a_provider_that_stops_on_it(
    policy: CallbackPolicy, answers: list[int | None], took_ms: int
) -> None:
    delivery, tries = delivered(policy, answers, took_ms)
    early = delivery.state == "given_up" and tries <= len(policy.retry_delays_ms)
    refused = [400 <= (attempt.status or 0) < 500 for attempt in delivery.attempts]
    assert early <= (policy.stops_on_4xx and refused[-1])
    if policy.stops_on_4xx:
        assert not any(refused[:-1])
