"""Text that any terminal can take: no character that it lacks, no escape that a client sent."""

from __future__ import annotations

import re
import sys
from io import TextIOWrapper

# What moves a cursor, changes a title or turns the direction of writing. Tabs and line ends stay.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def tolerant_streams() -> None:
    """From now on a character that the output's encoding lacks is replaced: no output fails over it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def visible(text: str) -> str:
    """A text whose control characters are shown (`\\x1b`) and so steer no terminal."""
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
