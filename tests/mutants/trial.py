"""Runs the tests that reach a mutant against it, in a copy of the repository."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.reach import Reach
from tests.mutants.sites import Mutant

LEFT_OUT = shutil.ignore_patterns(".venv", ".git", ".hypothesis", "__pycache__", "build", "dist")
TEST_S, ALL_S = 60, 900
"""What one test may take, and all that reach a mutant; who takes longer noticed it too."""
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
        self._root, self._reach = folder / "tree", reach
        self._notes = folder / "notes"
        self._notes.mkdir(parents=True)
        shutil.copytree(root, self._root, ignore=LEFT_OUT)

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
        red = self._first_red(tests)
        # A red that does not come again says nothing about the mutant.
        if red in tests and not self._first_red([red]):
            red = self._first_red([test for test in tests if test != red])
        return ("killed", red) if red else ("survived", f"{len(tests)} tests")

    def _first_red(self, tests: list[str]) -> str:
        """The first test that fails; what else ended the run; "" where all of them pass."""
        (self._notes / "chosen").write_text("\n".join(tests), "utf-8")
        red = self._notes / "red"
        red.unlink(missing_ok=True)
        files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
        here = {"MUTANTS_FOLDER": str(self._notes), "PYTHONPATH": str(self._root)}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", *BASE, f"--timeout={TEST_S}", *files],
                cwd=self._root,
                env=os.environ | here,
                capture_output=True,
                timeout=ALL_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"no end within {ALL_S} s"
        if red.exists():
            return red.read_text("utf-8")
        assert done.returncode != 5, f"none of {tests[:3]} was found"
        return f"pytest ended with {done.returncode}" if done.returncode else ""

    @staticmethod
    def _write(file: Path, text: str) -> None:
        """Writes a file under a time that it never had, so that no compiled one is taken for it."""
        file.write_text(text, "utf-8")
        moment = file.stat().st_mtime + 10 * next(_moments)
        os.utime(file, (moment, moment))
