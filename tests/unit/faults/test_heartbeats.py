"""Heartbeats fill the wait before a chunk, at their pace, and make nobody wait longer."""

from __future__ import annotations

import pytest

from mockserver.domain.fault.fault import Hit
from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.provider import Context
from mockserver.domain.reply.reply import Frame, Reply
from mockserver.domain.time.clock import start_clock
from mockserver.faults.insert_event import COMMENT, FAULT


def _refuse(refusal: Refusal) -> Reply:
    raise refusal


@pytest.mark.parametrize(
    ("wait_ms", "beats"),
    [(10_000, [6000, 8000, 10_000]), (3000, [0, 2000, 3000]), (0, [0, 0, 0])],
)
def test_beats_come_at_their_pace_up_to_the_chunk_and_not_before_the_one_ahead(
    wait_ms: int, beats: list[int]
) -> None:
    assert FAULT.reply is not None
    told = {"event": "comment", "where": "before", "usual": "video", "last": False}
    context = Context(0, "sb", "seed", start_clock("manual", 0), {})
    options = told | {"count": 3, "every": 2000}
    hit = Hit("rule", "stream_heartbeats", options, context, _refuse, ("rule",))
    frames = (Frame(0, b"first"), Frame(wait_ms, b"video", kind="video"))
    body = FAULT.reply(Reply(200, (), frames), hit).body
    assert isinstance(body, tuple)
    assert body == (frames[0], *(Frame(at, COMMENT, apart=True) for at in beats), frames[1])
