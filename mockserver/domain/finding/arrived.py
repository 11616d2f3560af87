"""What arrived of each video: which of its bytes were sent undamaged, and in how many replies.

Ranges are put together. So a resumed download is whole, and a probe of two bytes is not a download.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from mockserver.domain.finding.evidence import Evidence, header
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.journal.journal import Exchange, Sent
from mockserver.domain.reply.statuses import is_success

PROBE_BYTES = 4096  # a client that asks for no more only tests whether a link works
_SPAN = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", re.ASCII)


class Part(Struct, frozen=True):
    """One reply with bytes of a video: those from `start` up to `stop` were sent.

    `whole`: everything that the reply promised was sent. `size_bytes` is the size of the video, or
    0 if it does not show.
    """

    entry: Exchange
    start: int
    stop: int
    whole: bool
    size_bytes: int


class Arrived(Struct, frozen=True):
    """One video, by its address: its parts, and every attempt to get it."""

    path: str
    task_id: str
    tries: tuple[Exchange, ...]
    parts: tuple[Part, ...]

    @property
    def size_bytes(self) -> int:
        """The size of the video; 0 if no reply shows it."""
        return max((part.size_bytes for part in self.parts), default=0)

    @property
    def got_bytes(self) -> int:
        """How many different bytes of the video were sent."""
        return sum(stop - start for start, stop in _joined(self.parts))

    @property
    def is_whole(self) -> bool:
        """Whether every byte of the video was sent."""
        return self.got_bytes == self.size_bytes > 0


def arrived(evidence: Evidence) -> tuple[Arrived, ...]:
    """Every video that a client asked for, with the bytes of it that were sent."""
    sent = evidence.sent()
    tries: dict[str, list[Exchange]] = {}
    for entry in evidence.exchanges("download", "content"):
        if entry.method != "HEAD" and (entry.call_phase == "download" or _is_video(entry, sent)):
            tries.setdefault(entry.path, []).append(entry)
    return tuple(
        Arrived(path, calls[0].task_id, tuple(calls), tuple(_parts(calls, sent)))
        for path, calls in tries.items()
    )


def failed_downloads(evidence: Evidence) -> dict[str, list[int]]:
    """By task, the calls for its videos that brought nothing or not all: a reason to ask anew."""
    sent = evidence.sent()
    failed: dict[str, list[int]] = {}
    for entry in evidence.exchanges("download", "content"):
        is_whole = entry.seq not in sent or sent[entry.seq].performed.whole
        if entry.status >= 400 or evidence.harmed(entry) or not is_whole:
            failed.setdefault(entry.task_id, []).append(entry.seq)
    return failed


def _is_video(entry: Exchange, sent: Mapping[int, Sent]) -> bool:
    """Whether a call for content was answered with a video; another answer only names the address."""
    found = sent.get(entry.seq)
    is_sound = found is not None and found.asset != ""
    return is_sound or header(entry, b"content-type").startswith("video/")


def _parts(calls: Iterable[Exchange], sent: Mapping[int, Sent]) -> Iterator[Part]:
    for entry in calls:
        found = sent.get(entry.seq)
        # A damaged video is sent as plain bytes; they do not count as the video's bytes.
        if found is None or not found.asset:
            continue
        whole, count = found.performed.whole, found.performed.sent_bytes
        promised = whole_number(header(entry, b"content-length"))
        if promised is not None:  # no client reads on behind the promised length
            count = min(count, promised)
        span = _SPAN.fullmatch(header(entry, b"content-range"))
        if span is not None:
            start = int(span[1])
            yield Part(entry, start, start + count, whole, int(span[3]))
        elif is_success(entry.status):
            yield Part(entry, 0, count, whole, count if whole else 0)


def _joined(parts: Iterable[Part]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, stop in sorted((part.start, part.stop) for part in parts):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        else:
            spans.append((start, stop))
    return spans
