"""What a finding may import: the evidence, and the questions that findings ask of it."""

from mockserver.domain.finding.arrived import PROBE_BYTES, Arrived, arrived, failed_downloads
from mockserver.domain.finding.asked import asked_id
from mockserver.domain.finding.evidence import (
    SUBMISSIONS,
    Evidence,
    by_task,
    fingerprint,
    header,
    repeats,
    seconds,
    told_to_wait_ms,
)
from mockserver.domain.finding.finding import Finding, NotJudged, Severity, Sighting
from mockserver.domain.finding.followed import Job, jobs, may_be_two, next_after, was_left
from mockserver.domain.finding.wish import is_near, wish
from mockserver.domain.input.counted import counted
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.job.ids import is_unset
from mockserver.domain.job.plan import Step, outcome_step
from mockserver.domain.job.task import Task
from mockserver.domain.journal.fields import fields_of
from mockserver.domain.journal.journal import Contact, DeliveryTried, Exchange, redacted_in
from mockserver.domain.provider.judging import UNLISTED, Parameters, json_of
from mockserver.domain.reply.statuses import is_success

__all__ = [
    "PROBE_BYTES",
    "SUBMISSIONS",
    "UNLISTED",
    "Arrived",
    "Contact",
    "DeliveryTried",
    "Evidence",
    "Exchange",
    "Finding",
    "Job",
    "NotJudged",
    "Parameters",
    "Severity",
    "Sighting",
    "Step",
    "Task",
    "arrived",
    "asked_id",
    "by_task",
    "counted",
    "failed_downloads",
    "fields_of",
    "fingerprint",
    "header",
    "is_near",
    "is_success",
    "is_unset",
    "jobs",
    "json_of",
    "may_be_two",
    "next_after",
    "outcome_step",
    "redacted_in",
    "repeats",
    "seconds",
    "told_to_wait_ms",
    "was_left",
    "whole_number",
    "wish",
]
