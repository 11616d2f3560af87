"""The only module of this package that a check or a subject may import, our own or a plug-in's."""

from contracts import SseValidator, check_history, messages, validate
from contracts.plugins import VERSION
from contracts.problem import Problem, at_pointer, shown
from contracts.verifier.call import Call
from contracts.verifier.errors import Skip
from contracts.verifier.job import Job
from contracts.verifier.model import EVERY, Check, Level
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
