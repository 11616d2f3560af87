"""Tapes of xcompute written by hand, as another tool would write them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
CREATE = "/v1/videos/generations"


def call(after_s: float, method: str, path: str, said: object, sent: object = None) -> Any:
    """One entry, so many seconds after the beginning of the tape; it took 200 ms and a bit."""
    request: dict[str, Any] = {"method": method, "url": f"https://api.apimart.ai{path}"}
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    content = {"mimeType": "application/json", "text": json.dumps(said)}
    return {
        "startedDateTime": (BEGIN + timedelta(seconds=after_s)).isoformat(),
        "time": 200 + after_s,
        "request": request,
        "response": {"status": 200, "content": content},
    }


def created(after_s: float, task_id: str, prompt: str) -> Any:
    """A creation."""
    said = {"code": 200, "data": [{"status": "submitted", "task_id": task_id}]}
    return call(after_s, "POST", CREATE, said, {"model": "veo3.1-fast", "prompt": prompt})


def told(after_s: float, task_id: str, **data: Any) -> Any:
    """A poll with its answer."""
    return call(
        after_s, "GET", f"/v1/tasks/{task_id}", {"code": 200, "data": {"id": task_id} | data}
    )


def written(path: Path, entries: list[Any]) -> Path:
    """A tape as a file."""
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), "utf-8")
    return path
