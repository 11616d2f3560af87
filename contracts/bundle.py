"""A provider's OpenAPI document as one file, for tools that do not follow references to other
files.

Each schema file becomes a component, named after its file; each shared part does too. A title is
unique, because generators of code name their types after it. The meaning stays: the bundle accepts
what the files accept.
"""

import json
import re
from functools import cache
from typing import Any

from contracts.registry import documents, openapi_path

PARTS = "_parts.json"
CLASH = "Document"  # added to a file's name if the document has a component of that name
_FILE = re.compile(r"(?:schemas/)?(?P<file>\w+\.json)?(?:#/\$defs/(?P<part>\w+))?")
_BY_NAME = ("properties", "patternProperties", "dependentSchemas")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_BELOW = ("items", "not", "if", "then", "else", "additionalProperties", "contains", "propertyNames")
_MAKES_A_TYPE = ("properties", "enum", *_LISTED[:3])
_DROPPED = ("$schema", "$id", "$defs")


@cache
def bundled(provider: str) -> bytes:
    """Return the bundle as JSON. Raises UnknownProvider."""
    return json.dumps(bundle(provider), ensure_ascii=False, indent=1).encode() + b"\n"


def bundle(provider: str) -> dict[str, Any]:
    """Return the bundle as json.loads would. Raises UnknownProvider."""
    import yaml

    document: dict[str, Any] = yaml.safe_load(openapi_path(provider).read_text("utf-8"))
    # What YAML shares by anchors is written out, so that no tool meets the same object twice.
    document = json.loads(json.dumps(document))
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    files = documents(provider)
    used = _Names(frozenset(schemas), frozenset(_pascal(name[:-5]) for name in files))
    found = _resolved(document, "", used)
    schemas = found["components"]["schemas"]
    pending = list(used)
    while pending:
        place = pending.pop()
        name = used[place]
        if name in schemas:
            continue
        file, _, part = place.partition("#")
        whole = files[file]
        content = whole["$defs"][part] if part else whole
        before = set(used)
        own = {word: said for word, said in content.items() if word not in _DROPPED}
        schemas[name] = _resolved(own, file, used)
        pending += set(used) - before
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    return _titled(found)


class _Names(dict[str, str]):
    """The component of each file and part that something refers to. Each has its own name."""

    def __init__(self, taken: frozenset[str], files: frozenset[str]) -> None:
        super().__init__()
        self._taken = taken
        self._files = files

    def give(self, place: str, name: str) -> str:
        """The name of a place. It is always the same."""
        if "#" in place and name in self._files:
            name = f"{name}Part"
        self[place] = f"{name}{CLASH}" if name in self._taken else name
        return self[place]


def _resolved(value: Any, file: str, used: _Names) -> Any:
    """A copy in which references to files lead to components. `used` collects the components."""
    if isinstance(value, list):
        return [_resolved(item, file, used) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _resolved(item, file, used) for key, item in value.items()}
    target = value.get("$ref")
    if isinstance(target, str) and not target.startswith("#/components/"):
        copy["$ref"] = f"#/components/schemas/{_component(target, file, used)}"
    return copy


def _component(target: str, file: str, used: _Names) -> str:
    """The name of the component that a reference to a file becomes."""
    found = _FILE.fullmatch(target)
    assert found is not None, target
    home, part = found["file"] or file, found["part"]
    place = f"{home}#{part}" if part else home
    return used.give(
        place, _pascal(part if home == PARTS and part else f"{home[:-5]} {part or ''}")
    )


def _pascal(words: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[\W_]+", words) if word)


def _titled(document: dict[str, Any]) -> dict[str, Any]:
    """Gives each title one place. The text of an old title stays."""
    schemas = document["components"].pop("schemas")
    titles = _Titles(frozenset(schemas))
    document = {key: titles.outside(part, "") for key, part in document.items()}
    named = {
        name: {**titles.named(schema, name), "title": name} for name, schema in schemas.items()
    }
    lifted: dict[str, Any] = {}
    for name in list(named):
        named[name] = _lifted(named[name], lifted)
    document["components"]["schemas"] = dict(sorted({**named, **lifted}.items()))
    return document


def _lifted(value: Any, components: dict[str, Any]) -> Any:
    """A copy in which each alternative that is an object is a component of its own, by its title.

    Generators of code give an alternative that stands in place no name that others can use.
    """
    if isinstance(value, list):
        return [_lifted(item, components) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _lifted(item, components) for key, item in value.items()}
    for word in ("anyOf", "oneOf"):
        if isinstance(copy.get(word), list):
            copy[word] = [_referred(one, components) for one in copy[word]]
    return copy


def _referred(alternative: Any, components: dict[str, Any]) -> Any:
    if "properties" not in alternative or "title" not in alternative:
        return alternative
    components[alternative["title"]] = alternative
    return {"$ref": f"#/components/schemas/{alternative['title']}"}


class _Titles:
    """Gives each place a unique title, and each operation a unique id."""

    def __init__(self, taken: frozenset[str]) -> None:
        self._taken = taken

    def outside(self, value: Any, path: str) -> Any:
        """A part of the document that is not a schema, but may hold schemas under `schema`."""
        if isinstance(value, list):
            return [self.outside(item, path) for item in value]
        if not isinstance(value, dict):
            return value
        here, own = path, value.get("operationId")
        if own is not None:
            # A callback is written out at each operation that leads to it.
            here = f"{path.partition(' callbacks ')[0]} {own}" if " callbacks " in path else own
        copy = {
            key: (self.named if key == "schema" else self.outside)(item, f"{here} {key}")
            for key, item in value.items()
        }
        if own is not None and here != own:
            copy["operationId"] = _pascal(here)
        return copy

    def named(self, schema: Any, path: str) -> Any:
        """A schema. The titles of its own types come from the path to them."""
        return _named(schema, path, self._taken)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _unfixed(schema: Any) -> Any:
    """A constant that is `true` or `false`, said without `const`.

    openapi-python-client writes `!= Trueand not` for one that is optional.
    """
    if not isinstance(schema, dict) or not isinstance(schema.get("const"), bool):
        return schema
    rest = {word: said for word, said in schema.items() if word != "const"}
    return {**rest, "type": "boolean", "not": {"const": not schema["const"]}}


def _named(schema: Any, path: str, taken: frozenset[str]) -> Any:
    if not isinstance(schema, dict):
        return schema
    copy: dict[str, Any] = {}
    required = _listed(schema.get("required"))
    for key, below in schema.items():
        if key in _BY_NAME and isinstance(below, dict):
            copy[key] = {
                name: _named(one if name in required else _unfixed(one), f"{path} {name}", taken)
                for name, one in below.items()
            }
        elif key in _LISTED:
            copy[key] = [_named(one, f"{path} {key} {n}", taken) for n, one in enumerate(below)]
        elif key in _BELOW:
            copy[key] = _named(below, f"{path} {key}", taken)
        elif key not in ("title", "description"):
            copy[key] = below
    told = [text for text in (schema.get("title"), schema.get("description")) if text]
    if told:
        copy["description"] = ". ".join(told)
    if any(word in schema for word in _MAKES_A_TYPE):
        title = _pascal(path)
        copy["title"] = f"{title}Value" if title in taken else title
    types = (schema.get("type"), *_listed(schema.get("type")))
    if "array" in types:
        copy.setdefault("items", {})  # some tools ask for it
    if "object" in types and "properties" not in schema:
        copy.setdefault("additionalProperties", True)  # some tools take it for empty otherwise
    return copy
