"""The client used a link after it had expired, and did not ask for a new one."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting

EXPIRED = "the link has expired"  # the reason that the media host writes into the journal


def _look(evidence: Evidence) -> Iterator[Sighting]:
    # the last call about each task; the empty id stands for calls about no task
    asked: dict[str, int] = {}
    for call in evidence.exchanges("poll", "content", "upgrade", "account"):
        asked[call.task_id] = call.seq
    for entry in evidence.exchanges("download"):
        if entry.status != 403 or evidence.harmed(entry) or not entry.reason.startswith(EXPIRED):
            continue
        last = max(asked.get(entry.task_id, 0), asked.get("", 0))
        if last < entry.seq:
            what = f"{entry.method} {entry.path} got 403: its link had expired"
            yield Sighting(what, (entry.seq,), entry.task_id)


FINDING = Finding(
    "used_expired_url",
    "error",
    "used an expired URL",
    "Links live for hours or days. If you store a link, your users soon see a broken player.",
    "Download at once. If a link answers 403 or 404, ask the provider for the task again, and use "
    "the new link.",
    "A download that the media host refused because the link had expired, and no later call that "
    "asked for a new link.",
    "A status call after the refusal.",
    _look,
)
