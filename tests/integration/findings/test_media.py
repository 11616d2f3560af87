"""What counts as having a video, on a real server."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.app import Running
from tests.integration.findings.bench import CHAT, Bench, bench, download

FETCHED, TRUNCATED, REPEATED = (
    "never_fetched_result",
    "accepted_truncated_media",
    "downloaded_repeatedly",
)


def named(client: Bench) -> set[str]:
    client.run = {"exit_code": 0, "over": True}
    return {one.name for one in client.findings().found}


def in_ranges(client: Bench, url: str, pieces: int) -> None:
    """All of a video, in ranges of equal size."""
    probe = download(url, range="bytes=0-0")
    assert probe is not None
    size = int(probe.headers["content-range"].rpartition("/")[2])
    step = -(-size // pieces)
    for start in range(0, size, step):
        download(url, range=f"bytes={start}-{min(start + step, size) - 1}")
    client.settled("sent", pieces + 1)


def test_a_download_in_eight_ranges_is_one_whole_download(server: Running) -> None:
    with bench(server.base_url) as client:
        in_ranges(client, client.url(client.finished()), 8)
        assert named(client) == set()


def test_four_downloads_in_ranges_are_four(server: Running) -> None:
    with bench(server.base_url) as client:
        url = client.url(client.finished())
        for _ in range(4):
            in_ranges(client, url, 2)
        client.settled("sent", 12)
        assert named(client) == {REPEATED}


@pytest.mark.parametrize("span", ["bytes=0-0", "bytes=0-1", "bytes=-2"])
def test_two_bytes_are_no_video(server: Running, span: str) -> None:
    with bench(server.base_url) as client:
        download(client.url(client.finished()), range=span)
        client.settled("sent", 1)
        assert named(client) == {FETCHED}


def test_half_a_video_in_a_whole_range_is_half_a_video(server: Running) -> None:
    with bench(server.base_url) as client:
        download(client.url(client.finished()), range="bytes=0-50000")
        client.settled("sent", 1)
        assert named(client) == {FETCHED, TRUNCATED}


@pytest.mark.parametrize("resumes", [True, False])
def test_a_download_that_broke_off_is_whole_once_its_rest_has_come(
    server: Running, resumes: bool
) -> None:
    with bench(server.base_url) as client:
        url = client.url(client.finished())
        client.fault("media_truncated", at="30%")
        download(url)
        if resumes:
            download(url, range="bytes=1000-")
        client.settled("sent", 1 + resumes)
        assert named(client) == (set() if resumes else {TRUNCATED})


def test_a_video_under_another_content_type_is_one(server: Running) -> None:
    with bench(server.base_url) as client:
        url = client.url(client.finished())
        client.fault("media_wrong_type")
        download(url)
        client.settled("sent", 1)
        assert named(client) == set()


def polls_and_is_content(client: Bench) -> None:
    client.poll(client.finished())


def takes_the_link_of_a_chat(client: Bench) -> None:
    client.http.post("/apiyi/v1/chat/completions", json=CHAT)
    client.settled("sent", 1)


def takes_the_link_of_a_chat_that_waits(client: Bench) -> None:
    client.http.post("/apiyi/v1/chat/completions", json=CHAT | {"stream": False})


@pytest.mark.parametrize(
    ("scenario", "life", "found"),
    [
        ("succeed", polls_and_is_content, {FETCHED}),
        ("no_url", polls_and_is_content, set()),
        ("empty_urls", polls_and_is_content, set()),
        ("broken_url", polls_and_is_content, set()),
        ("vanish", polls_and_is_content, set()),
        ("completed_then_failed", polls_and_is_content, set()),
        ("fail", polls_and_is_content, set()),
        ("instant", takes_the_link_of_a_chat, set()),
        ("instant", takes_the_link_of_a_chat_that_waits, set()),
    ],
)
def test_a_video_is_missed_where_there_is_one(
    server: Running, scenario: str, life: Callable[[Bench], None], found: set[str]
) -> None:
    with bench(server.base_url) as client:
        client.control.set_scenario(scenario, client.sandbox)
        life(client)
        assert named(client) == found
