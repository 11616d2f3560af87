"""Where two replies first differ, and which performances come that far."""

from __future__ import annotations

from collections import Counter
from itertools import combinations_with_replacement, product

import pytest
from msgspec.structs import replace

from mockserver.domain.job.plan import Plan, Step
from mockserver.domain.reply.difference import Place, first_difference, reached
from mockserver.domain.reply.performed import NOTHING_LEFT, Performed, at_once
from mockserver.domain.reply.reply import (
    PLAIN,
    Effects,
    Frame,
    MediaRef,
    Reply,
    Stream,
    json_reply,
    unfolded,
)
from mockserver.providers.apiyi.chat import MOMENTS

NOW_MS = 1_000
BODY = b"0123456789"
PLAIN_REPLY = Reply(200, ((b"content-type", b"text/plain"),), BODY)
STREAM = Reply(200, (), tuple(Frame(NOW_MS + 100 * n, b"data: %d\n\n" % n) for n in range(4)))
VIDEO = Reply(200, (), MediaRef("landscape-720p.mp4", "task", 0, 0, 100_000, 100_000))


def effects(reply: Reply, **changes: object) -> Reply:
    return replace(reply, effects=replace(reply.effects, **changes))


@pytest.mark.parametrize("reply", [PLAIN_REPLY, STREAM, VIDEO, json_reply(404, {"a": 1})])
def test_a_reply_does_not_differ_from_itself(reply: Reply) -> None:
    assert first_difference(reply, replace(reply), NOW_MS) is None


@pytest.mark.parametrize(
    ("faulty", "place"),
    [
        (effects(PLAIN_REPLY, head_delay_ms=5), Place("moment", at_ms=NOW_MS)),
        (replace(PLAIN_REPLY, not_before_ms=NOW_MS + 9), Place("moment", at_ms=NOW_MS)),
        (effects(PLAIN_REPLY, cut_in_head_bytes=0, ending="hang"), Place("end")),
        (replace(PLAIN_REPLY, status=500), Place("status")),
        (replace(PLAIN_REPLY, headers=()), Place("header")),
        (replace(PLAIN_REPLY, body=BODY[:5]), Place("header")),
        (effects(PLAIN_REPLY, length_offset_bytes=3, ending="close"), Place("header")),
        (effects(PLAIN_REPLY, body_delay_ms=7), Place("moment", 0, NOW_MS)),
        (replace(PLAIN_REPLY, body=b"0123X56789"), Place("byte", 4)),
        (effects(PLAIN_REPLY, chunk_bytes=4, chunk_gap_ms=9), Place("chunk", 4)),
        (effects(PLAIN_REPLY, cut_after_bytes=6, ending="close"), Place("end", 6)),
        (effects(PLAIN_REPLY, cut_after_bytes=0, ending="reset"), Place("end", 0)),
        (effects(PLAIN_REPLY, idle_ms=0), Place("idle")),
    ],
)
def test_the_first_difference_of_a_reply_is_found(faulty: Reply, place: Place) -> None:
    assert first_difference(PLAIN_REPLY, faulty, NOW_MS) == place


def frames(*changed: Frame) -> Reply:
    return replace(STREAM, body=changed)


ONE, TWO, THREE, FOUR = STREAM.body if isinstance(STREAM.body, tuple) else ()


@pytest.mark.parametrize(
    ("faulty", "place"),
    [
        (frames(ONE, TWO), Place("end", 18)),
        (frames(ONE, TWO, replace(THREE, data=b"data: X\n\n"), FOUR), Place("byte", 24)),
        (frames(ONE, TWO, replace(THREE, at_ms=9999), FOUR), Place("moment", 18, NOW_MS + 200)),
        (frames(ONE, replace(TWO, data=b"data"), replace(TWO, data=b": 1\n\n", apart=True), THREE,
                FOUR), Place("chunk", 13)),
        (frames(ONE, TWO, THREE, FOUR, replace(FOUR, data=b"more")), Place("chunk", 36)),
        (effects(STREAM, cut_after_bytes=20, ending="close"), Place("end", 20)),
        (effects(STREAM, ending="hang"), Place("end", 36)),
    ],
)  # fmt: skip
def test_the_first_difference_of_a_stream_is_found(faulty: Reply, place: Place) -> None:
    assert first_difference(STREAM, faulty, NOW_MS) == place


def test_a_delay_that_is_over_before_the_first_event_makes_no_difference() -> None:
    later = frames(replace(ONE, at_ms=NOW_MS + 50), TWO, THREE, FOUR)
    assert first_difference(later, effects(later, body_delay_ms=50), NOW_MS) is None
    assert first_difference(later, effects(later, body_delay_ms=51), NOW_MS) is not None


def test_a_video_differs_by_its_bytes_its_pieces_and_its_end() -> None:
    assert first_difference(VIDEO, effects(VIDEO, scrambled=True), NOW_MS) == Place("byte", 0)
    cut = effects(VIDEO, cut_after_bytes=95_000, ending="close")
    assert first_difference(VIDEO, cut, NOW_MS) == Place("end", 95_000)
    slow = effects(VIDEO, chunk_bytes=65_536, chunk_gap_ms=10)
    assert first_difference(VIDEO, slow, NOW_MS) == Place("moment", 65_536, NOW_MS)


def test_without_a_body_nothing_in_the_body_differs() -> None:
    other = replace(PLAIN_REPLY, body=b"0123X56789")
    assert first_difference(PLAIN_REPLY, other, NOW_MS, bodiless=True) is None
    assert first_difference(PLAIN_REPLY, other, NOW_MS, bodiless=False) is not None


def test_pieces_that_a_short_body_does_not_need_make_no_difference() -> None:
    slow = effects(PLAIN_REPLY, chunk_bytes=64, chunk_gap_ms=2000)
    assert first_difference(PLAIN_REPLY, slow, NOW_MS) is None


HEAD_ONLY = Performed(0, True, False, True, 200, 0, 0, ended=False)
HALF = Performed(5, True, False, True, 200, 5, 1, ended=False)
WAITS = Performed(0, True, False, True, 0, -1, 0, ended=False)
WHOLE = at_once(200, 10)


@pytest.mark.parametrize(
    ("place", "comes_so_far"),
    [
        (Place("moment"), (WAITS, HEAD_ONLY, HALF, WHOLE)),
        (Place("status"), (HEAD_ONLY, HALF, WHOLE)),
        (Place("header"), (HEAD_ONLY, HALF, WHOLE)),
        (Place("byte", 0), (HALF, WHOLE)),
        (Place("byte", 4), (HALF, WHOLE)),
        (Place("byte", 5), (WHOLE,)),
        (Place("moment", 0, 99_999), (HEAD_ONLY, HALF, WHOLE)),
        (Place("moment", 5, 99_999), (HALF, WHOLE)),
        (Place("moment", 6, 99_999), (WHOLE,)),
        (Place("chunk", 5), (HALF, WHOLE)),
        (Place("chunk", 6), (WHOLE,)),
        (Place("end", 5), (WHOLE,)),
        (Place("later"), ()),
    ],
)
def test_a_place_counts_once_a_performance_has_come_there(
    place: Place, comes_so_far: tuple[Performed, ...]
) -> None:
    for done in (NOTHING_LEFT, WAITS, HEAD_ONLY, HALF, WHOLE):
        assert reached(place, done, NOW_MS) == (done in comes_so_far), done


def test_a_moment_counts_when_it_passes_while_the_client_waits_for_what_follows() -> None:
    stalled = Performed(5, True, False, True, 200, 0, 1, ended=False)
    assert not reached(Place("moment", 5, NOW_MS + 1), stalled, NOW_MS)
    assert reached(Place("moment", 5, NOW_MS + 1), stalled, NOW_MS + 1)


def test_effects_that_say_nothing_are_plain() -> None:
    assert Effects() == PLAIN


TICKS = ("progress",) * 10


def timed(queued_ms: int, running_ms: int, done_ms: int, kinds: tuple[str, ...]) -> Stream:
    """A stream of a job with such steps, and with events of these kinds."""
    steps = (
        Step(NOW_MS + queued_ms, "queued"),
        Step(NOW_MS + running_ms, "running"),
        Step(NOW_MS + done_ms, "succeeded"),
        Step(NOW_MS + 10_000, "expired"),
    )
    plan = Plan(steps, "00", NOW_MS, NOW_MS)
    tails = tuple(b"x" * n for n in range(len(kinds)))
    moments = tuple(MOMENTS.get(kind, "end") for kind in kinds)
    return Stream(
        plan, NOW_MS + queued_ms, NOW_MS + done_ms, b"data: ", (*kinds, "done"), moments, tails, b""
    )


@pytest.mark.parametrize("kinds", [("role",), ("role", "waiting", *TICKS), (*TICKS, "stop")])
@pytest.mark.parametrize("head_ms", [0, 11, 15, 40])
def test_streams_at_other_times_differ_where_their_frames_do(
    kinds: tuple[str, ...], head_ms: int
) -> None:
    found: Counter[str] = Counter()
    moments = [timed(*each, kinds) for each in combinations_with_replacement((0, 11, 22, 33), 3)]
    streams = [replace(each, closing=closing) for each in moments for closing in (b"", b"[DONE]")]
    replies = [Reply(200, (), each) for each in streams]
    frames = [unfolded(reply) for reply in replies]
    for one, other in product(range(len(replies)), repeat=2):
        place = first_difference(replies[one], replies[other], NOW_MS + head_ms)
        assert place == first_difference(frames[one], frames[other], NOW_MS + head_ms)
        found[place.what if place else "nowhere"] += 1
    assert found["nowhere"] >= len(replies)
    assert found["chunk"] > 0
    assert found["moment"] > 0 or head_ms == 40
