"""A job that is left and asked for again is paid twice; what only looks like it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.findings.story import Story, sightings, struck

A, B, C = "1" * 32, "2" * 32, "3" * 32
MINUTE_MS = 60_000


def polled_and_left() -> Story:
    """Job A, asked for twice before it ended, and never again."""
    story = Story()
    story.create(A)
    story.wait(10_000).poll(A)
    story.wait(10_000).poll(A)
    return story.wait(10_000)


def same_again(body: dict[str, Any] | None = None) -> Story:
    story = polled_and_left()
    story.create(B, body)
    story.wait(MINUTE_MS).poll(B)
    story.download(B)
    return story


def after_its_own_deadline() -> Story:
    return same_again()


def with_another_seed_and_another_callback() -> Story:
    return same_again({"seeds": 12_345, "callBackUrl": "http://127.0.0.1/hook/2"})


def after_a_success_whose_link_was_dead() -> Story:
    story = Story()
    story.create(A)
    story.wait(90_000).poll(A)
    story.download(A, 404)
    story.create(B)
    return story


def after_a_success_without_a_link() -> Story:
    story = Story()
    story.create(A)
    story.yields(A, "absent")
    story.wait(90_000).poll(A)
    story.create(B)
    return story


def after_polls_that_a_fault_damaged() -> Story:
    story = Story()
    story.create(A)
    story.wait(90_000).poll(A, faults=struck("missing_field"))
    story.create(B)
    return story


def because_the_reply_named_no_id() -> Story:
    story = Story()
    story.create(A, reply={"code": 200, "data": None}, faults=struck("null_field"))
    story.wait(1000).create(B)
    return story


def because_the_reply_named_the_id_elsewhere() -> Story:
    story = Story()
    story.create(A, reply={"code": 200, "data": {"id": A}}, faults=struck("renamed_field"))
    story.wait(1000).create(B)
    return story


def because_no_callback_came() -> Story:
    story = Story()
    story.create(A, {"callBackUrl": "http://127.0.0.1/hook"})
    story.wait(10 * MINUTE_MS).create(B, {"callBackUrl": "http://127.0.0.1/hook"})
    return story


def after_a_stream_without_its_videos() -> Story:
    story = Story()
    story.sent(story.chat(A, faults=struck("stream_missing_videos")), done=True)
    story.wait(1000)
    story.sent(story.chat(B), done=True)
    return story


GUILTY = (
    after_its_own_deadline,
    with_another_seed_and_another_callback,
    after_a_success_whose_link_was_dead,
    after_a_success_without_a_link,
    after_polls_that_a_fault_damaged,
    because_the_reply_named_no_id,
    because_the_reply_named_the_id_elsewhere,
    because_no_callback_came,
    after_a_stream_without_its_videos,
)


@pytest.mark.parametrize("life", GUILTY, ids=lambda life: life.__name__)
def test_a_job_that_was_left_and_asked_for_again_is_paid_twice(life: Callable[[], Story]) -> None:
    evidence = life().evidence()
    (seen,) = sightings("submitted_twice", evidence)
    assert seen.task_id == B
    creations = [e.seq for e in evidence.exchanges("create", "stream")]
    assert set(creations) <= set(seen.entries)
    assert sightings("submitted_rephrased", evidence) == ()


def test_a_job_made_after_a_repetition_has_ended_does_not_excuse_it() -> None:
    story = Story()
    story.create(status=500, reply="")
    for task in (B, C):
        story.create(task)
        story.wait(90_000).poll(task)
        story.fetch(task)
    assert len(sightings("submitted_twice", story.evidence())) == 1


def test_a_creation_repeated_until_it_is_accepted_is_a_second_job_each_time() -> None:
    story = Story()
    for _ in range(2):
        story.create(status=500, reply="")
    story.create(A)
    story.wait(30_000).poll(A)
    story.create(B)
    assert len(sightings("submitted_twice", story.evidence())) == 3


@pytest.mark.parametrize("status", [408, 500, 502, 504, 520, 522, 524])
def test_a_creation_repeated_after_a_status_that_leaves_it_open_is_a_second_job(
    status: int,
) -> None:
    story = Story()
    story.create(status=status, reply="")
    story.wait(1000).create(B, {"seeds": 12_345})
    assert len(sightings("submitted_twice", story.evidence())) == 1


def test_a_pair_that_is_no_repetition_hides_none_that_comes_later() -> None:
    story = Story()
    story.create(status=429)
    story.wait(10_000).create(status=500, reply="")
    story.wait(10_000).create(B)
    assert len(sightings("submitted_twice", story.evidence())) == 1


def three_parallel_equal_prompts() -> Story:
    story = Story()
    for task in (A, B, C):
        story.create(task)
    for task in (A, B, C):
        story.wait(30_000).poll(task)
    return story


def three_parallel_prompts_of_which_one_meets_a_500() -> Story:
    story = Story()
    story.create(status=500, reply="")
    for task in (B, C):
        story.create(task)
    for task in (B, C):
        story.wait(30_000).poll(task)
    return story


def three_threads_of_which_one_meets_a_500() -> Story:
    story = Story()
    story.create(status=500, reply="")
    story.create(B)
    story.poll(B)
    story.create(C)
    for task in (B, C):
        story.wait(30_000).poll(task)
    return story


def three_parallel_prompts_of_which_one_gets_no_id() -> Story:
    story = Story()
    story.create(A, reply={"code": 200, "data": None}, faults=struck("null_field"))
    for task in (B, C):
        story.create(task)
    for task in (B, C):
        story.wait(30_000).poll(task)
    return story


def three_parallel_prompts_that_nobody_follows() -> Story:
    story = Story()
    for task in (A, B, C):
        story.create(task)
    return story


def three_parallel_prompts_of_which_one_loses_its_callback() -> Story:
    story, hook = Story(), {"callBackUrl": "http://127.0.0.1/hook"}
    for task in (A, B, C):
        story.create(task, hook)
    story.wait(90_000).callback(B)
    story.callback(C)
    return story


def variations_that_are_each_fetched() -> Story:
    story = Story()
    for task in (A, B, C):
        story.create(task)
        story.wait(90_000).poll(task)
        story.download(task)
    return story


def variations_whose_links_are_stored() -> Story:
    story = Story()
    for task in (A, B, C):
        story.create(task)
        story.wait(90_000).poll(task)
    return story


def variations_that_callbacks_announce() -> Story:
    story = Story()
    for task in (A, B, C):
        story.create(task, {"callBackUrl": "http://127.0.0.1/hook"})
        story.wait(90_000).callback(task)
    return story


def again_after_a_refunded_failure() -> Story:
    story = Story()
    story.create(A)
    story.fail(A)
    story.wait(90_000).poll(A)
    story.create(B)
    return story


def again_before_anybody_told_of_the_refunded_failure() -> Story:
    story = polled_and_left()
    story.fail(A)
    story.create(B)
    return story


def again_while_the_first_is_looked_after() -> Story:
    story = polled_and_left()
    story.create(B)
    story.wait(MINUTE_MS).poll(A)
    return story


def again_while_the_callback_of_the_first_is_taken() -> Story:
    story = polled_and_left()
    story.create(B)
    story.wait(MINUTE_MS).callback(A)
    return story


def another_film() -> Story:
    return same_again({"prompt": "two dogs play chess in a park"})


def by_another_client() -> Story:
    story = polled_and_left()
    story.create(B, key="k2")
    story.change(B, key=lambda _: "k2")
    return story


def after_a_stream_that_ended_well() -> Story:
    story = Story()
    for task in (A, B):
        story.sent(story.chat(task), done=True)
    return story


def after_a_refusal() -> Story:
    story = Story()
    story.create(status=429)
    story.wait(10_000).create(B)
    return story


def after_a_refusal_that_was_a_lie() -> Story:
    story = Story()
    story.create(A, status=503, reply="", faults=struck("http_error"))
    story.wait(10_000).create(B)
    return story


INNOCENT = (
    three_parallel_equal_prompts,
    three_parallel_prompts_of_which_one_meets_a_500,
    three_threads_of_which_one_meets_a_500,
    three_parallel_prompts_of_which_one_gets_no_id,
    three_parallel_prompts_that_nobody_follows,
    three_parallel_prompts_of_which_one_loses_its_callback,
    variations_that_are_each_fetched,
    variations_whose_links_are_stored,
    variations_that_callbacks_announce,
    again_after_a_refunded_failure,
    again_before_anybody_told_of_the_refunded_failure,
    again_while_the_first_is_looked_after,
    again_while_the_callback_of_the_first_is_taken,
    another_film,
    by_another_client,
    after_a_stream_that_ended_well,
    after_a_refusal,
    after_a_refusal_that_was_a_lie,
)


@pytest.mark.parametrize("life", INNOCENT, ids=lambda life: life.__name__)
def test_what_only_looks_like_a_second_payment_is_left_alone(life: Callable[[], Story]) -> None:
    evidence = life().evidence()
    for name in ("submitted_twice", "submitted_rephrased"):
        assert sightings(name, evidence) == ()


def test_who_was_told_that_a_success_had_failed_after_all_may_try_again() -> None:
    story = Story()
    story.create(A)
    story.takes_back(A)
    story.wait(90_000).poll(A)
    story.create(B)
    assert sightings("submitted_twice", story.evidence()) == ()


REPHRASED = ("a cat, cinematic lighting", "A cat.", "a cat, please")


@pytest.mark.parametrize("prompt", REPHRASED)
def test_a_job_that_was_left_for_a_rephrased_prompt_is_a_warning(prompt: str) -> None:
    evidence = same_again({"prompt": prompt}).evidence()
    assert sightings("submitted_twice", evidence) == ()
    (seen,) = sightings("submitted_rephrased", evidence)
    assert seen.task_id == B


@pytest.mark.parametrize(("prompt", "count"), [("一只猫在大雨中行走", 1), ("两条狗在下棋", 0)])
def test_prompts_without_blanks_are_compared_sign_by_sign(prompt: str, count: int) -> None:
    story = Story()
    story.create(A, {"prompt": "一只猫在雨中行走"})
    story.wait(10_000).poll(A)
    story.create(B, {"prompt": prompt})
    assert len(sightings("submitted_rephrased", story.evidence())) == count


@pytest.mark.parametrize(
    ("prompt", "later", "count"),
    [
        ("Cat", "a dog chases a cat across the park", 0),
        ("a dog chases a cat across the park", "Cat", 0),
        ("Cat", "A cat.", 1),
        ("Cat", "cat", 1),
    ],
)
def test_a_prompt_of_one_word_is_not_near_every_prompt_that_holds_it(
    prompt: str, later: str, count: int
) -> None:
    story = Story()
    story.create(A, {"prompt": prompt})
    story.wait(10_000).poll(A)
    story.create(B, {"prompt": later})
    assert len(sightings("submitted_rephrased", story.evidence())) == count


def test_the_same_prompt_with_another_model_is_a_warning() -> None:
    evidence = same_again({"model": "veo3"}).evidence()
    assert sightings("submitted_twice", evidence) == ()
    assert len(sightings("submitted_rephrased", evidence)) == 1


@pytest.mark.parametrize(("provider", "count"), [("xcompute", 0), ("kie", 1)])
def test_a_replayed_idempotency_key_counts_where_the_provider_has_one(
    provider: str, count: int
) -> None:
    story, once = Story(), ((b"idempotency-key", b"order-1"),)
    story.create(status=504, reply="", provider=provider, request_headers=once)
    story.create(B, provider=provider, request_headers=once)
    assert len(sightings("submitted_twice", story.evidence())) == count


def test_another_idempotency_key_is_another_job() -> None:
    story = Story()
    for number, status in ((b"1", 504), (b"2", 200)):
        once = ((b"idempotency-key", number),)
        story.create(status=status, reply="", provider="xcompute", request_headers=once)
    assert len(sightings("submitted_twice", story.evidence())) == 1


def test_a_chain_of_left_jobs_is_told_job_by_job() -> None:
    story = polled_and_left()
    story.create(B)
    story.wait(10_000).poll(B)
    story.create(C)
    assert [s.task_id for s in sightings("submitted_twice", story.evidence())] == [B, C]


def test_a_callback_of_a_success_without_links_brings_no_video() -> None:
    story = Story()
    story.create(A)
    story.yields(A, "absent")
    story.wait(90_000).callback(A)
    story.create(B)
    assert len(sightings("submitted_twice", story.evidence())) == 1
