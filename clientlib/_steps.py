"""What a flow can ask its driver for.

A flow is a generator: it yields one of these steps and is sent the outcome, or has the step's
error raised at the `yield`. It does no input or output itself, knows nothing of threads or event
loops, and is therefore written once for both clients.

    step                       outcome
    Open(request, …)           Head; the driver holds the body open, one at a time
    Read()                     the next bytes of that body, or None at its end
    Close()                    None; the body is let go, read or not
    Wait(seconds)              None
    Do(function)               what the function returns; for work that blocks, such as a disk
    Emit(value)                None; gives a value to the code that iterates over the flow
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from clientlib._models import Request


@dataclass(frozen=True, slots=True)
class Open:
    """Send `request` and read status and headers. `silence_s` limits the wait for the next byte;
    None leaves the client's own limit."""

    request: Request
    silence_s: float | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Read more of the open body."""


@dataclass(frozen=True, slots=True)
class Close:
    """Let the open body go."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Let `seconds` pass, by the client's own `sleep`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Do:
    """Call a function that may block; the async driver runs it in a thread. `abandon` lets a
    cancelled task leave that thread behind, for functions that only wait."""

    function: Callable[[], Any]
    abandon: bool = False


@dataclass(frozen=True, slots=True)
class Emit:
    """Hand a value to the caller."""

    value: Any


Step = Open | Read | Close | Wait | Do | Emit

T = TypeVar("T")
Flow = Generator[Step, Any, T]
