"""`--state FILE`: the content of a memory store, written soon after it changes.

Changes are taken in one turn of the event loop and made into text in many turns. A thread gives
each text to SQLite, and all of them are one transaction. So the file shows one moment.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # on Windows there is no lock
    fcntl = None  # type: ignore[assignment]

from mockserver.domain.input.errors import BadInput
from mockserver.engine.archive import Archive, State, read_state, restore_all
from mockserver.engine.earlier import SCHEMA
from mockserver.stores.database import FREE, WRITABLE, Database
from mockserver.stores.kept import KeptStore
from mockserver.stores.rows import all_of, statements

SAVE_EVERY_S = 0.25
RETRY_S = 5.0
PRIVATE = 0o600  # prompts and webhook keys are private
_BEGINS = b"SQLite format 3\0"
Check = Callable[[Archive], None]  # raises BadInput for a sandbox that this server cannot serve


@contextmanager
def _told(path: Path, expected: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInput("state", str(path), f"{expected} ({error.strerror})") from None


def _locked(path: Path) -> int:
    """A lock beside the file, as long as the returned value stays open. Raises BadInput.

    It is a separate file that stays, because the state's file may still have to be converted.
    """
    with _told(path, WRITABLE):
        if path.exists() and not path.is_file():
            raise BadInput("state", str(path), "a file, which this is not")
        lock = os.open(path.with_name(f"{path.name}.lock"), os.O_CREAT | os.O_RDWR, PRIVATE)
    if fcntl is not None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise BadInput("state", str(path), FREE) from None
    return lock


def _opened(path: Path, check: Check) -> tuple[Database, State]:
    """The file and its content, checked before anything is written. A new file is made if there is none.

    Raises BadInput.
    """
    with _told(path, WRITABLE):
        if not path.exists():
            path.touch(PRIVATE)
        path.chmod(PRIVATE)
        with path.open("rb") as file:
            begins = file.read(len(_BEGINS))
    if begins not in (b"", _BEGINS):
        _convert(path, check)
    database = Database(path)
    try:
        state = State(SCHEMA, database.read())
        for archive in state.sandboxes:
            check(archive)
        database.prepare()
    except BadInput:
        database.close()
        raise
    return database, state


def _convert(path: Path, check: Check) -> None:
    """Replaces the JSON of earlier versions with a database; the JSON is kept as FILE.before.

    Raises BadInput.
    """
    with _told(path, "a readable file"):
        text = path.read_bytes()
    try:
        state = read_state(text)
    except BadInput as problem:
        raise BadInput("state", str(path), f"one that can be read ({problem})") from None
    for archive in state.sandboxes:
        check(archive)
    with _told(path, WRITABLE), _beside(path, "new") as new, _beside(path, "before") as before:
        before.write_bytes(text)
        with closing(Database(new)) as database:
            database.begin()
            for statement, rows in statements({a.sandbox.id: all_of(a) for a in state.sandboxes}):
                database.write(statement, rows)
            database.commit()
        before.replace(path.with_name(f"{path.name}.before"))
        new.replace(path)


@contextmanager
def _beside(path: Path, role: str) -> Iterator[Path]:
    """An empty file that only this user can read; it is deleted later, unless it is moved into place."""
    name = path.with_name(f"{path.name}.{os.getpid()}.{role}")
    try:
        os.close(os.open(name, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, PRIVATE))
        yield name
    finally:
        name.unlink(missing_ok=True)


class StateFile:
    """Keeps the content of a store in a file: read once, written a quarter of a second after a change."""

    def __init__(self, path: Path, store: KeptStore, check: Check) -> None:
        """Takes the file for this server, and reads it. Raises BadInput; `check` may raise too."""
        self._store = store
        self._lock = _locked(path)
        try:
            self._database, self._state = _opened(path, check)
        except BadInput:
            os.close(self._lock)
            raise
        self._thread = ThreadPoolExecutor(1, "reelmock-state")

    async def open(self) -> None:
        """Puts the content of the file into the store."""
        await restore_all(self._store, self._state)
        self._store.take()  # the file holds it
        self._state = State(SCHEMA)

    async def run(self) -> None:
        """Saves now and then, for ever; if it cannot, says so and tries again."""
        pause_s = SAVE_EVERY_S
        while True:
            await _pause(pause_s)
            pause_s = SAVE_EVERY_S
            try:
                await self.save()
            except BadInput as problem:
                logging.getLogger(__name__).error("reelmock: %s", problem)
                pause_s = RETRY_S

    async def save(self) -> None:
        """Writes all changes together, or nothing. Raises BadInput; then it is tried again."""
        taken = self._store.take()
        if not taken:
            return
        try:
            await self._do(self._database.begin)
            for statement, rows in statements(taken):
                await self._do(self._database.write, statement, rows)
            await self._do(self._database.commit)
        except BaseException:  # also if the server ends in the meantime: it saves once more then
            self._store.put_back(taken)
            self._thread.submit(self._database.roll_back)
            raise

    async def _do(self, step: Callable[..., None], *values: Any) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, step, *values)

    async def close(self) -> None:
        """Saves a last time, and frees the file for another server. Raises BadInput."""
        try:
            await self.save()
            await self._do(self._database.check)
        finally:
            await self._do(self._database.close)
            self._thread.shutdown()
            os.close(self._lock)


async def _pause(span_s: float) -> None:
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()
    timer = loop.call_later(span_s, over.set_result, None)
    try:
        await over
    finally:
        timer.cancel()
