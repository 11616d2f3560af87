"""Which tests reach a place: the nearest first, and among them the quick ones."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path

import coverage

from tests.mutants.copies import copy
from tests.mutants.names import FUNCTIONS, Names, defined

TESTS = [
    "tests/unit",
    "tests/property",
    "tests/contract",
    "tests/integration",
    "tests/examples",
    "tests/architecture/test_documented.py",
    "tests/architecture/test_limits_page.py",
    "tests/architecture/test_plugins.py",
]
PACKAGES = ["mockserver", "contracts", "clientlib"]
PROCESS = "process of "
"""Before the name of a test: what a process reached that was started during it."""


def measure(root: Path, folder: Path, jobs: int) -> None:
    """Runs the suite once, in a copy as the mutants have one, and keeps in `folder` what it reached.

    Tests that are red in it are told and left out.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(jobs)]
    tree = copy(root, folder / "tree")
    environment = os.environ | {"MUTANTS_FOLDER": str(folder), "PYTHONPATH": str(tree)}
    subprocess.run(
        [*command, "-p", "tests.mutants.reaching", *TESTS], cwd=tree, env=environment, check=False
    )
    whole = coverage.Coverage(folder / "reach", config_file=False)
    whole.combine([str(folder)])
    whole.save()


class Reach:
    """What `measure` has kept in a folder about the code at `root`."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self._data = coverage.CoverageData(str(folder / "reach"))
        self._data.read()
        self._seconds: dict[str, float] = json.loads((folder / "seconds.json").read_text("utf-8"))
        self._names = Names(root, PACKAGES)

    def seconds(self, test: str) -> float:
        """What a test took when it was measured."""
        return self._seconds[test]

    def tests_of(self, path: str, line: int) -> list[str]:
        """The tests that run a line; then those that share a process with one that ran it.

        Where it runs at import: those that run it all the same (a lambda), that read what it
        defines, whose text names it, that run anything of its file or are the unit tests of its folder.
        """
        tree = ast.parse((self._root / path).read_text("utf-8"))
        lines = _lines_of(tree, line)
        if lines is not None:
            return self._ordered(self._contexts_of((path, each) for each in lines))
        names = _names_of(tree, line)
        readers = self._names.readers(names)
        # A plug-in is loaded by the name of its module.
        words = names if readers else names | {Path(path).stem}
        return self._ordered(
            self._contexts_of([(path, line)]),
            self._contexts_of(readers) | self._tests_that_say(words),
            self._contexts_of((path, each) for each in self._lines(path)) | self._beside(path),
        )

    def _beside(self, path: str) -> set[str]:
        """The unit tests of the folder that a file is in."""
        folder = Path("tests/unit", *Path(path.removeprefix("mockserver/")).parent.parts)
        return {test for test in self._seconds if Path(file_of(test)).is_relative_to(folder)}

    def _ordered(self, *groups: set[str]) -> list[str]:
        found: dict[str, None] = {}
        for group in groups:
            own = group & self._seconds.keys()
            files = {file_of(each.removeprefix(PROCESS)) for each in group - own}
            mates = {test for test in self._seconds if file_of(test) in files}
            for near in (own, mates):
                found |= dict.fromkeys(sorted(near, key=lambda test: (self._seconds[test], test)))
        return list(found)

    def _contexts_of(self, lines: Iterable[tuple[str, int]]) -> set[str]:
        return {context for path, line in lines for context in self._lines(path).get(line, ())}

    @cache  # noqa: B019  as many as there are files
    def _lines(self, path: str) -> dict[int, list[str]]:
        return self._data.contexts_by_lineno(path)

    def _tests_that_say(self, words: set[str]) -> set[str]:
        files = {file for file, said in self._words.items() if words & said}
        return {test for test in self._seconds if file_of(test) in files}

    @cached_property
    def _words(self) -> dict[str, set[str]]:
        files = {file_of(test) for test in self._seconds}
        return {
            file: set(re.findall(r"\w+", (self._root / file).read_text("utf-8"))) for file in files
        }


def file_of(test: str) -> str:
    """The file that a test stands in."""
    return test.partition("::")[0]


def _lines_of(tree: ast.Module, line: int) -> range | None:
    """The lines of the statement at a line, or of its head; None where no function holds it."""
    holding = _holding(tree, line)
    if not any(isinstance(node, FUNCTIONS) and node.body[0].lineno <= line for node in holding):
        return None
    innermost = max(holding, key=lambda node: node.lineno)
    last = innermost.end_lineno or line
    if (body := getattr(innermost, "body", None)) and body[0].lineno > line:
        last = body[0].lineno - 1
    return range(innermost.lineno, last + 1)


def _names_of(tree: ast.Module, line: int) -> set[str]:
    """What the statements at a line define, from the module's to the innermost."""
    return {name for statement in _holding(tree, line) for name in defined(statement)}


def _holding(tree: ast.Module, line: int) -> list[ast.stmt]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
