"""What a command writes to a terminal, read as it comes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from contextlib import suppress

from mockserver.app import Running
from tests.support.patience import PATIENCE_S, awaiting


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


def on_a_terminal(
    command: list[str], columns: int, environment: dict[str, str] | None = None
) -> str:
    """All that a command writes to a terminal of so many columns."""
    reader, writer = pty.openpty()
    try:
        fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(command, stdout=writer, stdin=writer, env=environment)
        os.close(writer)
        terminal = Terminal(reader)
        terminal.rest()
        process.wait(PATIENCE_S)
    finally:
        os.close(reader)
    return terminal.text


def environment(server: Running, key: str, **more: str) -> dict[str, str]:
    """An environment in which `reelmock` finds a server and a key, and no width."""
    kept = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return {**kept, "REELMOCK_URL": server.base_url, "REELMOCK_KEY": key, **more}


def plain(text: str) -> list[str]:
    """The lines of a text without colours."""
    return re.sub(r"\x1b\[\d+m", "", text).replace("\r", "").splitlines()
