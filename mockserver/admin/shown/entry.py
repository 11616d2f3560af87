"""Journal entries as control calls show them."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.domain.journal import Entry, Matched
    from mockserver.domain.reply import Headers

_LONGEST_CHARACTER_BYTES = 4


def entry_shown(entry: Entry) -> dict[str, Any]:
    """One entry; `request_body` and `reply_body` are null where there was none."""
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "real_ms": entry.real_ms,
        "virtual_ms": entry.virtual_ms,
        "provider": entry.provider,
        "operation": entry.operation,
        "call_phase": entry.call_phase,
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "key": entry.key,
        "model": entry.model,
        "task_id": entry.task_id,
        "status": entry.status,
        "reason": entry.reason,
        "request_headers": headers_shown(entry.request_headers),
        "request_body": body_shown(entry.request_body, entry.request_size_bytes),
        "reply_headers": headers_shown(entry.reply_headers),
        "reply_body": body_shown(entry.reply_body, entry.reply_size_bytes),
        "faults": [matched_shown(matched) for matched in entry.faults],
        "scenario": entry.scenario,
        "scenario_struck": entry.scenario_struck,
        "detail": entry.detail,
    }


def headers_shown(headers: Headers) -> list[tuple[str, str]]:
    """Names and values in the order sent."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def body_shown(body: bytes, size_bytes: int) -> dict[str, Any] | None:
    """A body as `text`, or as `base64` where it is no UTF-8; `truncated` where not all was kept."""
    size_bytes = max(size_bytes, len(body))
    if not size_bytes:
        return None
    truncated = size_bytes > len(body)
    shown = {"size_bytes": size_bytes, "truncated": truncated}
    # The cap may fall inside a character: what is left of that one is not shown.
    for left_out in range(_LONGEST_CHARACTER_BYTES if truncated else 1):
        try:
            return {"text": body[: len(body) - left_out].decode(), **shown}
        except UnicodeDecodeError:
            continue
    return {"base64": b64encode(body).decode(), **shown}


def matched_shown(matched: Matched) -> dict[str, Any]:
    """A fault rule that matched: whether it was applied and struck, and the cause or why not."""
    return {
        "rule": matched.rule,
        "fault": matched.fault,
        "applied": matched.applied,
        "struck": matched.struck,
        "fired": matched.applied,  # the old word, for one version
        "why": matched.why,
    }
