"""Runs the tests that reach a mutant against it, in a copy of the repository."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.copies import copy
from tests.mutants.reach import Reach, file_of
from tests.mutants.sites import Mutant

TEST_S, ALL_S = 60, 900
"""What one test may take, and all that reach a mutant; who takes longer noticed it too."""
FIRST_S, MORE = 2, 10
"""What the tests of the first run take together, and how much more those of each later one."""
BASE = ["-x", "-q", "-p", "no:cacheprovider", "-p", "tests.mutants.chosen", "-p", "no:randomly"]
_moments = itertools.count(1)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: `killed` by a test, `survived` so many tests, `unreached`."""

    mutant: Mutant
    before: str
    after: str
    became: str
    detail: str


class Bench:
    """A copy of the repository in which one mutant after the other is tried."""

    def __init__(self, root: Path, folder: Path, reach: Reach) -> None:
        self._root, self._reach = copy(root, folder / "tree"), reach
        self._notes = folder / "notes"
        self._notes.mkdir()
        here = {"MUTANTS_FOLDER": str(self._notes), "PYTHONPATH": str(self._root)}
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.mutants.nursery"],
            cwd=self._root,
            env=os.environ | here,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def tried(self, mutant: Mutant) -> Verdict:
        """Changes the file, runs the tests, and puts the file back."""
        file = self._root / mutant.path
        source = file.read_text("utf-8")
        changed = mutant.changed(source)
        line = mutant.line - 1
        before, after = source.split("\n")[line].strip(), changed.split("\n")[line].strip()
        tests = self._reach.tests_of(mutant.path, mutant.line)
        if not tests:
            return Verdict(mutant, before, after, "unreached", "no test runs this line")
        self._write(file, changed)
        try:
            return Verdict(mutant, before, after, *self._judged(tests))
        finally:
            self._write(file, source)

    def _judged(self, tests: list[str]) -> tuple[str, str]:
        for portion in self._portions(tests):
            red = self._first_red(portion)
            # A red that does not come again says nothing about the mutant.
            if red in portion and not self._first_red([red]):
                red = self._first_red([test for test in portion if test != red])
            if red:
                return "killed", red
        return "survived", f"{len(tests)} tests"

    def _portions(self, tests: list[str]) -> Iterator[list[str]]:
        """The tests in few runs, since a run collects whole files; within one, file by file."""
        portion, taken_s, bound_s = list[str](), 0.0, FIRST_S
        for test in tests:
            portion.append(test)
            taken_s += self._reach.seconds(test)
            if taken_s >= bound_s:
                yield by_file(portion)
                portion, bound_s = [], bound_s * MORE
        if portion:
            yield by_file(portion)

    def _first_red(self, tests: list[str]) -> str:
        """The first test that fails; what else ended the run; "" where all of them pass."""
        (self._notes / "chosen").write_text("\n".join(tests), "utf-8")
        red = self._notes / "red"
        red.unlink(missing_ok=True)
        files = list(dict.fromkeys(file_of(test) for test in tests))
        code = self._pytest([*BASE, f"--timeout={TEST_S}", *files])
        if red.exists():
            return red.read_text("utf-8")
        assert code != 5, f"none of {tests[:3]} was found"
        return f"pytest ended with {code}" if code else ""

    def _pytest(self, arguments: list[str]) -> int:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        told = {"seconds": ALL_S, "arguments": arguments}
        print(json.dumps(told), file=self._nursery.stdin, flush=True)
        return int(self._nursery.stdout.readline())

    @staticmethod
    def _write(file: Path, text: str) -> None:
        """Writes a file under a time that it never had, so that no compiled one is taken for it."""
        file.write_text(text, "utf-8")
        moment = file.stat().st_mtime + 10 * next(_moments)
        os.utime(file, (moment, moment))


def by_file(tests: list[str]) -> list[str]:
    """The tests file by file, in the order in which the files come."""
    files = list(dict.fromkeys(file_of(test) for test in tests))
    return sorted(tests, key=lambda test: files.index(file_of(test)))
