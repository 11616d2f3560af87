"""Byte ranges and conditions of a media request (RFC 9110, sections 13 and 14), pure."""

from __future__ import annotations

import re

from msgspec import Struct

_RANGE = re.compile(r"bytes=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII)


class Extent(Struct, frozen=True, gc=False):
    """What to send of a file: the status and the bytes [start, stop)."""

    status: int
    start: int
    stop: int


def extent(
    size_bytes: int, etag: str, range_header: str, if_range: str, if_none_match: str
) -> Extent:
    """Status 200, 206, 304 or 416 with the bytes to send. Several ranges count as no range."""
    if if_none_match and (if_none_match.strip() == "*" or etag in if_none_match):
        return Extent(304, 0, 0)
    found = _RANGE.fullmatch(range_header)
    if found is None or (if_range and if_range.strip() != etag) or found.group(1, 2) == ("", ""):
        return Extent(200, 0, size_bytes)
    first, last = found.groups()
    if not first:  # the last n bytes
        start, stop = max(0, size_bytes - int(last)), size_bytes
    else:
        start = int(first)
        stop = min(int(last) + 1, size_bytes) if last else size_bytes
        if last and int(last) < start:
            return Extent(200, 0, size_bytes)  # an invalid range is ignored
    return Extent(206, start, stop) if start < stop else Extent(416, 0, 0)
