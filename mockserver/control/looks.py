"""Replies about one call or one job that somebody looks at closely."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from mockserver.control import parts
from mockserver.domain.input.said import said


class CallText(Struct, frozen=True):
    """A call as a text that makes it again."""

    text: Annotated[str, said("Nobody keeps the key; the text reads it from REELMOCK_KEY")]


class Verdict(Struct, frozen=True):
    """What the provider's contract says of a call, or of a callback: its body is the request."""

    call: Annotated[str, said("The call that the contract has; empty for a callback")] = ""
    request: parts.Judged | None = None
    reply: parts.Judged | None = None
    missing: Annotated[str, said("What is not installed, or why nothing could be judged")] = ""


class PassedRules(Struct, frozen=True):
    """The fault rules that are set now and did not match a call, with what differed."""

    passed: list[parts.Passed]


class JobAnswers(Struct, frozen=True):
    """What the provider would answer of a job now."""

    answers: list[parts.JobAnswer]
