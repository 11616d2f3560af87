"""Videos that a taped reply links to. Each is fetched once, and kept as hash and size, or whole if
the user asks for that.
"""

from __future__ import annotations

import re
from hashlib import sha256

LINK = re.compile(rb"https?:(?:\\?/){2}[^\s\"'<>)]+?\.(?:mp4|webm|mov|gif)(?:\?[^\s\"'<>)]*)?")


class Counted:
    """What came of a body: its size and hash, and its bytes if there are at most `most`."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._hash = sha256()
        self._kept = bytearray()
        self.size_bytes = 0

    def add(self, piece: bytes) -> None:
        """Takes the next piece."""
        self._hash.update(piece)
        self.size_bytes += len(piece)
        if self.size_bytes <= self._most:
            self._kept += piece
        else:
            self._kept.clear()

    @property
    def body(self) -> bytes:
        """The whole body; empty if it is too long."""
        return bytes(self._kept)

    @property
    def sha256(self) -> str:
        """The hash of all that came."""
        return self._hash.hexdigest()


def links_in(text: bytes) -> list[str]:
    """The links to videos in a reply, each once, ready to be called."""
    found = (link.replace(b"\\/", b"/").replace(b"\\u0026", b"&") for link in LINK.findall(text))
    return list(dict.fromkeys(link.decode("latin-1") for link in found))
