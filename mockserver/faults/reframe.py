"""Sends the same events in other writes, or with other line ends.

A correct reader sees no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from mockserver.sdk.fault import (
    Fault,
    Frame,
    Frames,
    Hit,
    Options,
    Parameter,
    Reply,
    Unfit,
    frames_of,
)

_FIELD = re.compile(rb"^data: ", re.MULTILINE)
_EMPTY_LINE = re.compile(rb"\n{2,}")


def _strike(reply: Reply, hit: Hit) -> Reply:
    frames = frames_of(reply)
    return replace(reply, body=tuple(_WAYS[hit.options["how"]](frames, hit.options)))


def _inside_utf8(frames: Frames, options: Options) -> Iterator[Frame]:
    """Every event with a character of several bytes is split inside such a character."""
    if not any(byte > 127 for frame in frames for byte in frame.data):
        raise Unfit("the stream has no character of several bytes")
    for frame in frames:
        at = next((i for i, byte in enumerate(frame.data) if 0x80 <= byte < 0xC0), 0)
        yield from _pieces(frame, [at] if at else [])


def _by_bytes(frames: Frames, options: Options) -> Iterator[Frame]:
    """Every event is sent in writes of a few bytes."""
    size = options["bytes"]
    for frame in frames:
        yield from _pieces(frame, list(range(size, len(frame.data), size)))


def _pieces(frame: Frame, cuts: list[int]) -> Iterator[Frame]:
    for start, stop in zip([0, *cuts], [*cuts, len(frame.data)], strict=True):
        yield replace(frame, data=frame.data[start:stop], apart=True)


def _joined(frames: Frames, options: Options) -> Iterator[Frame]:
    """Events are sent in groups, each group when its last event is due."""
    size = options["events"]
    for start in range(0, len(frames), size):
        group = frames[start : start + size]
        data = b"".join(frame.data for frame in group)
        yield replace(group[-1], data=data, apart=True)


def _crlf(frames: Frames, options: Options) -> Iterator[Frame]:
    """Lines end in CR LF, and a comment stands before every event."""
    for frame in frames:
        data = frame.data.replace(b"\n", b"\r\n")
        yield replace(frame, data=b": comment\r\n" + data if data else data)


def _no_blank(frames: Frames, options: Options) -> Iterator[Frame]:
    """No blank behind `data:`, which event streams leave open."""
    for frame in frames:
        yield replace(frame, data=_FIELD.sub(b"data:", frame.data))


def _ids(frames: Frames, options: Options) -> Iterator[Frame]:
    """Every event has an id, and a comment with an empty line of its own stands behind it."""
    for number, frame in enumerate(frames):
        data = b"id: %d\n%b: keep-alive\n\n" % (number, frame.data)
        yield replace(frame, data=data if frame.data else b"")


def _single_newlines(frames: Frames, options: Options) -> Iterator[Frame]:
    """No empty line ends an event: for event streams all of it is one event without an end."""
    for frame in frames:
        yield replace(frame, data=_EMPTY_LINE.sub(b"\n", frame.data))


_WAYS: dict[str, Callable[[Frames, Options], Iterator[Frame]]] = {
    "inside_utf8": _inside_utf8,
    "bytes": _by_bytes,
    "joined": _joined,
    "crlf": _crlf,
    "no_blank": _no_blank,
    "ids": _ids,
    "single_newlines": _single_newlines,
}

FAULT = Fault(
    "reframe",
    "sends the same events in other writes",
    "stream",
    {
        "how": Parameter(
            "choice",
            "split inside a UTF-8 character; writes of `bytes` bytes; `events` events in one "
            "write; lines that end in CR LF",
            "inside_utf8",
            tuple(_WAYS),
        ),
        "bytes": Parameter("count", "size of a write", 7, low=1),
        "events": Parameter("count", "events in one write", 4, low=2),
    },
    reply=_strike,
)
