"""However the bytes are cut, the same events come out."""

from __future__ import annotations

import itertools
import json

from hypothesis import given
from hypothesis import strategies as st

from clientlib._chat import ChatReader, StreamFinished, StreamVideo
from clientlib._sse import EventDecoder, ServerEvent

LINE = st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"), max_size=20)


@st.composite
def cuts(draw: st.DrawFn, content: st.SearchStrategy[bytes]) -> tuple[bytes, list[bytes]]:
    """Some bytes, whole and in pieces."""
    whole = draw(content)
    places = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=12)))
    edges = [0, *places, len(whole)]
    return whole, [whole[a:b] for a, b in itertools.pairwise(edges)]


def decoded(*chunks: bytes) -> list[ServerEvent]:
    decoder = EventDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


FIELDS = st.one_of(
    LINE.map(lambda text: f"data: {text}"),
    LINE.map(lambda text: f"event: {text}"),
    LINE.map(lambda text: f": {text}"),
    LINE,
    st.just(""),
)


@given(
    cuts(
        st.lists(st.tuples(FIELDS, st.sampled_from(["\n", "\r\n", "\r"]))).map(
            lambda lines: "".join(a + b for a, b in lines).encode()
        )
    )
)
def test_an_event_stream_does_not_care_where_it_is_cut(
    stream: tuple[bytes, list[bytes]],
) -> None:
    whole, pieces = stream
    assert decoded(*pieces) == decoded(whole)


@given(cuts(st.binary(max_size=200)))
def test_no_bytes_at_all_crash_the_reader(stream: tuple[bytes, list[bytes]]) -> None:
    whole, pieces = stream
    assert decoded(*pieces) == decoded(whole)


@given(st.lists(st.lists(LINE, min_size=1), max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_was_encoded_is_decoded(messages: list[list[str]], newline: str) -> None:
    lines = [
        f"data: {line}{newline}"
        for message in messages
        for line in [*message, None]
        if line is not None
    ]
    assert len(lines) == sum(map(len, messages))
    stream = "".join(
        "".join(f"data: {line}{newline}" for line in message) + newline for message in messages
    )
    assert [event.data for event in decoded(stream.encode())] == [
        "\n".join(message) for message in messages
    ]


CONTENT = (
    '```json\n{\n    "prompt": "画"\n}\n```\n\n> ⌛️ 视频正在生成中，请耐心等待...\n\n'
    "> 🏃 进度：9.0%\n\n> 🏃 进度：90.2%\n\n"
    "> ✅ 第1个视频生成成功，[点击这里](https://h.example/1.mp4) 查看视频~~~\n\n"
    "> ✅ 第2个视频生成成功，[点击这里](https://h.example/2.mp4) 查看视频~~~\n\n"
)


@given(st.lists(st.integers(0, len(CONTENT)), max_size=20))
def test_chat_content_does_not_care_where_it_is_cut(places: list[int]) -> None:
    edges = [0, *sorted(places), len(CONTENT)]
    reader = ChatReader()
    events = []
    for start, end in itertools.pairwise(edges):
        chunk = {"id": "x", "choices": [{"delta": {"content": CONTENT[start:end]}}]}
        events += list(reader.read(json.dumps(chunk)))
    events += list(reader.read("[DONE]"))
    assert [event.url for event in events if isinstance(event, StreamVideo)] == [
        "https://h.example/1.mp4",
        "https://h.example/2.mp4",
    ]
    assert isinstance(events[-1], StreamFinished)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "choices", "delta", "content", "error", "message", "usage"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_chunk_crashes_the_chat_reader(chunk: object) -> None:
    reader = ChatReader()
    try:
        list(reader.read(json.dumps(chunk)))
    except ValueError:
        assert not isinstance(chunk, dict)
