"""Looks into a state file: its records where no server has it open, its bytes while one has."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any


def records(path: Path, kind: str) -> list[Any]:
    """The documents of one kind (`sandbox`, `task`, …), in the order of sandboxes and ids."""
    return [json.loads(document) for of, document in _rows(path) if of == kind]


def all_text(path: Path) -> str:
    """Whatever can be read there: each document, and the bytes of the file as they are."""
    documents = [document for _, document in _rows(path)]
    return "\n".join([*documents, path.read_bytes().decode("latin-1")])


def _rows(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT kind, document FROM record ORDER BY sandbox, kind, id")
        return found.fetchall()


def wait_for(path: Path, text: str) -> None:
    """Waits until a server has written a text down."""
    log, pause = path.with_name(f"{path.name}-wal"), threading.Event()
    for _ in range(2000):
        if text.encode() in log.read_bytes():
            return
        pause.wait(0.01)
    raise AssertionError(f"{text!r} was not written down within 20 s")
