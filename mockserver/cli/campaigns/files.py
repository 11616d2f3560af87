"""The files that a run left in its folder `{tmp}`, and those that its command names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

TMP = "{tmp}"
_NAMED = re.compile(r"\{tmp\}/([^\s'\";:,&|<>()]+)")


class File(Struct, frozen=True):
    """One file by its name in the folder; `flaw` says why it is no whole video, empty for one."""

    name: str
    size_bytes: int
    sha256: str
    flaw: str


def named_by(command: Sequence[str]) -> tuple[str, ...]:
    """The names behind `{tmp}/` in a command, which may be words of a shell's own line."""
    return tuple(dict.fromkeys(name for word in command for name in _NAMED.findall(word)))


def files_in(folder: Path) -> tuple[File, ...]:
    """Every file below a folder, in the order of names."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(_looked_at(path, str(path.relative_to(folder))) for path in paths)


def _looked_at(path: Path, name: str) -> File:
    from clientlib._mp4 import inspect

    with path.open("rb") as file:
        flaw = inspect(file).reason
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return File(name, file.seek(0, 2), digest, flaw)
