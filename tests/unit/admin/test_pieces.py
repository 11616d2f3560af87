"""A large document leaves piece by piece, and is the one that it would have been at once."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

from mockserver.admin.http.pieces import AT_ONCE, Listed, Pieces
from tests.support.loop_turns import LoopTurns


def _read(pieces: Pieces) -> object:
    async def read() -> bytes:
        return b"".join([text async for text in pieces.texts()])

    return json.loads(asyncio.run(read()))


def test_a_document_in_pieces_says_what_it_says_at_once() -> None:
    for count in (0, 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE):
        numbers = Listed([range(count)], lambda number: {"n": number})
        found = _read(Pieces((b'{"some":[', numbers, b'],"others":[', numbers, b"]}")))
        shown = [{"n": number} for number in range(count)]
        assert found == {"some": shown, "others": shown}


def test_pages_follow_one_another_and_an_empty_one_leaves_no_trace() -> None:
    pages = [range(1), range(0), range(1, 2 * AT_ONCE + 1)]
    found = _read(Pieces((b"[", Listed(pages, lambda number: number), b"]")))
    assert found == list(range(2 * AT_ONCE + 1))


def test_no_turn_shows_more_than_some_records() -> None:
    count = 5 * AT_ONCE
    shown_in: Counter[int] = Counter()

    async def read() -> None:
        with LoopTurns() as turns:

            def show(number: int) -> int:
                shown_in[turns.count] += 1
                return number

            pieces = Pieces((b"[", Listed([range(count)], show), b"]"))
            assert [text async for text in pieces.texts()]

    asyncio.run(read())
    assert sum(shown_in.values()) == count
    assert max(shown_in.values()) == AT_ONCE
