"""Keywords in addition to those of JSON Schema, and two of JSON Schema's that it does not enforce."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError

Keyword = Callable[[Any, Any, Any, Any], Iterator["ValidationError"]]
"""A keyword of jsonschema: (validator, keyword value, instance, schema) -> errors."""


@cache
def _ecma(pattern: str) -> re.Pattern[str]:
    # In ECMA 262, whose expressions JSON Schema uses, `$` is the end and nothing else; in Python
    # it is also the place before a last newline.
    return re.compile(re.sub(r"\$(?=$|[|)])", r"\\Z", pattern))


def _pattern(
    _validator: Any, pattern: str, instance: Any, _schema: Any
) -> "Iterator[ValidationError]":
    from jsonschema import ValidationError

    if isinstance(instance, str) and not _ecma(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _sum(
    _validator: Any, rules: dict[str, list[str]], instance: Any, _schema: Any
) -> "Iterator[ValidationError]":
    """`x-sum`: one field is the sum of others, if all of them are numbers."""
    from jsonschema import ValidationError

    if not isinstance(instance, dict):
        return
    for total, addends in rules.items():
        values = [instance.get(name) for name in (total, *addends)]
        numbers = [value for value in values if isinstance(value, int | float)]
        if len(numbers) == len(values) and numbers[0] != sum(numbers[1:]):
            yield ValidationError(f"{total} = {' + '.join(addends)}", path=(total,))


def _not_before(
    _validator: Any, rules: dict[str, str], instance: Any, _schema: Any
) -> "Iterator[ValidationError]":
    """`x-not-before`: one time is not before another, if both are written in the same way."""
    from jsonschema import ValidationError

    if not isinstance(instance, dict):
        return
    for later, earlier in rules.items():
        times = (instance.get(earlier), instance.get(later))
        if _is_after(*times):
            yield ValidationError(f"a {later} that is not before {earlier}", path=(later,))


def _is_after(first: Any, second: Any) -> bool:
    # Texts in the documented form sort in the same way as their times.
    if isinstance(first, str) and isinstance(second, str):
        return first > second
    numbers = isinstance(first, int | float) and isinstance(second, int | float)
    return numbers and first > second


def _media_type(
    _validator: Any, media_type: str, instance: Any, _schema: Any
) -> "Iterator[ValidationError]":
    """`contentMediaType` is only a note in JSON Schema. Here, a text that should be JSON must be
    JSON.
    """
    from jsonschema import ValidationError

    if isinstance(instance, str) and media_type == "application/json":
        is_json, _ = _read(instance)
        if not is_json:
            yield ValidationError("JSON text")


def _content(
    validator: Any, content: dict[str, Any], instance: Any, _schema: Any
) -> "Iterator[ValidationError]":
    """`contentSchema` is only a note, too. Here, it checks the content of the JSON text."""
    is_json, value = _read(instance) if isinstance(instance, str) else (False, None)
    if is_json:
        yield from validator.descend(value, content)


def _read(text: str) -> tuple[bool, Any]:
    try:
        return True, json.loads(text)
    except (ValueError, RecursionError):
        return False, None


KEYWORDS: dict[str, Keyword] = {
    "x-sum": _sum,
    "x-not-before": _not_before,
    "pattern": _pattern,
    "contentMediaType": _media_type,
    "contentSchema": _content,
}
