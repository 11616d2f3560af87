"""The official OpenAI SDK against the APIYI endpoints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from mockserver.app import Running
from mockserver.control import Control

# OpenAI has announced the end of its own videos API; APIYI speaks it all the same.
pytestmark = pytest.mark.filterwarnings("ignore:The Sora API is scheduled:DeprecationWarning")


@pytest.fixture
def control(server: Running, key: str) -> Iterator[Control]:
    """The control API of the SDK's sandbox."""
    with Control(server.base_url, key=key) as control:
        control.set_scenario("instant")
        yield control


@pytest.fixture
def sdk(server: Running, key: str, control: Control) -> Iterator[openai.OpenAI]:
    """The SDK with nothing changed but base URL and key."""
    with openai.OpenAI(base_url=f"{server.base_url}/apiyi/v1", api_key=key) as client:
        yield client


def test_a_video_is_created_retrieved_and_downloaded(sdk: openai.OpenAI, tmp_path: Path) -> None:
    video = sdk.videos.create(model="veo-3.1", prompt="a cat")
    assert sdk.videos.retrieve(video.id).status == "completed"
    sdk.videos.download_content(video.id).write_to_file(tmp_path / "cat.mp4")
    assert (tmp_path / "cat.mp4").read_bytes()[4:8] == b"ftyp"


def test_a_first_frame_is_uploaded_as_a_form(sdk: openai.OpenAI) -> None:
    frame = b"\x89PNG\r\n\x1a\n" + bytes(64)
    video = sdk.videos.create(model="veo-3.1-fl", prompt="a cat", input_reference=("a.png", frame))
    assert video.model == "veo-3.1-fl"


def test_create_and_poll_goes_on_while_the_dialect_says_in_progress(
    sdk: openai.OpenAI, control: Control
) -> None:
    control.set_dialect("apiyi", running_word="in_progress")
    control.set_scenario("succeed")
    control.set_clock("auto")
    video = sdk.videos.create_and_poll(model="veo-3.1", prompt="a cat", poll_interval_ms=1)
    assert video.status == "completed"
    statuses = [e.status for e in control.entries(operation="status")]
    assert len(statuses) >= 2


def test_chat_streams_links_and_usage(sdk: openai.OpenAI) -> None:
    message = {"role": "user", "content": "画只猪在天上飞"}
    stream = sdk.chat.completions.create(model="veo-3.1", messages=[message], stream=True, n=2)  # type: ignore[list-item]
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks)
    assert len(set(re.findall(r"https?://[^\s)]+\.mp4", text))) == 2
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens > 0


def heard(sdk: openai.OpenAI) -> str:
    """The text of a stream, as the SDK gives it."""
    message = {"role": "user", "content": "a cat"}
    stream = sdk.chat.completions.create(model="veo-3.1", messages=[message], stream=True)  # type: ignore[list-item]
    return "".join(c.choices[0].delta.content or "" for c in stream)


@pytest.mark.parametrize(
    "rule",
    [
        {"fault": "error_as_success"},
        {"fault": "stream_bare_error"},
        {"fault": "stream_single_newlines"},
        {"fault": "not_json", "when": {"call_phase": "stream"}},
        {"fault": "empty_body", "when": {"call_phase": "stream"}},
    ],
    ids=lambda rule: rule["fault"],
)
def test_to_the_sdk_some_failures_are_an_empty_stream(
    sdk: openai.OpenAI, control: Control, rule: dict[str, Any]
) -> None:
    control.add_fault(rule)
    assert heard(sdk) == ""
    assert [fared["struck"] for fared in control.faults()] == [1]


def test_the_sdk_reads_data_without_its_blank(sdk: openai.OpenAI, control: Control) -> None:
    control.add_fault({"fault": "stream_no_blank"})
    assert ".mp4" in heard(sdk)
    assert [fared["struck"] for fared in control.faults()] == [1]


def test_the_sdk_stumbles_over_a_comment_behind_an_id(sdk: openai.OpenAI, control: Control) -> None:
    control.add_fault({"fault": "stream_ids"})
    with pytest.raises(json.JSONDecodeError):
        heard(sdk)


def test_the_sdk_hands_out_a_chunk_without_choices(sdk: openai.OpenAI, control: Control) -> None:
    control.add_fault({"fault": "stream_empty_choices"})
    with pytest.raises(IndexError):
        heard(sdk)


def test_the_sdk_shows_the_headers_of_a_rate_limit(sdk: openai.OpenAI, control: Control) -> None:
    control.add_fault({"fault": "rate_limit_headers", "with": {"remaining": 7}})
    reply = sdk.videos.with_raw_response.create(model="veo-3.1", prompt="a cat")
    assert reply.headers["x-ratelimit-remaining-requests"] == "7"
    assert reply.parse().status == "queued"
    control.add_fault({"fault": "rate_limit", "with": {"retry_after": "1s"}})
    with pytest.raises(openai.RateLimitError) as refused:
        sdk.with_options(max_retries=0).videos.create(model="veo-3.1", prompt="a cat")
    assert refused.value.response.headers["x-ratelimit-remaining-requests"] == "7"


def test_the_sdk_needs_no_content_type(sdk: openai.OpenAI, control: Control) -> None:
    control.add_fault({"fault": "missing_header"})
    assert sdk.videos.create(model="veo-3.1", prompt="a cat").status == "queued"
    assert [fared["struck"] for fared in control.faults()] == [1]


def test_the_sdk_asks_again_where_its_connection_is_closed_under_a_request(
    sdk: openai.OpenAI, control: Control
) -> None:
    control.add_fault({"fault": "close_on_next", "times": 2})
    video = sdk.videos.create(model="veo-3.1", prompt="a cat")
    with pytest.raises(openai.APIConnectionError):
        sdk.with_options(max_retries=0).videos.retrieve(video.id)
    assert sdk.videos.retrieve(video.id).id == video.id
    assert sdk.videos.retrieve(video.id).id == video.id
    assert [fared["struck"] for fared in control.faults()] == [2]


def test_a_refused_key_is_the_sdk_s_own_error(server: Running) -> None:
    with (
        openai.OpenAI(base_url=f"{server.base_url}/apiyi/v1", api_key="sk-mock-invalid") as sdk,
        pytest.raises(openai.AuthenticationError),
    ):
        sdk.videos.retrieve("video_x")


def test_an_unknown_video_is_the_sdk_s_own_error(sdk: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        sdk.videos.retrieve("video_nobody")
