"""Assertions that could hardly fail: a value that may be one thing or another, and one that is never
reached."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.repository import files, name

REASON = "# either: "  # on the line of the assertion, or right above it


def _is_either(test: ast.expr) -> bool:
    """Whether a value under test may be any of several that are listed on the spot."""
    return any(
        isinstance(part, ast.Compare)
        and isinstance(part.ops[-1], ast.In)
        and not isinstance(part.left, ast.Constant)
        and isinstance(listed := part.comparators[-1], ast.Tuple | ast.List | ast.Set)
        and len(listed.elts) > 1
        and not any(isinstance(one, ast.Starred) for one in listed.elts)
        for part in ast.walk(test)
    )


def _unexplained(source: str) -> Iterator[int]:
    """Numbers of the lines whose assertion lets one thing or another pass and does not say why."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert) and _is_either(node.test):
            near = lines[max(node.lineno - 2, 0) : node.lineno]
            if not any(REASON in line for line in near):
                yield node.lineno


def _unreached(source: str) -> Iterator[int]:
    """Numbers of the lines that assert last in a `with pytest.raises`: what raised went before."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.With | ast.AsyncWith) and len(node.body) > 1:
            raises = any("pytest.raises(" in ast.unparse(item) for item in node.items)
            if raises and isinstance(last := node.body[-1], ast.Assert):
                yield last.lineno


def _found(seek: Callable[[str], Iterator[int]]) -> list[str]:
    tests = [p for p in files() if p.suffix == ".py" and name(p).startswith("tests/")]
    assert len(tests) > 300
    return [f"{name(path)}:{line}" for path in tests for line in seek(path.read_text())]


def test_an_assertion_that_lets_either_pass_says_why() -> None:
    assert not _found(_unexplained), f"assert the one right value, or write {REASON!r} and why"


def test_no_assertion_stands_behind_what_raises() -> None:
    assert not _found(_unreached), "assert behind the `with`"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("with pytest.raises(E):\n    call()\n    assert x", [3]),
        ("with server() as s, pytest.raises(E, match='m') as e:\n    call()\n    assert x", [3]),
        ("with pytest.raises(E):\n    assert x\n    call()", []),
        ("with pytest.raises(E):\n    assert call()", []),
        ("with pytest.raises(E):\n    call()\nassert x", []),
        ("with server():\n    call()\n    assert x", []),
    ],
)
def test_the_rule_of_what_raises_sees_what_it_is_for(source: str, lines: list[int]) -> None:
    assert list(_unreached(source)) == lines


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("assert status in (200, 404)", [1]),
        ("assert status in {200, 404} and x", [1]),
        ("assert found in (\n    [],\n    [1],\n)", [1]),
        ("assert status in (200, 404)  # either: no matter which", []),
        ("# either: no matter which\nassert status in (200, 404)", []),
        ("assert 500 in [status() for _ in range(3)]", []),
        ("assert 'a' in ('a', 'b')", []),
        ("assert status in allowed", []),
        ("assert status in (200,)", []),
        ("assert name in {*known, 'own'}", []),
    ],
)
def test_the_rule_sees_what_it_is_for(source: str, lines: list[int]) -> None:
    assert list(_unexplained(source)) == lines
