"""Server-sent events as bytes."""

from __future__ import annotations

DONE = b"data: [DONE]\n\n"


def event(data: bytes) -> bytes:
    """One event with a single line of data, as the providers send them."""
    return b"data: " + data + b"\n\n"
