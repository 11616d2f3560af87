"""Server-sent events as bytes."""

from __future__ import annotations

import re
from functools import cache

DONE = b"data: [DONE]\n\n"


def event(data: bytes) -> bytes:
    """One event with a single line of data, as the providers send them."""
    return b"data: " + data + b"\n\n"


def holds(stream: bytes, event: bytes) -> bool:
    """Whether a stream contains an event, such as the event that ends it."""
    return _lines(event).search(stream) is not None


@cache
def _lines(event: bytes) -> re.Pattern[bytes]:
    """The lines of an event.

    A blank after the name of a field is optional, and so is the kind of line end.
    """
    lines = (re.escape(line).replace(rb":\ ", rb":\ ?") for line in event.strip().splitlines())
    return re.compile(rb"^" + rb"\r?\n".join(lines), re.MULTILINE)
