"""A job succeeded and was paid, but the client did not fetch its video."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockserver.sdk.finding import (
    Arrived,
    Contact,
    DeliveryTried,
    Evidence,
    Finding,
    Sighting,
    Step,
    Task,
    arrived,
    is_success,
    outcome_step,
)


def _look(evidence: Evidence) -> Iterator[Sighting]:
    videos: dict[str, list[Arrived]] = {}
    for video in arrived(evidence):
        videos.setdefault(video.task_id, []).append(video)
    knew = _knowing(evidence)
    kept_from_content = {
        entry.task_id for entry in evidence.exchanges("content") if evidence.harmed(entry)
    }
    kept_from = {entry.task_id for entry in evidence.contacts() if evidence.struck(entry)}
    for task in evidence.tasks:
        if not _has_a_video(evidence, task) or _was_had(evidence, videos.get(task.id, [])):
            continue
        if task.id in kept_from_content:
            continue
        told = (knew[task.id],) if task.id in knew else ()
        if told or (evidence.over and task.id not in kept_from):
            how = (
                "although the client was told of it"
                if told
                else ("and the client did not learn of it")
            )
            part = " (a part of it was)" if _came_in_part(videos, task) else ""
            what = f"the video of {task.id} was ready and was not fetched{part}, {how}"
            yield Sighting(what, told, task.id)


def _came_in_part(videos: Mapping[str, list[Arrived]], task: Task) -> bool:
    return any(video.got_bytes for video in videos.get(task.id, ()))


def _has_a_video(evidence: Evidence, task: Task) -> bool:
    """Whether there is a video, and the client has to fetch it to get it."""
    step, results = outcome_step(task.plan), task.plan.results
    if step is None or step.phase != "succeeded" or step.at_ms > evidence.now_ms:
        return False
    names_links = results.have_links and len(results.failed_videos) < task.videos
    return names_links and not _is_taken_back(task, step) and not _in_a_reply(evidence, task)


def _is_taken_back(task: Task, success: Step) -> bool:
    """Whether the success did not last: the record vanished, or the job failed later."""
    plan = task.plan
    return plan.vanish_ms is not None or any(
        step.phase == "failed" and step.at_ms >= success.at_ms for step in plan.steps
    )


def _in_a_reply(evidence: Evidence, task: Task) -> bool:
    """Whether the reply to the creation brings the links, as the reply to a chat does."""
    provider = evidence.providers.get(task.provider)
    return provider is not None and any(
        operation.name == task.operation and operation.call_phase == "stream"
        for operation in provider.operations
    )


def _was_had(evidence: Evidence, videos: list[Arrived]) -> bool:
    """Whether one of the videos came whole, or a fault stopped the client from getting it."""
    return any(
        video.is_whole or any(evidence.struck(entry) for entry in video.tries) for video in videos
    )


def _knowing(evidence: Evidence) -> dict[str, int]:
    """For each task, the first entry that told the client of its success."""
    tasks = evidence.tasks_by_id()
    knew: dict[str, int] = {}
    for entry in evidence.contacts():
        task = tasks.get(entry.task_id)
        if task is not None and task.id not in knew and _tells(evidence, entry, task):
            knew[task.id] = entry.seq
    return knew


def _tells(evidence: Evidence, entry: Contact, task: Task) -> bool:
    if isinstance(entry, DeliveryTried):
        says_so = not task.plan.results.contradict_callback and not evidence.harmed(entry)
        return says_so and is_success(entry.status)
    return entry.call_phase == "poll" and evidence.told_the_end(entry, task)


FINDING = Finding(
    "never_fetched_result",
    "warning",
    "never fetched the result",
    "The video is paid for, and its link expires: after 24 hours at APIYI and xcompute, after "
    "days at Kie. A video that was not downloaded by then is lost.",
    "Download as soon as the job has succeeded, and store the file. Keep the task id, not the "
    "link.",
    "The job succeeded with links that work, a reply or callback told the client so, and no video "
    "of the job was sent whole.",
    "A download of all bytes. The finding does not appear if there is nothing to fetch, if the "
    "reply to a chat brought the link, or if a fault stopped the client from getting the video.",
    _look,
)
