"""Makes systematic mutants of a valid instance: each breaks one rule of its schema."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from contracts.compile import build
from contracts.registry import documents, schema

SAMPLES: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "integer": 7,
    "number": 7.5,
    "string": "?",
    "array": ["?"],
    "object": {"?": "?"},
}
PYTHON = {"null": type(None), "boolean": bool, "string": str, "array": list, "object": dict}
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutant:
    """One broken instance and the rule it breaks."""

    rule: str
    path: Path
    instance: Any


class Mutator:
    """Walks a schema beside an instance and breaks one rule at a time."""

    def __init__(self, provider: str, message: str) -> None:
        self._whole = build(provider, message, False, {})
        self._documents = {
            document["$id"]: _absolute(document, document["$id"])
            for document in documents(provider).values()
        }
        self._root = self._documents[schema(provider, message)["$id"]]

    def mutants(self, instance: Any) -> Iterator[Mutant]:
        """Yield the mutants of a valid instance."""
        seen: set[str] = set()
        for rule, path, value in self._walk(self._root, instance, (), frozenset()):
            key = f"{rule}{path}{value!r}"
            if key not in seen:
                seen.add(key)
                yield Mutant(rule, path, _with(instance, path, value))

    def _walk(
        self, node: dict[str, Any], value: Any, path: Path, other_types: frozenset[str]
    ) -> Iterator[tuple[str, Path, Any]]:
        if "$ref" in node:
            yield from self._walk(self._target(node["$ref"]), value, path, other_types)
        for part in node.get("allOf", []):
            yield from self._walk(part, value, path, other_types)
        for word in ("anyOf", "oneOf"):
            fitting = [branch for branch in node.get(word, []) if self._fits(branch, value)]
            if len(fitting) == 1:
                rest = [branch for branch in node[word] if branch is not fitting[0]]
                types = frozenset(t for branch in rest for t in self._types(branch))
                yield from self._walk(fitting[0], value, path, other_types | types)
        if "if" in node:
            branch = node.get("then" if self._fits(node["if"], value) else "else", {})
            yield from self._walk(branch, value, path, other_types)
        for broken in _broken(node, value, other_types):
            yield (*broken[:1], path, broken[1])
        yield from self._inside(node, value, path)

    def _inside(
        self, node: dict[str, Any], value: Any, path: Path
    ) -> Iterator[tuple[str, Path, Any]]:
        if isinstance(value, dict):
            for name, part in node.get("properties", {}).items():
                if name in value:
                    yield from self._walk(part, value[name], (*path, name), frozenset())
        if isinstance(value, list) and isinstance(node.get("items"), dict):
            for number, item in enumerate(value):
                yield from self._walk(node["items"], item, (*path, number), frozenset())
        if isinstance(value, str) and "contentSchema" in node:
            told = json.loads(value)
            for rule, inside, item in self._walk(node["contentSchema"], told, (), frozenset()):
                yield rule, path, json.dumps(_with(told, inside, item))

    def _target(self, ref: str) -> dict[str, Any]:
        base, _, fragment = ref.partition("#")
        found: Any = self._documents[base]
        for part in fragment.split("/")[1:]:
            found = found[part]
        return dict(found)

    def _types(self, branch: dict[str, Any]) -> set[str]:
        if "$ref" in branch:
            return self._types(self._target(branch["$ref"]))
        types = branch.get("type", [])
        return {types} if isinstance(types, str) else set(types)

    def _fits(self, branch: dict[str, Any], value: Any) -> bool:
        return self._whole.evolve(schema=branch).is_valid(value)


def _broken(
    node: dict[str, Any], value: Any, other_types: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    if "type" in node:
        allowed = {node["type"]} if isinstance(node["type"], str) else set(node["type"])
        allowed |= other_types
        if "number" in allowed:
            allowed.add("integer")
        for name, sample in SAMPLES.items():
            if name not in allowed:
                yield "type", sample
    if "enum" in node or "const" in node:
        yield "enum", "no-such-word"
        yield "enum", -12345
    if isinstance(value, dict):
        for name in node.get("required", []):
            yield "required", {key: item for key, item in value.items() if key != name}
    if isinstance(value, str):
        if "pattern" in node:
            yield "pattern", "\n"
        if "minLength" in node:
            yield "minLength", ""
        if node.get("contentMediaType") == "application/json":
            yield "contentMediaType", "not json"
    if isinstance(value, list):
        if node.get("minItems", 0) > 0:
            yield "minItems", value[: node["minItems"] - 1]
        if "maxItems" in node and value:
            yield "maxItems", [value[0]] * (node["maxItems"] + 1)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if "minimum" in node:
            yield "minimum", node["minimum"] - 1
        if "maximum" in node:
            yield "maximum", node["maximum"] + 1


def _with(instance: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    copy = deepcopy(instance)
    at = copy
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return copy


def _absolute(node: Any, base: str) -> Any:
    """Make each `$ref` absolute, so that any part of a schema can be judged by itself."""
    if isinstance(node, dict):
        return {
            key: urljoin(base, item) if key == "$ref" else _absolute(item, base)
            for key, item in node.items()
            if key not in ("$schema", "$id") or base == ""
        } | ({"$id": node["$id"]} if "$id" in node else {})
    return [_absolute(item, base) for item in node] if isinstance(node, list) else node
