"""What a client sees of the faults of the family stream: one function a fault."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.support.some import some
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


def alike(texts: list[str]) -> list[str]:
    """Texts of two streams to compare: each job has links and percentages of its own."""
    without = [re.sub(r"https?://\S+?\.mp4", "LINK.mp4", text) for text in texts]
    return [re.sub(r"[\d.]+%", "N%", text) for text in without]


def roles(raw: list[bytes]) -> list[str | None]:
    """Who each chunk says is speaking."""
    return [chunk["choices"][0]["delta"].get("role") for chunk in chunks(raw)]


def _parses(event: bytes) -> bool:
    text = event.removeprefix(b"data: ")
    try:
        return text == b"[DONE]" or bool(json.loads(text))
    except ValueError:
        return False


def stream_stall(struck: Struck, example: Rule) -> None:
    usual = said(clean(struck))
    struck.set(example)
    raw = struck.held(struck.events, 600_000)
    assert alike(said(raw)) == alike(usual)
    assert raw[-1].endswith(DONE)
    struck.control.clear_faults()
    struck.set(example | {"with": {}})
    came = b""
    with struck.client(timeout=0.3) as hasty:
        struck.http, patient = hasty, struck.http
        with struck.stream() as reply, pytest.raises(httpx.ReadTimeout):
            for piece in reply.iter_raw():
                came += piece
        struck.http = patient
    assert alike(said([came])) == alike(usual)[: len(said([came]))]
    assert len(progress([came])) == 10
    assert b".mp4" not in came


def stream_cut(struck: Struck, example: Rule) -> None:
    usual = alike(said(clean(struck)))
    struck.set(example)
    came = until_it_breaks(struck)
    before = [text for text in usual if "进度" not in text and ".mp4" not in text]
    assert alike(said([came])) == usual[: len(said([came]))]
    assert len(said([came])) == usual.index(next(t for t in usual if "进度" in t)) > 0
    assert "请耐心等待" in "".join(before)
    assert b"[DONE]" not in came


def stream_reset(struck: Struck, example: Rule) -> None:
    struck.set(example)
    came = b""
    with struck.stream() as reply, pytest.raises(httpx.ReadError, match="reset"):
        assert reply.status_code == 200
        for piece in reply.iter_raw():
            came += piece
    assert b".mp4" not in came  # what was on its way is lost with a reset


def stream_silent_end(struck: Struck, example: Rule) -> None:
    raw = struck_events(struck, example)
    assert b"[DONE]" not in b"".join(raw)
    assert all(chunk["choices"][0]["finish_reason"] is None for chunk in some(chunks(raw)))
    assert any(".mp4" in text for text in said(raw))


def stream_error_event(struck: Struck, example: Rule) -> None:
    usual = alike(said(clean(struck)))
    raw = struck_events(struck, example)
    found = chunks(raw)
    (at,) = [number for number, chunk in enumerate(found) if "error" in chunk]
    assert found[at]["error"]["code"] == "server_error"
    assert ".mp4" not in json.dumps(found[:at])
    assert ".mp4" in json.dumps(found[at:])
    assert alike(said(raw)) == usual


def stream_bare_error(struck: Struck, example: Rule) -> None:
    usual = alike(said(clean(struck)))
    line = b"".join(struck_events(struck, example))
    assert line.count(b"\n") == 1
    assert json.loads(line)["error"]["code"] == "server_error"
    struck.control.clear_faults()
    raw = struck_events(struck, example | {"when": {"chunk": "video"}})
    events, _, line = b"".join(raw).rpartition(b"\n\n")
    assert "error" in json.loads(line)
    before = alike(said([events]))
    assert before == usual[: len(before)]
    assert len(progress([events])) == 10
    assert b".mp4" not in b"".join(raw)


def stream_malformed_event(struck: Struck, example: Rule) -> None:
    usual = alike(said(clean(struck)))
    raw = b"".join(struck_events(struck, example))
    events = raw.removesuffix(b"\n\n").split(b"\n\n")
    whole = [event for event in events if _parses(event)]
    assert len(events) == len(whole) + 1
    assert alike(said([b"\n\n".join(whole)])) == usual
    assert raw.endswith(DONE)


def stream_split_utf8(struck: Struck, example: Rule) -> None:
    usual = alike(said(clean(struck)))
    raw = struck_events(struck, example)
    assert alike(said(raw)) == usual
    inside = [piece for piece in raw if piece and 0x80 <= piece[0] < 0xC0]
    assert len(inside) >= len(usual) - 1  # each event that has such a character


def stream_joined_events(struck: Struck, example: Rule) -> None:
    in_all = b"".join(clean(struck)).count(b"data: ")
    raw = struck_events(struck, example)
    groups = [piece.count(b"data: ") for piece in raw]
    assert groups[:-1] == [5] * (in_all // 5)
    assert sum(groups) == in_all
    assert raw[-1].endswith(DONE)


def stream_split_event(struck: Struck, example: Rule) -> None:
    usual = alike(said(clean(struck)))
    raw = struck_events(struck, example)
    assert alike(said(raw)) == usual
    assert max(map(len, raw)) == 7
    assert raw[0] == b"data: {"


def stream_crlf(struck: Struck, example: Rule) -> None:
    raw = b"".join(struck_events(struck, example))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    events = raw.removesuffix(b"\r\n\r\n").split(b"\r\n\r\n")
    assert [event.startswith(b": comment\r\ndata: ") for event in events] == [True] * len(events)
    assert raw.endswith(b"data: [DONE]\r\n\r\n")
    assert len(progress([raw])) == 10


def stream_no_blank(struck: Struck, example: Rule) -> None:
    usual = alike(said(clean(struck)))
    raw = b"".join(struck_events(struck, example))
    lines = [line for line in raw.split(b"\n") if line]
    assert [line[:6] for line in lines] == [b"data:{"] * (len(lines) - 1) + [b"data:["]
    assert alike(said([raw.replace(b"data:", b"data: ")])) == usual


def stream_ids(struck: Struck, example: Rule) -> None:
    usual = alike(said(clean(struck)))
    raw = b"".join(struck_events(struck, example))
    events = raw.removesuffix(b"\n\n").split(b"\n\n")
    assert events[1::2] == [b": keep-alive"] * len(events[::2])
    ids = [int(event.split(b"\n")[0].removeprefix(b"id: ")) for event in events[::2]]
    assert ids == list(range(len(ids)))
    assert alike(said([raw])) == usual


def stream_single_newlines(struck: Struck, example: Rule) -> None:
    usual = b"".join(clean(struck)).count(b"data: ")
    raw = b"".join(struck_events(struck, example))
    assert b"\n\n" not in raw
    lines = raw.splitlines()
    assert [line[:6] for line in lines] == [b"data: "] * usual
    assert len(progress([line + b"\n\n" for line in lines])) == 10


def stream_empty_choices(struck: Struck, example: Rule) -> None:
    usual = alike(said(clean(struck)))
    raw = struck_events(struck, example)
    first, second, *_ = chunks(raw)
    assert first == second | {"choices": []}
    assert second["choices"]
    assert alike(said([b"".join(raw).partition(b"\n\n")[2]])) == usual


def stream_heartbeats(struck: Struck, example: Rule) -> None:
    struck.set(example)
    raw, _ = struck.turning(lambda: struck.events("a cat"), "10s")
    before, after = b"".join(raw).split(b": keep-alive\n\n" * 3)
    assert b"keep-alive" not in before + after
    assert len(progress([before])) == 10
    assert b".mp4" in after
    assert b".mp4" not in before


def stream_duplicated(struck: Struck, example: Rule) -> None:
    levels = progress(struck_events(struck, example))
    assert len(levels) == 11
    assert len(set(levels)) == 10
    assert levels == sorted(levels)  # the second follows the first


def stream_reordered(struck: Struck, example: Rule) -> None:
    levels = progress(struck_events(struck, example))
    assert len(set(levels)) == 10
    (at,) = [at for at in range(9) if levels[at] > levels[at + 1]]
    levels[at], levels[at + 1] = levels[at + 1], levels[at]
    assert levels == sorted(levels)


def stream_progress_back(struck: Struck, example: Rule) -> None:
    levels = progress(struck_events(struck, example))
    falls = [at for at in range(1, len(levels)) if levels[at] < levels[at - 1]]
    assert falls == [5]
    assert levels[5] == levels[0]
    assert levels[6:] == sorted(levels[6:])


def stream_missing_role(struck: Struck, example: Rule) -> None:
    usual = roles(clean(struck))
    assert (usual[0], set(usual[1:])) == ("assistant", {None})
    assert roles(struck_events(struck, example)) == usual[1:]


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
