"""Gives a taped text a new job's id, new times, and links to this server."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from string import hexdigits

from msgspec import Struct

from mockserver.domain.chance.chance import digest
from mockserver.domain.input.quantity import whole_number
from mockserver.recorder.media import LINK

HOUR_MS, MONTH_MS = 3_600_000, 31 * 86_400_000
_MOMENT = re.compile(
    r'("[\w-]*(?:[tT]ime|[tT]imestamp|created|[eE]xpires?|[cC]ompleted|[sS]tarted|_at|At|[dD]ate)'
    r'[\w-]*"\s*:\s*"?)(\d{13}|\d{10}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?Z?)(?=["\s,}\]])',
    re.ASCII,
)
_ID = re.compile(r"[A-Za-z]+|\d+")


class Shift(Struct, frozen=True):
    """How moments of a tape become moments of a sandbox, all in epoch milliseconds. Moments within
    the job are stretched. Moments before and after it are moved.
    """

    taped_begin_ms: float
    taped_end_ms: float
    begin_ms: float
    end_ms: float

    def moved(self, taped_ms: float) -> float:
        """The same moment of the new job."""
        if taped_ms <= self.taped_begin_ms:
            return self.begin_ms + (taped_ms - self.taped_begin_ms)
        if taped_ms >= self.taped_end_ms:
            return self.end_ms + (taped_ms - self.taped_end_ms)
        share = (taped_ms - self.taped_begin_ms) / (self.taped_end_ms - self.taped_begin_ms)
        return self.begin_ms + share * (self.end_ms - self.begin_ms)

    def concerns(self, taped_ms: float) -> bool:
        """Whether a number can be a moment of the job: from an hour before it to a month after it."""
        return self.taped_begin_ms - HOUR_MS <= taped_ms <= self.taped_end_ms + MONTH_MS


def fresh_id(taped: str, seed: str) -> str:
    """An id of the same look that depends on the seed: the word that it begins with stays."""
    first, dash, _ = taped.partition("-")
    is_word = dash and not set(first) <= set(hexdigits)  # a UUID begins with digits as it goes on
    at = max(len(first) + 1 if is_word else 0, taped.rfind("_") + 1)
    chance = iter(digest(seed, taped, size_bytes=64) * 4)

    def other(found: re.Match[str]) -> str:
        return "".join(_like(char, next(chance)) for char in found[0])

    return taped[:at] + _ID.sub(other, taped[at:])


def _like(char: str, chance: int) -> str:
    if char.isdigit():
        return str(chance % 10)
    letters = "abcdef" if char in "abcdef" else "ABCDEF" if char in "ABCDEF" else ""
    if not letters:
        letters = "ghijklmnopqrstuvwxyz" if char.islower() else "GHJKMNPQRSTVWXYZ"
    return letters[chance % len(letters)]


def rewriter(
    ids: Mapping[str, str], links: Callable[[str], str], shift: Shift
) -> Callable[[bytes], bytes]:
    """A function that gives a taped text its new values."""

    def moment(found: re.Match[str]) -> str:
        return found[1] + _moved(found[2], shift)

    def link(found: re.Match[bytes]) -> bytes:
        taped = found[0].decode("latin-1")
        new = links(taped.replace("\\/", "/"))
        return new.replace("/", "\\/").encode() if "\\/" in taped else new.encode()

    def rewritten(text: bytes) -> bytes:
        text = LINK.sub(link, text)
        for taped, new in ids.items():
            text = text.replace(taped.encode(), new.encode())
        return _MOMENT.sub(moment, text.decode("utf-8", "surrogateescape")).encode(
            "utf-8", "surrogateescape"
        )

    return rewritten


def _moved(text: str, shift: Shift) -> str:
    """A moment as text, moved. A text that cannot be a moment of the job stays."""
    if text.isdigit():
        unit = 1 if len(text) == 13 else 1000
        taped_ms: float = (whole_number(text) or 0) * unit
        return str(round(shift.moved(taped_ms)) // unit) if shift.concerns(taped_ms) else text
    try:
        taped = datetime.fromisoformat(text.replace("Z", "")).replace(tzinfo=UTC)
    except ValueError:
        return text
    taped_ms = taped.timestamp() * 1000
    if not shift.concerns(taped_ms):
        return text
    moved = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=shift.moved(taped_ms))
    spec = "seconds" if "." not in text else "milliseconds"
    return moved.replace(tzinfo=None).isoformat(text[10], spec) + ("Z" if text[-1] == "Z" else "")
