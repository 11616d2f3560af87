"""The record of a job, and the names of its videos."""

from __future__ import annotations

import re
from typing import Any, Literal, cast

from msgspec import Struct, field

from mockserver.domain.job.plan import Failure, Plan, outcome_step
from mockserver.domain.job.signed_link import signed_query

Orientation = Literal["portrait", "landscape"]
Resolution = Literal["720p", "1080p", "4k"]
DurationS = Literal[4, 6, 8]


class Upgrade(Struct, frozen=True, gc=False):
    """A better version of one video. `ready_ms` is None if it will never be ready.

    `failed_ms` is when the provider gives it up, with `failure`. If both are None, the upgrade
    never ends.
    """

    variant: Resolution
    index: int
    asked_ms: int
    ready_ms: int | None
    failed_ms: int | None = None
    failure: Failure | None = None
    callback_url: str | None = None

    @property
    def ends_ms(self) -> int | None:
        """When it is ready or given up; None if neither happens."""
        return self.failed_ms if self.ready_ms is None else self.ready_ms


class Task(Struct, frozen=True, gc=False):
    """A job with its whole future. Only the list of upgrades ever changes.

    If somebody cancels the job, it gets another plan.
    """

    id: str
    ordinal: int
    provider: str
    operation: str
    key: str  # hash of the API key that submitted it
    model: str
    prompt: str
    created_ms: int
    plan: Plan
    base_url: str
    orientation: Orientation = "landscape"
    resolution: Resolution = "720p"
    gif: bool = False
    videos: int = 1
    images: tuple[str, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    callback_url: str | None = None
    price_micros: int = 0
    estimated_ms: int = 0
    media_ttl_ms: int = 86_400_000
    scenario: str = "succeed"
    parent_id: str | None = None
    upgrades: tuple[Upgrade, ...] = ()
    usual: Plan | None = None  # the plan that `succeed` would have made, if it is another plan
    duration_s: DurationS = 8  # how long its videos are
    turn: int = 0  # which of the jobs it is that take turns

    def upgrade(self, variant: str, index: int) -> Upgrade | None:
        """The upgrade of one video to a resolution; None if nobody asked for it."""
        return next((u for u in self.upgrades if u.variant == variant and u.index == index), None)


def media_url(task: Task, sandbox_id: str, index: int, variant: str = "") -> str:
    """The whole URL.

    The sandbox is in the path, there is no query, and it ends in `.mp4` (clients match that). Only
    a scenario has it signed: then a query follows.

    `variant` is a resolution; it is empty for the task's own resolution.
    """
    name = f"{task.id}-{index}-{variant or task.resolution}.{'gif' if task.gif else 'mp4'}"
    return _whole(task, sandbox_id, name)


def joined_url(task: Task, sandbox_id: str, index: int) -> str:
    """The URL of an extension and what it extends, joined in one video."""
    name = f"{task.id}-{index}-{task.resolution}-joined.mp4"
    return _whole(task, sandbox_id, name)


def preview_url(task: Task, sandbox_id: str, index: int) -> str:
    """The URL of a GIF of a video; it always has 720p."""
    return _whole(task, sandbox_id, f"{task.id}-{index}-720p.gif")


def fresh_url(task: Task, sandbox_id: str, name: str, until_ms: int) -> str:
    """A link to a file of a task that works until another moment than its own."""
    return _whole(task, sandbox_id, f"until-{until_ms}/{name}", until_ms)


def _whole(task: Task, sandbox_id: str, name: str, until_ms: int | None = None) -> str:
    path, query = f"{sandbox_id}/{name}", ""
    if task.plan.results.urls == "signed":
        ends_ms = media_until_ms(task) if until_ms is None else until_ms
        query = signed_query(task.plan.seed, path, ends_ms)
    return f"{task.base_url}/media/{path}{query}"


_MEDIA_NAME = re.compile(
    r"(?P<task>[A-Za-z0-9_]+)-(?P<index>\d)-(?P<variant>720p|1080p|4k)"
    r"(?P<joined>-joined(?=\.mp4))?\.(?P<suffix>mp4|gif)",
    re.ASCII,
)


class MediaName(Struct, frozen=True, gc=False):
    """What the file name of a video says."""

    task_id: str
    index: int
    variant: Resolution
    gif: bool = False
    joined: bool = False


def parse_media_name(name: str) -> MediaName | None:
    """The parts of a file name; None if Reelmock never gave out such a name."""
    found = _MEDIA_NAME.fullmatch(name)
    if found is None:
        return None
    variant = cast("Resolution", found["variant"])
    gif, joined = found["suffix"] == "gif", found["joined"] is not None
    return MediaName(found["task"], int(found["index"]), variant, gif, joined)


def media_until_ms(task: Task) -> int:
    """When the links of a task stop working; 0 if the task has no links."""
    step = outcome_step(task.plan)
    if step is None or step.phase != "succeeded":
        return 0
    lasts_ms = task.plan.results.links_last_ms
    return step.at_ms + (task.media_ttl_ms if lasts_ms is None else lasts_ms)
