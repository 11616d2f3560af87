"""Checks one message against its schema."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from contracts.compile import build, compiled
from contracts.problem import Problem
from contracts.readable import problems
from contracts.registry import documents, schema

if TYPE_CHECKING:
    from jsonschema import ValidationError


def validate(provider: str, message: str, instance: object, strict: bool = False) -> list[Problem]:
    """Check an instance (as json.loads returns it) against the schema of a message.

    Returns no problems when it conforms. Fields that no document names are allowed, unless
    `strict`. Raises UnknownProvider, UnknownMessage, MissingExtra.
    """
    root, parts = schema(provider, message), documents(provider)
    value: Any = instance
    errors = compiled(provider, message, strict).iter_errors(value)
    found = [problem for error in errors for problem in problems(error, root, parts)]
    return sorted(set(found), key=lambda problem: (problem.pointer, problem.expected))


def dialects(provider: str, message: str, instance: object) -> dict[str, tuple[str, ...]]:
    """Name the variants that a conforming instance uses, by switch, with the default one first.

    A switch has several values if parts of the instance use different ones. An instance that does
    not conform has no variants.
    """
    if validate(provider, message, instance):
        return {}
    spoken: dict[str, list[str]] = {}

    def any_of(
        validator: Any, branches: list[Any], value: Any, _schema: Any
    ) -> "Iterator[ValidationError]":
        fitting = [branch for branch in branches if validator.evolve(schema=branch).is_valid(value)]
        for branch in fitting:
            for switch, word in branch.get("x-dialect", {}).items():
                words = spoken.setdefault(switch, [])
                if word not in words:
                    words.append(word)
        if not fitting:
            from jsonschema import ValidationError

            yield ValidationError("fits no alternative")

    whole: Any = instance
    build(provider, message, False, {"anyOf": any_of}).is_valid(whole)
    return {switch: tuple(words) for switch, words in spoken.items()}


def undescribed(provider: str, message: str, instance: object) -> tuple[str, ...]:
    """Say which parts of a conforming instance no document describes (`x-unchecked`), and why."""
    if validate(provider, message, instance):
        return ()
    reasons: list[str] = []

    def noted(
        _validator: Any, reason: str, _instance: Any, _schema: Any
    ) -> "Iterator[ValidationError]":
        reasons.append(reason)
        return iter(())

    whole: Any = instance
    list(build(provider, message, False, {"x-unchecked": noted}).iter_errors(whole))
    return tuple(dict.fromkeys(reasons))
