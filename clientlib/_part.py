"""A file that is not there until it is whole: written beside its place, then moved into it."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import BinaryIO, Final

from clientlib._mp4 import Inspection, inspect

_NUMBERS: Final = count(1)


class Part:
    """A download in progress, in the directory of its final `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size_bytes = 0
        self._part: Path | None = None
        self._file: BinaryIO | None = None

    def open(self) -> None:
        """Create the temporary file; two downloads never share one."""
        while self._file is None:
            part = self.path.with_name(f".{self.path.name}.{os.getpid()}-{next(_NUMBERS)}.part")
            try:
                # Not mkstemp: its 0600 would become the video's permissions.
                self._file = part.open("x+b")
                self._part = part
            except FileExistsError:
                continue

    def write(self, chunk: bytes) -> None:
        """Append."""
        self._opened.write(chunk)
        self.size_bytes += len(chunk)

    def restart(self) -> None:
        """Forget what was written."""
        self._opened.seek(0)
        self._opened.truncate()
        self.size_bytes = 0

    def inspect(self) -> Inspection:
        """Whether it is a whole video by now."""
        self._opened.flush()
        found = inspect(self._opened)
        self._opened.seek(0, os.SEEK_END)
        return found

    def commit(self) -> None:
        """Put it in place in one move, on the disk and not only in its cache."""
        file = self._opened
        file.flush()
        os.fsync(file.fileno())
        file.close()
        assert self._part is not None
        self._part.replace(self.path)
        self._part = None

    def discard(self) -> None:
        """Leave nothing behind; after `commit`, nothing is left to discard."""
        if self._file is not None:
            self._file.close()
        if self._part is not None:
            self._part.unlink(missing_ok=True)
            self._part = None

    @property
    def _opened(self) -> BinaryIO:
        assert self._file is not None
        return self._file
