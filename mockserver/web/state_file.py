"""`--state FILE`: sandboxes that survive a restart, in a file that is always whole."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mockserver.domain.errors import BadInput
from mockserver.engine.archive import State, export_all, read_state, restore_all

if TYPE_CHECKING:
    from mockserver.engine.ports import Store

SAVE_EVERY_S = 5.0


def load_state(path: Path) -> State | None:
    """What the file holds, None when there is none yet. Raises BadInput when it is no state."""
    with _beside(path) as trial:  # better now than when there is something to be kept
        trial.write_bytes(b"")
        trial.unlink()
    try:
        return read_state(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput("state", str(path), f"a readable file ({error.strerror})") from None


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Where a file is written before it is moved into place. Raises BadInput when that fails."""
    try:
        yield path.with_name(f"{path.name}.{os.getpid()}.new")
    except OSError as error:
        expected = f"a file that can be written to ({error.strerror})"
        raise BadInput("state", str(path), expected) from None


class StateFile:
    """Keeps a store's sandboxes in a file: read once, written every few seconds and at the end."""

    def __init__(self, path: Path, state: State | None, store: Store) -> None:
        self._path = path
        self._state = state
        self._store = store
        self._written = b""

    async def open(self) -> None:
        """Puts what the file held into the store."""
        if self._state is not None:
            await restore_all(self._store, self._state)
            self._state = None

    async def run(self) -> None:
        """Saves now and then, for ever; says so when it can't, and tries again."""
        loop = asyncio.get_running_loop()
        while True:
            pause: asyncio.Future[None] = loop.create_future()
            timer = loop.call_later(SAVE_EVERY_S, pause.set_result, None)
            try:
                await pause
            finally:
                timer.cancel()
            try:
                await self.save()
            except BadInput as problem:
                logging.getLogger(__name__).error("reelmock: %s", problem)

    async def save(self) -> None:
        """Writes beside the file and moves it into place; nothing when nothing has changed.

        Raises BadInput.
        """
        text = msgspec.json.encode(await export_all(self._store))
        if text == self._written:
            return
        with _beside(self._path) as new:
            new.write_bytes(text)
            new.replace(self._path)
        self._written = text
