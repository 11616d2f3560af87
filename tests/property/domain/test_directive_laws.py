"""A prompt is a text, a directive, or a refusal; never a crash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.input.errors import Refusal
from mockserver.domain.scenario.scenario import Choice, directive

NAMES = ("succeed", "fail", "slow")
WORDS = st.text("abcxyz0189%._-", min_size=1, max_size=8)
PLAIN = st.text().filter(lambda text: "[mock:" not in text)


def names() -> tuple[str, ...]:
    return NAMES


@given(PLAIN)
def test_a_prompt_without_a_directive_chooses_nothing(prompt: str) -> None:
    assert directive(prompt, names) is None


@given(
    PLAIN.filter(lambda text: "[mock" not in text),
    st.sampled_from(NAMES),
    st.dictionaries(WORDS, WORDS, max_size=4),
    PLAIN,
)
def test_a_directive_is_read_wherever_it_stands(
    before: str, name: str, options: dict[str, str], after: str
) -> None:
    words = "".join(f" {key}={value}" for key, value in options.items())
    prompt = f"{before}[mock:{name}{words}]{after}"
    assert directive(prompt, names) == Choice(name, options)


@given(st.text().map(lambda text: "a cat [mock:" + text))
def test_a_broken_directive_is_refused_in_words(prompt: str) -> None:
    try:
        choice = directive(prompt, names)
    except Refusal as refusal:
        assert refusal.kind == "bad_directive"
        assert refusal.reason.startswith("prompt: ")
    else:
        assert choice is not None
        assert choice.name in NAMES


@given(WORDS.filter(lambda word: word not in NAMES))
def test_an_unknown_name_is_refused_with_the_valid_ones(name: str) -> None:
    with pytest.raises(Refusal, match=r"expected one of|did you mean"):
        directive(f"[mock:{name}]", names)
