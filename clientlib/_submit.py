"""Creating something that costs credits: never twice.

A creation is repeated only after an outcome that makes it certain that nothing was accepted: no
connection was made, or the provider refused it in so many words (a rate limit, say). A lost
reply, a 5xx or a reply that cannot be read may each hide an accepted task: those end in
`AmbiguousSubmission`, with everything that is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from clientlib._codec import refuse
from clientlib._context import Context
from clientlib._errors import (
    AmbiguousSubmission,
    InvalidRequest,
    ProviderError,
    TaskNotFound,
    TransportFailure,
    VideoError,
)
from clientlib._exchange import asked
from clientlib._images import loaded
from clientlib._models import Order, Reply, Request, Snapshot
from clientlib._steps import Flow, T, Wait


@dataclass(slots=True)
class Track:
    """What a client remembers of one task. `submitted_at_s` is None for a resumed one, `options`
    are those it was made with, `upgrades` the better versions that are jobs of their own."""

    task_id: str
    submitted_at_s: float | None = None
    order: Order | None = None
    snapshot: Snapshot | None = None
    poll_after_s: float = 0.0
    options: object = None
    upgrades: dict[tuple[str, int], Track] = field(default_factory=dict)


def submit(context: Context, order: Order) -> Flow[Track]:
    """Check, load and submit an order."""
    context = context.speaking(order.options)
    provider = context.provider
    checked(context, order)
    order = yield from loaded(order)
    try:
        created = yield from create(context, provider.create(order), provider.read_created)
    except TaskNotFound as error:
        # There is no task yet that could be missing: it is the address that is unknown.
        raise InvalidRequest(
            f"Nothing is at this address; check base_url: {error.message}",
            code=error.code,
            request=error.request,
            reply=error.reply,
        ) from error
    return Track(created, context.now(), order, options=order.options)


def extend(context: Context, track: Track, prompt: str, **more: object) -> Flow[Track]:
    """Continue a finished video: a new task."""
    request = context.provider.extend(track.task_id, prompt, **more)
    created = yield from create(context, request, context.provider.read_created)
    return Track(created, context.now(), options=track.options)


def checked(context: Context, order: Order) -> None:
    """Refuse an order that cannot succeed, before any call is made."""
    wanted = context.provider.options
    if order.options is not None and not isinstance(order.options, wanted):
        raise TypeError(f"{context.provider.name} takes {wanted.__name__} as options")
    if not order.prompt.strip():
        raise refuse("prompt", "it is empty")
    if context.strict:
        context.provider.check(order)


def create(context: Context, request: Request, read: Callable[[Reply], T]) -> Flow[T]:
    """Send a creation and read what was created."""

    return (yield from once(context, request, lambda: asked(context, request, read)))


def once(context: Context, request: Request, call: Callable[[], Flow[T]]) -> Flow[T]:
    """Run a creating call, again only while nothing can have been accepted."""
    patience = context.patience()
    attempt = 0
    while True:
        attempt += 1
        sent_at_s = context.now()
        try:
            return (yield from call())
        except TransportFailure as failure:
            if failure.sent:
                raise _ambiguous(request, sent_at_s, failure) from failure
            error: VideoError = failure
        except ProviderError as answer:
            error = answer
            if not answer.refused:
                raise _ambiguous(request, sent_at_s, error) from error
        pause = patience.pause_s(attempt, error) if error.transient else None
        if pause is None:
            raise error
        yield Wait(pause)


def _ambiguous(request: Request, sent_at_s: float, cause: VideoError) -> AmbiguousSubmission:
    return AmbiguousSubmission(
        f"A task may have been created: {cause.message}",
        submitted_at_s=sent_at_s,
        code=cause.code,
        request=request,
        reply=cause.reply,
        retry_after_s=cause.retry_after_s,
    )
