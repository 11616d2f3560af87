"""The error tree. Catch the highest name that says what you want to handle.

VideoError
├── UnsupportedRequest      the provider cannot do this; no call was made
├── TransportFailure        no reply: refused, reset, timed out, name not found
├── ProviderError           the provider replied, and not with what was asked for
│   ├── InvalidRequest          it found fault with a field, the prompt or an image
│   ├── AuthenticationFailed    the key is missing, unknown or revoked
│   ├── PermissionRefused       the key may not do this
│   ├── InsufficientCredit      the balance does not cover it
│   ├── RateLimited             too many requests; `retry_after_s` says when, if told
│   ├── TaskNotFound            it does not know the task
│   │   └── RecordExpired           it knew the task and keeps it no longer
│   ├── NotReady                the task exists, what was asked for does not yet
│   ├── Redirected              it points elsewhere; the key is not taken there
│   ├── ProviderUnavailable     it is broken, overloaded or under maintenance
│   └── MalformedReply          the reply cannot be read, or contradicts itself
├── AmbiguousSubmission     nobody can say whether a task was created; see `cause` and `reply`
├── JobError                the provider ended the job
│   ├── JobFailed               generation failed
│   └── JobExpired              the job, or its record, is gone
├── DeadlineExceeded        it took longer than the caller allowed; the last error is its cause
├── StreamInterrupted       a live stream ended without its end; carries what had come
├── DownloadError           there is no video on the disk
│   ├── MediaGone               the media host has it no longer, under any fresh URL
│   └── BrokenMedia             what came is not a complete video
└── CallbackError           a callback that must not be believed
    ├── BadSignature            unsigned, or signed with another key
    ├── StaleCallback           its timestamp is outside the tolerance
    └── MalformedCallback       its body cannot be read
"""

from __future__ import annotations

from typing import Any

from clientlib._models import Failure, Reply, Request, Snapshot


class VideoError(Exception):
    """Root of everything this client raises on purpose.

    `code` and `message` are the provider's own, `request` is what was being asked (it never holds
    the key), `retry_after_s` is how long the provider asked to wait, if it did. `retry_safe` says
    whether doing the same again is certain not to spend credits twice; `transient`, whether it
    has a chance of a better end.
    """

    transient: bool = False
    retry_safe: bool = True

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        request: Request | None = None,
        reply: Reply | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.request = request
        self.reply = reply
        self.retry_after_s = retry_after_s

    @property
    def status(self) -> int | None:
        """The HTTP status, where there was a reply."""
        return self.reply.status if self.reply else None

    def __str__(self) -> str:
        told = [f"HTTP {self.status}"] if self.status else []
        told += [f"code {self.code}"] if self.code else []
        told += [str(self.request)] if self.request else []
        return f"{self.message} ({', '.join(told)})" if told else self.message


class UnsupportedRequest(VideoError, ValueError):
    """The provider's documents rule this out; `parameter` names the argument to change."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter = parameter
        self.reason = reason


class TransportFailure(VideoError):
    """No reply came. `sent` is false only when it is certain that no byte of the request left.

    It is not transient if another try cannot end otherwise: a URL that is none, or a certificate
    that is not trusted.
    """

    transient = True

    def __init__(
        self,
        message: str,
        *,
        sent: bool,
        request: Request | None = None,
        transient: bool = True,
    ) -> None:
        super().__init__(message, request=request)
        self.sent = sent
        self.transient = transient


class ProviderError(VideoError):
    """The provider replied with something else. `refused` says whether that reply makes it
    certain that nothing was accepted, which is what allows a creation to be repeated."""

    refused: bool = True


class InvalidRequest(ProviderError):
    """Repeating it unchanged is useless."""


class AuthenticationFailed(ProviderError):
    """Check the key, and that it belongs to this base URL."""


class PermissionRefused(ProviderError):
    """The key is known but may not do this."""


class InsufficientCredit(ProviderError):
    """Top up; nothing was accepted."""


class RateLimited(ProviderError):
    """The request was turned away, not queued. The client has already waited and tried again."""

    transient = True


class TaskNotFound(ProviderError):
    """The provider does not know the task: wrong id, other account, or too long ago."""


class RecordExpired(TaskNotFound):
    """The provider says outright that it keeps such records no longer."""


class NotReady(ProviderError):
    """Ask again later."""

    transient = True


class Redirected(ProviderError):
    """Requests with a key are not redirected: that would show the key to another host. After a
    creation only 307 and 308 say that nothing was done; 303 says the opposite.
    """

    transient = True

    @property
    def refused(self) -> bool:  # type: ignore[override]
        """Whether the request was passed on untouched."""
        return self.status in (307, 308)


class ProviderUnavailable(ProviderError):
    """Nothing is known about what the provider did before it broke."""

    transient = True
    refused = False


class MalformedReply(ProviderError):
    """The reply has no body that could be read as documented."""

    transient = True
    refused = False


class AmbiguousSubmission(VideoError):
    """A creation was sent and its outcome is unknown: a task may exist and may cost credits.

    The client never repeats it. `reply` holds whatever came back, `__cause__` what went wrong,
    `submitted_at_s` when (unix seconds), to look for the task on the provider's own pages.
    """

    retry_safe = False

    def __init__(self, message: str, *, submitted_at_s: float, **told: Any) -> None:
        super().__init__(message, **told)
        self.submitted_at_s = submitted_at_s


class JobError(VideoError):
    """The job ended without a video; `snapshot` is its last state."""

    def __init__(self, message: str, snapshot: Snapshot, **told: Any) -> None:
        super().__init__(message, **told)
        self.snapshot = snapshot


class JobFailed(JobError):
    """Generation failed. All three providers give the credits back, so trying again is safe."""


class JobExpired(JobError):
    """The provider no longer has the job."""


class DeadlineExceeded(VideoError):
    """Waiting stopped, the job did not: `Client.resume(task_id)` picks it up again."""

    def __init__(self, message: str, *, snapshot: Snapshot | None = None, **told: Any) -> None:
        super().__init__(message, **told)
        self.snapshot = snapshot


class StreamInterrupted(VideoError):
    """A stream ended without its terminal event. `events` came before, `videos` among them,
    `failures` if it told of any. The task behind it may still be running and may be charged."""

    retry_safe = False

    def __init__(
        self,
        message: str,
        *,
        events: tuple[Any, ...],
        videos: tuple[str, ...],
        failures: tuple[Failure, ...] = (),
        **told: Any,
    ) -> None:
        super().__init__(message, **told)
        self.events = events
        self.videos = videos
        self.failures = failures


class DownloadError(VideoError):
    """No file was left behind, neither under the final name nor under a temporary one."""


class MediaGone(DownloadError):
    """The URL expired and the provider has no better one."""


class BrokenMedia(DownloadError):
    """The bytes were complete as sent, yet are no complete video."""


class CallbackError(VideoError):
    """Do not act on this callback."""


class BadSignature(CallbackError):
    """The signature is missing or does not match."""


class StaleCallback(CallbackError):
    """The timestamp is too old, or too far ahead."""


class MalformedCallback(CallbackError):
    """The body is not one this provider sends."""
