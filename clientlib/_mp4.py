"""Is this file a whole video? Judged by its structure: boxes that fit, and the ones it needs.

An MP4 file is a chain of boxes, each `size:4 type:4 [size:8 if size is 1] payload`; size 0 means
up to the end of the file. A complete one begins with `ftyp`, has a `moov` whose own chain fits
and holds a track, has media in `mdat`, and its last box ends where the file ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO


class Verdict(Enum):
    """What a file looks like."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Inspection:
    """The verdict and, unless complete, the reason."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A box's type and where it lies, header included (bytes from the file's start)."""

    kind: bytes
    start: int
    payload: int
    end: int


class _Broken(ValueError):
    """The chain does not fit."""


def inspect(file: BinaryIO) -> Inspection:
    """Look at a seekable file's structure; a GIF is judged by its header and trailer."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(6)
    if head in (b"GIF87a", b"GIF89a"):
        file.seek(-1, 2)
        whole = file.read(1) == b";"
        return Inspection(Verdict.COMPLETE) if whole else _truncated("the GIF has no trailer")
    if size < 8:
        return _truncated(f"only {size} bytes")
    try:
        boxes = list(_boxes(file, 0, size))
        if boxes[0].kind != b"ftyp":
            return _broken(f"begins with {head!r}, which is no video")
        if boxes[-1].end > size:
            last = boxes[-1]
            box = last.kind.decode("latin-1")
            return _truncated(f"box {box!r} ends at byte {last.end}, the file at byte {size}")
        return _contents(file, boxes)
    except _Broken as error:
        return _broken(str(error))


def _contents(file: BinaryIO, boxes: list[Box]) -> Inspection:
    kinds = {box.kind for box in boxes}
    moov = next((box for box in boxes if box.kind == b"moov"), None)
    if moov is None or b"mdat" not in kinds:
        missing = "moov" if moov is None else "mdat"
        return _truncated(f"there is no {missing} box")
    inner = list(_boxes(file, moov.payload, moov.end))
    if any(box.end > moov.end for box in inner):
        return _broken("a box inside moov is larger than moov")
    if not {b"mvhd", b"trak"} <= {box.kind for box in inner}:
        return _broken("moov describes no track")
    return Inspection(Verdict.COMPLETE)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The chain from `start`; the last box may reach beyond `end`."""
    while start < end:
        file.seek(start)
        header = file.read(16)
        if end - start < 8:
            yield Box(b"", start, start, start + 8)
            return
        size, kind, payload = int.from_bytes(header[:4]), header[4:8], start + 8
        if size == 1:
            size, payload = int.from_bytes(header[8:16]), start + 16
            if end - start < 16:
                size = 16
        elif size == 0:
            size = end - start
        if size < payload - start or not all(32 <= byte < 127 or byte == 0xA9 for byte in kind):
            raise _Broken(f"no box at byte {start}")
        yield Box(kind, start, payload, start + size)
        start += size


def _broken(reason: str) -> Inspection:
    return Inspection(Verdict.BROKEN, reason)


def _truncated(reason: str) -> Inspection:
    return Inspection(Verdict.TRUNCATED, reason)
