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

try:
    import fcntl
except ImportError:  # on Windows nobody locks
    fcntl = None  # type: ignore[assignment]

from mockserver.domain.errors import BadInput
from mockserver.engine.archive import State, export_all, read_state, restore_all

if TYPE_CHECKING:
    from mockserver.engine.ports import Store

SAVE_EVERY_S = 5.0
PRIVATE = 0o600  # prompts and webhook keys are nobody else's business


def _load(path: Path) -> State | None:
    """What the file holds, None when there is none yet. Raises BadInput when it is no state."""
    with _beside(path) as trial:  # better now than when there is something to be kept
        trial.unlink()
    try:
        return read_state(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput("state", str(path), f"a readable file ({error.strerror})") from None


def _locked(path: Path) -> int:
    """A lock beside the file, as long as what is given back stays open. Raises BadInput.

    The lock has a file of its own, which stays: the state's is another one after each save.
    """
    try:
        lock = os.open(path.with_name(f"{path.name}.lock"), os.O_CREAT | os.O_RDWR, PRIVATE)
    except OSError as error:
        expected = f"a file that can be written to ({error.strerror})"
        raise BadInput("state", str(path), expected) from None
    if fcntl is not None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            expected = "a file that no other server keeps its state in"
            raise BadInput("state", str(path), expected) from None
    return lock


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """An empty file that only this user can read, to be written and moved into place.

    Raises BadInput when that fails; nothing stays beside the file then.
    """
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        try:
            os.close(os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, PRIVATE))
            yield new
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        expected = f"a file that can be written to ({error.strerror})"
        raise BadInput("state", str(path), expected) from None


class StateFile:
    """Keeps a store's sandboxes in a file: read once, written every few seconds and at the end."""

    def __init__(self, path: Path, store: Store) -> None:
        """Takes the file for this server, and reads it. Raises BadInput."""
        self._path = path
        self._store = store
        self._written = b""
        self._lock = _locked(path)
        try:
            self._state = _load(path)
        except BadInput:
            self.release()
            raise

    def release(self) -> None:
        """Lets another server have the file."""
        os.close(self._lock)

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
