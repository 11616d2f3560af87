"""A job succeeded and was paid, and nobody fetched its video."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.domain.evidence import Evidence
from mockserver.domain.finding import Finding, Sighting
from mockserver.domain.journal import Entry
from mockserver.domain.plan import outcome_step
from mockserver.domain.task import Task


def _look(evidence: Evidence) -> Iterator[Sighting]:
    got = {e.task_id for e in evidence.exchanges("download", "content") if _has_media(e)}
    knew = _knowing(evidence)
    for task in evidence.tasks:
        step = outcome_step(task.plan)
        if step is None or step.phase != "succeeded" or step.at_ms > evidence.now_ms:
            continue
        told = (knew[task.id],) if task.id in knew else ()
        if task.id not in got and (told or evidence.over):
            how = "although the client was told of it" if told else "and the client never learned"
            yield Sighting(f"the video of {task.id} is ready, {how}", told, task.id)


def _has_media(entry: Entry) -> bool:
    kinds = [v for k, v in entry.reply_headers if k == b"content-type"]
    is_media = any(kind.startswith((b"video/", b"image/")) for kind in kinds)
    return entry.status in (200, 206) and is_media and entry.method != "HEAD"


def _knowing(evidence: Evidence) -> dict[str, int]:
    """For each task the first entry that told the client of its end."""
    tasks = evidence.tasks_by_id()
    knew: dict[str, int] = {}
    for entry in evidence.entries:
        task = tasks.get(entry.task_id)
        if task is not None and task.id not in knew and _tells(evidence, entry, task):
            knew[task.id] = entry.seq
    return knew


def _tells(evidence: Evidence, entry: Entry, task: Task) -> bool:
    if entry.kind == "delivery":
        return 200 <= entry.status < 300
    return entry.call_phase == "poll" and evidence.told_the_end(entry, task)


FINDING = Finding(
    "never_fetched_result",
    "warning",
    "never fetched the result",
    "The video is paid for, and its link dies: after 24 hours at APIYI and xcompute, after days at "
    "Kie. What was not downloaded by then is gone.",
    "Download as soon as the job has succeeded, and store the file; keep the task id, not the link.",
    _look,
)
