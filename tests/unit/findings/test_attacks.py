"""Honest clients that a judge could wrong, and guilty ones that could slip through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.findings.story import Story, outcome, sightings, struck

A, B = "1" * 32, "2" * 32
FORM = b"multipart/form-data; boundary=xyz"
TOLD = {"status": 429, "reply_headers": ((b"retry-after", b"10"),)}


def count(name: str, story: Story, **end: Any) -> int:
    return len(sightings(name, story.evidence(**end)))


def form(*parts: tuple[str, str]) -> dict[str, Any]:
    """The request of a form, as the OpenAI SDKs send it."""
    lines = [
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts
    ]
    return {
        "provider": "apiyi",
        "operation": "create",
        "request_headers": ((b"content-type", FORM),),
        "request_body": ("".join(lines) + "--xyz--\r\n").encode(),
    }


@pytest.mark.parametrize(
    ("name", "found"), [("seconds", 1), ("size", 1), ("promptt", 1), ("prompt", 0)]
)
def test_an_ignored_parameter_is_seen_in_a_form(name: str, found: int) -> None:
    story = Story()
    story.call("create", **form(("model", "veo-3.1"), (name, "8")))
    assert count("sent_ignored_parameter", story) == found


def test_a_form_that_was_cut_is_read_as_far_as_it_goes() -> None:
    story, fields = Story(), form(("seconds", "8"), ("input_reference", "x" * 100))
    fields["request_body"] = fields["request_body"][:-60]
    story.call("create", **fields)
    assert count("sent_ignored_parameter", story) == 1


def test_a_parameter_that_is_null_is_not_sent() -> None:
    story = Story()
    story.create(A, {"mood": None})
    assert count("sent_ignored_parameter", story) == 0


@pytest.mark.parametrize(("wait_ms", "found"), [(1000, 1), (10_000, 0)])
def test_a_limit_counts_for_the_key_and_not_for_the_task(wait_ms: int, found: int) -> None:
    story = Story()
    story.poll(A, **TOLD)
    story.wait(wait_ms).poll(B)
    assert count("ignored_retry_after", story) == found


def polled_at_once(connection: int, wait_ms: int, again_ms: int = 20_000) -> Story:
    """A is refused, and B is asked for on some connection; and once more, much later."""
    story = Story()
    story.poll(A, **TOLD, connection=1)
    story.wait(wait_ms).poll(B, connection=connection)
    story.wait(again_ms).poll(B, connection=connection)
    return story


@pytest.mark.parametrize(
    ("connection", "wait_ms", "found"),
    [(2, 3, 0), (1, 3, 1), (2, 500, 1)],
    ids=["under way", "on the same connection", "later"],
)
def test_a_call_that_may_have_been_under_way_ignored_nothing(
    connection: int, wait_ms: int, found: int
) -> None:
    assert count("ignored_retry_after", polled_at_once(connection, wait_ms)) == found


def test_a_call_that_may_have_been_under_way_does_not_end_the_wait() -> None:
    assert count("ignored_retry_after", polled_at_once(2, 3, again_ms=5000)) == 1


def test_who_repeats_the_very_call_has_seen_its_reply() -> None:
    story = Story()
    story.poll(A, **TOLD, connection=1)
    story.wait(3).poll(A, connection=2)
    assert count("ignored_retry_after", story) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"key": "k2"},
        {"provider": "xcompute"},
        {"operation": "get_1080p"},
    ],
)
def test_a_limit_is_no_business_of_another_key_provider_or_call(other: dict[str, str]) -> None:
    story = Story()
    story.poll(A, **TOLD)
    story.wait(1000).poll(B, **other)
    assert count("ignored_retry_after", story) == 0


def test_an_outage_of_one_address_is_none_of_another() -> None:
    story = Story()
    story.poll(A, status=503, reply_headers=TOLD["reply_headers"])
    story.wait(1000).poll(B)
    assert count("ignored_retry_after", story) == 0
    story.poll(A)
    assert count("ignored_retry_after", story) == 1


def test_a_limit_in_an_envelope_is_one() -> None:
    story = Story()
    story.poll(A, reply={"code": 429}, reply_headers=TOLD["reply_headers"])
    story.wait(1000).poll(B)
    assert count("ignored_retry_after", story) == 1


@pytest.mark.parametrize(("fault", "found"), [("latency", 1), ("missing_field", 0)])
def test_an_end_that_came_late_was_told_and_one_that_came_damaged_was_not(
    fault: str, found: int
) -> None:
    story = Story(harmless=("latency",))
    story.create(A)
    for _ in range(5):
        story.wait(30_000).poll(A, faults=struck(fault))
    assert count("polled_after_the_end", story) == found


@pytest.mark.parametrize("urls", ["absent", "empty"])
def test_a_success_without_its_links_is_worth_another_question(urls: str) -> None:
    story = Story()
    story.create(A)
    story.yields(A, urls)
    for _ in range(5):
        story.wait(30_000).poll(A)
    assert count("polled_after_the_end", story) == 0


def test_a_download_that_broke_off_is_reason_enough_to_ask_for_the_link_again() -> None:
    story = Story()
    story.create(A)
    story.wait(90_000).poll(A)
    for _ in range(3):
        story.fetch(A, size_bytes=400)
        story.poll(A)
    assert count("polled_after_the_end", story) == 0


def test_a_download_that_a_fault_garbled_is_reason_enough_to_ask_for_the_link_again() -> None:
    story = Story()
    story.create(A)
    story.wait(90_000).poll(A)
    for _ in range(3):
        story.download(A, faults=struck("media_corrupt"))
        story.poll(A)
    assert count("polled_after_the_end", story) == 0


@pytest.mark.parametrize(("faults", "found"), [((), 1), (struck("callback_bad_signature"), 0)])
def test_a_copy_with_a_bad_signature_may_be_refused(faults: Any, found: int) -> None:
    story = Story()
    story.callback(A)
    story.callback(A, 401, faults=faults)
    assert count("refused_duplicate_callback", story) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [({"status": 503}, 0), ({"faults": struck("truncated_json")}, 0), ({}, 1)],
)
def test_how_soon_a_failed_poll_is_repeated_is_no_pace(given: dict[str, Any], found: int) -> None:
    story = Story()
    story.create(A)
    for _ in range(4):
        story.wait(1000).poll(A, **given)
    assert count("polled_too_fast", story) == found


def foreign(answer: int = 200) -> Story:
    """A client with job A, and a callback about it that names B."""
    story = Story()
    story.create(A)
    story.wait(60_000).callback(A, answer, body={"code": 200, "data": {"taskId": B}})
    return story


def looks_it_up() -> Story:
    story = foreign()
    story.poll(B)
    return story


def refuses_it() -> Story:
    story = foreign(404)
    story.download(B, 404)
    return story


def fetches_another_job_of_its_own() -> Story:
    story = foreign()
    story.create(B)
    story.download(B)
    return story


def fetches_its_own_first() -> Story:
    story = Story()
    story.create(A)
    story.download(B, 404)
    story.wait(60_000).callback(A, body={"code": 200, "data": {"taskId": B}})
    return story


def test_who_fetched_the_link_of_a_foreign_callback_trusted_it_whatever_came_then() -> None:
    story = foreign()
    story.download(B, 404)
    for end in ({"exit_code": 1}, {"exit_code": 0}):
        (seen,) = sightings("trusted_foreign_callback", story.evidence(**end))
        assert seen.task_id == A
    judged = story.evidence()
    assert "exit code is not known" in outcome_reason(judged)


def test_a_foreign_link_is_fetched_before_the_answer_to_its_callback_is_journalled() -> None:
    story = Story()
    story.create(A)
    story.wait(60_000)
    came_ms = story.at_ms
    story.wait(3).download(B, 404)
    story.callback(A, body={"code": 200, "data": {"taskId": B}}, real_ms=came_ms)
    assert count("trusted_foreign_callback", story, exit_code=1) == 1


def outcome_reason(evidence: Any) -> str:
    seen = outcome("trusted_foreign_callback", evidence)
    assert len(seen.seen) == 1
    return str(seen.reason)


@pytest.mark.parametrize(
    "life",
    [foreign, looks_it_up, refuses_it, fetches_its_own_first, fetches_another_job_of_its_own],
    ids=lambda f: f.__name__,
)
def test_who_failed_without_fetching_a_foreign_link_did_not_trust_it(
    life: Callable[[], Story],
) -> None:
    assert count("trusted_foreign_callback", life(), exit_code=1) == 0


def test_a_refused_callback_about_the_own_task_tells_nothing() -> None:
    story = foreign()
    story.callback(A, 500)
    assert count("trusted_foreign_callback", story, exit_code=0) == 1


@pytest.mark.parametrize(("seeds", "found"), [((1, 2), 1), ((None, None), 1)])
def test_a_refused_creation_is_the_same_whatever_its_seed(seeds: Any, found: int) -> None:
    story = Story()
    for seed in seeds:
        story.create("", {"seeds": seed}, reply={"code": 402, "msg": "no credits"})
    assert count("retried_in_vain", story) == found


def test_another_prompt_after_a_refusal_is_another_request() -> None:
    story = Story()
    for prompt in ("a cat", "a dog"):
        story.create("", {"prompt": prompt}, reply={"code": 422, "msg": "no"})
    assert count("retried_in_vain", story) == 0


@pytest.mark.parametrize(("pause_ms", "found"), [(30_000, 0), (2000, 1)])
def test_a_poll_at_the_advised_pace_needs_no_backoff(pause_ms: int, found: int) -> None:
    story = Story()
    for _ in range(6):
        story.poll(A, status=503)
        story.wait(pause_ms)
    assert count("retried_without_backoff", story) == found


@pytest.mark.parametrize(("told", "found"), [(b"5", 0), (b"1", 1)])
def test_a_client_that_waits_as_long_as_it_was_told_needs_no_backoff(
    told: bytes, found: int
) -> None:
    story = Story()
    for _ in range(5):
        story.create(status=503, reply_headers=((b"retry-after", told),))
        story.wait(5000 if told == b"5" else 500)
    assert count("retried_without_backoff", story) == found


@pytest.mark.parametrize(("pause_ms", "found"), [(3_600_000, 0), (30_000, 1)])
def test_who_looks_at_a_job_again_much_later_has_given_up(pause_ms: int, found: int) -> None:
    story = Story()
    story.create(A)
    for polls in (20, 20):
        for _ in range(polls):
            story.wait(30_000).poll(A)
        story.wait(pause_ms)
    assert count("polled_without_deadline", story) == found


@pytest.mark.parametrize(("looks", "found"), [(2, 0), (3, 1)])
def test_two_looks_are_no_loop(looks: int, found: int) -> None:
    story = Story()
    story.create(A)
    for _ in range(looks):
        story.wait(1_200_000).poll(A)
    assert count("polled_without_deadline", story) == found


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_expired_link_is_told_with_the_method_of_its_call(method: str) -> None:
    story = Story()
    story.create(A)
    story.wait(90_000_000).download(A, 403, method=method, reason="the link has expired")
    (seen,) = sightings("used_expired_url", story.evidence())
    assert seen.what == f"{method} /media/sb/{A}-0-720p.mp4 got 403: its link had expired"


def test_a_video_whose_link_has_expired_since_was_ready() -> None:
    story = Story()
    story.create(A)
    story.wait(90_000).poll(A)
    (seen,) = sightings("never_fetched_result", story.wait(90_000_000).evidence())
    assert seen.what.startswith(f"the video of {A} was ready and was not fetched")


@pytest.mark.parametrize(
    ("first", "again", "told"),
    [
        ("", "", "the client could not know whether the first one was accepted"),
        ("", B, "the client could not know whether the first one was accepted"),
        (A, "", "the first one was accepted"),
        (A, B, "both were accepted, so there are two jobs"),
    ],
)
def test_a_repeated_creation_says_which_of_the_two_was_accepted(
    first: str, again: str, told: str
) -> None:
    story = Story()
    call = story.create(first, status=200 if first else 500)
    story.sent(call, 0, whole=False)
    story.wait(2000).create(again, status=200 if again else 500)
    (seen,) = sightings("submitted_twice", story.evidence())
    assert seen.what == f"POST /api/v1/veo/generate was sent again after 2 s; {told}"


@pytest.mark.parametrize(
    ("between", "found"),
    [
        (lambda story: story.download(A, 403), 0),
        (lambda story: story.call("content", 404, task_id=A), 0),
        (lambda story: story.sent(story.download(A), 10, whole=False), 0),
        (lambda story: story.download(A, faults=struck("media_corrupt")), 0),
        (lambda story: story.fetch(A), 1),
        (lambda story: story.download(B, 403), 1),
        (lambda story: story.wait(1), 1),
    ],
)
def test_who_asks_for_a_new_link_after_a_failed_download_is_not_too_fast(
    between: Callable[[Story], object], found: int
) -> None:
    story = Story()
    story.create(A)
    story.wait(60_000).poll(A)
    for _ in range(3):
        between(story)
        story.wait(500).poll(A)
    assert count("polled_too_fast", story) == found


def test_who_asks_for_the_content_before_the_end_still_polls_too_fast() -> None:
    story = Story()
    story.create(A)
    for _ in range(3):
        story.wait(500).poll(A)
        story.call("content", 400, task_id=A)
    assert count("polled_too_fast", story) == 1


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (False, "the stream ended after 700 bytes, without [DONE]"),
        (True, "the client left the stream after 700 bytes, before [DONE]"),
    ],
)
def test_a_stream_that_the_client_left_did_not_end_by_itself(gone: bool, told: str) -> None:
    story = Story()
    story.sent(story.chat(A), 700, whole=False, gone=gone)
    (seen,) = sightings("took_cut_stream_for_success", story.evidence(exit_code=0))
    assert seen.what == f"exit code 0, but {told}"


@pytest.mark.parametrize(
    ("fault", "found"), [("error_as_success", 0), ("no_answer", 0), ("extra_field", 1), ("", 1)]
)
def test_who_was_kept_from_the_content_by_a_fault_is_not_blamed(fault: str, found: int) -> None:
    story = Story(harmless=("extra_field",))
    story.create(A)
    story.wait(90_000).poll(A)
    story.call("content", task_id=A, faults=struck(fault) if fault else ())
    assert count("never_fetched_result", story) == found


def test_bytes_behind_the_promised_length_do_not_count() -> None:
    story = Story()
    story.create(A)
    short = ((b"content-type", b"video/mp4"), (b"content-length", b"900"))
    story.sent(story.download(A, reply_headers=short), 1000, whole=False)
    (seen,) = sightings("accepted_truncated_media", story.evidence(exit_code=0))
    assert seen.what.endswith("; 900 sound bytes of it were sent")
