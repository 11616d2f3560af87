"""Waits that only the time limit of the whole test would end."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.repository import files, name

RUNS = {"run", "check_call", "check_output", "call"}
LEFT_OUT = ("tests/support/patience.py", "tests/truth/clients/", "tests/benchmarks/")
LEFT_OUT += ("tests/mutants/", "tests/soak/")  # programs of their own


def _endless(source: str) -> Iterator[int]:
    """Numbers of the lines that wait for a process, a thread or a queue without a bound."""
    for call in ast.walk(ast.parse(source)):
        named = {word.arg for word in call.keywords} if isinstance(call, ast.Call) else set()
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="subprocess"), attr=attr)):
                if attr in RUNS and "timeout" not in named:
                    yield call.lineno
            case ast.Call(func=ast.Attribute(attr="communicate")) if "timeout" not in named:
                yield call.lineno
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="stdout"), attr="readline" | "read")
            ):
                yield call.lineno
            case ast.Call(func=ast.Attribute(attr="join" | "get"), args=[]) if not named:
                yield call.lineno
            case ast.Call(func=ast.Attribute(attr="create_connection"), args=[_]):
                if "timeout" not in named:
                    yield call.lineno


def test_every_wait_of_a_test_has_a_bound_of_its_own() -> None:
    tests = [p for p in files() if p.suffix == ".py" and name(p).startswith("tests/")]
    assert len(tests) > 300
    asked = [path for path in tests if not name(path).startswith(LEFT_OUT)]
    found = [f"{name(path)}:{line}" for path in asked for line in _endless(path.read_text())]
    assert not found, "give it a timeout, or look into tests/support/patience.py"


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("subprocess.run(command, check=True)", True),
        ("subprocess.run(command, check=True, timeout=9)", False),
        ("process.communicate()", True),
        ("process.communicate(timeout=9)", False),
        ("process.stdout.readline()", True),
        ("thread.join()", True),
        ("thread.join(9)", False),
        ("', '.join(words)", False),
        ("came.get()", True),
        ("came.get(timeout=9)", False),
        ("found.get('name')", False),
        ("socket.create_connection(where)", True),
        ("socket.create_connection(where, 9)", False),
    ],
)
def test_the_rule_sees_what_it_is_for(source: str, is_found: bool) -> None:
    assert bool(list(_endless(source))) == is_found
