"""The client kept asking for a job's status after the provider had said that the job was over."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting, by_task, failed_downloads

FURTHER_POLLS = 2  # one more may confirm a callback


def _look(evidence: Evidence) -> Iterator[Sighting]:
    failed, tasks = failed_downloads(evidence), evidence.tasks_by_id()
    for task_id, polls in by_task(evidence.exchanges("poll")):
        task = tasks.get(task_id)
        if task is None or task.plan.results.urls in ("absent", "empty"):
            continue  # if a success has no links, it is right to ask again
        told = next((poll for poll in polls if evidence.told_the_end(poll, task)), None)
        if told is None:
            continue
        renewals = sum(seq > told.seq for seq in failed.get(task_id, ()))
        further = [poll for poll in polls if poll.seq > told.seq]
        if len(further) - renewals >= FURTHER_POLLS:
            what = f"asked {len(further)} more times after the status had said that the job is over"
            yield Sighting(what, (told.seq, *(poll.seq for poll in further)), task_id)


FINDING = Finding(
    "polled_after_the_end",
    "warning",
    "polled after a terminal state",
    "A finished job does not change any more. A loop that goes on does not know a status word, "
    "often the word for failure.",
    "End the loop on every terminal status of the provider: on success, on each kind of failure, "
    "and on an id that is no longer known.",
    "Status calls after the first undamaged reply that told the end of the job. Two or more "
    "count, besides those that a failed download explains.",
    "At most one status call after the end, or a failed or broken download before each one.",
    _look,
)
