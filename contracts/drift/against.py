"""Compares messages with the contract, and tells the kind of each deviation."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from contracts.compile import compiled
from contracts.drift.model import Drift, Kind, Seen, Severity
from contracts.drift.shape import ITEM, type_name
from contracts.problem import Problem, pointer, shown
from contracts.readable import leaves, problem
from contracts.registry import documents, schema

if TYPE_CHECKING:
    from jsonschema import ValidationError

REDACTED = "[redacted "
"""What a tape has in place of a secret: that has no form of its own."""
_KINDS: dict[str, Kind] = {
    "required": "removed",
    "type": "type changed",
    "enum": "new enum value",
    "const": "new enum value",
    "unevaluatedProperties": "added",
}


def against(provider: str, messages: Iterable[Seen]) -> list[Drift]:
    """List where messages differ from the contract, each difference once. `a` is the contract."""
    found: dict[tuple[str, ...], Drift] = {}
    for seen in messages:
        for drift in (*_outside(seen), *_inside(provider, seen)):
            key = (drift.kind, drift.operation, drift.message, drift.pointer, drift.a)
            found.setdefault(key, drift)
    return list(found.values())


def _outside(seen: Seen) -> Iterator[Drift]:
    where = (seen.operation, seen.message)
    if seen.statuses and not {str(seen.status), "default"} & set(seen.statuses):
        stated = f"HTTP {', '.join(seen.statuses)}"
        got = f"HTTP {seen.status}"
        yield Drift("status changed", "breaking", *where, "", stated, got, seen.where)
    if seen.content_types and seen.content_type not in seen.content_types:
        stated = f"content-type {' or '.join(seen.content_types)}"
        got = f"content-type {seen.content_type or 'absent'}"
        yield Drift("header changed", "breaking", *where, "", stated, got, seen.where)


def _inside(provider: str, seen: Seen) -> Iterator[Drift]:
    if not seen.message:
        return
    root, parts = schema(provider, seen.message), documents(provider)
    value: Any = seen.body
    for error in compiled(provider, seen.message, strict=True).iter_errors(value):
        for leaf in leaves(error):
            if not str(leaf.instance).startswith(REDACTED):
                yield from _told(leaf, problem(leaf, root, parts), seen)


def _told(leaf: "ValidationError", said: Problem, seen: Seen) -> Iterator[Drift]:
    kind = _KINDS.get(str(leaf.validator), "form changed")
    at = [ITEM if isinstance(step, int) else step for step in leaf.absolute_path]
    source = f"{said.source}; seen: {seen.where}" if said.source else seen.where
    if kind == "added":
        for name in re.findall(r"'([^']*)'", leaf.message):
            got = type_name(_at(leaf.instance, name))
            place = pointer([*at, name])
            yield _drift("added", "additive", seen, place, "absent", got, source)
    elif kind == "removed":
        name = re.findall(r"'([^']*)'", leaf.message)[0]
        place = pointer([*at, name])
        yield _drift("removed", "breaking", seen, place, "required", "absent", source)
    elif kind == "type changed":
        got = type_name(leaf.instance)
        yield _drift(kind, "breaking", seen, pointer(at), said.expected, got, source)
    else:
        yield _drift(
            kind, "breaking", seen, pointer(at), said.expected, shown(leaf.instance), source
        )


def _drift(
    kind: Kind, severity: Severity, seen: Seen, place: str, a: str, b: str, source: str
) -> Drift:
    return Drift(kind, severity, seen.operation, seen.message, place, a, b, source)


def _at(instance: object, name: str) -> object:
    return instance.get(name) if isinstance(instance, dict) else None
