"""The OpenAPI document of the control API, made from its operations and their records."""

from __future__ import annotations

from functools import cache
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

import msgspec

from mockserver.control.operation import PROBLEMS
from mockserver.control.operations import OPERATIONS
from mockserver.control.parts import OPEN
from mockserver.control.records import Problem
from mockserver.control.schemas import REF

if TYPE_CHECKING:
    from mockserver.control.operation import Operation

Schema = dict[str, Any]
JSON = "application/json"
EVENT_STREAM = "text/event-stream"
PROBLEM_JSON = "application/problem+json"
VERSION = "v1"
NESTED = ("items", "additionalProperties")
LISTS = ("anyOf", "prefixItems")
HEAD: Schema = {
    "openapi": "3.1.0",
    "info": {
        "title": "Reelmock control API",
        "version": VERSION,
        "summary": "Steers a running Reelmock, and tells what happened in it.",
        "description": """\
Everything concerns a sandbox: named by its id, or `current`, the one of the API key in the
Authorization header. Times are milliseconds of the sandbox's virtual clock, or `real_ms`.
Request bodies are strict: an unknown field, a duplicate key or a wrong type is refused with
the field's path. Errors are `application/problem+json`.
A server that listens off loopback, or was given a token, asks for it in X-Mock-Admin-Token.
""",
        "license": {"name": "MIT", "identifier": "MIT"},
    },
    "servers": [
        {"url": "http://127.0.0.1:8080/_mock/v1", "description": "As `reelmock serve` starts it"}
    ],
    "security": [{}, {"token": []}],
    "tags": [
        {"name": "sandboxes", "description": "Tenants."},
        {"name": "time", "description": "Clocks."},
        {"name": "tasks", "description": "What was submitted and what becomes of it."},
        {"name": "faults", "description": "What is to go wrong."},
        {"name": "evidence", "description": "Journal, callbacks, time line and findings."},
        {"name": "money", "description": "Limits and spend."},
        {"name": "server", "description": "Catalogues and health."},
    ],
}
SANDBOX: Schema = {
    "name": "sandbox",
    "in": "path",
    "required": True,
    "description": "An id, or `current` for the sandbox of the API key in the Authorization header",
    "schema": {"type": "string", "minLength": 1},
    "example": "current",
}


@cache
def document() -> Schema:
    """The whole document."""
    types = [Problem, *(type_ for operation in OPERATIONS for type_ in _types(operation))]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    found = dict(zip(map(repr, types), map(_tidy, schemas), strict=True))
    for record in OPEN:
        components[record.__name__]["additionalProperties"] = True
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        item = paths.setdefault(operation.path, _path_item(operation))
        item[operation.method.lower()] = _described(operation, found, components)
    return {
        **HEAD,
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "X-Mock-Admin-Token"}
            },
            "parameters": {"sandbox": SANDBOX},
            "responses": {
                f"Problem{status}": {
                    "description": why,
                    "content": {PROBLEM_JSON: {"schema": found[repr(Problem)]}},
                }
                for status, why in PROBLEMS.items()
            },
            "schemas": {name: _tidy(components[name]) for name in sorted(components)},
        },
    }


def _types(operation: Operation[Any, Any]) -> list[Any]:
    """Every type that the document describes."""
    body = operation.shapes or (operation.request,)
    return [*body, operation.response, *(operation.query or {}).values()]


def _path_item(operation: Operation[Any, Any]) -> Schema:
    schema = {"type": "string", "minLength": 1}
    parameters = [
        {"$ref": "#/components/parameters/sandbox"}
        if name == "sandbox"
        else {"name": name, "in": "path", "required": True, "schema": schema}
        for name in operation.names
    ]
    return {"parameters": parameters} if parameters else {}


def _described(
    operation: Operation[Any, Any], found: dict[str, Schema], components: dict[str, Schema]
) -> Schema:
    described: Schema = {"operationId": operation.name, "tags": [operation.tag]}
    described["summary"] = operation.summary
    if operation.description:
        described["description"] = operation.description
    if operation.is_open:
        described["security"] = []
    if operation.query:
        described["parameters"] = [
            _parameter(name, found[repr(type_)]) for name, type_ in operation.query.items()
        ]
    if operation.takes_body:
        described["requestBody"] = _body(operation, found)
    told = {str(operation.status): _told(operation, found, components)}
    problems = {
        str(status): {"$ref": f"#/components/responses/Problem{status}"}
        for status in operation.problems
    }
    return {**described, "responses": {**told, **problems}}


def _parameter(name: str, schema: Schema) -> Schema:
    """A parameter of the query, with the description of its values."""
    said = {"description": schema["description"]} if "description" in schema else {}
    bare = {word: value for word, value in schema.items() if word != "description"}
    return {"name": name, "in": "query", **said, "schema": bare}


def _told(
    operation: Operation[Any, Any], found: dict[str, Schema], components: dict[str, Schema]
) -> Schema:
    """The successful reply. If the operation does not describe it, its record does."""
    schema = found[repr(operation.response)]
    record = components.get(schema.get("$ref", "").rpartition("/")[2], {})
    told: Schema = {"description": operation.told or _sentence(record)}
    if operation.makes:
        told["headers"] = {"Location": {"required": True, "schema": {"type": "string"}}}
    if operation.streams:
        return {**told, "content": {EVENT_STREAM: {"schema": {"type": "string"}}}}
    return told if operation.status == 204 else {**told, "content": {JSON: {"schema": schema}}}


def _sentence(record: Schema) -> str:
    """The first sentence of a record's docstring."""
    text: str = record["description"]
    return text.partition("\n")[0].removesuffix(".")


def _body(operation: Operation[Any, Any], found: dict[str, Schema]) -> Schema:
    shapes = [found[repr(shape)] for shape in operation.shapes]
    shapes = shapes or [found[repr(operation.request)]]
    schema = {"oneOf": shapes} if len(shapes) > 1 else shapes[0]
    content: Schema = {"schema": {**schema, **operation.limits}}
    if operation.examples:
        numbered = enumerate(operation.examples, 1)
        content["examples"] = {
            str(number): {"value": msgspec.json.decode(text)} for number, text in numbered
        }
    return {"required": not operation.body_optional, "content": {JSON: content}}


def _tidy(schema: Schema) -> Schema:
    """A schema of msgspec in the usual form. If it lists properties, it allows no others.

    If it lists none, it says that it allows any: some tools take the bare word for an empty object.
    """
    tidy = {name: _tidy_part(name, value) for name, value in schema.items() if name != "title"}
    if "default" in tidy and _is_nothing(tidy["default"]):
        del tidy["default"]
    if "properties" in tidy or (tidy.get("type") == "object" and "$ref" not in tidy):
        tidy.setdefault("additionalProperties", "properties" not in tidy)
    if not tidy.get("required", True):
        del tidy["required"]
    parts = tidy.get("prefixItems", [])
    if parts and parts.count(parts[0]) == len(parts):  # some tools know no other tuples
        del tidy["prefixItems"]
        tidy["items"] = parts[0]
    choices = tidy.get("anyOf", [{}])
    if all(part.keys() == {"type"} for part in choices):
        del tidy["anyOf"]
        tidy["type"] = [part["type"] for part in choices]
    return tidy


def _tidy_part(name: str, value: Any) -> Any:
    """The value of one keyword of a schema; properties that never appear are left out."""
    if name == "description":
        return cleandoc(value)
    if name == "properties":
        return {field: _tidy(part) for field, part in value.items() if part.get("not") != {}}
    if name in LISTS:
        return [_tidy(part) for part in value]
    return _tidy(value) if name in NESTED and isinstance(value, dict) else value


def _is_nothing(default: object) -> bool:
    """A default that is not mentioned: the property is simply absent."""
    return default in (None, "", (), []) or isinstance(default, dict)
