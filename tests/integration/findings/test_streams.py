"""Streams on a real server: whole however they are cut into writes, or not whole."""

from __future__ import annotations

import re

import httpx
import pytest

from mockserver.app import Running
from tests.integration.findings.bench import CHAT, Bench, bench, download

NAME = "took_cut_stream_for_success"


def read(client: Bench) -> str:
    """What came of one stream."""
    client.control.set_scenario("instant", client.sandbox)
    text = ""
    try:
        with client.http.stream("POST", "/apiyi/v1/chat/completions", json=CHAT) as reply:
            for piece in reply.iter_text():
                text += piece
    except httpx.HTTPError:
        pass
    client.settled("sent", 1)
    return text


def named(client: Bench) -> list[str]:
    client.run = {"exit_code": 0}
    return [one.name for one in client.findings().found if one.name == NAME]


@pytest.mark.parametrize(
    "fault",
    [
        "stream_split_event",
        "stream_split_utf8",
        "stream_joined_events",
        "stream_crlf",
        "stream_heartbeats",
        "stream_duplicated",
        "stream_after_done",
    ],
)
def test_a_stream_that_ended_is_whole_however_it_was_written(server: Running, fault: str) -> None:
    with bench(server.base_url) as client:
        client.fault(fault)
        assert "[DONE]" in read(client)
        assert named(client) == []


@pytest.mark.parametrize("fault", ["stream_cut", "stream_silent_end", "stream_reset"])
def test_a_stream_without_its_end_is_no_success(server: Running, fault: str) -> None:
    with bench(server.base_url) as client:
        client.fault(fault)
        assert "[DONE]" not in read(client)
        assert named(client) == [NAME]


@pytest.mark.parametrize("whole", [True, False])
def test_who_has_the_video_all_the_same_needs_no_end(server: Running, whole: bool) -> None:
    with bench(server.base_url) as client:
        client.fault("stream_silent_end")
        links = re.findall(r"http[^)\s]+\.mp4", read(client))
        if not whole:
            client.fault("media_truncated", at="30%")
        download(links[0])
        client.settled("sent", 2)
        assert named(client) == ([] if whole else [NAME])
