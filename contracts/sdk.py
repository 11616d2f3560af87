"""What a check or a subject may import, ours or a stranger's, and nothing else of this package."""

from contracts import SseValidator, check_history, messages, validate
from contracts.plugins import VERSION
from contracts.problem import Problem, at_pointer, shown
from contracts.verifier.job import Job
from contracts.verifier.model import EVERY, Call, Check, Level, Skip
from contracts.verifier.session import BAD_KEY, Session
from contracts.verifier.subject import Body, Subject
from contracts.verifier.target import Answer, looks_like_video

__all__ = [
    "BAD_KEY",
    "EVERY",
    "VERSION",
    "Answer",
    "Body",
    "Call",
    "Check",
    "Job",
    "Level",
    "Problem",
    "Session",
    "Skip",
    "SseValidator",
    "Subject",
    "at_pointer",
    "check_history",
    "looks_like_video",
    "messages",
    "shown",
    "validate",
]
