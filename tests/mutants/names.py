"""Who reads what a statement defines that runs when its module is imported."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

Line = tuple[str, int]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Names:
    """The names of a source tree: where functions read them, and which other names rest on them."""

    def __init__(self, root: Path, packages: list[str]) -> None:
        self._read: dict[str, set[Line]] = defaultdict(set)
        self._rest: dict[str, set[str]] = defaultdict(set)
        for package in packages:
            for file in sorted((root / package).rglob("*.py")):
                path = file.relative_to(root).as_posix()
                for statement in ast.parse(file.read_text("utf-8")).body:
                    self._learn(path, statement)

    def _learn(self, path: str, statement: ast.stmt) -> None:
        own = set(defined(statement))
        inside = {
            node
            for function in ast.walk(statement)
            if isinstance(function, FUNCTIONS)
            for part in function.body
            for node in ast.walk(part)
        }
        for node in ast.walk(statement):
            if (name := _name(node)) is None:
                continue
            if node in inside:
                self._read[name].add((path, node.lineno))
            elif not isinstance(statement, ast.Import | ast.ImportFrom):
                self._rest[name] |= own - {name}

    def readers(self, names: set[str]) -> set[Line]:
        """The lines of functions that read these names, or names that rest on them."""
        known, new = set[str](), set(names)
        while new:
            known |= new
            new = set().union(*(self._rest[name] for name in new)) - known
        return set().union(*(self._read[name] for name in known))


def defined(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement of a module or of a class gives to others."""
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None
