"""Reads the OpenAPI documents: which operation a request is, and whether a reply fits it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from contracts.problem import Problem, shown
from contracts.registry import openapi_path
from contracts.sse import SseValidator
from contracts.validate import validate


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of a provider."""

    provider: str
    method: str
    template: str
    name: str
    """Its operationId."""

    @property
    def task(self) -> str:
        """Which task of the life cycle its replies are about: `x-task`, usually the video."""
        document = _document(self.provider)
        stated = document["paths"][self.template][self.method.lower()]
        return str(stated.get("x-task", "video"))

    def replies(self) -> dict[str, Any]:
        """Return the documented replies by status, references followed."""
        document = _document(self.provider)
        stated = document["paths"][self.template][self.method.lower()]["responses"]
        return {str(status): _followed(document, reply) for status, reply in stated.items()}

    def request_message(self) -> str | None:
        """Name the schema of the JSON body, if the call has one."""
        document = _document(self.provider)
        body = document["paths"][self.template][self.method.lower()].get("requestBody", {})
        schema = body.get("content", {}).get("application/json", {}).get("schema", {})
        return next(_messages(document, schema), None)

    def reply_messages(self, status: int | str) -> tuple[str, ...]:
        """Name the schemas that a JSON reply with this status may conform to."""
        replies = self.replies()
        stated = replies.get(str(status)) or replies.get("default") or {}
        schema = stated.get("content", {}).get("application/json", {}).get("schema", {})
        return tuple(_messages(_document(self.provider), schema))

    def judge_reply(self, status: int, content_type: str, body: bytes) -> list[Problem]:
        """Check a reply against the documents for its status and type."""
        replies = self.replies()
        stated = replies.get(str(status)) or replies.get("default")
        if stated is None:
            expected = f"a documented HTTP status ({', '.join(replies)})"
            return [Problem("", expected, str(status), self.name)]
        kind = content_type.split(";")[0].strip().lower()
        content = stated.get("content", {})
        if not content:
            return []
        if kind not in content:
            return [Problem("", f"content type {' or '.join(content)}", shown(kind), self.name)]
        if kind == "text/event-stream":
            validator = SseValidator(self.provider)
            validator.feed(body)
            return list(validator.finish().problems)
        if kind != "application/json":
            return []
        return self._judge_json(content[kind]["schema"], body)

    def _judge_json(self, schema: dict[str, Any], body: bytes) -> list[Problem]:
        try:
            instance = json.loads(body)
        except (ValueError, RecursionError):
            return [Problem("", "JSON", shown(body[:60].decode("utf-8", "replace")), self.name)]
        names = _messages(_document(self.provider), schema)
        return nearest(self.provider, tuple(names), instance)


def nearest(provider: str, messages: tuple[str, ...], instance: object) -> list[Problem]:
    """Check an instance against several messages. If it fits no message, return the problems with
    the nearest one.
    """
    judged = [validate(provider, message, instance) for message in messages]
    return min(judged, key=_distance, default=[])


def find_operation(provider: str, method: str, path: str) -> Operation | None:
    """Find the operation of a request; a prefix before the path (`/kie`) is allowed."""
    for template, methods in _document(provider)["paths"].items():
        call = methods.get(method.lower())
        if call is None:
            continue
        # OpenAPI knows no parameter with a slash in it; some models have one in their names.
        segment = ".+" if call.get("x-slashes") else "[^/]+"
        pattern = re.sub(r"\\\{[^}]*\\\}", segment, re.escape(template))
        if re.search(rf"{pattern}/?\Z", path):
            return Operation(provider, method.upper(), template, call["operationId"])
    return None


def callback_messages(provider: str) -> tuple[str, ...]:
    """Name the schemas of the callbacks that a provider posts, whichever call asked for them."""
    document = _document(provider)
    calls = (call for methods in document["paths"].values() for call in methods.values())
    addressed = (to for call in calls for to in call.get("callbacks", {}).values())
    bodies = (post["requestBody"] for to in addressed for post in (p["post"] for p in to.values()))
    schemas = (body["content"]["application/json"]["schema"] for body in bodies)
    return tuple(dict.fromkeys(name for one in schemas for name in _messages(document, one)))


def _distance(problems: list[Problem]) -> tuple[bool, int]:
    # A reply of another kind has another code or status word, so its form is farther away.
    other = any(p.pointer in ("/code", "/status", "/error/code", "") for p in problems)
    return other, len(problems)


def _messages(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    ref = str(schema.get("$ref", ""))
    if ref.startswith("schemas/"):
        yield Path(ref.split("#")[0]).stem
    elif ref:
        yield from _messages(document, _followed(document, schema))
    for branch in schema.get("anyOf", []):
        yield from _messages(document, branch)


def _followed(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    at: Any = node
    while "$ref" in at and at["$ref"].startswith("#/"):
        steps = at["$ref"].split("/")[1:]
        at = document
        for step in steps:
            at = at[step]
    return dict(at)


@cache
def _document(provider: str) -> dict[str, Any]:
    import yaml

    document: dict[str, Any] = yaml.safe_load(openapi_path(provider).read_text("utf-8"))
    return document
