"""Reads `X-Mock-Fault`: a fault for one request, by name, by `name key=value …`, or as JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.input.errors import BadInput

HEADER = b"x-mock-fault"
ENVELOPE = frozenset({"probability", "note"})
_WHOLE = frozenset({"fault", "with", "when", "probability", "note"})


def header_rule(value: bytes) -> FaultRule:
    """The rule that a header asks for. Raises BadInput.

    `times`, `skip`, `from`, `until` and `lasts` have no meaning for one request. Of `when`, only
    the chunk counts.
    """
    text = value.decode("utf-8", "replace").strip()
    raw = _from_json(text) if text.startswith("{") else _from_words(text)
    try:
        return msgspec.convert(raw, FaultRule, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput("header", text, f"a fault rule ({error})") from None


def _from_json(text: str) -> dict[str, Any]:
    try:
        raw: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadInput("header", text, f"a name, `name key=value` or JSON ({error})") from None
    for name in raw:
        if name not in _WHOLE:
            raise BadInput(name, raw[name], f"one of: {', '.join(sorted(_WHOLE))}")
    when = raw.get("when")
    if isinstance(when, dict) and set(when) - {"chunk"}:
        raise BadInput("when", when, "only a chunk: the rule is for this one request")
    return raw


def _from_words(text: str) -> dict[str, Any]:
    name, *words = text.split() or [""]
    raw: dict[str, Any] = {"fault": name, "with": {}}
    for word in words:
        key, equals, value = word.partition("=")
        if not (key and equals and value):
            raise BadInput("header", word, "key=value")
        if key == "chunk":
            raw["when"] = {"chunk": value}
        elif key in ENVELOPE:
            raw[key] = value
        else:
            raw["with"][key] = value
    return raw
