"""Assertions that nothing may ever reach: those about each of a number of things that may be none.

What Hypothesis draws may be nothing, for once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.repository import files, name

LOOKS_THROUGH = {"enumerate", "zip", "sorted", "reversed", "list", "tuple", "set", "dict"}
LOOKS_THROUGH |= {"items", "keys", "values", "pairwise", "combinations", "product"}
NEVER_EMPTY = {"some", "range"}
DRAWN = {"given", "rule", "invariant"}


def _may_be_empty(things: ast.expr) -> bool:
    """Whether what is looked through may be nothing; a constant and a test's argument are not asked."""
    match things:
        case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
            return not elts
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return not word.isupper()
        case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word)) if word in NEVER_EMPTY:
            return False
        case ast.Call(func=ast.Name(id=word), args=args) if word in LOOKS_THROUGH:
            return any(map(_may_be_empty, args))
        case ast.Call(func=ast.Attribute(attr=word, value=of), args=args) if word in LOOKS_THROUGH:
            return any(map(_may_be_empty, args or [of]))
        case ast.BinOp(left=left, right=right):
            return _may_be_empty(left) and _may_be_empty(right)
        case ast.Constant(value=value):
            return not value
        case ast.Dict(keys=keys):
            return not keys
    return True


def _looked_through(node: ast.AST) -> Iterator[ast.expr]:
    """What assertions go through one by one: in loops, in `all(…)`, in searches for what is wrong."""
    match node:
        case ast.For(iter=things, body=body) | ast.AsyncFor(iter=things, body=body):
            if any(isinstance(part, ast.Assert) for each in body for part in ast.walk(each)):
                yield things
        case ast.Assert(test=test):
            for part in ast.walk(test):
                match part:
                    case (
                        ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp() as each])
                        | ast.UnaryOp(
                            op=ast.Not(),
                            operand=ast.Call(
                                func=ast.Name(id="any"), args=[ast.GeneratorExp() as each]
                            ),
                        )
                        | ast.UnaryOp(op=ast.Not(), operand=ast.ListComp() as each)
                        | ast.Compare(
                            left=ast.ListComp() as each,
                            ops=[ast.Eq()],
                            comparators=[ast.List(elts=[])],
                        )
                    ) if isinstance(each, ast.GeneratorExp) or each.generators[0].ifs:
                        yield each.generators[0].iter


def _named(things: ast.expr) -> str:
    """What has to be there, without what only goes through it."""
    match things:
        case ast.Call(func=ast.Name(id=word), args=[*_, last]) if word in LOOKS_THROUGH:
            return _named(last)
        case ast.Call(func=ast.Attribute(attr=word, value=of)) if word in LOOKS_THROUGH:
            return _named(of)
    return ast.unparse(things)


def _is_drawn(test: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = {
        part.id
        for each in test.decorator_list
        for part in ast.walk(each)
        if isinstance(part, ast.Name)
    }
    return bool(names & DRAWN)


def _perhaps_nothing(source: str) -> Iterator[int]:
    """Numbers of the lines that assert something of each thing, where no other line asserts any."""
    for test in ast.walk(ast.parse(source)):
        if not isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef) or _is_drawn(test):
            continue
        given = {part.arg for part in ast.walk(test.args) if isinstance(part, ast.arg)}
        parts = list(ast.walk(test))
        for node in parts:
            unsure = [_named(each) for each in filter(_may_be_empty, _looked_through(node))]
            if not any(wanted not in given for wanted in unsure):
                continue
            own = set(ast.walk(node))
            others = [
                other for other in parts if isinstance(other, ast.Assert) and other not in own
            ]
            said = "\n".join(ast.unparse(other.test) for other in others)
            if any(wanted not in given and wanted not in said for wanted in unsure):
                yield node.lineno  # type: ignore[attr-defined]


def test_what_is_asserted_of_each_is_asserted_of_some() -> None:
    tests = [p for p in files() if p.suffix == ".py" and name(p).startswith("tests/")]
    assert len(tests) > 300
    lines = {name(path): sorted(set(_perhaps_nothing(path.read_text()))) for path in tests}
    found = [f"{path}:{line}" for path, numbers in lines.items() for line in numbers]
    assert not found, "assert that there is one, or look through `tests.support.some.some(…)`"


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("for x in made():\n        assert x", True),
        ("for x, y in sorted(made.items()):\n        assert x", True),
        ("for n, x in enumerate(made.them, 1):\n        assert x", True),
        ("assert all(x for x in made())", True),
        ("assert not any(x for x in made)", True),
        ("assert not [x for x in made if not x]", True),
        ("assert [x for x in made if not x] == []", True),
        ("for x in []:\n        assert x", True),
        ("for x in made():\n        print(x)", False),
        ("for x in given:\n        assert x", False),
        ("for x in (1, 2):\n        assert x", False),
        ("for x in THEM:\n        assert x", False),
        ("for x in some(made()):\n        assert x", False),
        ("for x in range(count):\n        assert x", False),
        ("for x in made:\n        assert x\n    assert len(made) == 2", False),
        ("assert any(x for x in made)", False),
        ("assert [x.name for x in made] == []", False),
        ("assert [x for x in made if x] == [1]", False),
    ],
)
def test_the_rule_sees_what_it_is_for(body: str, is_found: bool) -> None:
    source = f"def test_it(given):\n    {body}\n"
    assert bool(list(_perhaps_nothing(source))) == is_found
