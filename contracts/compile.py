"""Turns schema files into validators; the only module that imports jsonschema, and lazily.

Two variants of each schema exist. The files are open: an object that a provider may extend says
`"unevaluatedProperties": true`. The strict variant is the same file with each such `true` read as
`false`, so that unknown fields are reported; composition through `$ref`, `allOf` and `anyOf` keeps
its meaning, because that keyword sees through all three.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from contracts.errors import MissingExtra
from contracts.registry import Schema, documents, schema

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

Keyword = Callable[[Any, Any, Any, Any], Iterator["ValidationError"]]
"""A keyword of jsonschema: (validator, keyword value, instance, schema) -> errors."""


@cache
def compiled(provider: str, message: str, strict: bool) -> "Validator":
    """Build the validator of one message. Raises UnknownProvider, UnknownMessage, MissingExtra."""
    return build(provider, message, strict, {})


def build(
    provider: str, message: str, strict: bool, keywords: Mapping[str, Keyword]
) -> "Validator":
    """Build a validator with further keywords."""
    root = schema(provider, message)
    try:
        from jsonschema import Draft202012Validator, validators
    except ImportError as error:
        raise MissingExtra("schemas need jsonschema: pip install jsonschema referencing") from error
    kind = validators.extend(  # type: ignore[no-untyped-call]
        Draft202012Validator,
        {"x-sum": _sum, "pattern": _pattern, "contentSchema": _content, **keywords},
    )
    validator: Validator = kind(_variant(root, strict), registry=_registry(provider, strict))
    return validator


@cache
def _registry(provider: str, strict: bool) -> Any:
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    loaded = (_variant(document, strict) for document in documents(provider).values())
    return Registry().with_resources(
        (document["$id"], DRAFT202012.create_resource(document)) for document in loaded
    )


def _variant(document: Schema, strict: bool) -> Schema:
    # At a `$ref` to a document that names its own dialect, jsonschema goes back to the plain
    # validator of that dialect, and the keywords added here would be lost.
    bare = {key: value for key, value in document.items() if key != "$schema"}
    return closed(bare) if strict else bare


def closed(document: Schema) -> Schema:
    """Return the strict variant of a schema."""
    return {
        key: False if key == "unevaluatedProperties" and value is True else _closed(value)
        for key, value in document.items()
    }


def _closed(value: Any) -> Any:
    if isinstance(value, dict):
        return closed(value)
    return [_closed(item) for item in value] if isinstance(value, list) else value


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


def _content(
    validator: Any, content: Schema, instance: Any, _schema: Any
) -> "Iterator[ValidationError]":
    # The standard leaves it open whether `contentSchema` is held to; here JSON in a text is, and a
    # pointer goes on inside of the text.
    from jsonschema import ValidationError

    if not isinstance(instance, str):
        return
    try:
        told = json.loads(instance)
    except (ValueError, RecursionError):
        yield ValidationError("JSON text")
        return
    yield from validator.descend(told, content)


def _sum(
    _validator: Any, rules: dict[str, list[str]], instance: Any, _schema: Any
) -> "Iterator[ValidationError]":
    """`x-sum`: one field is the sum of others, wherever all of them are numbers."""
    from jsonschema import ValidationError

    if not isinstance(instance, dict):
        return
    for total, addends in rules.items():
        values = [instance.get(name) for name in (total, *addends)]
        numbers = [value for value in values if isinstance(value, int | float)]
        if len(numbers) == len(values) and numbers[0] != sum(numbers[1:]):
            yield ValidationError(f"{total} = {' + '.join(addends)}", path=(total,))
