"""Events can be read back from their bytes, however the bytes are cut."""

from __future__ import annotations

import itertools
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.reply import sse
from mockserver.domain.reply.reply import encode_json

JSON = st.dictionaries(st.text(), st.text() | st.integers(-(2**60), 2**60), max_size=4)


def read(chunks: list[bytes]) -> list[bytes]:
    """A reader of its own: the data of each event, by the rules of the standard."""
    events, lines = [], b"".join(chunks).split(b"\n")
    data: list[bytes] = []
    for line in lines:
        if line.startswith(b"data: "):
            data.append(line.removeprefix(b"data: "))
        elif not line and data:
            events.append(b"\n".join(data))
            data = []
    return events


@given(st.lists(JSON, max_size=5), st.lists(st.integers(0, 200)))
def test_a_stream_reads_back_as_what_was_sent(
    contents: list[dict[str, Any]], cuts: list[int]
) -> None:
    whole = b"".join(sse.event(encode_json(content)) for content in contents) + sse.DONE
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    chunks = [whole[a:b] for a, b in itertools.pairwise(places)]
    events = read(chunks)
    assert events[-1] == b"[DONE]"
    assert [json.loads(event) for event in events[:-1]] == contents
