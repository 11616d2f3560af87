"""Which tests reach a place, the quick ones first."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import coverage

TESTS = [
    "tests/unit",
    "tests/property",
    "tests/contract",
    "tests/integration",
    "tests/examples",
    "tests/architecture/test_documented.py",
    "tests/architecture/test_plugins.py",
]


def measure(root: Path, folder: Path, jobs: int) -> None:
    """Runs the suite once and keeps in `folder` what it reached; red tests are told and left out."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(jobs)]
    environment = os.environ | {"MUTANTS_FOLDER": str(folder), "PYTHONPATH": str(root)}
    subprocess.run(
        [*command, "-p", "tests.mutants.reaching", *TESTS], cwd=root, env=environment, check=False
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

    def tests_of(self, path: str, line: int) -> list[str]:
        """The tests that run a line; where it runs at import, those that run anything of its file."""
        by_line = self._contexts(path)
        lines = _lines_of(ast.parse((self._root / path).read_text("utf-8")), line)
        found = {test for each in lines or by_line for test in by_line.get(each, ())}
        return sorted(found & self._seconds.keys(), key=lambda test: (self._seconds[test], test))

    @cache  # noqa: B019  as many as there are files
    def _contexts(self, path: str) -> dict[int, list[str]]:
        return self._data.contexts_by_lineno(str(self._root / path))


def _lines_of(tree: ast.Module, line: int) -> range | None:
    """The lines of the statement at a line, or of its head; None where no function holds it."""
    holding = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    inside = [
        node for node in holding if isinstance(node, functions) and node.body[0].lineno <= line
    ]
    if not inside:
        return None
    innermost = max(holding, key=lambda node: node.lineno)
    last = innermost.end_lineno or line
    if (body := getattr(innermost, "body", None)) and body[0].lineno > line:
        last = body[0].lineno - 1
    return range(innermost.lineno, last + 1)
