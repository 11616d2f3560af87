"""The public names, and the drawing of the error tree."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import clientlib
from clientlib import _errors


def test_all_names_what_the_package_exports_and_nothing_else() -> None:
    public = {
        name
        for name, value in vars(clientlib).items()
        if not name.startswith("_") and not isinstance(value, type(clientlib))
    }
    assert set(clientlib.__all__) == public
    assert list(clientlib.__all__) == sorted(clientlib.__all__)


def test_every_error_is_exported() -> None:
    errors = {
        name
        for name, value in vars(_errors).items()
        if isinstance(value, type) and issubclass(value, _errors.VideoError)
    }
    assert errors <= set(clientlib.__all__)


def test_the_error_tree_is_drawn_as_it_is() -> None:
    drawn: dict[str, str] = {}
    path: list[str] = []
    assert _errors.__doc__
    for line in _errors.__doc__.splitlines()[1:]:
        if found := re.fullmatch(r"((?:│   |    |├── |└── )*)([A-Z]\w+)( .*)?", line):
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            drawn[found[2]] = path[depth - 1] if depth else "Exception"
    actual = {
        name: value.__mro__[1].__name__
        for name, value in vars(_errors).items()
        if isinstance(value, type) and issubclass(value, _errors.VideoError)
    }
    assert drawn == actual


def test_only_one_file_imports_httpx_and_only_one_the_real_clock() -> None:
    importers: dict[str, set[str]] = {"httpx": set(), "random": set(), "time": set()}
    root = Path(clientlib.__path__[0])
    for path in root.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        hints = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Import) and id(node) not in hints:
                for alias in node.names:
                    if alias.name in importers:
                        importers[alias.name].add(path.name)
    assert importers == {"httpx": {"_http.py"}, "random": {"_system.py"}, "time": {"_system.py"}}
