"""A stream is judged event by event, in order, and at its end."""

import json
from pathlib import Path

import pytest

import contracts
from contracts.events import MAX_EVENT_CHARS, EventDecoder, EventTooLong
from tests.support.some import some

STREAM = Path(__file__).parents[3] / "fixtures" / "apiyi" / "streams" / "chat_n2.sse"
EVENTS = STREAM.read_bytes().split(b"\n\n")[:-1]
FAILURE = "> ❌ 视频生成失败：content policy\n\n"


def judge(*events, videos=None):
    validator = contracts.SseValidator("apiyi", "chat", videos=videos)
    for event in events:
        validator.feed(event + b"\n\n")
    return validator.finish()


def with_text(event, text):
    chunk = json.loads(event.removeprefix(b"data: "))
    chunk["choices"][0]["delta"]["content"] = text
    return b"data: " + json.dumps(chunk).encode()


def test_the_documented_stream_conforms():
    verdict = judge(*EVENTS, videos=2)
    assert verdict.conforms, verdict.problems
    assert verdict.kinds == {
        "role": 1, "request": 1, "waiting": 1, "progress": 10, "video": 2, "stop": 1,
    }  # fmt: skip


def test_a_stream_without_done_is_incomplete():
    verdict = judge(*EVENTS[:-1])
    assert not verdict.complete
    assert "[DONE]" in verdict.problems[-1].expected


def test_an_empty_stream_is_incomplete():
    assert not judge().conforms


@pytest.mark.parametrize("gone", range(len(EVENTS)))
def test_a_missing_event_is_noticed_unless_it_is_one_tick(gone):
    verdict = judge(*EVENTS[:gone], *EVENTS[gone + 1 :], videos=2)
    assert verdict.conforms == (3 <= gone <= 12)


@pytest.mark.parametrize("first", range(len(EVENTS) - 1))
def test_two_swapped_events_are_noticed(first):
    events = list(EVENTS)
    events[first], events[first + 1] = events[first + 1], events[first]
    assert not judge(*events).conforms


def test_nothing_may_follow_done():
    assert not judge(*EVENTS, EVENTS[0]).conforms


def test_an_id_that_changes_is_noticed():
    other = EVENTS[5].replace(b"foaicmpl-2853", b"foaicmpl-9999")
    verdict = judge(*EVENTS[:5], other, *EVENTS[6:])
    assert [problem.pointer for problem in verdict.problems] == ["/5/id"]


def test_progress_that_falls_is_noticed():
    verdict = judge(*EVENTS[:8], with_text(EVENTS[8], "> 🏃 进度：9.0%\n\n"), *EVENTS[9:])
    assert verdict.problems[0].expected == "more than 45.9"


def test_a_third_video_when_two_were_asked_for_is_noticed():
    third = with_text(
        EVENTS[14], "> ✅ 第3个视频生成成功，[点击这里](https://a.example/3.mp4) 查看视频~~~\n\n"
    )
    assert not judge(*EVENTS[:15], third, *EVENTS[15:], videos=2).conforms
    assert judge(*EVENTS[:15], third, *EVENTS[15:], videos=3).conforms


def test_a_job_that_fails_inside_the_stream_conforms():
    failed = with_text(EVENTS[13], FAILURE)
    assert judge(*EVENTS[:13], failed, *EVENTS[15:], videos=2).conforms


def test_an_error_event_may_end_a_stream_without_done():
    error = b'data: {"error":{"message":"boom","type":"server_error","code":"x"}}'
    assert judge(*EVENTS[:4], error).conforms
    assert judge(*EVENTS[:4], error, EVENTS[-1]).conforms
    assert not judge(*EVENTS[:4], error, EVENTS[4]).conforms


def test_a_body_that_is_no_stream_is_noticed():
    validator = contracts.SseValidator("apiyi", "chat")
    validator.feed(b'{"error":{"message":"bad key"}}')
    assert not validator.finish().conforms


@pytest.mark.parametrize(
    "junk", [b"data: {", b"data: hello", b"data: [1]", b"data: " + b"[" * 9999]
)
def test_junk_in_an_event_is_noticed(junk):
    assert not judge(*EVENTS[:4], junk, *EVENTS[4:]).conforms


def test_bytes_that_are_not_utf8_are_noticed():
    assert "UTF-8" in judge(b"data: \xff").problems[0].expected


def test_a_character_cut_off_at_the_end_is_noticed():
    validator = contracts.SseValidator("apiyi", "chat")
    validator.feed("data: 视".encode()[:-1])
    assert not validator.finish().conforms


def test_characters_may_come_in_pieces():
    validator = contracts.SseValidator("apiyi", "chat", videos=2)
    for byte in some(STREAM.read_bytes()):
        assert validator.feed(bytes([byte])) == []
    assert validator.finish().conforms


def test_an_event_of_the_utmost_length_is_taken_and_a_longer_one_is_not():
    line = "x" * (MAX_EVENT_CHARS - len("data: "))
    assert decoded(f"data: {line}\n\n".encode() * 2) == [line, line]
    with pytest.raises(EventTooLong):
        decoded(f"data: {line}x".encode())


def test_an_endless_event_is_given_up_and_not_kept():
    validator = contracts.SseValidator("apiyi", "chat")
    for _ in range(40):
        validator.feed(b"x" * (MAX_EVENT_CHARS // 16))
    assert "longer" in validator.finish().problems[0].got


def test_problems_are_bounded():
    assert len(judge(*[b"data: ?"] * 500).problems) == 100


def test_an_unknown_stream_is_refused():
    with pytest.raises(contracts.UnknownMessage):
        contracts.SseValidator("apiyi", "audio")
    with pytest.raises(contracts.UnknownMessage):
        contracts.SseValidator("kie", "chat")


def decoded(*pieces):
    decoder = EventDecoder()
    return [data for piece in pieces for data in decoder.feed(piece)]


@pytest.mark.parametrize(
    ("pieces", "events"),
    [
        ((b"data: a\n\n",), ["a"]),
        ((b"data:a\r\n\r\n",), ["a"]),
        ((b"data: a\r\rdata: b\r\r",), ["a", "b"]),
        ((b"data: a\r", b"\n\r\n"), ["a"]),
        ((b"data: a\ndata: b\n\n",), ["a\nb"]),
        ((b": comment\n\ndata: a\n\n",), ["a"]),
        ((b"event: x\nid: 1\nretry: 5\ndata: a\n\n",), ["a"]),
        ((b"data\n\n",), [""]),
        ((b"data:  a\n\n",), [" a"]),
        ((b"\xef\xbb\xbfdata: a\n\n",), ["a"]),
        ((b"\xef", b"\xbb\xbfdata: a\n\n"), ["a"]),
        ((b"data: a\n",), []),
        (("data: a\u2028b\x0bc\n\n".encode(),), ["a\u2028b\x0bc"]),
    ],
)
def test_events_are_cut_as_the_standard_says(pieces, events):
    assert decoded(*pieces) == events


@pytest.mark.parametrize(
    ("pieces", "inside"),
    [
        ((b"data: a\r\n\r", b"\n"), False),
        ((b"data: a\r\n\r",), False),
        ((b"data: a\r\n", b"\r\n"), False),
        ((b"data: a\r", b"\n"), True),
        ((b"data: a\n\n", b": b"), True),
    ],
)
def test_a_line_end_that_comes_in_two_pieces_begins_no_event(pieces, inside):
    decoder = EventDecoder()
    for piece in pieces:
        list(decoder.feed(piece))
    assert decoder.inside == inside


def test_a_stream_that_ends_inside_a_character_is_no_utf8():
    validator = contracts.SseValidator("apiyi", "chat")
    validator.feed(b"\n\n".join(EVENTS) + b"\n\n: " + "猫".encode()[:2])
    verdict = validator.finish()
    assert [problem.expected for problem in verdict.problems] == ["UTF-8"]
    assert not verdict.complete


def test_a_line_end_that_came_in_two_pieces_takes_no_blank_line_with_it():
    decoder = EventDecoder()
    assert list(decoder.feed(b"data: a\r")) == []
    assert list(decoder.feed(b"\n\n")) == ["a"]
