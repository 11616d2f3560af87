"""Points a fault that changes a field at a field that the command's own replies have.

The catalogue's examples name fields of one provider. The run without a fault shows what matters at
each phase: the task id in the reply to a creation, the status in the reply to a poll, the URL in a
reply with the video.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

if TYPE_CHECKING:
    from mockserver.control import Entry
    from mockserver.engine.matrix import Case

STATUS_NAMES = ("successFlag", "status")
FIELD = "field"


def fields(entries: Collection[Entry], task_ids: Collection[str]) -> dict[str, str]:
    """For each call phase, the path of the field that matters most in its replies."""
    found: dict[str, str] = {}
    for entry in entries:
        body = entry.request_body if entry.kind == "delivery" else entry.reply_body
        if body is not None and entry.status == 200 and not entry.reason:
            path = _weightiest(entry.call_phase, body.text, task_ids)
            if path:
                found[entry.call_phase] = path
    return found


def _weightiest(phase: str, text: str, task_ids: Collection[str]) -> str:
    try:
        leaves = dict(_leaves(msgspec.json.decode(text), ""))
    except msgspec.DecodeError:
        return ""
    ids = [path for path, value in leaves.items() if value in task_ids]
    states = [path for path in leaves if path.rpartition(".")[2] in STATUS_NAMES]
    urls = [path for path, value in leaves.items() if str(value).startswith("http")]
    wanted = {"poll": states, "content": urls, "upgrade": urls}.get(phase, ids)
    return (wanted or list(leaves) or [""])[0]


def _leaves(content: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value that is not a list or an object, with its path.

    A path is names and indices joined by dots.
    """
    inner: Iterator[tuple[Any, Any]]
    if isinstance(content, dict):
        inner = iter(content.items())
    elif isinstance(content, list):
        inner = enumerate(content)
    else:
        yield path, content
        return
    for name, value in inner:
        yield from _leaves(value, f"{path}.{name}" if path else str(name))


def aimed(case: Case, at: Mapping[str, str]) -> Case:
    """The case with its field replaced by the one that matters at its phase."""
    if not case.damages_field or case.phase not in at:
        return case
    given = case.rule["with"]
    return replace(case, rule={**case.rule, "with": {**given, FIELD: at[case.phase]}})
