"""A slow body comes in as many pieces as asked for, and takes no longer for being a stream."""

from __future__ import annotations

import pytest

from mockserver.domain.fault.fault import Hit
from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.provider import Context
from mockserver.domain.reply.reply import Effects, Frame, MediaRef, Reply
from mockserver.domain.time.clock import start_clock
from mockserver.faults.slow import FAULT


def _effects(body: bytes | MediaRef | tuple[Frame, ...], **options: object) -> Effects:
    assert FAULT.reply is not None
    usual = {"pieces": 4, "bytes": None, "gap": 600}
    context = Context(0, "sb", "seed", start_clock("manual", 0), {})
    hit = Hit("rule", "slow_body", usual | options, context, _refuse, ("rule",))
    return FAULT.reply(Reply(200, (), body), hit).effects


def _refuse(refusal: Refusal) -> Reply:
    raise refusal


@pytest.mark.parametrize(
    "body", [b"x" * 1001, MediaRef("any", "t", 0, 0, 1001, 1001)], ids=["bytes", "video"]
)
def test_a_body_comes_in_so_many_pieces(body: bytes | MediaRef) -> None:
    effects = _effects(body)
    assert (effects.chunk_bytes, effects.chunk_gap_ms) == (251, 600)
    assert -(-1001 // effects.chunk_bytes) == 4


def test_a_size_of_pieces_counts_in_place_of_their_number() -> None:
    effects = _effects(b"x" * 1001, bytes=10)
    assert (effects.chunk_bytes, effects.chunk_gap_ms) == (10, 600)


def test_the_pauses_of_a_stream_last_as_long_as_those_of_a_body() -> None:
    frames = tuple(Frame(n, b"x" * 100) for n in range(20))
    effects = _effects(frames)
    assert effects.chunk_bytes == 25
    assert effects.chunk_gap_ms * 3 * 20 == 3 * 600


def test_an_empty_body_has_nothing_to_pause_for() -> None:
    assert _effects(b"").chunk_bytes == 1
