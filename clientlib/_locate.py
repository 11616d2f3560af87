"""Finding where a finished video is, now and again when a URL has expired; better versions too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from clientlib._codec import UpgradesAreJobs, malformed, refuse
from clientlib._context import Context
from clientlib._exchange import asked
from clientlib._models import Reply, Request
from clientlib._polling import Later, refresh, succeeded, until_ready, wait
from clientlib._steps import Flow, T
from clientlib._submit import Track, create

CONTENT_EVERY_S, CONTENT_DEADLINE_S = 3.0, 60.0
"""A finished task's content may lag: clients of APIYI ask every 3 s, five times."""
UPGRADE_EVERY_S, UPGRADE_DEADLINE_S = 30.0, 1200.0
"""1080p takes 1 to 3 minutes, 4k 5 to 10; asking every 20 to 30 s is advised."""

VIDEO = {"accept": "video/mp4, video/*;q=0.9, */*;q=0.1"}
Find = Callable[[bool], Flow[Request]]
"""Where to download from; True asks the provider for a fresh address."""


@dataclass(frozen=True, slots=True)
class _Links:
    urls: tuple[str, ...]
    direct: Request | None = None


def find_video(context: Context, track: Track, index: int, deadline_s: float | None) -> Find:
    """The `index`-th video of a job; waits for the job first when it is still running."""

    def find(fresh: bool) -> Flow[Request]:
        snapshot = yield from wait(context, track, deadline_s)
        if snapshot.videos and not fresh:
            return _media(snapshot.videos, index)
        links = yield from until_ready(
            context,
            lambda: _ask(context, track),
            what=f"The content of {track.task_id}",
            every_s=CONTENT_EVERY_S,
            deadline_s=min(CONTENT_DEADLINE_S, deadline_s or CONTENT_DEADLINE_S),
        )
        return links.direct or _media(links.urls, index)

    return find


def find_upgrade(
    context: Context, track: Track, resolution: str, index: int, deadline_s: float | None
) -> Find:
    """A better version of a job's video; waits for the job, then for the version."""
    # Refused at once, not after the job has been waited for.
    if isinstance(context.provider, UpgradesAreJobs):
        context.provider.upgrade_job(track.task_id, resolution, index)
    else:
        context.provider.upgrade(track.task_id, resolution, index)

    def find(fresh: bool) -> Flow[Request]:
        yield from wait(context, track, deadline_s)
        urls = yield from upgraded(context, track, resolution, index, deadline_s)
        return _media(urls, 0)

    return find


def find_url(url: str) -> Find:
    """A plain URL; a fresh one cannot be had."""

    def find(fresh: bool) -> Flow[Request]:
        yield from ()
        return _media((url,), 0)

    return find


def upgraded(
    context: Context, track: Track, resolution: str, index: int, deadline_s: float | None
) -> Flow[tuple[str, ...]]:
    """Order a better version, which asking for it does, and ask until it is there."""
    if isinstance(context.provider, UpgradesAreJobs):
        request = context.provider.upgrade_job(track.task_id, resolution, index)
        return (yield from _made(context, track, (resolution, index), request, deadline_s))
    asking = context.provider.upgrade(track.task_id, resolution, index)
    portrait = track.order is not None and track.order.aspect == "9:16"
    if context.strict and resolution == "1080p" and portrait:
        raise refuse("resolution", "1080p is made of 16:9 videos only")  # [seed 001]

    return (
        yield from until_ready(
            context,
            lambda: _later(asked(context, asking.request, asking.read)),
            what=f"The {resolution} version of {track.task_id}",
            every_s=UPGRADE_EVERY_S,
            deadline_s=UPGRADE_DEADLINE_S if deadline_s is None else deadline_s,
        )
    )


def _made(
    context: Context,
    track: Track,
    which: tuple[str, int],
    request: Request,
    deadline_s: float | None,
) -> Flow[tuple[str, ...]]:
    """Make a better version as a job: once, since each one is paid; later its links are read anew."""
    better = track.upgrades.get(which)
    if better is None:
        created = yield from create(context, request, context.provider.read_created)
        better = track.upgrades[which] = Track(created, context.now(), options=track.options)
    elif better.snapshot is not None and better.snapshot.status.terminal:
        yield from refresh(context, better)
    limit_s = UPGRADE_DEADLINE_S if deadline_s is None else deadline_s
    return (yield from wait(context, better, limit_s)).videos


def _later(flow: Flow[T]) -> Flow[T | Later]:
    """A flow that never says `Later` where one is wanted that may."""
    return (yield from flow)


def _ask(context: Context, track: Track) -> Flow[_Links | Later]:
    provider = context.provider
    asking = provider.content(track.task_id)
    request = asking.request if asking else provider.poll(track.task_id)

    def read(reply: Reply) -> _Links:
        if asking is None:
            # A job that has succeeded and then failed after all will never name its video.
            urls = succeeded(provider.read_task(reply, track.task_id)).videos
        elif reply.status == 200 and reply.is_media:
            # The reply is the video itself, so it is fetched from here, with the key.
            return _Links((), replace(request, headers=VIDEO))
        else:
            urls = asking.read(reply)
        if not urls:
            raise malformed(reply, "The task is complete and names no video")
        return _Links(urls)

    return (yield from asked(context, request, read))


def _media(urls: tuple[str, ...], index: int) -> Request:
    if not 0 <= index < len(urls):
        raise refuse("index", f"{index} is not one of the {len(urls)} videos")
    return Request("GET", urls[index], headers=VIDEO, to_provider=False)
