"""Writes what is made from the operations of the control API: `python -m tests.support.control_reference`.

contracts/admin/openapi.yaml       the OpenAPI document
docs/reference/control-api.md      the page, from that document
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mockserver.control.document import document
from mockserver.control.operation import PROBLEMS
from tests.support.flow_yaml import flowing

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "contracts" / "admin" / "openapi.yaml"
PAGE = ROOT / "docs" / "reference" / "control-api.md"
METHODS = ("get", "post", "put", "patch", "delete")
HEAD = """\
# Control API

`python -m tests.support.control_reference` makes this page from `mockserver/control/operations.py`.
It also makes `contracts/admin/openapi.yaml`, which has every field of every body. Paths are below
`/_mock/v1`. The typed client is `mockserver.control.Control`. The command line has the same calls as
`reelmock sandbox`, `clock`, `task`, `scenario`, `journal` and `callback`. Without `--url`, `--key`,
`--token` and `--ca`, it reads `REELMOCK_URL`, `REELMOCK_KEY`, `REELMOCK_ADMIN_TOKEN` and `REELMOCK_CA`.

{description}
"""
TAIL = """
## Who is let in

* On loopback and without a token: a caller that names a Host that is loopback, the public URL's, or
  allowed by `--allow-host`. Any other Host gets 403.
* Off loopback, or with a token set: a caller that sends `X-Mock-Admin-Token: TOKEN` (or
  `Authorization: Bearer TOKEN`), under any Host. Everybody else gets 401.

A foreign `Origin` is always refused (403), and no CORS headers are ever sent: no page of somebody
else can control a server. `/health` and `/version` are open to everybody.

## Errors

`application/problem+json` with `title`, `status`, `detail`, and for a wrong value `field` (its
path, such as `scenario_rules[0].when.model`), `value` and `expected`.

| status | when |
|---|---|
"""


def page(api: dict[str, Any]) -> str:
    """The whole page as Markdown."""
    parts = [HEAD.format(description=api["info"]["description"].strip())]
    for tag in api["tags"]:
        parts.append(f"\n## {tag['name'].capitalize()}\n\n{tag['description']}\n")
        parts += [
            _call(api, path, method, item[method])
            for path, item in api["paths"].items()
            for method in METHODS
            if method in item and tag["name"] in item[method]["tags"]
        ]
    problems = (f"| {status} | {why} |\n" for status, why in PROBLEMS.items())
    return "".join([*parts, TAIL, *problems])


def _call(api: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> str:
    lines = [f"\n### {method.upper()} {path}\n\n{operation['summary']}.\n"]
    if "description" in operation:
        lines.append(f"\n{operation['description'].strip()}\n")
    query = [_named(api, parameter)["name"] for parameter in operation.get("parameters", [])]
    if query:
        lines.append("\nQuery: " + ", ".join(f"`{name}`" for name in query) + ".\n")
    lines += [f"\n```json\n{example}\n```\n" for example in _examples(api, operation)]
    return "".join(lines)


def _examples(api: dict[str, Any], operation: dict[str, Any]) -> Iterator[str]:
    """Bodies to send, as the document shows them at the call or at its schema."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        shown = [example["value"] for example in content.get("examples", {}).values()]
        yield from (json.dumps(example, ensure_ascii=False) for example in shown)


def _named(api: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a node is, or what it refers to."""
    for step in node.get("$ref", "#").split("/")[1:]:
        api = api[step]
    return api if "$ref" in node else node


if __name__ == "__main__":
    SOURCE.write_text(flowing(document()), "utf-8")
    PAGE.write_text(page(document()), "utf-8")
