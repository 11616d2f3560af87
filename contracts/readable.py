"""Puts the errors of a validator into words, each with the source that states the rule."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from contracts.problem import Problem, pointer, shown, source_text
from contracts.registry import Schema

if TYPE_CHECKING:
    from jsonschema import ValidationError

_WORDS: dict[str, Callable[[Any], str]] = {
    "type": lambda value: " or ".join(value) if isinstance(value, list) else str(value),
    "const": shown,
    "enum": lambda value: "one of " + ", ".join(shown(item) for item in value),
    "pattern": lambda value: f"text matching {value}",
    "minimum": lambda value: f"at least {value}",
    "maximum": lambda value: f"at most {value}",
    "minLength": lambda value: f"at least {value} character(s)",
    "minItems": lambda value: f"at least {value} item(s)",
    "maxItems": lambda value: f"at most {value} item(s)",
    "maxProperties": lambda value: f"at most {value} field(s)",
    "contains": lambda _value: "an item of the required kind",
}


def problems(error: "ValidationError", root: Schema, parts: dict[str, Schema]) -> Iterator[Problem]:
    """Yield the message of an error. For alternatives, it is the message of the nearest one."""
    if error.validator in ("anyOf", "oneOf") and error.context:
        branches: dict[int, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
        if all(_is_choice_here(error, found) for found in branches.values()):
            yield _choice(error, branches, root, parts)
            return
        for inner in min(branches.values(), key=_distance):
            yield from problems(inner, root, parts)
        return
    yield problem(error, root, parts)


def _is_choice_here(error: "ValidationError", found: list["ValidationError"]) -> bool:
    """Whether a branch failed on the value itself, not on something inside it."""
    here = len(error.absolute_path)
    return all(len(inner.absolute_path) == here and inner.validator in _WORDS for inner in found)


def _choice(
    error: "ValidationError",
    branches: dict[int, list["ValidationError"]],
    root: Schema,
    parts: dict[str, Schema],
) -> Problem:
    expected = [_expected(found[0]) for found in branches.values()]
    return Problem(
        pointer(error.absolute_path),
        " or ".join(dict.fromkeys(expected)),
        shown(error.instance),
        _trail(error, root, parts)[0],
    )


def _distance(found: list["ValidationError"]) -> tuple[int, int]:
    """Rank a branch. A branch with a wrong status word or type is farther than all others."""
    flat = [leaf for error in found for leaf in leaves(error)]
    wrong_kind = sum(
        leaf.validator in ("const", "enum")
        or (leaf.validator in ("type", "required") and not leaf.path)
        for leaf in flat
    )
    return wrong_kind, len(flat)


def leaves(error: "ValidationError") -> list["ValidationError"]:
    """List the causes of an error. For alternatives, these are the causes of the nearest one."""
    if error.validator not in ("anyOf", "oneOf") or not error.context:
        return [error]
    branches: dict[int, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
    return [leaf for inner in min(branches.values(), key=_distance) for leaf in leaves(inner)]


def problem(error: "ValidationError", root: Schema, parts: dict[str, Schema]) -> Problem:
    """Put an error that is not a choice into words."""
    source, title = _trail(error, root, parts)
    return Problem(pointer(error.absolute_path), _expected(error, title), _got(error), source)


def _expected(error: "ValidationError", title: str = "") -> str:
    rule, value = str(error.validator), error.validator_value
    if rule in _WORDS:
        return _WORDS[rule](value)
    if rule == "required":
        return f"the field {error.message.split(' is a required')[0]}"
    if rule == "unevaluatedProperties":
        return "documented fields only"
    if rule == "not":
        return title if value else "no such field"
    return error.message


def _got(error: "ValidationError") -> str:
    instance: object = error.instance
    if error.validator == "required" and isinstance(instance, dict):
        return f"the fields {', '.join(sorted(instance)) or 'none'}"
    if error.validator == "unevaluatedProperties":
        return ", ".join(re.findall(r"'([^']*)'", error.message))
    return shown(instance)


def _trail(error: "ValidationError", root: Schema, parts: dict[str, Schema]) -> tuple[str, str]:
    """Find the nearest `x-source` and `title` above the rule that failed."""
    at: Any = root
    home = root
    source: object = None
    title = ""
    for step in error.absolute_schema_path:
        # The path of an error does not mention the references that it went through.
        while isinstance(at, dict) and step not in at and "$ref" in at:
            source, title = at.get("x-source", source), at.get("title", title)
            at, home = _followed(str(at["$ref"]), home, parts)
        if isinstance(at, dict):
            source, title = at.get("x-source", source), at.get("title", title)
            at = at.get(step)
        elif isinstance(at, list) and isinstance(step, int):
            at = at[step]
    return source_text(source), title


def _followed(ref: str, home: Schema, parts: dict[str, Schema]) -> tuple[Any, Schema]:
    name, _, fragment = ref.partition("#")
    document = parts[name] if name else home
    at: Any = document
    for part in fragment.split("/")[1:]:
        at = at[part]
    return at, document
