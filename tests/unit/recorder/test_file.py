"""A tape is a whole HAR file after every entry, whatever becomes of the disk."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mockserver.recorder.file import TapeFile


def entries(path: Path) -> list[object]:
    return list(json.loads(path.read_bytes())["log"]["entries"])


@contextmanager
def full_disk(size_bytes: int) -> Iterator[None]:
    """No file can grow over so many bytes, as on a disk that is full."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_it_is_whole_before_the_first_entry_and_after_each(tmp_path: Path) -> None:
    tape = TapeFile(tmp_path / "a.har", {})
    for count in range(4):
        assert entries(tape.path) == [{"number": n} for n in range(count)]
        tape.append({"number": count})
    assert len(entries(tape.path)) == 4
    tape.close()


def test_an_entry_that_the_disk_has_no_room_for_leaves_what_was_there(tmp_path: Path) -> None:
    tape = TapeFile(tmp_path / "a.har", {})
    tape.append({"number": 1})
    before = tape.path.read_bytes()
    for room in range(1, 40):  # the write ends at every place of the entry
        with full_disk(len(before) + room):
            tape.append({"number": "a" * 400})
        assert tape.path.read_bytes() == before
        assert "cannot write" in tape.trouble
        tape.trouble = ""
    tape.append({"number": 2})
    assert entries(tape.path) == [{"number": 1}, {"number": 2}]
    tape.close()


def test_a_tape_in_trouble_takes_no_more(tmp_path: Path) -> None:
    tape = TapeFile(tmp_path / "a.har", {})
    with full_disk(tape.path.stat().st_size):
        tape.append({"number": 1})
    tape.append({"number": 2})
    assert entries(tape.path) == []
    assert "cannot write" in tape.trouble
    tape.close()
