"""A live stream is a success only with its terminal event and all its videos."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from clientlib import (
    AmbiguousSubmission,
    AuthenticationFailed,
    JobFailed,
    RateLimited,
    RetryPolicy,
    StreamFailure,
    StreamFinished,
    StreamInterrupted,
    StreamProgress,
    StreamStarted,
    StreamVideo,
    StreamWaiting,
    Timeouts,
    UnsupportedRequest,
)
from tests.support.client_both import Make
from tests.support.client_jobs import in_order
from tests.support.client_wire import RESET, Script, reply, stream, wire
from tests.support.patience import PATIENCE_S

LINES = (
    '```json\n{\n    "prompt": "画只猪在天上飞",\n    "mode": "竖屏模式"\n}\n```\n\n',
    "> ⌛️ 视频正在生成中，请耐心等待...\n\n",
    "> 🏃 进度：9.0%\n\n",
    "> 🏃 进度：45.9%\n\n",
)
VIDEO = "> ✅ 第{0}个视频生成成功，[点击这里](https://media.example/{0}.mp4) 查看视频~~~\n\n"
USAGE = {"prompt_tokens": 16, "completion_tokens": 292, "total_tokens": 308}


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
    body = {
        "id": "foaicmpl-1",
        "object": "chat.completion.chunk",
        "created": 1762181811,
        "model": "veo-3.1-fast",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    } | more
    return f"data: {json.dumps(body)}\n\n".encode()


def chunks(*content: str) -> list[bytes]:
    return [chunk({"role": "assistant"}), *(chunk({"content": text}) for text in content)]


END = [chunk({}, "stop", usage=USAGE), b"data: [DONE]\n\n"]
WHOLE = [*chunks(*LINES, VIDEO.format(1)), *END]


def heard(make: Make, script: Script, n: int = 1, **settings: Any) -> list[Any]:
    with wire(in_order(script)) as server:
        return list(make("apiyi", server.url, **settings).stream("画只猪在天上飞", n=n))


def test_the_documented_stream_is_told_in_events(make: Make) -> None:
    url = "https://media.example/1.mp4"
    assert heard(make, stream(WHOLE)) == [
        StreamStarted("foaicmpl-1", "veo-3.1-fast"),
        StreamWaiting("⌛️ 视频正在生成中，请耐心等待..."),
        StreamProgress(9.0),
        StreamProgress(45.9),
        StreamVideo(1, url),
        StreamFinished((url,), (), USAGE),
    ]


def test_the_request_is_a_chat_completion_that_streams(make: Make) -> None:
    with wire(in_order(stream([*chunks(VIDEO.format(1), VIDEO.format(2)), *END]))) as server:
        images = ["https://images.example/a.png", b"\x89PNG\r\n\x1a\nrest"]
        client = make("apiyi", server.url)
        list(client.stream("过渡", n=2, images=images, aspect="16:9"))
    (seen,) = server.seen
    assert seen.path == "/v1/chat/completions"
    assert seen.json["model"] == "veo-3.1-landscape-fast-fl"
    assert (seen.json["stream"], seen.json["n"]) == (True, 2)
    text, first, second = seen.json["messages"][0]["content"]
    assert text == {"type": "text", "text": "过渡"}
    assert first["image_url"]["url"] == "https://images.example/a.png"
    assert second["image_url"]["url"].startswith("data:image/png;base64,iVBOR")


def test_ascii_punctuation_and_lines_cut_between_chunks_are_understood(make: Make) -> None:
    text = "> 🏃 进度:9.0%\n\n> ✅ 视频生成成功,[点击这里](http://h/x.mp4) 查看视频~~~\n\n"
    events = heard(make, stream([*(chunk({"content": letter}) for letter in text), *END]))
    assert StreamProgress(9.0) in events
    assert StreamVideo(1, "http://h/x.mp4") in events


def test_progress_never_goes_back(make: Make) -> None:
    lines = [f"> 🏃 进度：{p}%\n\n" for p in (50.0, 20.0, 60.0)]
    events = heard(make, stream([*chunks(*lines, VIDEO.format(1)), *END]))
    assert [e.percent for e in events if isinstance(e, StreamProgress)] == [50.0, 50.0, 60.0]


CUTS = {
    "no byte at all": ([], ()),
    "after the head": (WHOLE[:1], ()),
    "before the video": (WHOLE[:-3], ()),
    "without [DONE]": (WHOLE[:-1], ("https://media.example/1.mp4",)),
    "within the last event": ([*WHOLE[:-1], b"data: [DO"], ("https://media.example/1.mp4",)),
    "with [DONE] but without its blank line": ([*WHOLE[:-1], b"data: [DONE]\n"], ("https://media.example/1.mp4",)),
    "no JSON in the place of the video": ([*WHOLE[:-3], b"data: {oops\n\n", *END], ()),
    "a number in the place of the video": ([*WHOLE[:-3], b"data: 7\n\n", *END], ()),
    "nested brackets": ([*WHOLE[:3], b"data: " + b"[" * 99_999 + b"\n\n"], ()),
    "ended properly without a video": ([*WHOLE[:-3], *END], ()),
}  # fmt: skip


@pytest.mark.parametrize("end", ["close", "reset"])
@pytest.mark.parametrize("name", CUTS)
def test_a_stream_without_its_end_is_an_error_that_carries_what_came(
    make: Make, name: str, end: str
) -> None:
    pieces, videos = CUTS[name]
    with wire(in_order(stream(pieces, end=end))) as server:
        received = []
        # A reset may overtake the bytes before it: what did arrive must be carried all the same.
        with pytest.raises(StreamInterrupted) as caught:
            for event in make("apiyi", server.url).stream("画小猫"):
                received.append(event)
        assert len(server.seen) == 1
    assert list(caught.value.events) == received
    assert not caught.value.retry_safe
    if end == "close":
        assert caught.value.videos == videos


def test_an_error_event_in_the_stream_is_raised_with_its_code(make: Make) -> None:
    told = {"error": {"code": "content_policy_violation", "message": "rejected"}}
    script = stream([*WHOLE[:3], f"data: {json.dumps(told)}\n\n".encode()])
    with pytest.raises(StreamInterrupted, match="rejected") as caught:
        heard(make, script)
    assert caught.value.code == "content_policy_violation"


def test_a_stream_that_tells_of_failure_ends_in_a_failed_job(make: Make) -> None:
    script = stream([*chunks(*LINES, "> ❌ 视频生成失败：内容违规\n\n"), *END])
    with pytest.raises(JobFailed, match="内容违规"):
        heard(make, script)


def test_one_failure_among_videos_is_an_event(make: Make) -> None:
    script = stream([*chunks(VIDEO.format(1), "> ❌ 视频生成失败：x\n\n"), *END])
    events = heard(make, script, n=2)
    assert any(isinstance(event, StreamFailure) for event in events)
    assert events[-1].videos == ("https://media.example/1.mp4",)


def test_an_event_that_cannot_be_read_costs_nothing_when_all_videos_are_told_of(
    make: Make,
) -> None:
    garbled = [*WHOLE[:3], b"data: {oops\n\n", *WHOLE[3:]]
    assert heard(make, stream(garbled))[-1].videos == ("https://media.example/1.mp4",)


def test_what_follows_the_end_is_not_told(make: Make) -> None:
    events = heard(make, stream([*WHOLE, *chunks("> 🏃 进度：99.0%\n\n"), b"data: oops\n\n"]))
    assert isinstance(events[-1], StreamFinished)
    # The same in one piece, so that it arrives together with the end.
    late = chunk({"content": "> 🏃 进度：99.0%\n\n"}) + b"data: oops\n\n"
    assert heard(make, stream([b"".join(WHOLE) + late])) == events


def test_an_answer_that_was_filtered_is_a_failed_job_unless_there_is_a_video(make: Make) -> None:
    end = [chunk({}, "content_filter"), b"data: [DONE]\n\n"]
    with pytest.raises(JobFailed, match="content_filter"):
        heard(make, stream([*chunks(*LINES), *end]))
    assert heard(make, stream([*WHOLE[:-2], *end]))[-1].finish_reason == "content_filter"


def test_fewer_videos_than_ordered_are_no_success(make: Make) -> None:
    with pytest.raises(StreamInterrupted, match="1 of 2"):
        heard(make, stream(WHOLE), n=2)


def test_a_whole_completion_in_the_place_of_a_stream_is_taken(make: Make) -> None:
    message = {"role": "assistant", "content": VIDEO.format(1)}
    body = {"id": "foaicmpl-2", "model": "veo-3.1", "choices": [{"index": 0, "message": message}]}
    events = heard(make, reply(200, body | {"usage": USAGE}))
    assert events[-1] == StreamFinished(("https://media.example/1.mp4",), (), USAGE)


@pytest.mark.parametrize("body", ["", "<html>", {"hello": 1}])
def test_something_else_in_the_place_of_a_stream_is_ambiguous(make: Make, body: Any) -> None:
    script = reply(200, body, {"content-type": "application/json"})
    with pytest.raises(AmbiguousSubmission):
        heard(make, script)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (reply(401, {"error": {"code": "invalid_api_key", "message": "x"}}), AuthenticationFailed),
        (reply(429, {"error": {"message": "x"}}), RateLimited),
        (reply(200, {"error": {"code": "invalid_api_key", "message": "x"}}), AuthenticationFailed),
        (reply(500, ""), AmbiguousSubmission),
        (RESET, AmbiguousSubmission),
    ],
)
def test_a_stream_that_never_began_is_a_creation_that_failed(
    make: Make, script: Script, expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        heard(make, script, retry=RetryPolicy(attempts=2))


def test_silence_in_a_stream_is_not_endured_for_ever(make: Make) -> None:
    script = stream(WHOLE[:4], end="hold")
    with pytest.raises(StreamInterrupted) as caught:
        heard(make, script, timeouts=Timeouts(stream_s=0.1))
    assert StreamProgress(9.0) in caught.value.events


def test_leaving_early_closes_the_connection(make: Make) -> None:
    with wire(in_order(stream(WHOLE[:4], end="hold"))) as server:
        events = make("apiyi", server.url).stream("画小猫")
        next(events)
        assert server.held.acquire(timeout=PATIENCE_S)  # all is sent, and nothing more will be
        events.close()
        assert server.hung_up.acquire(timeout=PATIENCE_S)


def test_a_stream_has_a_deadline(make: Make) -> None:
    seconds = itertools.count(1_765_000_000.0)  # each look at the clock finds it a second later
    with wire(in_order(stream(WHOLE))) as server:
        client = make("apiyi", server.url, now=lambda: next(seconds))
        with pytest.raises(StreamInterrupted, match="too long"):
            list(client.stream("画小猫", deadline=0))


@pytest.mark.parametrize("n", [0, 5])
def test_more_than_four_videos_at_once_are_refused(make: Make, n: int) -> None:
    with pytest.raises(UnsupportedRequest, match="n"):
        list(make("apiyi", "http://127.0.0.1:9").stream("画小猫", n=n))


@pytest.mark.parametrize("provider", ["kie", "xcompute"])
def test_providers_without_streams_say_so(make: Make, provider: str) -> None:
    with pytest.raises(UnsupportedRequest, match="no live stream"):
        list(make(provider, "http://127.0.0.1:9").stream("a cat"))
