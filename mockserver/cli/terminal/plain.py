"""Text that any terminal can take: no character that it lacks, no escape that a client sent."""

from __future__ import annotations

import codecs
import re
import sys
from io import TextIOWrapper

# What moves a cursor, changes a title or turns the direction of writing. Tabs and line ends stay.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


ASCII = "asked_for_ascii"  # the same codec; click writes UTF-8 if it is called "ascii"


def tolerant_streams() -> None:
    """From now on a character that the output's encoding lacks is replaced: no output fails over it."""
    codecs.register(_by_another_name)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=ASCII if is_ascii else stream.encoding, errors="replace")


def _by_another_name(name: str) -> codecs.CodecInfo | None:
    if name != ASCII:
        return None
    usual = codecs.lookup("ascii")
    ends = (usual.incrementalencoder, usual.incrementaldecoder)
    return codecs.CodecInfo(*usual, *ends, name=ASCII)


def visible(text: str) -> str:
    """A text whose control characters are shown (`\\x1b`) and so steer no terminal."""
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
