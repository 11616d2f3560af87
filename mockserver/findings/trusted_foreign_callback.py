"""The client took a callback about somebody else's task for the end of its own."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.domain.evidence import Evidence
from mockserver.domain.finding import Finding, NotJudged, Sighting
from mockserver.domain.journal import Entry
from mockserver.domain.judging import json_of


def _look(evidence: Evidence) -> Iterator[Sighting] | NotJudged:
    if evidence.client is None:
        return NotJudged("only a campaign knows how the client ended")
    return _trusted(evidence) if evidence.client.says_success else iter(())


def _trusted(evidence: Evidence) -> Iterator[Sighting]:
    taken = [entry for entry in evidence.callbacks() if 200 <= entry.status < 300]
    for entry in taken:
        named = _named(evidence, entry)
        if not named or named == entry.task_id or _knows_better(evidence, taken, entry.task_id):
            continue
        what = f"exit code 0 after a callback for task {named}; its own is {entry.task_id}"
        yield Sighting(what, (entry.seq,), entry.task_id)


def _knows_better(evidence: Evidence, taken: list[Entry], task_id: str) -> bool:
    """Whether the client learned of its own task's end in an honest way."""
    task = evidence.tasks_by_id().get(task_id)
    polled = task is not None and any(
        poll.task_id == task_id and evidence.told_the_end(poll, task)
        for poll in evidence.exchanges("poll")
    )
    return polled or any(_named(evidence, e) == task_id for e in taken)


def _named(evidence: Evidence, callback: Entry) -> str:
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
    _look,
)
