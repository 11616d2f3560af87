"""What a server needs for an effect: plain ASGI performs all but what touches the connection."""

from __future__ import annotations

import pytest

from mockserver.domain.reply.reply import PLAIN, Effects


@pytest.mark.parametrize(
    "effects",
    [
        Effects(ending="close"),
        Effects(ending="hang"),
        Effects(ending="reset"),
        Effects(idle_ms=0),
        Effects(length_offset_bytes=-1),
    ],
)
def test_an_end_before_its_time_or_an_idle_connection_needs_the_transport(effects: Effects) -> None:
    assert effects.needs_transport


@pytest.mark.parametrize("effects", [PLAIN, Effects(chunk_bytes=7, chunk_gap_ms=5)])
def test_what_keeps_its_connection_does_not(effects: Effects) -> None:
    assert not effects.needs_transport
