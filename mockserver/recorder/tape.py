"""Reads tapes: HAR files of Reelmock, browsers, proxies and other tools."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import number, whole_number
from mockserver.domain.provider.judging import json_of
from mockserver.domain.reply.reply import Headers
from mockserver.recorder.har import OURS, VERSION, Kind, Piece


class TapeEntry(Struct, frozen=True):
    """One exchange on a tape, our own or another tool's. Times are epoch milliseconds."""

    number: int
    kind: Kind
    method: str
    url: str
    started_ms: float
    took_ms: float
    request_headers: Headers
    request_body: bytes
    status: int
    headers: Headers
    body: bytes
    pieces: tuple[Piece, ...] = ()
    ended: str = "whole"

    @property
    def ended_ms(self) -> float:
        """When its reply was complete."""
        return self.started_ms + self.took_ms

    @property
    def is_answered(self) -> bool:
        """Whether a whole reply came."""
        return bool(self.status) and self.ended == "whole"

    def asks(self, body: bytes) -> bool:
        """Whether its request has the same body, as JSON where both are."""
        said, taped = json_of(body), json_of(self.request_body)
        return said == taped if said is not None else body == self.request_body

    @property
    def path(self) -> str:
        """The path of its URL."""
        return urlsplit(self.url).path

    def __str__(self) -> str:
        return f"entry {self.number} ({self.method} {self.path}, HTTP {self.status})"


def read_tape(path: Path) -> tuple[TapeEntry, ...]:
    """The exchanges of a HAR file, the earliest first. Raises BadInput."""
    log = read_log(path)["log"]
    entries = [_read(path, place, raw) for place, raw in enumerate(log["entries"])]
    return tuple(sorted(entries, key=lambda entry: (entry.started_ms, entry.number)))


def read_log(path: Path) -> dict[str, Any]:
    """A HAR file as JSON, of a version that is known. Raises BadInput."""
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise BadInput("tape", str(path), f"a readable file ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise BadInput("tape", str(path), f"a HAR file, which is JSON ({error})") from None
    log = document.get("log") if isinstance(document, dict) else None
    if not isinstance(log, dict) or not isinstance(log.get("entries"), list):
        raise BadInput("tape", str(path), "a HAR file, which has log.entries")
    version = str(log.get("version") or "1.1")  # HAR 1.2: an empty one means 1.1
    if version not in ("1.1", VERSION):
        raise BadInput("tape: log.version", version, "1.1 or 1.2")
    return dict(document)


def _read(path: Path, place: int, raw: Any) -> TapeEntry:
    try:
        request, response, ours = raw["request"], raw["response"], raw.get(OURS) or {}
        return TapeEntry(
            place,
            ours.get("kind", "call"),
            str(request["method"]).upper(),
            str(request["url"]),
            datetime.fromisoformat(str(raw["startedDateTime"])).timestamp() * 1000,
            max(number(raw.get("time")) or 0.0, 0.0),
            _read_headers(request),
            str((request.get("postData") or {}).get("text") or "").encode(),
            whole_number(response["status"]) or 0,
            _read_headers(response),
            _content(response.get("content") or {}),
            msgspec.convert(
                [{"at_ms": at, "end": end} for at, end in ours.get("pieces", ())], tuple[Piece, ...]
            ),
            str(ours.get("ended", "whole")),
        )
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError) as error:
        field = f"tape: log.entries[{place}]"
        raise BadInput(field, str(path), f"an entry of HAR ({error!r})") from None


def _read_headers(message: dict[str, Any]) -> Headers:
    pairs = message.get("headers") or ()
    return tuple(
        (str(h["name"]).lower().encode("latin-1"), str(h["value"]).encode()) for h in pairs
    )


def _content(content: dict[str, Any]) -> bytes:
    text = str(content.get("text") or "")
    return b64decode(text) if content.get("encoding") == "base64" else text.encode()
