"""The files that a run left in its folder `{tmp}`, and the files that its command names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

TMP = "{tmp}"
_NAMED = re.compile(r"\{tmp\}/([^\s'\";:,&|<>()]+)")


class File(Struct, frozen=True):
    """One file, by its name in the folder.

    `flaw` says why it is not a whole video; it is empty if it is one.
    """

    name: str
    size_bytes: int
    sha256: str
    flaw: str


def named_by(command: Sequence[str]) -> tuple[str, ...]:
    """The names after `{tmp}/` in a command; a word of the command may be a whole shell line."""
    return tuple(dict.fromkeys(name for word in command for name in _NAMED.findall(word)))


def files_in(folder: Path) -> tuple[File, ...]:
    """Every file below a folder, ordered by name."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(_looked_at(path, str(path.relative_to(folder))) for path in paths)


def _looked_at(path: Path, name: str) -> File:
    from clientlib._mp4 import inspect

    with path.open("rb") as file:
        flaw = inspect(file).reason
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return File(name, file.seek(0, 2), digest, flaw)
