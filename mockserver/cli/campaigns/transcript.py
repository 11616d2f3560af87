"""Keeps what a command prints: the beginning and the end, and leaves out what is between."""

from __future__ import annotations

import os
from threading import Thread
from typing import IO

HALF_BYTES = 10_000
PIECE_BYTES = 65_536
CLOSING_S = 1.0  # for the text that is still in the pipe when the command has ended


class Transcript:
    """Reads a pipe until it closes, in its own thread, so that the command never waits for a reader.

    A process that the command started may hold the pipe open after the command has ended. Then we
    do not wait any longer.
    """

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._head = b""
        self._tail = b""
        self._left_out = 0
        self._thread = Thread(target=self._read, daemon=True, name="transcript")
        self._thread.start()

    def _read(self) -> None:
        with self._pipe as pipe:
            while piece := os.read(pipe.fileno(), PIECE_BYTES):
                room = HALF_BYTES - len(self._head)
                self._head += piece[:room]
                tail = self._tail + piece[room:]
                self._left_out += max(0, len(tail) - HALF_BYTES)
                self._tail = tail[-HALF_BYTES:]

    def text(self) -> str:
        """The whole text, or both ends and the number of bytes that are left out."""
        self._thread.join(CLOSING_S)
        if not self._left_out:
            return (self._head + self._tail).decode("utf-8", "replace")
        between = f"\n[… {self._left_out} bytes …]\n"
        return (
            self._head.decode("utf-8", "replace") + between + self._tail.decode("utf-8", "replace")
        )
