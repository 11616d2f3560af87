"""One deviation from a contract, in words."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """Where an instance deviates, what was expected there, what came, and the source."""

    pointer: str
    """RFC 6901 pointer into the instance; empty for the whole instance."""
    expected: str
    got: str
    source: str = ""
    """The documents that state the expectation, as `x-source` names them."""

    def __str__(self) -> str:
        source = f" (source: {self.source})" if self.source else ""
        return f"{self.pointer or '(whole)'}: expected {self.expected}, got {self.got}{source}"


def pointer(path: Iterable[str | int]) -> str:
    """Write a path as an RFC 6901 pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def at_pointer(instance: object, where: str) -> tuple[bool, object]:
    """Look a pointer up. The flag says whether it exists."""
    for raw in where.split("/")[1:]:
        part = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(instance, dict) and part in instance:
            instance = instance[part]
        elif isinstance(instance, list) and part.isdecimal() and int(part) < len(instance):
            instance = instance[int(part)]
        else:
            return False, None
    return True, instance


def shown(value: object) -> str:
    """Show a value as JSON, cut short."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=repr)
    except RecursionError:
        return "a value nested too deep to show"
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"


def source_text(source: object) -> str:
    """Read an `x-source`, which is a string or a list of them."""
    if isinstance(source, list):
        return "; ".join(str(item) for item in source)
    return str(source) if source else ""
