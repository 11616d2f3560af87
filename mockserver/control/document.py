"""The OpenAPI document of the control API, made from its operations and their records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from mockserver.control.operations import OPERATIONS

if TYPE_CHECKING:
    from mockserver.control.operation import Operation

REF = "#/components/schemas/{name}"
JSON = "application/json"


def document() -> dict[str, Any]:
    """What is described so far."""
    types = [type_ for operation in OPERATIONS for type_ in _types(operation)]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    found = dict(zip(map(repr, types), map(_tidy, schemas), strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        item = paths.setdefault(operation.path, _path_item(operation))
        item[operation.method.lower()] = _described(operation, found)
    return {"paths": paths, "components": {"schemas": _tidy(components)}}


def _types(operation: Operation[Any, Any]) -> list[Any]:
    """Every type of which it says something."""
    body = operation.shapes or (operation.request,)
    return [*body, operation.response, *(operation.query or {}).values()]


def _path_item(operation: Operation[Any, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        if name != "sandbox"
        else {"$ref": "#/components/parameters/sandbox"}
        for name in operation.names
    ]
    return {"parameters": parameters} if parameters else {}


def _described(operation: Operation[Any, Any], found: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"description": operation.told}
    if operation.makes:
        told["headers"] = {"Location": {"required": True, "schema": {"type": "string"}}}
    if operation.status != 204:
        told["content"] = {JSON: {"schema": found[repr(operation.response)]}}
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
    }
    if operation.description:
        described["description"] = operation.description
    if operation.is_open:
        described["security"] = []
    if operation.query:
        described["parameters"] = [
            {"name": name, "in": "query", "schema": found[repr(type_)]}
            for name, type_ in operation.query.items()
        ]
    if operation.takes_body:
        described["requestBody"] = _body(operation, found)
    problem = {"$ref": "#/components/responses/Problem"}
    return {**described, "responses": {str(operation.status): told, "default": problem}}


def _body(operation: Operation[Any, Any], found: dict[str, Any]) -> dict[str, Any]:
    shapes = [found[repr(shape)] for shape in operation.shapes]
    schema = {"oneOf": shapes} if shapes else found[repr(operation.request)]
    content: dict[str, Any] = {"schema": {**schema, **operation.limits}}
    match operation.examples:
        case (example,):
            content["example"] = example
        case (_, *_):
            content["examples"] = {
                str(number): {"value": example}
                for number, example in enumerate(operation.examples, 1)
            }
    return {**({} if operation.body_optional else {"required": True}), "content": {JSON: content}}


def _tidy(schema: Any) -> Any:
    """A schema of msgspec's as people would write it, and closed where it lists properties."""
    if isinstance(schema, list):
        return [_tidy(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {name: _tidy(part) for name, part in schema.items()}
    if isinstance(tidy.get("title"), str):
        del tidy["title"]
    if "default" in tidy and not tidy["default"]:
        del tidy["default"]
    if isinstance(tidy.get("properties"), dict):
        tidy["properties"] = {
            name: part for name, part in tidy["properties"].items() if part.get("not") != {}
        }
        tidy.setdefault("additionalProperties", False)
    if not tidy.get("required", True):
        del tidy["required"]
    choices = tidy.get("anyOf", [])
    if choices and all(part.keys() == {"type"} for part in choices):
        del tidy["anyOf"]
        tidy["type"] = [part["type"] for part in choices]
    return cast("dict[str, Any]", tidy)
