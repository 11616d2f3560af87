"""Sends the same events in other writes, or with other line ends: a correct reader sees no change."""

from __future__ import annotations

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


def _strike(reply: Reply, hit: Hit) -> Reply:
    frames = frames_of(reply)
    return replace(reply, body=tuple(_WAYS[hit.options["how"]](frames, hit.options)))


def _inside_utf8(frames: Frames, options: Options) -> Iterator[Frame]:
    """Every event that has one is split inside a character of several bytes."""
    if not any(byte > 127 for frame in frames for byte in frame.data):
        raise Unfit("the stream has no character of several bytes")
    for frame in frames:
        at = next((i for i, byte in enumerate(frame.data) if 0x80 <= byte < 0xC0), 0)
        yield from _pieces(frame, [at] if at else [])


def _by_bytes(frames: Frames, options: Options) -> Iterator[Frame]:
    """Every event leaves in writes of a few bytes."""
    size = options["bytes"]
    for frame in frames:
        yield from _pieces(frame, list(range(size, len(frame.data), size)))


def _pieces(frame: Frame, cuts: list[int]) -> Iterator[Frame]:
    for start, stop in zip([0, *cuts], [*cuts, len(frame.data)], strict=True):
        yield replace(frame, data=frame.data[start:stop], apart=True)


def _joined(frames: Frames, options: Options) -> Iterator[Frame]:
    """Events leave in groups, each when its last is due."""
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


_WAYS: dict[str, Callable[[Frames, Options], Iterator[Frame]]] = {
    "inside_utf8": _inside_utf8,
    "bytes": _by_bytes,
    "joined": _joined,
    "crlf": _crlf,
}

FAULT = Fault(
    "reframe",
    "sends the same events in other writes",
    "stream",
    {
        "how": Parameter(
            "choice",
            "split inside a UTF-8 character; writes of `bytes`; `events` in one write; CR LF lines",
            "inside_utf8",
            tuple(_WAYS),
        ),
        "bytes": Parameter("count", "size of a write", 7, low=1),
        "events": Parameter("count", "events in one write", 4, low=2),
    },
    reply=_strike,
)
