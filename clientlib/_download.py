"""Saves a video: resumes it where it broke off, checks it, and puts it in place only if it is whole.

    find ──► open ──► read … ──► inspect ──► commit
      ▲        │        │           │
      │        │        │           └─ truncated or broken: again, from the start
      │        │        └─ broke off: again, with Range, if the file is still the same
      └────────┴─ 401 403 404 410: the URL has expired, a fresh one is asked for

The key goes to the provider only. A media URL is opened without it, and so is every redirect.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

from clientlib._context import Context
from clientlib._errors import (
    BrokenMedia,
    DownloadError,
    MediaGone,
    ProviderUnavailable,
    RateLimited,
    TransportFailure,
    VideoError,
)
from clientlib._exchange import located, read_reply
from clientlib._locate import Find
from clientlib._models import Head, Request, Transfer
from clientlib._mp4 import Verdict
from clientlib._part import Part
from clientlib._retry import Patience, past_deadline
from clientlib._steps import Do, Flow, Open, Read, Wait

DEADLINE_S: Final = 600.0
LIMIT_BYTES: Final = 4 * 1024**3
REDIRECTS, RENEWALS, REPEATS = 5, 5, 2
RENEWAL_PAUSE_S: Final = 3.0
EXPIRED: Final = (401, 403, 404, 410)
_SIZE: Final = re.compile(r"[0-9]{1,18}")
CONTENT_RANGE: Final = re.compile(
    r"bytes\s+(?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)", re.IGNORECASE
)

OnTransfer = Callable[[Transfer], None]


@dataclass(slots=True)
class _Media:
    """What is known about the file at the server."""

    source: Request
    part: Part
    etag: str = ""
    total_bytes: int | None = None
    resumable: bool = True

    def forget(self) -> None:
        """Start again, because the part on the disk belongs to another file."""
        self.part.restart()
        self.etag, self.total_bytes, self.resumable = "", None, True


class _Expired(VideoError):
    """The URL no longer works."""


class _Restart(VideoError):
    """The part on the disk and the file at the server do not fit together."""

    transient = True


@dataclass(slots=True)
class _Tally:
    """Tries so far, by what went wrong."""

    attempts: int = 0
    renewals: int = 0
    repeats: int = 0


def save(
    context: Context,
    find: Find,
    path: Path,
    on_transfer: OnTransfer | None = None,
    deadline_s: float | None = None,
) -> Flow[Path]:
    """Download to `path` and replace the file there. If it fails, no file is left behind."""
    part = Part(path)
    try:
        source = yield from find(False)
        # The file's own deadline starts once there is something to download.
        limit_s = DEADLINE_S if deadline_s is None else deadline_s
        policy = replace(context.retry, total_s=limit_s)
        patience = Patience.begin(policy, context.now, context.dice)
        yield Do(part.open)
        yield from _fill(context, _Media(source, part), find, patience, on_transfer)
        yield Do(part.commit)
        return path
    finally:
        part.discard()


def _fill(
    context: Context, media: _Media, find: Find, patience: Patience, told: OnTransfer | None
) -> Flow[None]:
    tally = _Tally()
    while True:
        had_bytes = media.part.size_bytes
        try:
            yield from _attempt(context, media, patience, told)
            yield from _inspected(media)
            return
        except _Expired as error:
            tally.renewals += 1
            if tally.renewals > RENEWALS:
                raise MediaGone(error.message, request=media.source, reply=error.reply) from error
            # The first renewal is immediate; a host that lags behind gets time after that.
            if tally.renewals > 1:
                yield Wait(RENEWAL_PAUSE_S * (tally.renewals - 1))
            media.source = yield from find(True)
            continue
        except BrokenMedia as error:
            tally.repeats += 1
            if tally.repeats > REPEATS:
                raise
            media.forget()
            failure: VideoError = error
        except (TransportFailure, RateLimited, ProviderUnavailable, _Restart) as error:
            failure = error
        # A try that brought something starts the count again: the deadline still holds.
        lasting = not isinstance(failure, BrokenMedia | _Restart)
        progressed = lasting and media.part.size_bytes > had_bytes
        tally.attempts = 1 if progressed else tally.attempts + 1
        hopeless = isinstance(failure, TransportFailure) and not failure.transient
        pause_s = None if hopeless else patience.pause_s(tally.attempts, failure)
        if pause_s is None:
            raise _given_up(media, patience, failure) from failure
        yield Wait(pause_s)


def _given_up(media: _Media, patience: Patience, failure: VideoError) -> VideoError:
    if isinstance(failure, BrokenMedia):
        return failure
    if patience.now() >= patience.until_s:
        return past_deadline("The download took too long", failure)
    return DownloadError(
        f"The download failed after {media.part.size_bytes} bytes: {failure.message}",
        request=media.source,
        reply=failure.reply,
        retry_after_s=failure.retry_after_s,
    )


def _attempt(
    context: Context, media: _Media, patience: Patience, told: OnTransfer | None
) -> Flow[None]:
    """Sends one request, and appends as much of its body as comes."""
    head = yield from _open(media)
    if head.status not in (200, 206):
        whole = yield from _refused(context, media, head)
        if whole:
            return
    _agree(media, head)
    while (chunk := (yield Read())) is not None:
        yield Do(partial(media.part.write, chunk))
        size, total = media.part.size_bytes, media.total_bytes
        if told:
            told(Transfer(size, total))
        if size > LIMIT_BYTES or (total is not None and size > total):
            media.forget()
            raise _Restart(f"more bytes came than the {total or LIMIT_BYTES} there are")
        if patience.now() > patience.until_s:
            raise past_deadline("The download took too long", None, request=media.source)
    if media.total_bytes is not None and media.part.size_bytes < media.total_bytes:
        missing = media.total_bytes - media.part.size_bytes
        raise TransportFailure(f"{missing} bytes are missing", sent=True, request=media.source)


def _open(media: _Media) -> Flow[Head]:
    """Open the source at the right place; redirects are followed by hand, without the key."""
    headers = dict(media.source.headers)
    if media.part.size_bytes and not media.resumable:
        media.forget()
    if media.part.size_bytes:
        headers["range"] = f"bytes={media.part.size_bytes}-"
        if media.etag:
            headers["if-range"] = media.etag
    request = replace(media.source, headers=headers)
    for _ in range(REDIRECTS + 1):
        head: Head = yield Open(request)
        if head.status not in (301, 302, 303, 307, 308):
            return head
        target = urljoin(request.url, head.headers.get("location", ""))
        if urlsplit(request.url).scheme == "https" and urlsplit(target).scheme != "https":
            raise DownloadError("The media host redirects from https to http", request=request)
        request = replace(request, url=target, to_provider=False)
    raise DownloadError(f"More than {REDIRECTS} redirects", request=media.source)


def _agree(media: _Media, head: Head) -> None:
    """Check that the reply continues the part on the disk; if not, begin again."""
    tag = head.headers.get("etag", "")
    if head.status == 200:
        if media.part.size_bytes:
            media.forget()
        encoded = head.headers.get("content-encoding", "identity") not in ("", "identity")
        length = head.headers.get("content-length", "")
        media.total_bytes = int(length) if _SIZE.fullmatch(length) and not encoded else None
        # A weak tag cannot vouch for bytes, and If-Range refuses it.
        media.etag = "" if tag.startswith("W/") else tag
        media.resumable = not encoded
        return
    found = CONTENT_RANGE.fullmatch(head.headers.get("content-range", "").strip())
    start = int(found[1]) if found and found[1] else None
    total = int(found[3]) if found and found[3] != "*" else media.total_bytes
    changed = bool(media.etag) and bool(tag) and tag != media.etag
    if start != media.part.size_bytes or changed or media.total_bytes not in (None, total):
        media.forget()
        raise _Restart("the rest that is offered does not fit what is there")
    media.total_bytes = total


def _refused(context: Context, media: _Media, head: Head) -> Flow[bool]:
    """Raise the error of a status other than 200 and 206. True if the file is already whole."""
    reply = yield from read_reply(context, head)
    if head.status == 416:
        found = CONTENT_RANGE.fullmatch(head.headers.get("content-range", "").strip())
        if found and found[3] == str(media.part.size_bytes):
            return True
        media.forget()
        raise _Restart("the media host has nothing more", reply=reply)
    message = f"The media host answers HTTP {head.status}"
    if head.status in EXPIRED:
        raise _Expired(message, reply=reply)
    if head.status == 429:
        raise located(context, RateLimited(message, reply=reply), media.source)
    # Another success, such as 202, says that the video may come later.
    if head.status >= 500 or head.status // 100 == 2 or head.status in (408, 425):
        raise located(context, ProviderUnavailable(message, reply=reply), media.source)
    raise DownloadError(message, request=media.source, reply=reply)


def _inspected(media: _Media) -> Flow[None]:
    found = yield Do(media.part.inspect)
    if found.verdict is not Verdict.COMPLETE:
        raise BrokenMedia(f"Not a whole video: {found.reason}", request=media.source)
