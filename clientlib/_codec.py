"""What the codec of a provider does, and the reading that all codecs share.

A codec is pure: records in, requests out; replies in, records or errors out. It performs nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar, runtime_checkable

from clientlib import _errors as errors
from clientlib._models import Callback, Order, Pace, Price, Reply, Request, Snapshot

T = TypeVar("T")
BEYOND: Final = 10**18
INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
NUMBER: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{0,18})?")
"""What counts as a number: int() and float() read more than that, and raise over much of it."""


@dataclass(frozen=True, slots=True)
class Asking(Generic[T]):
    """A request, and how the reply to it is read."""

    request: Request
    read: Callable[[Reply], T]


class Provider(Protocol):
    """A provider's codec. An unexpected reply raises a `ProviderError`."""

    name: ClassVar[str]
    base_url: ClassVar[str]
    key_header: ClassVar[str]
    pace: ClassVar[Pace]
    options: ClassVar[type]
    signs_callbacks: ClassVar[bool]

    def authorization(self, key: str) -> str:
        """The value of the header `key_header`, or of the parameter `key_query` if there is one."""
        ...

    def check(self, order: Order) -> None:
        """Refuse what the documents do not allow. Raises `UnsupportedRequest`."""
        ...

    def price(self, order: Order) -> Price:
        """The price of the order."""
        ...

    def create(self, order: Order) -> Request:
        """The request that submits an order; its files were read before."""
        ...

    def read_created(self, reply: Reply) -> str:
        """The task id."""
        ...

    def poll(self, task_id: str) -> Request:
        """The request that asks for a task."""
        ...

    def read_task(self, reply: Reply, task_id: str) -> Snapshot:
        """The task as the reply describes it."""
        ...

    def content(self, task_id: str) -> Asking[tuple[str, ...]] | None:
        """How to ask for the video's place; None if the task itself names it."""
        ...

    def upgrade(self, task_id: str, resolution: str, index: int) -> Asking[tuple[str, ...]]:
        """How to order a better version and ask for its URLs, which is the same call. Reading
        raises `NotReady` while it is being made. `UnsupportedRequest` if the provider has no such
        call.
        """
        ...

    def extend(self, task_id: str, prompt: str, **more: Any) -> Request:
        """The request that continues a video; `UnsupportedRequest` if the provider has no such
        call.
        """
        ...

    def stream(self, order: Order, n: int) -> Asking[None]:
        """How to ask for a live stream. Reading also accepts a whole completion, and raises what
        any other reply says. `UnsupportedRequest` if the provider has no streams.
        """
        ...

    def read_callback(self, body: Mapping[str, Any]) -> Callback:
        """What a callback says; raises `MalformedCallback`."""
        ...


@runtime_checkable
class KeyInQuery(Protocol):
    """A codec whose provider takes the key as a query parameter, not in `key_header`."""

    key_query: ClassVar[str]


@runtime_checkable
class SeveralApis(Protocol):
    """A codec whose provider has more than one API for the same videos."""

    def by_options(self, options: object) -> Provider:
        """The codec that a job with these options speaks; None stands for none given."""
        ...


@runtime_checkable
class KeepsImages(Protocol):
    """A codec whose provider keeps an image under a link that its jobs take."""

    def upload(self, image: bytes, is_the_providers_own: bool) -> Asking[str]:
        """How to send the image and read its link. A provider's own host may be another one for
        this call; whatever else the client calls has both."""
        ...


@runtime_checkable
class UpgradesAreJobs(Protocol):
    """A codec whose better versions are jobs with ids of their own."""

    def upgrade_job(self, task_id: str, resolution: str, index: int) -> Request:
        """The request that creates such a job; each one is paid."""
        ...


def json_object(reply: Reply) -> dict[str, Any]:
    """The reply's body as a JSON object. Raises `MalformedReply`.

    A body that was cut short is still taken when what came is a whole object.
    """
    try:
        # Python's reader takes deep nesting on the stack, hence RecursionError.
        body = json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        cut = "" if reply.complete else f"; the body was cut short: {reply.cut_by}"
        raise malformed(reply, f"The body is no JSON{cut}") from error
    if not isinstance(body, dict):
        raise malformed(reply, f"The body is a JSON {type(body).__name__}, not an object")
    return body


def malformed(reply: Reply, why: str) -> errors.MalformedReply:
    """The error for a reply that no document describes."""
    return errors.MalformedReply(why, reply=reply)


BY_STATUS: Mapping[int, type[errors.ProviderError]] = {
    400: errors.InvalidRequest,
    401: errors.AuthenticationFailed,
    402: errors.InsufficientCredit,
    403: errors.PermissionRefused,
    404: errors.TaskNotFound,
    # 408: nothing says that the request had no effect.
    408: errors.ProviderUnavailable,
    429: errors.RateLimited,
}


def by_status(status: int) -> type[errors.ProviderError]:
    """The kind of error that an HTTP status means if the body tells nothing."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    if 300 <= status < 400:
        return errors.Redirected
    if 400 <= status < 500:
        return errors.InvalidRequest
    return errors.ProviderUnavailable if status >= 500 else errors.MalformedReply


Classify = Callable[[int, str | None, str, str], type[errors.ProviderError]]
"""(HTTP status, provider's code, its type, its message) -> the kind of error."""


def refuse_unless_ok(reply: Reply, classify: Classify) -> None:
    """Raise what a reply in the OpenAI shape, `{"error": {code, message, type}}`, says.

    An `error` object counts under HTTP 200 as well.
    """
    try:
        body = json_object(reply)
    except errors.MalformedReply:
        if reply.is_success:
            raise
        body = {}
    told = body.get("error")
    if reply.is_success and not (isinstance(told, dict) and "id" not in body):
        return
    told = told if isinstance(told, dict) else {"message": told}
    code = text(told.get("code"))
    message = text(told.get("message")) or f"HTTP {reply.status} without a reason"
    kind = classify(reply.status, code, text(told.get("type")) or "", message)
    raise kind(message, code=code, reply=reply)


def text(value: object) -> str | None:
    """A provider's value as text; None if it is empty or not a scalar."""
    if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
        return str(value)
    return None


def integer(value: object) -> int | None:
    """A provider's integer; some providers write it as text."""
    if isinstance(value, str) and INTEGER.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < BEYOND else None


def decimal(written: str) -> float | None:
    """A number in one of its usual forms; None for anything else."""
    return float(written) if NUMBER.fullmatch(written) else None


def percent(value: object) -> float | None:
    """A progress between 0 and 100, from a number or from text such as `50%`."""
    if isinstance(value, str):
        value = decimal(value.strip().removesuffix("%"))
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < BEYOND:
        return None
    return min(100.0, max(0.0, value))


def links(value: object) -> tuple[str, ...]:
    """Media URLs from a list, one string, or a list that was written as a string."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return ()
    return tuple(v for v in value if isinstance(v, str) and v.startswith(("http://", "https://")))


def same_task(reply: Reply, asked: str, told: object) -> None:
    """Refuse a reply about another task. A reply without an id is accepted."""
    if isinstance(told, str) and told and told != asked:
        raise malformed(reply, f"Asked for task {asked}, the reply is about {told}")


def refuse(parameter: str, reason: str) -> errors.UnsupportedRequest:
    """The error for what a provider cannot do."""
    return errors.UnsupportedRequest(parameter, reason)
