"""Changes one field of a JSON body or of a chunk:

it is missing, null, of another type, renamed, or added.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from mockserver.sdk.fault import (
    Fault,
    Hit,
    Parameter,
    Reply,
    Unfit,
    content_of,
    encode_json,
    event,
    frames_of,
    index_of,
    needs_bytes,
    unfit,
    whole_number,
)

Path = list[str]
EXTRA = "unexpected_field"


def _strike(reply: Reply, hit: Hit) -> Reply:
    if isinstance(reply.body, tuple):
        frames = frames_of(reply)
        index = index_of(frames, hit.chunk, 1)
        data = event(_changed(content_of(frames[index]), hit))
        struck = replace(frames[index], data=data)
        return replace(reply, body=(*frames[:index], struck, *frames[index + 1 :]))
    try:
        content = msgspec.json.decode(needs_bytes(reply))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unfit("the body is not JSON") from None
    return replace(reply, body=encode_json(_changed(content, hit)))


def _changed(content: Any, hit: Hit) -> Any:
    how, path = hit.options["how"], _path(hit.options["field"])
    if how == "extra" and not path:
        path = [EXTRA]
    if not path:
        path = _first_scalar(content)
    parent = _walk(content, path[:-1])
    key: Any = path[-1]
    if isinstance(parent, list):
        index = whole_number(key)
        key = index if index is not None and index < len(parent) else None
    there = _has(parent, key)
    if how == "extra" and there:
        raise Unfit("the reply has this field already: set_field changes it")
    if how not in ("extra", "set") and not there:
        raise unfit("field", hit.options["field"])
    _apply(parent, key, how, hit.options["value"])
    return content


def _apply(parent: Any, key: Any, how: str, value: Any) -> None:
    if not isinstance(parent, dict) and (key is None or not isinstance(parent, list)):
        raise Unfit("the value that should hold the field has no fields")
    match how:
        case "remove":
            del parent[key]
        case "null":
            parent[key] = None
        case "wrong_type":
            parent[key] = _other_type(parent[key])
        case "rename":
            if not isinstance(parent, dict):
                raise Unfit("an element of a list has no name")
            new_name = str(value or key + "_renamed")
            renamed = {new_name if k == key else k: v for k, v in parent.items()}
            parent.clear()
            parent.update(renamed)
        case _:
            parent[key] = value


def _other_type(value: Any) -> Any:
    """A text becomes an object, a number a text that says it, everything else a text."""
    if isinstance(value, str):
        return {"value": value}
    return str(value) if isinstance(value, int | float) else "unexpected"


def _path(field: str) -> Path:
    """The steps of `/data/taskId` or `data.taskId`."""
    steps = field.removeprefix("/").split("/") if field.startswith("/") else field.split(".")
    return [step.replace("~1", "/").replace("~0", "~") for step in steps if step]


def _first_scalar(content: Any) -> Path:
    """The path to the first field that holds neither an object nor a list."""
    if isinstance(content, dict):
        for name, value in content.items():
            if not isinstance(value, dict | list):
                return [name]
        for name, value in content.items():
            return [name, *_first_scalar(value)]
    if isinstance(content, list) and content:
        return ["0", *_first_scalar(content[0])] if isinstance(content[0], dict | list) else ["0"]
    raise Unfit("the body has no field")


def _walk(content: Any, path: Path) -> Any:
    for step in path:
        index = whole_number(step)
        if isinstance(content, list) and index is not None and index < len(content):
            content = content[index]
        elif isinstance(content, dict) and step in content:
            content = content[step]
        else:
            raise unfit("field", ".".join(path))
    return content


def _has(parent: Any, key: Any) -> bool:
    return key in parent if isinstance(parent, dict) else key is not None


FAULT = Fault(
    "mutate_json",
    "changes one field of JSON",
    "after",
    {
        "field": Parameter(
            "text",
            "which field: data.taskId or /data/taskId; empty: the first field that is not an "
            "object",
            "",
        ),
        "how": Parameter(
            "choice",
            "what happens to the field",
            "remove",
            ("remove", "null", "wrong_type", "rename", "extra", "set"),
        ),
        "value": Parameter(
            "json", "the value of a set or added field, or the new name of a renamed field"
        ),
    },
    reply=_strike,
)
