"""The client took a callback about somebody else's task for the end of its own."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import (
    DeliveryTried,
    Evidence,
    Finding,
    NotJudged,
    Sighting,
    is_success,
    json_of,
)


def _look(evidence: Evidence) -> tuple[Sighting, ...] | NotJudged:
    fetched = tuple(_fetched(evidence))
    if evidence.client is None:
        return NotJudged("only a campaign knows how the client ended", fetched)
    seen = {sighting.entries[0] for sighting in fetched}
    if not evidence.client.says_success:
        return fetched
    return (*fetched, *(s for s in _trusted(evidence) if s.entries[0] not in seen))


def _fetched(evidence: Evidence) -> Iterator[Sighting]:
    """A link of a foreign task was tried, whatever came of it: nothing but trust leads there.

    A callback is journalled when it has been answered, and its receiver may be faster than that.
    """
    own = evidence.tasks_by_id()
    tried = {entry.task_id: entry for entry in evidence.exchanges("download")}
    for entry, named in _foreign(evidence):
        fetch = tried.get(named)
        if named not in own and fetch is not None and fetch.real_ms >= entry.real_ms:
            what = f"the video of task {named} was fetched, which a callback named; its own is "
            yield Sighting(what + entry.task_id, (entry.seq, fetch.seq), entry.task_id)


def _trusted(evidence: Evidence) -> Iterator[Sighting]:
    for entry, named in _foreign(evidence):
        if not _knows_better(evidence, entry.task_id):
            what = f"exit code 0 after a callback for task {named}; its own is {entry.task_id}"
            yield Sighting(what, (entry.seq,), entry.task_id)


def _foreign(evidence: Evidence) -> Iterator[tuple[DeliveryTried, str]]:
    """Acknowledged callbacks that name another task than the one they are about, with its id."""
    for entry in evidence.callbacks():
        named = _named(evidence, entry)
        if is_success(entry.status) and named and named != entry.task_id:
            yield entry, named


def _knows_better(evidence: Evidence, task_id: str) -> bool:
    """Whether the client learned of its own task's end in an honest way."""
    task = evidence.tasks_by_id().get(task_id)
    polled = task is not None and any(
        poll.task_id == task_id and evidence.told_the_end(poll, task)
        for poll in evidence.exchanges("poll")
    )
    return polled or any(
        _named(evidence, callback) == task_id
        for callback in evidence.callbacks()
        if is_success(callback.status)
    )


def _named(evidence: Evidence, callback: DeliveryTried) -> str:
    """The task that a callback names; empty where it names none."""
    return evidence.judging(callback).callback_id(json_of(callback.request_body))


FINDING = Finding(
    "trusted_foreign_callback",
    "error",
    "trusted a callback for a task that is not its own",
    "Callback URLs are shared between jobs, guessed and replayed. A result that belongs to another "
    "task is another user's video.",
    "Look the task id up among your own open jobs, ignore what you do not know, and confirm every "
    "result by a status call.",
    "A callback that named another task and was acknowledged; then a download of that task's "
    "video, or exit code 0 although neither a status reply nor a callback told the end of its "
    "own task.",
    "No download of what the callback named, and a status call about the own task before the end.",
    _look,
)
