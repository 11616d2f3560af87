"""The contract's change as a patch, with the tape as its source. A person must write some changes."""

import difflib
import json
import re
from collections.abc import Sequence
from pathlib import Path

from contracts.drift.model import Drift
from contracts.registry import ROOT

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_SCALAR = re.compile(r"[^\s,\]}]+")
Path_ = tuple[str, ...]


def proposed(provider: str, drifts: Sequence[Drift], tape: str) -> tuple[str, list[str]]:
    """Return a unified diff of the schema files, and the changes that it cannot express, in words.

    A new field is added if its object is in the file of its message.
    """
    texts: dict[str, str] = {}
    left: list[str] = []
    for drift in drifts:
        if drift.kind != "added" or not _add(provider, drift, tape, texts):
            left.append(f"--update leaves this to you: {drift.kind}: {drift.place}")
    return "".join(_patch(provider, name, text) for name, text in texts.items()), left


def _patch(provider: str, name: str, text: str) -> str:
    where = f"contracts/{provider}/schemas/{name}"
    before = _file(provider, name).read_text("utf-8").splitlines(keepends=True)
    after = text.splitlines(keepends=True)
    return "".join(difflib.unified_diff(before, after, f"a/{where}", f"b/{where}"))


def _file(provider: str, name: str) -> Path:
    return ROOT / provider / "schemas" / name


def _add(provider: str, drift: Drift, tape: str, texts: dict[str, str]) -> bool:
    """Add a field to the object that it was seen in; False if the object is in another file."""
    name = f"{drift.message}.json"
    text = texts.get(name) or _file(provider, name).read_text("utf-8")
    *around, field = drift.pointer.split("/")[1:]
    path: Path_ = ()
    for step in around:
        path = (*path, "items") if step == "*" else (*path, "properties", step)
    at = _inside(text, (*path, "properties"))
    if at is None:
        return False
    line = text[text.rfind("\n", 0, at) + 1 : at]
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    rule = json.dumps({"type": drift.b, "x-source": f"recorded: {tape}"}, ensure_ascii=False)
    texts[name] = f"{text[:at]}\n{indent}{json.dumps(field)}: {rule},{text[at:]}"
    return True


def _inside(text: str, path: Path_) -> int | None:
    """Where the object at a path of names begins, right behind its brace; None if it is not an
    object.
    """
    at = _skip(text, 0)
    for name in path:
        if text[at] != "{":
            return None
        found = _value_of(text, at, name)
        if found is None:
            return None
        at = found
    return at + 1 if text[at] == "{" else None


def _value_of(text: str, at: int, name: str) -> int | None:
    """Where the value of a name begins in the object that begins at `at`."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        begins, at = at, _past(text, at)
        key = json.loads(text[begins:at])
        at = _skip(text, _skip(text, at) + 1)
        if key == name:
            return at
        at = _skip(text, _end(text, at))
        if text[at] == ",":
            at = _skip(text, at + 1)
    return None


def _end(text: str, at: int) -> int:
    """Where the value that begins at `at` ends."""
    if text[at] == '"':
        return _past(text, at)
    if text[at] not in "{[":
        found = _SCALAR.match(text, at)
        return found.end() if found else at
    depth = 0
    while True:
        if text[at] == '"':
            at = _past(text, at)
            continue
        depth += (text[at] in "{[") - (text[at] in "}]")
        at += 1
        if not depth:
            return at


def _past(text: str, at: int) -> int:
    """Where the string that begins at `at` ends."""
    found = _STRING.match(text, at)
    return found.end() if found else at + 1


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
