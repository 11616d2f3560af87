"""A link was used after its time, and no fresh one was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting

EXPIRED = "the link has expired"  # the reason that the media host journals


def _look(evidence: Evidence) -> Iterator[Sighting]:
    asked: dict[str, int] = {}  # the last call about each task, or about none
    for call in evidence.exchanges("poll", "content", "upgrade", "account"):
        asked[call.task_id] = call.seq
    for entry in evidence.exchanges("download"):
        if entry.status != 403 or evidence.harmed(entry) or not entry.reason.startswith(EXPIRED):
            continue
        last = max(asked.get(entry.task_id, 0), asked.get("", 0))
        if last < entry.seq:
            what = f"GET {entry.path} got 403: its link had expired"
            yield Sighting(what, (entry.seq,), entry.task_id)


FINDING = Finding(
    "used_expired_url",
    "error",
    "used an expired URL",
    "Links live for hours or days. A stored link shows your users a broken player.",
    "Download at once, or ask the provider for the task again when a link answers 403 or 404, and use "
    "the fresh one.",
    "A download that the media host refused because the link had expired, and that no call "
    "after it asked for a fresh one.",
    "A status call after the refusal.",
    _look,
)
