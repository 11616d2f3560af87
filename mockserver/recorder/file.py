"""A tape on disk. It is a whole HAR file at any moment.

An entry and a new end of the file are written over the old end, in one write. If the disk is full,
the file is cut back and gets its old end again, for which there is room.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from mockserver.recorder.har import CLOSING, opening


class TapeFile:
    """Writes one tape. `trouble` says why nothing more can be written; empty as long as it can.
    Raises OSError if the file cannot be made.
    """

    def __init__(self, path: Path, ours: dict[str, Any], log: dict[str, Any] | None = None) -> None:
        """`log` is a tape that goes on: its file is replaced by one that holds all of it."""
        self.path = path
        self.trouble = ""
        entries = [_line(entry) for entry in log["entries"]] if log else []
        self.count = len(entries)
        made = path.with_name(f"{path.name}.new") if log else path
        self._descriptor = os.open(made, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        whole = opening(ours, log) + b",".join(b"\n" + entry for entry in entries)
        self._end = len(whole)
        try:
            self._write(whole + CLOSING, 0)
            made.replace(path)
        except OSError:
            os.close(self._descriptor)
            raise

    def append(self, entry: dict[str, Any]) -> None:
        """Adds an entry. If it cannot be written, the tape stays as it was, and `trouble` says so."""
        if self.trouble:
            return
        written = (b",\n" if self.count else b"\n") + _line(entry)
        try:
            self._write(written + CLOSING, self._end)
        except OSError as error:
            self.trouble = f"cannot write {self.path}: {error.strerror}"
            self._cut_back()
            return
        self._end += len(written)
        self.count += 1

    def _write(self, data: bytes, at: int) -> None:
        while data:
            written = os.pwrite(self._descriptor, data, at)
            data, at = data[written:], at + written

    def _cut_back(self) -> None:
        os.pwrite(self._descriptor, CLOSING, self._end)
        os.ftruncate(self._descriptor, self._end + len(CLOSING))

    def close(self) -> None:
        """Closes the file."""
        os.close(self._descriptor)


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace")
