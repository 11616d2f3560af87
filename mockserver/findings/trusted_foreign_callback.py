"""The client took a callback about another task for the end of its own task."""

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
        return NotJudged("the client's exit code is not known", fetched)
    seen = {sighting.entries[0] for sighting in fetched}
    if not evidence.client.says_success:
        return fetched
    return (*fetched, *(s for s in _trusted(evidence) if s.entries[0] not in seen))


def _fetched(evidence: Evidence) -> Iterator[Sighting]:
    """The client tried a link of a foreign task, with any result.

    It can know that link only from a callback.

    The journal gets a callback when it has been answered, and a receiver may download before that.
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
    """Acknowledged callbacks that name another task than their own, with the id that they name."""
    for entry in evidence.callbacks():
        named = _named(evidence, entry)
        if is_success(entry.status) and named and named != entry.task_id:
            yield entry, named


def _knows_better(evidence: Evidence, task_id: str) -> bool:
    """Whether the client learned of the end of its own task in a trustworthy way."""
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
    """The task that a callback names; empty if it names no task."""
    return evidence.judging(callback).callback_id(json_of(callback.request_body))


FINDING = Finding(
    "trusted_foreign_callback",
    "error",
    "trusted a callback for a task that is not its own",
    "Callback URLs are shared between jobs, and other people can guess them or repeat old "
    "callbacks. The result of another task may be another user's video.",
    "Look for the task id among your own open jobs, ignore ids that you do not know, and confirm "
    "every result with a status call.",
    "A callback that named another task and was acknowledged. After that, either a download of "
    "that task's video, or exit code 0 although no status reply and no callback told the end of "
    "the client's own task.",
    "No download of the foreign task's video, and a status call about the client's own task "
    "before the end.",
    _look,
)
