"""Looks at a downloaded file: is it whole, and how large is its picture?"""

from __future__ import annotations

import struct
from pathlib import Path

from msgspec import Struct

from clientlib._mp4 import Verdict, inspect


class Film(Struct, frozen=True):
    """A file that was checked. `problem` is empty if it is a complete MP4."""

    path: Path
    size_bytes: int
    width: int = 0
    height: int = 0
    problem: str = ""


def examine(path: Path) -> Film:
    """Checks whether a file is a complete MP4, and finds its picture's size."""
    content = path.read_bytes()
    with path.open("rb") as file:
        found = inspect(file)
    if found.verdict is not Verdict.COMPLETE:
        return Film(path, len(content), problem=found.reason)
    if content[4:8] != b"ftyp":
        return Film(path, len(content), problem="no MP4")
    width, height = _picture(content)
    return Film(path, len(content), width, height)


def _picture(content: bytes) -> tuple[int, int]:
    """Width and height of the first track that has them: the last 8 bytes of its `tkhd` box."""
    at = content.find(b"tkhd")
    while at > 0:
        end = at - 4 + int.from_bytes(content[at - 4 : at])
        width, height = (number >> 16 for number in struct.unpack(">II", content[end - 8 : end]))
        if width:
            return width, height
        at = content.find(b"tkhd", end)
    return 0, 0
