"""Users' regular expressions keep the syntax of `re` and stop the server for a moment at most."""

from __future__ import annotations

import re

import pytest

from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.pattern import Pattern

HOSTILE = r"(a|a)+$"
LONG = "a" * 64 + "b"
TEXTS = [
    "",
    "a cat",
    "A CAT",
    "two cats, 2 dogs",
    "画小猫",
    "straße STRASSE",
    "abab",
    "line\nline 2\n",
    "x-y_z",
    "\u00e9 \u0130 \u0131 \u017f",
    "cut [:alpha:] h] a{e} cat{e<=1} a\\{i} a{}",
    "c:]",
]
PATTERNS = [
    "cat",
    "(?i)CAT",
    "^a",
    "(?m)^line$",
    r"\bcats?\b",
    r"(?P<w>ab)(?P=w)",
    r"(ab)\1",
    "a(?= cat)",
    "(?<=two )cats",
    "(?<!two )cats",
    "cat(?!s)",
    r"\d+\s\w+",
    "猫$",
    "[a&&b]",
    "[]x-]",
    r"\Aa.*t\Z",
    "(?s)line.line",
    "(?x) a \\  cat # words",
    "(a)?(?(1) cat|猫)",
    "(?i)ſtrasse|straße",
    "a{2,}|b{,1}a",
    "(?a)\\w+é",
    "(?-i:A)",
    "x*+y|x(?>-)y",
    r"\u732b",
    "",
    "[[:alpha:]]",
    "[^[:digit:]]+$",
    r"\[:alph",
    "(?:cat){e<=1}",
    "a{e}",
    r"\{e\}|a\\{i}",
    r"\N{DIGIT TWO}{d}",
    "a{}|b{,}c",
]


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("pattern", PATTERNS)
def test_todays_syntax_means_what_it_meant(pattern: str) -> None:
    wanted = ["yes" if re.search(pattern, text) else "no" for text in TEXTS]
    assert [Pattern(pattern, "prompt").answer(text) for text in TEXTS] == wanted


@pytest.mark.parametrize("pattern", ["(", r"\p{L}", "[a", "(?<a>b)", "*", r"\L<words>", "(?e)a"])
def test_what_was_no_pattern_is_none(pattern: str) -> None:
    with pytest.raises(BadInput, match="a regular expression"):
        Pattern(pattern, "when.prompt")


def test_a_pattern_that_takes_for_ever_is_given_up() -> None:
    assert Pattern(HOSTILE, "prompt").answer(LONG) == "late"


def test_a_text_on_which_a_pattern_was_given_up_costs_no_second_try() -> None:
    pattern = Pattern(HOSTILE, "prompt")
    assert pattern.answer(LONG) == "late"
    assert pattern.tries == 1
    assert [pattern.answer(LONG), pattern.tries] == ["late", 1]
    assert [pattern.answer("aaa"), pattern.tries] == ["yes", 2]


@pytest.mark.parametrize(("text", "answer"), [("aaa", "yes"), ("b", "no"), (LONG, "late")])
def test_a_pattern_that_is_asked_again_says_what_it_said(text: str, answer: str) -> None:
    pattern = Pattern(HOSTILE, "prompt")
    assert [pattern.answer(text), pattern.answer(text), pattern.tries] == [answer, answer, 1]
    assert pattern.answer("a") == "yes"
