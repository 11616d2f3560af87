"""Collects the problems of a plug-in, and makes the checks that all kinds have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class NotConformant(AssertionError):
    """A plug-in breaks what is expected of its kind. `problems` says how, in sentences."""

    def __init__(self, what: str, problems: tuple[str, ...]) -> None:
        super().__init__("\n  ".join([f"{what} is not as others rely on it to be:", *problems]))
        self.problems = problems


def raise_for(what: str, problems: Iterable[str]) -> None:
    """Raises NotConformant with all problems, each once, if there is one."""
    found = tuple(dict.fromkeys(problems))
    if found:
        raise NotConformant(what, found)


def wording(plugin: object, *fields: str) -> Iterator[str]:
    """The problems of a name, and of texts for users."""
    name = getattr(plugin, "name", "")
    if not NAME.fullmatch(name):
        yield f"name: {name!r} is no name; small letters, digits and _, a letter first"
    for field in fields:
        text = getattr(plugin, field)
        if not isinstance(text, str) or not text.strip():
            yield f"{field}: it is empty; users read it"


def told(error: BaseException) -> str:
    """An error as part of a sentence."""
    return f"{type(error).__name__}: {error}"


def twice(make: Callable[[], T]) -> tuple[T, bool]:
    """The result of a function, and whether a second call has the same result."""
    first = make()
    return first, first == make()
