"""Replies about the server's folder of tapes. Times are epoch milliseconds of the recording."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from mockserver.control.schemas import Count, Ordinal, Phase
from mockserver.domain.input.said import said


class Tape(Struct, frozen=True):
    """One HAR file of the folder."""

    name: str
    why: Annotated[str, said("Why it is no tape; empty for a tape")]
    providers: list[str]
    jobs: Count
    calls: Annotated[int, said("With callbacks, without fetched videos", minimum=0)]
    recorded_ms: Annotated[int | None, said("When its first call came; null without calls")]
    command: Annotated[str, said("A line for a shell that replays it")]


class Tapes(Struct, frozen=True):
    """By name. `has_folder` says whether the server was given a folder."""

    has_folder: bool
    replays_here: Annotated[bool, said("Whether this server can replay a tape beside itself")]
    tapes: list[Tape]


class TapedJob(Struct, frozen=True):
    """A job of a tape."""

    ordinal: Ordinal
    id: Annotated[str, said("The provider's id; empty for a stream")]
    provider: str
    operation: str
    model: str
    prompt: str
    phase: Annotated[Phase, said("How it ended; `running` if the tape does not tell")]
    created_ms: int
    ends_ms: Annotated[int | None, said("When its client was first told how it ended")]


class TapedCall(Struct, frozen=True):
    """A call or callback of a tape."""

    number: Annotated[int, said("Its place in `log.entries`", minimum=0)]
    kind: Annotated[str, said(enum=["exchange", "delivery"])]
    job: Annotated[int, said("The ordinal of its job, 0 if it has none", minimum=0)]
    provider: str
    operation: str
    method: str
    path: str
    status: Annotated[int, said("0 if no answer came")]
    code: Annotated[int, said("What the provider's envelope says")]
    at_ms: int
    ended_ms: int


class OpenedTape(Struct, frozen=True):
    """One tape, in the order of time."""

    tape: Tape
    jobs: list[TapedJob]
    calls: list[TapedCall]


class Replay(Struct, frozen=True):
    """A server that replays a tape."""

    base_url: str
