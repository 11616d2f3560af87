"""A number stands with the right form of what it counts: no message says `1 calls`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from contracts import counted as contracts_counted
from mockserver.domain.input import counted as mockserver_counted
from tests.support.some import some

ROOT = Path(__file__).parents[2]
COUNTS = ("len", "sum")
MANY = re.compile(r"^ [a-z]+s\b")


def test_each_helper_knows_one_from_many() -> None:
    for module in some([mockserver_counted, contracts_counted]):
        told = [module.counted(count, "call") for count in (0, 1, 2)]
        assert told == ["0 calls", "1 call", "2 calls"]
        assert module.counted(1, "entry", "entries") == "1 entry"
        assert module.counted(3, "entry", "entries") == "3 entries"


def _wrong(tree: ast.AST) -> Iterator[ast.JoinedStr]:
    """Texts in which the number of some things is followed by a plural, whatever the number is."""
    chosen = {
        id(text) for one in ast.walk(tree) if isinstance(one, ast.IfExp) for text in ast.walk(one)
    }
    for text in ast.walk(tree):
        if not isinstance(text, ast.JoinedStr) or id(text) in chosen:
            continue
        for number, after in zip(text.values, text.values[1:], strict=False):
            if (
                isinstance(number, ast.FormattedValue)
                and isinstance(number.value, ast.Call)
                and isinstance(number.value.func, ast.Name)
                and number.value.func.id in COUNTS
                and isinstance(after, ast.Constant)
                and MANY.match(str(after.value))
            ):
                yield text


def test_the_search_finds_a_plural_that_is_always_there() -> None:
    found = {
        text: len(list(_wrong(ast.parse(text))))
        for text in (
            "f'{len(calls)} calls came'",
            "f'{len(calls)} came'",
            "f'{counted(2, \"call\")} came'",
            "'once' if one else f'{len(calls)} times'",
        )
    }
    assert list(found.values()) == [1, 0, 0, 0]


def test_no_message_counts_one_thing_as_many() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{text.lineno}"
        for folder in ("mockserver", "contracts")
        for path in some(sorted((ROOT / folder).rglob("*.py")))
        if "providers" not in path.parts  # they count what is over a limit, which is never 1
        for text in _wrong(ast.parse(path.read_text()))
    ]
    assert wrong == []
