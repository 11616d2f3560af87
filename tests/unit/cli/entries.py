"""Journal entries as the control API gives them, with what a test does not care about left empty."""

from __future__ import annotations

from typing import Any

from mockserver.control.records import Body, Entry

NOTHING: dict[str, Any] = {
    "seq": 1,
    "kind": "exchange",
    "real_ms": 0,
    "virtual_ms": 0,
    "provider": "kie",
    "operation": "",
    "call_phase": "",
    "method": "GET",
    "path": "",
    "query": "",
    "key": "",
    "model": "",
    "scenario": "",
    "scenario_struck": False,
    "undecided": [],
    "task_id": "",
    "status": 200,
    "code": 200,
    "reason": "",
    "request_headers": [],
    "request_body": None,
    "reply_headers": [],
    "reply_body": None,
    "faults": [],
    "detail": {},
}


def entry(**known: Any) -> Entry:
    """An entry with what is known of it."""
    return Entry(**(NOTHING | known))


def body(text: str, size_bytes: int | None = None) -> Body:
    """A body as the journal shows it."""
    return Body(len(text) if size_bytes is None else size_bytes, truncated=False, text=text)
