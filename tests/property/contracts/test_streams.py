"""However the bytes of a stream are cut, the verdict is the same."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import contracts

FILE = Path(__file__).parents[3] / "fixtures" / "apiyi" / "streams" / "chat_n2.sse"
EVENTS = FILE.read_text("utf-8").split("\n\n")[:-1]
LINE_ENDS = st.sampled_from(["\n", "\r", "\r\n"])


@st.composite
def streams(draw):
    """A stream that is near the documented one: events dropped, doubled, moved or broken."""
    events = list(EVENTS)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(events) - 1))
        change = draw(st.sampled_from(["drop", "double", "swap", "junk", "comment", "none"]))
        if change == "drop" and len(events) > 1:
            del events[at]
        elif change == "double":
            events.insert(at, events[at])
        elif change == "swap":
            events[at], events[-1] = events[-1], events[at]
        elif change == "junk":
            events[at] = events[at].replace('"', "", 1)
        elif change == "comment":
            events.insert(at, ": keep-alive")
    end = draw(LINE_ENDS)
    whole = "".join(event + end + end for event in events).encode()
    return whole[: len(whole) - draw(st.integers(0, 6))]


@given(streams(), st.lists(st.integers(0, 6000), max_size=12))
def test_any_cut_gives_the_same_verdict(body, cuts):
    places = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    pieces = [body[a:b] for a, b in pairwise(places)]
    whole, cut = (contracts.SseValidator("apiyi", "chat", videos=2) for _ in range(2))
    told = whole.feed(body)
    told_in_pieces = [problem for piece in pieces for problem in cut.feed(piece)]
    assert told_in_pieces == told
    assert cut.finish() == whole.finish()


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_validator(body):
    validator = contracts.SseValidator("apiyi", "chat")
    validator.feed(body)
    assert not validator.finish().conforms
