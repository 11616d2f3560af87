"""The client's records: what is asked, what came back, and what a job looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

Image = str | Path | bytes
"""A reference to an image: an http(s) URL, a file, or the file's bytes."""


class Status(StrEnum):
    """What has become of a job, in the same words for every provider."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"

    @property
    def terminal(self) -> bool:
        """Whether nothing can follow any more."""
        return self in (Status.SUCCEEDED, Status.FAILED, Status.EXPIRED)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file part of a form."""

    field: str
    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, without the key: that is added on the way out.

    `url` is a path under the provider's base URL when `to_provider`, else an absolute URL. Only
    requests to the provider carry the key and the caller's own headers. `base_url` is another host
    of the same provider.
    """

    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    files: tuple[Upload, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    to_provider: bool = True
    base_url: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


MEDIA_TYPES = ("application/octet-stream", "application/binary", "image/gif")
"""Content types, beside `video/…`, that say: this body is the media itself."""


@dataclass(frozen=True, slots=True)
class Head:
    """Status line and headers of a reply. Header names are lower case."""

    status: int
    headers: Mapping[str, str]

    @property
    def is_success(self) -> bool:
        """Whether the status is of the class 2xx."""
        return self.status // 100 == 2

    @property
    def content_type(self) -> str:
        """The media type without parameters, lower case; empty when none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_media(self) -> bool:
        """Whether the body is media rather than something to read."""
        return self.content_type.startswith("video/") or self.content_type in MEDIA_TYPES


@dataclass(frozen=True, slots=True)
class Reply(Head):
    """A reply that was read. `complete` is false when the body was cut short: then `body` holds
    what had come by that time and `cut_by` says why."""

    body: bytes
    complete: bool = True
    cut_by: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What the caller wants. `options` is the provider's own record, such as `KieOptions`."""

    prompt: str
    model: str | None = None
    images: Sequence[Image] = ()
    aspect: str | None = None
    resolution: str | None = None
    duration_s: int | None = None
    callback_url: str | None = None
    options: Any = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed, in the provider's words."""

    code: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A job as last seen. `progress` is 0 to 100 where the provider says, `raw` its own body."""

    task_id: str
    status: Status
    progress: float | None = None
    videos: tuple[str, ...] = ()
    failure: Failure | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Price:
    """What an order costs when it succeeds; `unit` is `USD` or `credits`."""

    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a provider wants to be asked, and when to give up (seconds)."""

    every_s: float
    deadline_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits on one network step, in real seconds. `stream_s` is the silence a live stream may
    keep between two chunks."""

    connect_s: float = 10.0
    read_s: float = 60.0
    write_s: float = 60.0
    pool_s: float = 30.0
    stream_s: float = 180.0


@dataclass(frozen=True, slots=True)
class Transfer:
    """How far a download has come; `total_bytes` is None while unknown."""

    received_bytes: int
    total_bytes: int | None


@dataclass(frozen=True, slots=True)
class Callback:
    """What a provider posted to a callback URL: a hint, to be confirmed by a status call."""

    task_id: str
    succeeded: bool
    message: str
    videos: tuple[str, ...]
    raw: Mapping[str, Any]
