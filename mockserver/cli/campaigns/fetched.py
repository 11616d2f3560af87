"""Whether a video was sent whole by the media host, in one download or in pieces: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.control import Entry

_FROM = re.compile(r"bytes=(\d{1,18})-", re.ASCII)


def is_fetched(entries: Iterable[Entry], task_id: str, name: str, size_bytes: int) -> bool:
    """Whether the undamaged bytes that were sent for a video cover it.

    `name` is the last part of its link; a content call of its job counts too.
    """
    by_seq = {entry.seq: entry for entry in entries}
    pieces = sorted(
        _piece(by_seq.get(sent.detail["of"]), sent)
        for sent in by_seq.values()
        if sent.kind == "sent" and sent.detail["asset"] and _is_about(sent, by_seq, task_id, name)
    )
    reached = 0
    for start, stop, whole in pieces:
        # All bytes with a wrong Content-Length: no client can have taken them for the video.
        honest = whole or stop - start < size_bytes
        if honest and start <= reached:
            reached = max(reached, stop)
    return size_bytes <= reached


def _is_about(sent: Entry, by_seq: dict[int, Entry], task_id: str, name: str) -> bool:
    asked = by_seq.get(sent.detail["of"])
    by_content = asked is not None and asked.call_phase == "content" and asked.task_id == task_id
    return sent.path.endswith(f"/{name}") or by_content


def _piece(asked: Entry | None, sent: Entry) -> tuple[int, int, bool]:
    """The bytes [start, stop) that were sent, and whether they were the whole reply."""
    headers = dict(asked.request_headers) if asked else {}
    found = _FROM.match(headers.get("range", "")) if sent.status == 206 else None
    start = int(found[1]) if found else 0
    size_bytes = sent.reply_body.size_bytes if sent.reply_body else 0
    return start, start + size_bytes, bool(sent.detail["whole"])
