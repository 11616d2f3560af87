"""A server's state as a SQLite file: a row for each record, in the JSON of an archive.

The write-ahead log is handed to the kernel with each commit, so that what was committed outlives
this process however it ends; it reaches the disk now and then ([why](../../docs/decisions/state-file.md)).
The lock is SQLite's own for as long as the file is open, and the index of the log is in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw

from mockserver import __version__
from mockserver.domain.input.errors import BadInput
from mockserver.engine.archive import Archive, read_archive, read_state
from mockserver.engine.earlier import SCHEMA

Row = tuple[str, str, str | int, str]  # sandbox, kind, id, document
KINDS = ("sandbox", "books", "key", "task", "delivery", "counter")
# What a file must be.
WRITABLE, FREE = "a file that can be written to", "a file that no other server keeps its state in"
_OURS = "a state that Reelmock wrote"
_LOG_BYTES = 64 * 1024 * 1024  # the size of the log after a large one was written

# `id` has no type: the ordinal of a task stays a number, and rows are ordered by it.
_TABLES = """
CREATE TABLE about (schema INTEGER NOT NULL, written_by TEXT NOT NULL, starts INTEGER NOT NULL);
CREATE TABLE record (
  sandbox TEXT NOT NULL, kind TEXT NOT NULL, id NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (sandbox, kind, id)
);
"""
_ABOUT = "INSERT INTO about VALUES (?, ?, 0)"
_SAY_WHO = "UPDATE about SET written_by = ?, starts = starts + 1"
# Many rows are one text and one call; meanwhile Python does other work.
_NAME = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(3))
FORGET = "DELETE FROM record WHERE sandbox IN (SELECT value FROM json_each(?))"
KEEP = f"""
INSERT INTO record SELECT {_NAME}, json_extract(value, '$[3]') FROM json_each(?) WHERE true
ON CONFLICT (sandbox, kind, id) DO UPDATE SET document = excluded.document
"""
DROP = f"DELETE FROM record WHERE (sandbox, kind, id) IN (SELECT {_NAME} FROM json_each(?))"
_ALL = """
SELECT sandbox, kind, id, CAST(document AS TEXT) FROM record ORDER BY sandbox, kind, id
"""


class Database:
    """An open file, for one thread at a time. Each method raises BadInput with the file's name."""

    def __init__(self, path: Path) -> None:
        """Opens a file that exists; an empty file gets its tables."""
        self._path = path
        with self._told(_OURS):
            whole = str(path.absolute())  # never a name with a special meaning in SQLite
            self._connection = sqlite3.connect(
                whole, timeout=0, isolation_level=None, check_same_thread=False
            )
        try:
            with self._told(_OURS):
                self._identity = self._found()
                self._execute("PRAGMA locking_mode = EXCLUSIVE")
                if not self._execute("SELECT name FROM sqlite_master").fetchall():
                    self._create()
                self._execute("SELECT schema, written_by FROM about")
        except BadInput:
            self.close()
            raise

    def _create(self) -> None:
        self._execute("PRAGMA journal_mode = WAL")
        self._connection.executescript(f"BEGIN; {_TABLES}")
        self._execute(_ABOUT, SCHEMA, __version__)
        self._execute("COMMIT")

    def _execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)

    @contextmanager
    def _told(self, expected: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                expected = FREE
            raise BadInput("state", str(self._path), f"{expected} ({error})") from None

    def _found(self) -> tuple[int, int]:
        found = self._path.stat()
        return found.st_dev, found.st_ino

    def read(self) -> tuple[Archive, ...]:
        """Every sandbox, read in the same way as archives."""
        with self._told(_OURS):
            try:
                return tuple(self._archives())
            except BadInput as problem:
                expected = f"one that can be read ({problem})"
                raise BadInput("state", str(self._path), expected) from None

    def _archives(self) -> Iterator[Archive]:
        about = self._execute("SELECT schema, written_by FROM about").fetchone()
        head = dict(zip(("schema", "written_by"), about or (), strict=False))
        read_state(msgspec.json.encode(head))
        for _, rows in groupby(self._execute(_ALL), lambda row: row[0]):
            yield read_archive(_archive(head, rows))

    def prepare(self) -> None:
        """Prepares the file for writing now, so that an error shows before there is something to save."""
        with self._told(WRITABLE):
            self._execute("PRAGMA journal_mode = WAL")
            self._execute("PRAGMA synchronous = NORMAL")
            self._execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
            self._execute("BEGIN IMMEDIATE")
            self._execute(_SAY_WHO, __version__)
            self._execute("COMMIT")

    def check(self) -> None:
        """Checks that the file is still where it was opened."""
        with self._told(WRITABLE):
            if self._found() != self._identity:
                raise OSError("it was replaced by another")

    def begin(self) -> None:
        """Begins to write."""
        self.check()
        with self._told(WRITABLE):
            self._execute("BEGIN IMMEDIATE")

    def write(self, statement: str, rows: str) -> None:
        """Runs FORGET, KEEP or DROP for sandboxes, rows, or rows without their document, as JSON."""
        with self._told(WRITABLE):
            self._execute(statement, rows)

    def commit(self) -> None:
        """Commits everything that was written since `begin`."""
        with self._told(WRITABLE):
            self._execute("COMMIT")

    def roll_back(self) -> None:
        """Undoes everything that was not committed."""
        with suppress(sqlite3.Error):
            self._connection.rollback()

    def close(self) -> None:
        """Closes the file and removes its log."""
        self._connection.close()


def _archive(head: dict[str, Any], rows: Iterable[Row]) -> bytes:
    """The rows of one sandbox as the JSON of an archive."""
    found: dict[str, dict[str | int, Raw]] = {kind: {} for kind in KINDS}
    for _, kind, id_, document in rows:
        if kind not in found:
            raise BadInput("kind", kind, f"one of {', '.join(KINDS)}")
        found[kind][id_] = Raw(document.encode())
    return msgspec.json.encode(
        head
        | found["sandbox"]
        | found["books"]
        | {
            "keys": list(found["key"]),
            "tasks": list(found["task"].values()),
            "deliveries": list(found["delivery"].values()),
            "counters": found["counter"],
        }
    )
