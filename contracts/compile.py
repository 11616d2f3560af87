"""Turns schema files into validators. Only this module builds on jsonschema, and it imports it
late.

Two variants of each schema exist. The files are open: an object that a provider may extend says
`"unevaluatedProperties": true`. The strict variant is the same file with each such `true` read as
`false`, so that unknown fields are reported; composition through `$ref`, `allOf` and `anyOf` keeps
its meaning, because that keyword sees through all three.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from contracts.errors import MissingExtra
from contracts.keywords import KEYWORDS, Keyword
from contracts.registry import Schema, documents, schema

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


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
        Draft202012Validator, {**KEYWORDS, **keywords}
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
