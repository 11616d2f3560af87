"""A video has arrived when all of its bytes have, in however many replies."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mockserver.domain.finding.arrived import arrived
from mockserver.domain.finding.evidence import Evidence
from tests.unit.findings.story import PROVIDERS, Story, sightings, struck

A = "1" * 32
FETCHED, TRUNCATED, REPEATED = (
    "never_fetched_result",
    "accepted_truncated_media",
    "downloaded_repeatedly",
)


def told() -> Story:
    """A client that has just heard of its job's success."""
    story = Story()
    story.create(A)
    story.wait(90_000).poll(A)
    return story


def count(name: str, story: Story) -> int:
    return len(sightings(name, story.evidence(exit_code=0, over=True)))


@pytest.mark.parametrize(
    ("spans", "whole"),
    [
        (["0-999/1000"], True),
        (["0-499/1000", "500-999/1000"], True),
        (["500-999/1000", "0-499/1000"], True),
        (["0-599/1000", "400-999/1000"], True),
        (["0-1/1000"], False),
        (["0-499/1000", "501-999/1000"], False),
        (["0-499/1000", "0-499/1000"], False),
    ],
)
def test_ranges_make_a_video_when_no_byte_is_missing(spans: list[str], whole: bool) -> None:
    story = told()
    for span in spans:
        story.fetch(A, span)
    (video,) = arrived(story.evidence())
    assert video.is_whole == whole
    assert count(FETCHED, story) == (not whole)


def test_the_rest_of_a_broken_download_makes_it_whole() -> None:
    story = told()
    story.fetch(A, size_bytes=400)
    assert count(TRUNCATED, story) == 1
    story.fetch(A, "400-999/1000")
    assert count(TRUNCATED, story) == 0
    assert count(FETCHED, story) == 0


def test_a_range_that_broke_off_counts_as_far_as_it_came() -> None:
    story = told()
    story.fetch(A, "0-499/1000", size_bytes=300)
    story.fetch(A, "500-999/1000")
    assert count(TRUNCATED, story) == 1


def test_two_bytes_are_a_look_at_the_link_and_no_video() -> None:
    story = told()
    story.fetch(A, "0-1/90000")
    assert count(FETCHED, story) == 1
    assert count(TRUNCATED, story) == 0


def test_half_a_video_in_whole_ranges_is_half_a_video() -> None:
    story = told()
    story.fetch(A, "0-44999/90000")
    assert count(TRUNCATED, story) == 1


def test_one_download_in_twenty_ranges_is_one_download() -> None:
    story = told()
    for first in range(0, 1000, 50):
        story.fetch(A, f"{first}-{first + 49}/1000")
    assert count(REPEATED, story) == 0


@pytest.mark.parametrize(("times", "found"), [(3, 0), (4, 1)])
def test_the_same_ranges_four_times_over_are_four_downloads(times: int, found: int) -> None:
    story = told()
    for _ in range(times):
        story.fetch(A, "0-499/1000")
        story.fetch(A, "500-999/1000")
    assert count(REPEATED, story) == found


def test_a_video_under_a_wrong_content_type_is_a_video() -> None:
    story = told()
    fields = {"reply_headers": ((b"content-type", b"text/html"),)}
    call = story.download(A, **fields, faults=struck("media_wrong_type"))
    story.sent(call)
    assert count(FETCHED, story) == 0
    assert count(TRUNCATED, story) == 0


def test_a_look_at_the_head_of_a_video_fetches_nothing() -> None:
    story = told()
    story.sent(story.download(A, method="HEAD"))
    assert count(FETCHED, story) == 1


@pytest.mark.parametrize("urls", ["absent", "empty", "broken"])
def test_where_a_success_has_no_video_there_is_nothing_to_fetch(urls: str) -> None:
    story = told()
    story.yields(A, urls)
    assert count(FETCHED, story) == 0


def test_where_no_video_was_made_there_is_nothing_to_fetch() -> None:
    story = told()
    story.yields(A, "all", failed_videos=(0,))
    assert count(FETCHED, story) == 0


def test_a_success_that_was_taken_back_leaves_nothing_to_fetch() -> None:
    story = told()
    story.takes_back(A)
    assert count(FETCHED, story) == 0


def test_a_record_that_vanished_leaves_nothing_to_fetch() -> None:
    story = told()
    story.change(A, plan=lambda t: replace(t.plan, vanish_ms=t.created_ms + 30_000))
    assert count(FETCHED, story) == 0


def test_the_links_of_a_chat_are_in_its_reply() -> None:
    story = Story()
    story.sent(story.chat(A), done=True)
    story.change(A, provider=lambda _: "apiyi", operation=lambda _: "chat")
    story.wait(90_000)
    assert "chat" in {operation.name for operation in PROVIDERS["apiyi"].operations}
    assert count(FETCHED, story) == 0


def test_a_callback_that_says_the_opposite_told_of_no_success() -> None:
    for contradict, found in ((False, 1), (True, 0)):
        story = Story()
        story.create(A)
        story.yields(A, "all", contradict_callback=contradict)
        story.wait(90_000).callback(A)
        assert len(sightings(FETCHED, story.evidence())) == found


@pytest.mark.parametrize(("faults", "found"), [((), 1), (struck("media_not_found"), 0)])
def test_who_was_kept_from_a_video_by_a_fault_has_tried(faults: tuple[()], found: int) -> None:
    story = told()
    story.download(A, 404, faults=faults)
    assert count(FETCHED, story) == found


def test_a_video_that_was_garbled_is_no_video() -> None:
    story = told()
    call = story.download(A, faults=struck("media_corrupt"))
    story.sent(call, asset="")
    evidence: Evidence = story.evidence(exit_code=0)
    assert arrived(evidence)[0].parts == ()
    assert len(sightings(TRUNCATED, evidence)) == 1


@pytest.mark.parametrize(("prompt", "found"), [("a cat", 0), ("a dog", 1)])
def test_half_a_video_was_not_accepted_where_a_new_job_took_its_place(
    prompt: str, found: int
) -> None:
    story = told()
    story.fetch(A, size_bytes=400)
    story.create("2" * 32, {"prompt": prompt})
    story.fetch("2" * 32)
    assert count(TRUNCATED, story) == found


def test_a_video_that_was_made_beside_it_does_not_excuse_half_a_video() -> None:
    story = Story()
    for task in (A, "2" * 32):
        story.create(task)
    story.wait(90_000).poll(A)
    story.fetch(A, size_bytes=400)
    story.fetch("2" * 32)
    assert count(TRUNCATED, story) == 1


@pytest.mark.parametrize(("faults", "found"), [((), 1), (struck("no_answer"), 0)])
def test_who_was_kept_from_the_news_by_a_fault_did_not_neglect_it(
    faults: tuple[()], found: int
) -> None:
    story = Story()
    story.create(A)
    story.poll(A, faults=faults)
    story.wait(90_000)
    assert count(FETCHED, story) == found


def test_a_refused_download_hides_no_part_that_came_after_it() -> None:
    story = told()
    story.download(A, 503)
    story.fetch(A)
    (video,) = arrived(story.evidence())
    assert video.is_whole
