"""Finds and changes the chunks of a stream, for faults that strike a chunk."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.domain.fault.fault import Unfit
from mockserver.domain.input.counted import counted
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.reply.reply import Frame, Reply, encode_json

Frames = tuple[Frame, ...]
_HEAD, _TAIL = b"data: ", b"\n\n"


def frames_of(reply: Reply) -> Frames:
    """The chunks of a stream. Raises Unfit for a reply that is not a stream."""
    if not isinstance(reply.body, tuple):
        raise Unfit("the reply is not a stream")
    return reply.body


def index_of(frames: Frames, chunk: int | str | None, usual: int | str) -> int:
    """The index of a chunk: given by number from 1, or by kind (the first of the kind). Raises Unfit."""
    wanted = usual if chunk is None else chunk
    number = whole_number(wanted)
    if number is not None:
        if number > len(frames):
            raise Unfit(f"the stream has {counted(len(frames), 'chunk')} only")
        return number - 1
    for index, frame in enumerate(frames):
        if frame.kind == wanted:
            return index
    raise Unfit(f"the stream has no chunk of kind {wanted}")


def indexes_of(frames: Frames, kind: str, at_least: int = 1) -> list[int]:
    """The indexes of every chunk of a kind. Raises Unfit if there are fewer than `at_least`."""
    found = [index for index, frame in enumerate(frames) if frame.kind == kind]
    if len(found) < at_least:
        raise Unfit(
            f"the stream has {counted(len(found), 'chunk')} of kind {kind}, {at_least} are needed"
        )
    return found


def event(content: object) -> bytes:
    """One event of JSON."""
    return _HEAD + encode_json(content) + _TAIL


def content_of(frame: Frame) -> Any:
    """The JSON of a chunk. Raises Unfit if the chunk has no JSON."""
    try:
        return msgspec.json.decode(frame.data.removeprefix(_HEAD))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unfit(f"the chunk {frame.kind or 'at this place'} is no JSON event") from None
