"""What holds for every file: its size, its first line, and the words that are not in it."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from tests.architecture.repository import ROOT, files, name, sources
from tests.support.some import some

LONGEST_SOURCE = 450  # lines; a file that outgrows 300 is a question to ask, this one an answer
LONG: set[str] = set()
LARGEST_KB = 1000

# Written so that no pattern finds itself.
UNWANTED = {
    "an absolute path of somebody's machine": r"(?<![\w.:$}])/(?:work|root|Users)/[a-z]",
    "a path out of the repository": r"\.\./shared\b",
    "an unfinished thought": r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b",
    "an issue number": r"\b[Ii]ssue #?\d",
}


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_holds_what_belongs_elsewhere(what: str) -> None:
    pattern = re.compile(UNWANTED[what])
    found = []
    for path in files():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{name(path)}:{number}: {line.strip()[:120]}")
    assert not found, what


def test_the_patterns_find_what_they_are_for() -> None:
    probes = ["see /" + "root/x", "in ../" + "shared", "TO" + "DO", "issue" + " 12"]
    for probe, pattern in some(zip(probes, UNWANTED.values(), strict=True)):
        assert re.search(pattern, probe), probe


def test_no_source_file_has_outgrown_its_reader() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in sources()}
    assert not {path: n for path, n in lengths.items() if n > LONGEST_SOURCE and path not in LONG}


def test_no_file_is_large() -> None:
    sizes = {name(path): path.stat().st_size // 1000 for path in files()}
    assert not {path: kb for path, kb in sizes.items() if kb > LARGEST_KB}


def test_every_module_says_what_it_is_for() -> None:
    silent = [name(p) for p in sources() if not ast.get_docstring(ast.parse(p.read_text()))]
    assert not silent


def test_the_tree_is_found() -> None:
    assert {"pyproject.toml", "README.md", "mockserver/app.py"} <= {name(p) for p in files()}
    assert ROOT.joinpath("LICENSE").is_file()


def test_every_folder_of_tests_is_run_here_or_each_night() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    here = set(settings["tool"]["pytest"]["ini_options"]["testpaths"])
    tests = ROOT / "tests"
    folders = {f"tests/{path.relative_to(tests).parts[0]}" for path in tests.rglob("test_*.py")}
    assert folders - here == {"tests/benchmarks"}
    assert "pytest tests/benchmarks" in (ROOT / ".ci/long").read_text("utf-8")
