"""What a client asks for, after a provider's codec has read it, and what the result is.

Commands go from `decode` to the use cases, outcomes from the use cases to `encode`. Neither knows
HTTP. Money is in micros: millionths of the provider's own unit (dollars, credits).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct, field

from mockserver.domain.chance.chance import Spread
from mockserver.domain.job.plan import Failure, State
from mockserver.domain.job.task import DurationS, Orientation, Resolution, Task, Upgrade
from mockserver.domain.scenario.scenario import Timing

MICROS = 1_000_000
ReplyAs = Literal["task", "stream", "wait"]  # an id to poll, a stream of events, one late reply


class Accepted(Struct, frozen=True, gc=False):
    """The job is stored."""

    task: Task
    reply_as: ReplyAs = "task"
    replayed: bool = False  # the job of an earlier call with the same idempotency key


class Found(Struct, frozen=True, gc=False):
    """A task as it stands now."""

    task: Task
    state: State


class Upgraded(Struct, frozen=True, gc=False):
    """An upgrade as it stands now; `first` if this call began it."""

    task: Task
    upgrade: Upgrade
    ready: bool
    first: bool
    failed: bool = False


class Cancelled(Struct, frozen=True, gc=False):
    """A job after somebody cancelled it. `first` is false if it had ended before."""

    task: Task
    state: State
    first: bool


class Balance(Struct, frozen=True, gc=False):
    """`left_micros` is None if the sandbox has no limit."""

    left_micros: int | None
    used_micros: int


class Models(Struct, frozen=True, gc=False):
    """The provider's catalogue; `since_ms` is the virtual time at which the sandbox began."""

    since_ms: int


class Stored(Struct, frozen=True, gc=False):
    """An image was stored."""

    image: StoreImage


class Linked(Struct, frozen=True, gc=False):
    """A link, and how long it works."""

    url: str


Outcome = Accepted | Found | Upgraded | Cancelled | Balance | Models | Stored | Linked
AnOutcome = TypeVar("AnOutcome", covariant=True)


class Asks(Struct, Generic[AnOutcome], frozen=True, gc=False):
    """The commands that lead to this outcome. An operation reads one and writes the other."""


class Continuation(Struct, frozen=True, gc=False):
    """How a job goes on from its parent, if it is not simply of the parent's shape.

    The model, price and timing are those that `by_model` has for the parent's model. A parent of
    another model than `of_model`, if that is named, has no such job.
    """

    resolution: Resolution
    by_model: Mapping[str, tuple[int, Timing]] = {}
    of_model: str = ""


class Once(Struct, frozen=True, gc=False):
    """An idempotency key, as a hash, and a fingerprint of what the call asks for.

    A call with a key that made a job gives this job again if it asks for the same.
    """

    key: str
    wish: str


class Turns(Struct, frozen=True, gc=False):
    """Jobs that take turns: each creation of this name takes the next timing, after the last the first."""

    name: str
    timings: tuple[Timing, ...]


class Submit(Asks[Accepted], frozen=True, gc=False):
    """A new job. `params` is the request as the provider repeats it in replies.

    A job with a parent continues that job, unless the parent was made in, or upgraded to, one of
    `parent_unless`. It has the parent's shape, except for what `continuation` says.
    """

    model: str
    prompt: str
    price_micros: int
    timing: Timing
    orientation: Orientation = "landscape"
    resolution: Resolution = "720p"
    reply_as: ReplyAs = "task"
    gif: bool = False
    videos: int = 1
    images: tuple[str, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    callback_url: str | None = None
    estimated_ms: int = 0
    parent_id: str | None = None
    parent_unless: tuple[Resolution, ...] = ()
    continuation: Continuation | None = None
    duration_s: DurationS = 8
    once: Once | None = None
    turns: Turns | None = None  # in place of `timing`

    @property
    def is_new(self) -> bool:
        """Whether no earlier task can matter: neither a parent nor one with the same key."""
        return self.parent_id is None and self.once is None


class Read(Asks[Found], frozen=True, gc=False):
    """Asks for the state of a task."""

    task_id: str


class UpgradeVideo(Asks[Upgraded], frozen=True, gc=False):
    """Asks for a better version of one video of a succeeded task.

    Without `run` the upgrade starts by itself when the original is done; with it, at this call.
    `only` names the one orientation that can be upgraded. `failure` has the words for an upgrade
    that fails.
    """

    task_id: str
    variant: Resolution
    price_micros: int
    index: int = 0
    run: Spread | None = None
    callback_url: str | None = None
    only: Orientation | None = None
    failure: Failure | None = None


class CancelJob(Asks[Cancelled], frozen=True, gc=False):
    """The end of a job before its time. With `refunds` it costs nothing. It fails with `cause`."""

    task_id: str
    cause: Failure
    refunds: bool = True


class ReadBalance(Asks[Balance], frozen=True, gc=False):
    """Asks how much can still be spent at this provider."""


class ListModels(Asks[Models], frozen=True, gc=False):
    """Asks for the list of models."""


class StoreImage(Asks[Stored], frozen=True, gc=False):
    """An uploaded image; only its hash, size and type are kept."""

    filename: str
    content_type: str
    size_bytes: int
    sha256: str


class FreshLink(Asks[Linked], frozen=True, gc=False):
    """Asks for a short-lived link to a media URL that the provider gave out."""

    url: str


Command = (
    Submit | Read | UpgradeVideo | CancelJob | ReadBalance | ListModels | StoreImage | FreshLink
)
