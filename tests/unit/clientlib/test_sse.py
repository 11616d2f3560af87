"""The event-stream reader against the examples and rules of the WHATWG specification."""

from __future__ import annotations

import pytest

from clientlib import _sse
from clientlib._sse import EventDecoder, EventTooLong, ServerEvent


def events(*chunks: bytes) -> list[ServerEvent]:
    decoder = EventDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def data(stream: bytes) -> list[str]:
    return [event.data for event in events(stream)]


def test_lines_of_data_are_joined_with_newlines() -> None:
    assert data(b"data: YHOO\ndata: +2\ndata: 10\n\n") == ["YHOO\n+2\n10"]


def test_comments_ids_and_unfinished_events_are_treated_as_specified() -> None:
    stream = (
        b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n"
        b"data:  third event\n\n"
    )
    got = events(stream)
    assert [event.data for event in got] == ["first event", "second event", " third event"]
    assert [event.last_event_id for event in got] == ["1", "", ""]


def test_empty_data_makes_events_and_a_block_at_the_end_without_blank_line_does_not() -> None:
    assert data(b"data\n\ndata\ndata\n\ndata:") == ["", "\n"]


def test_one_space_after_the_colon_is_dropped() -> None:
    assert data(b"data:test\n\ndata: test\n\ndata:  test\n\n") == ["test", "test", " test"]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_every_line_ending_ends_a_line(newline: bytes) -> None:
    stream = newline.join([b"data: a", b"data: b", b"", b"data: c", b"", b""])
    assert data(stream) == ["a\nb", "c"]


def test_a_carriage_return_is_acted_on_without_waiting_for_a_line_feed() -> None:
    decoder = EventDecoder()
    assert [event.data for event in decoder.feed(b"data: a\r\r")] == ["a"]
    assert decoder.feed(b"\n") == []
    assert [event.data for event in decoder.feed(b"data: b\n\n")] == ["b"]


def test_only_one_byte_order_mark_is_dropped() -> None:
    assert data(b"\xef\xbb\xbfdata: a\n\n") == ["a"]
    assert data(b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n") == []


def test_separators_that_unicode_knows_are_no_line_ends() -> None:
    assert data("data: a\u2028b\x0bc\x85d\n\n".encode()) == ["a\u2028b\x0bc\x85d"]


def test_bad_utf8_is_replaced() -> None:
    assert data(b"data: \xff\n\n") == ["�"]


def test_event_types_reconnection_times_and_unknown_fields() -> None:
    got = events(b"event: add\nretry: 2500\nfoo: bar\ndata: x\n\nretry: 3s\ndata: y\n\n")
    assert got == [ServerEvent("add", "x", "", 2500), ServerEvent("message", "y", "", 2500)]


def test_an_event_without_data_is_none_and_does_not_name_the_next() -> None:
    assert events(b"event: lost\n\ndata: x\n\n") == [ServerEvent("message", "x", "", None)]


def test_an_id_with_a_null_is_ignored() -> None:
    assert events(b"id: 1\nid: 2\0\ndata: x\n\n")[0].last_event_id == "1"


def test_it_is_known_whether_an_event_is_half_received() -> None:
    decoder = EventDecoder()
    assert not decoder.pending
    decoder.feed(b"dat")
    assert decoder.pending
    decoder.feed(b"a: x\n\n")
    assert not decoder.pending


@pytest.mark.parametrize("stream", [b"data: " + b"x" * 200, b"data: xxxxxxxx\n" * 30])
def test_a_flood_is_refused(monkeypatch: pytest.MonkeyPatch, stream: bytes) -> None:
    monkeypatch.setattr(_sse, "LIMIT_CHARS", 100)
    with pytest.raises(EventTooLong):
        events(*(stream[at : at + 7] for at in range(0, len(stream), 7)))


@pytest.mark.parametrize("before", [b"", b"data: whole\n"])
def test_a_line_may_be_as_long_as_the_limit_and_no_longer(
    monkeypatch: pytest.MonkeyPatch, before: bytes
) -> None:
    monkeypatch.setattr(_sse, "LIMIT_CHARS", 100)
    decoder = EventDecoder()
    assert decoder.feed(before + b"x" * 60) == decoder.feed(b"x" * 40) == []
    with pytest.raises(EventTooLong):
        decoder.feed(b"x")
