"""What a client sees of the faults of the family stream: one function a fault."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.support.struck import Struck, chunks, said

Rule = dict[str, Any]
DONE = b"data: [DONE]\n\n"


def progress(raw: list[bytes]) -> list[float]:
    """Every percentage that a stream said."""
    found = [re.search(r"进度：([\d.]+)%", text) for text in said(raw)]
    return [float(match[1]) for match in found if match]


def clean(struck: Struck) -> list[bytes]:
    """The stream of an instant job without any fault; set no rule before."""
    raw = struck.events()
    assert raw[-1].endswith(DONE)
    assert len(progress(raw)) == 10
    return raw


def struck_events(struck: Struck, rule: Rule) -> list[bytes]:
    """The stream of an instant job under a rule that fires once."""
    struck.set(rule)
    raw = struck.events()
    assert struck.rule()["struck"] == 1, struck.rule()
    return raw


def until_it_breaks(struck: Struck) -> bytes:
    """What came of a stream before its connection broke."""
    came = b""
    with struck.stream() as reply, pytest.raises(httpx.TransportError):
        for piece in reply.iter_raw():
            came += piece
    return came


def stream_stall(struck: Struck, example: Rule) -> None:
    struck.set(example)
    raw, passed_ms = struck.turning(struck.events, "30s")
    assert passed_ms >= 600_000
    assert raw[-1].endswith(DONE)
    struck.control.clear_faults()
    struck.set(example | {"with": {}})
    with struck.client(timeout=0.3) as hasty:
        struck.http, patient = hasty, struck.http
        with pytest.raises(httpx.ReadTimeout):
            struck.events()
        struck.http = patient


def stream_cut(struck: Struck, example: Rule) -> None:
    struck.set(example)
    came = until_it_breaks(struck)
    assert "请耐心等待" in came.decode()
    assert "进度" not in came.decode()
    assert b"[DONE]" not in came


def stream_reset(struck: Struck, example: Rule) -> None:
    struck.set(example)
    with struck.stream() as reply, pytest.raises(httpx.ReadError, match="reset"):
        list(reply.iter_raw())


def stream_silent_end(struck: Struck, example: Rule) -> None:
    raw = struck_events(struck, example)
    assert b"[DONE]" not in b"".join(raw)
    assert all(chunk["choices"][0]["finish_reason"] is None for chunk in chunks(raw))
    assert any(".mp4" in text for text in said(raw))


def stream_error_event(struck: Struck, example: Rule) -> None:
    raw = struck_events(struck, example)
    (error,) = [chunk["error"] for chunk in chunks(raw) if "error" in chunk]
    assert error["code"] == "server_error"


def stream_malformed_event(struck: Struck, example: Rule) -> None:
    raw = struck_events(struck, example)
    with pytest.raises(json.JSONDecodeError):
        chunks(raw)
    assert raw[-1].endswith(DONE)


def stream_split_utf8(struck: Struck, example: Rule) -> None:
    raw = struck_events(struck, example)
    assert len(progress(raw)) == 10
    with pytest.raises(UnicodeDecodeError):
        for piece in raw:
            piece.decode()


def stream_joined_events(struck: Struck, example: Rule) -> None:
    raw = struck_events(struck, example)
    assert raw[0].count(b"data: ") == 5
    assert raw[-1].endswith(DONE)


def stream_split_event(struck: Struck, example: Rule) -> None:
    raw = struck_events(struck, example)
    assert len(progress(raw)) == 10
    assert raw[0] == b"data: {"


def stream_crlf(struck: Struck, example: Rule) -> None:
    raw = b"".join(struck_events(struck, example))
    assert raw.startswith(b": comment\r\ndata: {")
    assert raw.endswith(b"data: [DONE]\r\n\r\n")
    assert len(progress([raw])) == 10


def stream_heartbeats(struck: Struck, example: Rule) -> None:
    struck.set(example)
    raw, _ = struck.turning(lambda: struck.events("a cat"), "10s")
    assert b"".join(raw).count(b": keep-alive\n\n") == 3
    assert len(progress(raw)) == 10


def stream_duplicated(struck: Struck, example: Rule) -> None:
    usual = progress(clean(struck))
    levels = progress(struck_events(struck, example))
    assert len(levels) == len(usual) + 1
    assert len(set(levels)) == len(usual)


def stream_reordered(struck: Struck, example: Rule) -> None:
    levels = progress(struck_events(struck, example))
    assert levels != sorted(levels)
    assert len(set(levels)) == 10


def stream_progress_back(struck: Struck, example: Rule) -> None:
    levels = progress(struck_events(struck, example))
    assert levels.count(9.0) == 2
    assert levels[5] == 9.0


def stream_missing_role(struck: Struck, example: Rule) -> None:
    raw = struck_events(struck, example)
    assert all("role" not in chunk["choices"][0]["delta"] for chunk in chunks(raw))


def stream_missing_videos(struck: Struck, example: Rule) -> None:
    struck.set(example)
    raw = struck.events(n=3)
    assert len([text for text in said(raw) if ".mp4" in text]) == 2
    assert chunks(raw)[-1]["choices"][0]["finish_reason"] == "stop"


def stream_after_done(struck: Struck, example: Rule) -> None:
    raw = b"".join(struck_events(struck, example))
    after = raw.partition(DONE)[2]
    assert len(chunks([after])) == 2


def stream_content_filter(struck: Struck, example: Rule) -> None:
    raw = struck_events(struck, example)
    assert chunks(raw)[-1]["choices"][0]["finish_reason"] == "content_filter"
