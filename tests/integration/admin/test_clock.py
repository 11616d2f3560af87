"""The clock over the control API: moved, named moments, modes."""

from __future__ import annotations

from mockserver.control import Control


def test_a_clock_moves_on_by_a_span(control: Control) -> None:
    before = control.clock()
    assert control.advance("3m").now_ms == before.now_ms + 180_000
