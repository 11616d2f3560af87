"""How the journal's bodies are shown."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from msgspec import to_builtins

from mockserver.admin.responses.entry import body_shown as told


def body_shown(body: bytes, size_bytes: int) -> Any:
    """A body as it is sent."""
    return to_builtins(told(body, size_bytes))


@given(st.text(min_size=1))
@effort(max_examples=50)
def test_text_comes_back_whole(text: str) -> None:
    body = text.encode()
    expected = {"text": text, "size_bytes": len(body), "truncated": False}
    assert body_shown(body, len(body)) == expected


@given(st.binary(min_size=1))
@effort(max_examples=50)
def test_no_byte_is_lost(body: bytes) -> None:
    shown = body_shown(body, len(body))
    assert shown is not None
    assert (shown["text"].encode() if "text" in shown else b64decode(shown["base64"])) == body


@given(st.text(min_size=1), st.integers(min_value=0, max_value=400))
@effort(max_examples=50)
def test_text_cut_inside_a_character_is_still_text(text: str, cap: int) -> None:
    body = text.encode()
    shown = body_shown(body[:cap], len(body))
    assert shown is not None
    assert text.startswith(shown["text"])
    assert shown["truncated"] == (cap < len(body))


def test_no_body_is_null() -> None:
    assert body_shown(b"", 0) is None


def test_a_body_of_which_nothing_was_kept_says_its_size() -> None:
    assert body_shown(b"", 9) == {"text": "", "size_bytes": 9, "truncated": True}
