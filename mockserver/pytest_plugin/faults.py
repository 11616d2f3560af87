"""Turns the marker `reelmock_faults` into one test for every fault and phase.

A case is the parameter of the fixture `reelmock`. So its fault is set as soon as the sandbox is
open, whatever other fixtures the test uses. Methods of unittest have no parameters: each of their
cases is a separate item with its own name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

import pytest

from mockserver.domain.input.errors import BadInput, nearest
from mockserver.engine.matrix import JOB, Case, cases
from mockserver.pytest_plugin.plugged import plugins_of

MARKER = "reelmock_faults"
FIXTURE = "reelmock"
TAKEN = ("phases", "times", "provider", "not_struck")
NOT_STRUCK = ("skip", "fail")
_CASE = pytest.StashKey[Case]()


def matrix(node: pytest.Item) -> dict[str, Case]:
    """The cases that the nearest markers of a test ask for, by the ends of their names.

    Empty without a marker. Raises CollectError.
    """
    found: dict[str, Case] = {}
    try:
        for marker in _nearest(node):
            _not_struck(marker)
            found |= {_ending(case): case for case in _cases(marker, node.config)}
    except BadInput as error:
        raise pytest.Collector.CollectError(f"{MARKER}: {error}") from None
    return found


def fails_unstruck(node: pytest.Item) -> bool:
    """Whether a case that did not strike must fail. Raises BadInput."""
    return any(_not_struck(marker) == "fail" for marker in _nearest(node))


def _nearest(node: pytest.Item) -> list[pytest.Mark]:
    """The markers of the function; if it has none, of its class; if that has none, of its module."""
    marked = list(node.iter_markers_with_node(MARKER))
    return [marker for owner, marker in marked if owner is marked[0][0]]


def _cases(marker: pytest.Mark, config: pytest.Config) -> tuple[Case, ...]:
    for name, value in marker.kwargs.items():
        if name not in TAKEN:
            raise BadInput(name, value, f"one of: {', '.join(TAKEN)}{nearest(name, TAKEN)}")
    found = cases(
        marker.args,
        _words(marker.kwargs.get("phases", ())),
        marker.kwargs.get("provider"),
        marker.kwargs.get("times"),
        plugins_of(config),
    )
    if not found:
        raise pytest.Collector.CollectError(f"{MARKER}: no fault of these strikes at these phases")
    return found


def _words(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _not_struck(marker: pytest.Mark) -> str:
    word = str(marker.kwargs.get("not_struck", NOT_STRUCK[0]))
    if word not in NOT_STRUCK:
        raise BadInput("not_struck", word, f"one of: {', '.join(NOT_STRUCK)}")
    return word


def _ending(case: Case) -> str:
    return case.fault if case.phase == JOB else case.name


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Makes each case a parameter of `reelmock`. Raises CollectError."""
    wanted = matrix(metafunc.definition)
    if FIXTURE not in metafunc.fixturenames:  # a test may ask for it by name while it runs
        metafunc.fixturenames.append(FIXTURE)
    metafunc.parametrize(FIXTURE, list(wanted.values()), indirect=True, ids=list(wanted))


def multiplied(collector: pytest.Class, found: list[Any]) -> list[Any]:
    """The items of a unittest class, with one item for each case in place of a marked method.

    Raises CollectError.
    """
    unittest = sys.modules.get("unittest")
    if unittest is None or not issubclass(collector.obj, unittest.TestCase):
        return found
    return [item for node in found for item in _multiplied(node)]


def _multiplied(node: Any) -> Iterator[Any]:
    wanted = matrix(node) if isinstance(node, pytest.Function) else {}
    if not wanted:
        yield node
    for ending, case in wanted.items():
        name = f"{node.name}[{ending}]"
        # unittest cannot make an instance for a name that the class does not have
        if name not in vars(node.cls):
            setattr(node.cls, name, _copied(node.function))
        item = type(node).from_parent(node.parent, name=name)
        item.stash[_CASE] = case
        yield item


def _copied(method: FunctionType) -> FunctionType:
    """A copy of the method that pytest does not collect; a class that inherits it has its own cases."""
    copy = FunctionType(
        method.__code__,
        method.__globals__,
        method.__name__,
        method.__defaults__,
        method.__closure__,
    )
    copy.__kwdefaults__ = method.__kwdefaults__
    vars(copy).update(vars(method), __test__=False)
    return copy


def case_of(item: pytest.Item) -> Case | None:
    """The case in which a test runs; None if it has no case."""
    if _CASE in item.stash:
        return item.stash[_CASE]
    given = getattr(item, "callspec", None)
    case = given.params.get(FIXTURE) if given is not None else None
    return case if isinstance(case, Case) else None


def group(item: pytest.Function, case: Case) -> str:
    """The part that the cases of one test share: its id without the case, with its other parameters."""
    assert item.parent is not None, "a test stands in a file"
    stem, _, others = item.name.removesuffix("]").partition("[")
    ending = re.escape(_ending(case))
    rest = re.sub(rf"(?:^|-){ending}(?=-|$)", "", others, count=1).removeprefix("-")
    return f"{item.parent.nodeid}::{stem}" + (f"[{rest}]" if rest else "")
