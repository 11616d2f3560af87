"""More than one process on one listening socket, for servers whose store is shared."""

from __future__ import annotations

import os
import signal
from contextlib import suppress


class Workers:
    """Forks `count - 1` further processes; the first one ends them when it ends itself."""

    def __init__(self, count: int) -> None:
        self._children: list[int] = []
        self.is_first = True
        for _ in range(count - 1):
            child = os.fork()
            if child == 0:
                self._children = []
                self.is_first = False
                return
            self._children.append(child)

    def end(self) -> None:
        """Ends the further processes and waits for them; does nothing in one of those."""
        for child in self._children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
        for child in self._children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
        self._children = []
        if not self.is_first:
            os._exit(0)  # the rest of the command line is the first process's to run
