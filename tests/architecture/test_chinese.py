"""The Chinese pages say what the English ones say: as far as a test can see, they cannot drift."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT, name
from tests.support.some import some

CHINESE = [ROOT / "README.zh-CN.md", *sorted((ROOT / "docs/guides/zh-CN").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
REMARK = re.compile(r"(?:^|\s)#\s.*$", re.MULTILINE)


def english(page: Path) -> Path:
    """The page that a Chinese one follows."""
    if page.parent == ROOT:
        return ROOT / "README.md"
    return page.parent.parent / page.name


def headings(text: str) -> list[int]:
    """The levels of the headings, in order."""
    plain = FENCE.sub("", text)
    return [len(mark) for mark in re.findall(r"^(#+) ", plain, re.MULTILINE)]


def code(text: str) -> list[tuple[str, str]]:
    """The blocks of code; what is remarked in a shell block may be in either language."""
    return [
        (kind, "\n".join(line.rstrip() for line in REMARK.sub("", block).splitlines()))
        if kind == "sh"
        else (kind, block)
        for kind, block in FENCE.findall(text)
    ]


def rows(text: str) -> list[int]:
    """How many cells each row of each table has."""
    plain = FENCE.sub("", text)
    return [line.count("|") for line in plain.splitlines() if line.startswith("|")]


def words(text: str) -> list[str]:
    """The commands, options and names that stand in the sentences."""
    return sorted(set(re.findall(r"`([^`\n]+)`", FENCE.sub("", text))))


ASPECTS: list[Callable[[str], object]] = [headings, code, rows, words]


def test_readme_and_the_first_guides_are_there_in_chinese() -> None:
    wanted = {"README.zh-CN.md", "first-steps.md", "pytest.md", "campaigns.md"}
    assert {page.name for page in CHINESE} == wanted


@pytest.mark.parametrize("aspect", ASPECTS, ids=lambda aspect: aspect.__name__)
@pytest.mark.parametrize("page", CHINESE, ids=name)
def test_a_chinese_page_has_what_the_english_one_has(
    page: Path, aspect: Callable[[str], object]
) -> None:
    assert aspect(page.read_text("utf-8")) == aspect(english(page).read_text("utf-8"))


def test_both_readmes_lead_to_the_chinese_guides() -> None:
    guides = [path for path in CHINESE if path.parent != ROOT]
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text("utf-8")
        for guide in some(guides):
            assert f"]({name(guide)})" in text, readme


@pytest.mark.parametrize(
    ("aspect", "change"),
    [
        (headings, ("## One\n", "")),
        (headings, ("## One\n", "### One\n")),
        (code, ("reelmock serve", "reelmock server")),
        (code, ("x = 1", "x = 1  # set")),
        (rows, ("| a | b |\n", "")),
        (words, ("`--json`", "--json")),
    ],
)
def test_a_page_that_drifts_is_seen(
    aspect: Callable[[str], object], change: tuple[str, str]
) -> None:
    page = "## One\n\n```sh\nreelmock serve  # a remark\n```\n\n"
    page += "```python\nx = 1\n```\n\n| a | b |\n\nSee `--json`.\n"
    assert aspect(page.replace("a remark", "备注")) == aspect(page)
    assert aspect(page.replace(*change)) != aspect(page)
