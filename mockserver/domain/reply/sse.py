"""Server-sent events as bytes."""

from __future__ import annotations

import re

DONE = b"data: [DONE]\n\n"
_DONE_LINE = re.compile(rb"^data: ?\[DONE\]", re.MULTILINE)  # the blank is free


def event(data: bytes) -> bytes:
    """One event with a single line of data, as the providers send them."""
    return b"data: " + data + b"\n\n"


def says_done(stream: bytes) -> bool:
    """Whether a stream comes to the line that ends it."""
    return _DONE_LINE.search(stream) is not None
