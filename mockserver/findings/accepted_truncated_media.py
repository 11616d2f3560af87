"""The client ended with success, but the video that it got is not whole."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import (
    PROBE_BYTES,
    Arrived,
    Evidence,
    Exchange,
    Finding,
    Job,
    NotJudged,
    Sighting,
    arrived,
    is_success,
    jobs,
    wish,
)


def _look(evidence: Evidence) -> Iterator[Sighting] | NotJudged:
    if evidence.client is None:
        return NotJudged("the client's exit code is not known")
    return _damaged(evidence) if evidence.client.says_success else iter(())


def _damaged(evidence: Evidence) -> Iterator[Sighting]:
    by_task: dict[str, list[Arrived]] = {}
    for video in arrived(evidence):
        by_task.setdefault(video.task_id, []).append(video)
    replaced = _replaced(evidence, {v.task_id for v in arrived(evidence) if v.is_whole})
    for task_id, videos in by_task.items():
        if task_id in replaced:
            continue
        taken = [video for video in videos if _was_taken(video)]
        if not taken or any(video.is_whole for video in videos):
            continue
        last = taken[-1]
        what = (
            f"exit code 0, but no download of this video was whole and undamaged; "
            f"{last.got_bytes} sound bytes of it were sent"
        )
        seqs = tuple(entry.seq for video in taken for entry in _answered(video))
        yield Sighting(what, seqs, task_id)


def _replaced(evidence: Evidence, whole: set[str]) -> frozenset[str]:
    """The jobs that a later job replaced: it asked for the same, and its video came whole."""
    found: set[str] = set()
    asked: dict[object, list[Job]] = {}
    for job in jobs(evidence):
        earlier = asked.setdefault(wish(evidence, job.created), [])
        if job.task.id in whole:
            found.update(e.task.id for e in earlier if e.last_seq < job.created.seq)
        earlier.append(job)
    return frozenset(found)


def _answered(video: Arrived) -> tuple[Exchange, ...]:
    return tuple(entry for entry in video.tries if is_success(entry.status))


def _was_taken(video: Arrived) -> bool:
    """Whether the client downloaded the video, and did not only test its link."""
    answered = _answered(video)
    sound = {part.entry.seq for part in video.parts if part.whole}
    is_probe = video.got_bytes <= PROBE_BYTES and all(e.seq in sound for e in answered)
    return bool(answered) and not is_probe


FINDING = Finding(
    "accepted_truncated_media",
    "error",
    "accepted truncated media",
    "A file that ends early or is damaged still has a name and a size. Your user notices it only "
    "when the video stops in the middle.",
    "Compare the length with Content-Length, and check that the boxes of the MP4 are complete. "
    "Move the file to its final name only after that. Resume with Range.",
    "The client's exit code 0, and the bytes that were sent of every video that it downloaded. "
    "Ranges are put together, and damaged bytes do not count.",
    "A later download of the same video that is whole, a whole download of a new job for the same "
    "request, or another exit code.",
    _look,
)
