"""What a command writes to a terminal, read as it comes."""

from __future__ import annotations

import os
import re
from contextlib import suppress

from tests.support.patience import awaiting


class Terminal:
    """What a command wrote to its terminal so far."""

    def __init__(self, reader: int) -> None:
        self._reader = reader
        self.text = ""

    def up_to(self, pattern: str) -> str:
        """Reads on until a pattern comes; gives what it found."""
        with awaiting(pattern):
            while not (found := re.search(pattern, self.text)):
                self.text += os.read(self._reader, 4096).decode()
        return found[0]

    def rest(self) -> None:
        """Reads what there is up to the end of the process."""
        with awaiting("the end of the output"), suppress(OSError):
            while piece := os.read(self._reader, 4096):
                self.text += piece.decode()
