"""What a client did about each job that it paid for, and which jobs it left.

The client left a job if nothing more came about it after a moment, although the client had not got
what it paid for, and the job was not refunded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from msgspec import Struct

from mockserver.domain.finding.evidence import SUBMISSIONS, Evidence, header
from mockserver.domain.job.plan import has_ended, outcome_step, state_at
from mockserver.domain.job.task import Task
from mockserver.domain.journal.journal import Contact, DeliveryTried, Exchange
from mockserver.domain.provider.judging import json_of
from mockserver.domain.reply.statuses import is_success

FOLLOWING = ("poll", "content", "upgrade", "download")


class Job(Struct, frozen=True):
    """A job, the call that created it, and every call and acknowledged callback about it since."""

    task: Task
    created: Exchange
    signs: tuple[Contact, ...]

    @property
    def last_seq(self) -> int:
        """The number of the last entry about it."""
        return self.signs[-1].seq if self.signs else self.created.seq


def jobs(evidence: Evidence) -> tuple[Job, ...]:
    """The jobs whose creation is still in the journal, in the order of their creations."""
    tasks, signs = evidence.tasks_by_id(), _signs(evidence)
    return tuple(
        Job(tasks[entry.task_id], entry, tuple(signs.get(entry.task_id, ())))
        for entry in evidence.exchanges(*SUBMISSIONS)
        if entry.task_id in tasks
    )


def _signs(evidence: Evidence) -> Mapping[str, list[Contact]]:
    taken = [entry for entry in evidence.callbacks() if is_success(entry.status)]
    found: dict[str, list[Contact]] = {}
    signs: tuple[Contact, ...] = (*evidence.exchanges(*FOLLOWING), *taken)
    for entry in sorted(signs, key=lambda entry: entry.seq):
        found.setdefault(entry.task_id, []).append(entry)
    return found


def next_after(made: Sequence[Job], seq: int) -> Job | None:
    """The first job that was created after an entry; jobs are in the order of their creations."""
    place = bisect_right(made, seq, key=lambda job: job.created.seq)
    return made[place] if place < len(made) else None


def was_left(evidence: Evidence, job: Job, later: Job) -> bool:
    """Whether a job was left when another was created, after the last entry about it."""
    if _refunded(job.task) or _served(evidence, job):
        return False
    if job.signs:
        return True
    return _hid_its_id(evidence, job) or _awaited_in_vain(job, later)


def _refunded(task: Task) -> bool:
    step = outcome_step(task.plan)
    return step is not None and step.phase == "failed"


def _served(evidence: Evidence, job: Job) -> bool:
    """Whether the client got what the job was for: its video, its links, or the news of its failure."""
    fetches = [sign for sign in job.signs if _is_fetch(sign)]
    if fetches:
        return any(is_success(sign.status) and not evidence.harmed(sign) for sign in fetches)
    if any(_tells_failure(evidence, sign, job.task) for sign in job.signs):
        return True
    if job.created.call_phase == "stream":
        return _links(job.task) and not evidence.harmed(job.created)
    return _links(job.task) and any(_tells_success(evidence, sign, job.task) for sign in job.signs)


def _is_fetch(sign: Contact) -> bool:
    if isinstance(sign, DeliveryTried):
        return False
    is_video = header(sign, b"content-type").startswith("video/")
    return sign.call_phase == "download" or (sign.call_phase == "content" and is_video)


def _links(task: Task) -> bool:
    """Whether a success of the task names links that work."""
    results = task.plan.results
    return results.have_links and len(results.failed_videos) < task.videos


def _tells_failure(evidence: Evidence, sign: Contact, task: Task) -> bool:
    failed = state_at(task.plan, sign.virtual_ms).phase == "failed"
    return failed and sign.call_phase == "poll" and not evidence.harmed(sign)


def _tells_success(evidence: Evidence, sign: Contact, task: Task) -> bool:
    if not has_ended(task.plan, sign.virtual_ms) or evidence.harmed(sign):
        return False
    return isinstance(sign, DeliveryTried) or evidence.means_success(sign)


def _hid_its_id(evidence: Evidence, job: Job) -> bool:
    """Whether the reply to the creation did not say which job it was."""
    created = job.created
    if created.call_phase == "stream":  # it names no id: the reply itself has the result
        return evidence.harmed(created)
    told = evidence.judging(created).created_id(json_of(created.reply_body))
    return evidence.means_success(created) and told != job.task.id


def _awaited_in_vain(job: Job, later: Job) -> bool:
    """Whether its callback should have come before the next job was created."""
    return bool(job.task.callback_url) and has_ended(job.task.plan, later.created.virtual_ms)


def may_be_two(evidence: Evidence, first: Exchange, again: Exchange) -> bool:
    """Whether two creations can be two jobs, because the provider has no header that makes them one."""
    name = evidence.judging(again).idempotency_header.encode()
    keys = [dict(entry.request_headers).get(name) for entry in (first, again)]
    is_replay = bool(name) and keys[0] is not None and keys[0] == keys[1]
    return not is_replay and (not again.task_id or first.task_id != again.task_id)
