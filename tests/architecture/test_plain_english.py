"""Turns of English over which readers stumbled: no page, help text, docstring or comment has them.

The list is short on purpose. Each turn can be found without false alarms, and each was on a page that
somebody who had learnt English at school could not read (`docs/contributing.md`, "Plain English").
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT, name, sources
from tests.support.some import some

# Each turn with what to write in its place, and a sentence that has it.
TURNS = {
    r"\bbut for\b": ("except", "The same, but for the length."),
    r"(?<!again )(?<!left )(?<!them )(?<!stands )(?<!taken )\balone\b": (
        "only",
        "The status alone counts.",
    ),
    r"\bnone of (?:them|it|these|those)\b": ("no …", "They wait where none of them may go."),
    r"\bwhere (?:none|there (?:is|are) none|it is none|no one)\b": (
        "if there is no …",
        "It is empty where none is.",
    ),
    r"\bnone (?:comes?|came)\b": ("no …", "It polls where none comes."),
    r"(?:^|[.:;] )Who(?=\s)(?![^.?]*\?)": ("a client that …", "Who polls sends the same again."),
    r"\b(?:so does|so do|by|of|to|for|from|over|than|wakes|tells) who\b": (
        "everybody who …",
        "It wakes who waits for it.",
    ),
    r"\b[Ww]hoever\b": ("everybody who", "Whoever waits is told."),
    r"\bthe one alone\b|\balone the\b": ("only", "The first alone the other."),
    r"\b(?:is|are|was|were) dear\b|\bdear (?:where|for|when)\b": (
        "costs much",
        "It is dear for all.",
    ),
    r"\bmends?\b|\bmended\b|\bmending\b": ("correct", "It says how to mend it."),
    r"\ball the same\b|\bfor all that\b": ("anyway", "It is sent all the same."),
    r"\bas ever\b|\bever after\b": ("as usual, from then on", "It is collected as ever."),
    r"\bto be had\b": ("that you can get", "There is nothing to be had."),
    r"\b(?:None|empty|null) where\b|\bempty without\b": (
        "None if …, empty if …",
        "The name; None where nobody has it.",
    ),
    r"\bwhere (?:it|they) (?:has|have) none\b": ("if it has no …", "It is 0 where it has none."),
    r"\b(?:is|are) none of\b": ("is not one of", "The word is none of a, b and c."),
    r"\bat worst\b": ("at most", "It costs 5 at worst."),
    r"\blosers?\b": ("other sources", "The losers are further values."),
    r"\bby dialect\b": ("in a dialect", "By dialect it is a list, or a text by dialect."),
    r"\bhas to be there\b": ("is required", "A text that has to be there."),
    r"\b(?:is|are|was|were) had\b": ("come from", "It says how its messages are had."),
    r"\bof (?:its|their) own accord\b": ("by itself", "It ends of its own accord."),
    r"\bhas it that\b|\bbe that as it may\b": ("says that", "The page has it that all is well."),
}
FOLDERS = ("docs", "docs/guides", "docs/decisions", "docs/reference")
PAGES = [ROOT / "README.md", ROOT / "tests/README.md", ROOT / "tests/truth/README.md"]
PAGES += sorted(page for folder in FOLDERS for page in (ROOT / folder).glob("*.md"))
CODE = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)", re.DOTALL)
QUOTED = re.compile(r'"[^"]*"')  # a turn that a page warns of


def prose_of_page(page: Path) -> Iterator[tuple[int, str]]:
    """The paragraphs of a page with their first lines, without code."""
    text = CODE.sub(lambda found: "\n" * found[0].count("\n"), page.read_text("utf-8"))
    at = 1
    for part in re.split(r"(\n\s*\n)", text):
        yield at, QUOTED.sub("", part)
        at += part.count("\n")


def prose_of_source(source: str) -> Iterator[tuple[int, str]]:
    """Docstrings, messages and comments of a file, without code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, CODE.sub("", node.value)
    comment, began = "", 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            began = began or token.start[0]
            comment += token.string.lstrip("#")
        elif token.type not in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT) and comment:
            yield began, CODE.sub("", comment).strip()
            comment, began = "", 0


def turns_in(text: str) -> list[str]:
    """The turns of a text, each with what to write in its place."""
    flat = " ".join(text.split())
    return [
        f"{found[0]!r} (write: {instead})"
        for turn, (instead, _) in TURNS.items()
        if (found := re.search(turn, flat))
    ]


def _found(path: Path, prose: Iterator[tuple[int, str]]) -> list[str]:
    return [f"{name(path)}:{line}: {turn}" for line, text in prose for turn in turns_in(text)]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_has_no_turn_over_which_readers_stumble(page: Path) -> None:
    assert not _found(page, prose_of_page(page))


def test_no_docstring_comment_or_help_text_has_one() -> None:
    found = [_found(path, prose_of_source(path.read_text("utf-8"))) for path in some(sources())]
    assert not [turn for turns in found for turn in turns]


@pytest.mark.parametrize("turn", TURNS)
def test_each_turn_is_found_where_it_is_planted(turn: str) -> None:
    _, sentence = TURNS[turn]
    assert re.search(turn, sentence)
    planted = f'"""A module. {sentence}"""\n\nx = 1  # {sentence}\n\n# And here.\n# {sentence}\n'
    lines = [line for line, text in prose_of_source(planted) if turns_in(text)]
    assert sorted(lines) == [1, 3, 5]


@pytest.mark.parametrize(
    "sentence",
    [
        "Who waits for a sandbox?",
        "A case that hung runs again alone.",
        "Leave them alone while one is large.",
        "The client who polls is told.",
        "It is empty if there is no task.",
    ],
)
def test_good_english_passes(sentence: str) -> None:
    assert not turns_in(sentence)
