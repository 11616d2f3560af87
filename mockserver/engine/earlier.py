"""Archives and state files of earlier versions, brought up to the present schema step by step.

Schema 1 (Reelmock 0.1.0) was different in these points. The count of a fault rule that was applied
was called `fired`. Calls that count against a limit were kept only in virtual time, as `windows`.
The faults `hang_up` and `reset` took a `for`, which never did anything. A failure had a `flag`; Kie
knows it by its name now. The progress of all jobs moved in ten ticks from 9.0 to 90.2 percent, and
no plan said so.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from mockserver.domain.input.errors import BadInput

Present = Literal[2]
SCHEMA: Final = 2
_TICKS = {"ticks": (10, 9.0, 90.2)}
_VERSION = re.compile(r"[\w.+-]{1,40}", re.ASCII)


class _Head(Struct, frozen=True):
    """What every document begins with; the first schema did not name its version."""

    schema: Annotated[int, Meta(ge=1)]
    written_by: str = ""


class _First(Struct, frozen=True):
    """The parts of an archive of schema 1 that have changed since."""

    books: dict[str, Any]
    counters: dict[str, int] = {}
    sandbox: dict[str, Any] = {}
    tasks: list[dict[str, Any]] = []


class _FirstRule(Struct, frozen=True):
    """The parts of a fault rule of schema 1 that have changed since."""

    fault: str
    options: dict[str, Any] = field(name="with", default_factory=dict)


def brought_up(text: bytes) -> bytes:
    """A document as JSON of the present schema. Raises BadInput for a later schema, and DecodeError."""
    head = msgspec.json.decode(text, type=_Head)
    _refuse_later(head)
    if head.schema == SCHEMA:
        return text
    return msgspec.json.encode(_converted(msgspec.json.decode(text, type=dict[str, Any])))


def _refuse_later(head: _Head) -> None:
    if head.schema > SCHEMA:
        named = _VERSION.fullmatch(head.written_by)
        writer = f"Reelmock {head.written_by}" if named else "a later Reelmock"
        raise BadInput("schema", head.schema, f"at most {SCHEMA}: {writer} wrote it and reads it")


def _converted(document: dict[str, Any]) -> dict[str, Any]:
    """A state or an archive, converted; each archive in a state has its own schema."""
    sandboxes = msgspec.convert(document.get("sandboxes", []), list[dict[str, Any]])
    if sandboxes:
        document["sandboxes"] = [_archive(each) for each in sandboxes]
        return document | {"schema": SCHEMA}
    return _archive(document)


def _archive(document: dict[str, Any]) -> dict[str, Any]:
    head = msgspec.convert(document, _Head)
    _refuse_later(head)
    first = msgspec.convert(document, _First)
    fired = re.compile(r"^(fault:\d+:)fired$")
    counters = {fired.sub(r"\1applied", name): value for name, value in first.counters.items()}
    windows = msgspec.convert(first.books.pop("windows", {}), dict[str, list[int]])
    # In real time they count as passed: their real times are not known.
    hits = {name: [(at_ms, 0) for at_ms in times] for name, times in windows.items()}
    books = first.books | {"hits": hits}
    rules = msgspec.convert(first.sandbox.get("rules", []), list[dict[str, Any]])
    sandbox = first.sandbox | {"rules": [_rule(rule) for rule in rules]}
    tasks = [_task(task) for task in first.tasks]
    changed = {"counters": counters, "books": books, "sandbox": sandbox, "tasks": tasks}
    return document | {"schema": SCHEMA} | changed


def _task(document: dict[str, Any]) -> dict[str, Any]:
    plans = {name: document.get(name) for name in ("plan", "usual")}
    ticked = {name: plan | _TICKS for name, plan in plans.items() if isinstance(plan, dict)}
    return document | ticked


def _rule(document: dict[str, Any]) -> dict[str, Any]:
    rule = msgspec.convert(document, _FirstRule)
    if rule.fault not in ("hang_up", "reset"):
        return document
    kept = {name: value for name, value in rule.options.items() if name != "for"}
    return document | {"with": kept}
