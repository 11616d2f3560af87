"""Numbers that stand in sentences are counted again: a page says how many there are today."""

from __future__ import annotations

import re
import tomllib

import pytest

from mockserver.cli.demo_steps.jobs import takes
from mockserver.settings import Settings
from tests.architecture.repository import ROOT

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OWN = {"dev", "mutants"}  # for work on Reelmock itself
EXTRAS = [extra for extra in PROJECT["optional-dependencies"] if extra not in OWN]
LUMEN = ROOT / "tests/examples/lumen/reelmock_lumen/provider"
MODEL = (ROOT / "mockserver/dashboard/static/model.js").read_text("utf-8")
PROFILES = [*ROOT.glob("mockserver/profiles/*.yaml")]
GUIDES = "docs/guides"


def lines(pattern: str) -> int:
    """How many lines the Python files of Lumen's provider have, to the nearest ten."""
    files = LUMEN.glob(pattern)
    return round(sum(len(file.read_text("utf-8").splitlines()) for file in files), -1)


def constant(name: str) -> int:
    """A bound of the dashboard's page."""
    found = re.search(rf"{name} = (\d+);", MODEL)
    assert found is not None
    return int(found[1])


COUNTED = [
    ("README.md", "There are {} extras", len(EXTRAS)),
    ("README.md", "runs {} jobs, checks", len(takes())),
    ("README.md", "| runs {} jobs at all three providers", len(takes())),
    (f"{GUIDES}/faults.md", "{} profiles come with", len(PROFILES)),
    (f"{GUIDES}/emulate-your-own-provider.md", "The provider has {} lines", lines("*.py")),
    (f"{GUIDES}/first-steps.md", "runs jobs {} times as fast", int(Settings().speed)),
    (f"{GUIDES}/time.md", "starts at speed {}:", int(Settings().speed)),
    (f"{GUIDES}/dashboard.md", "keeps the last {} jobs", constant("MOST_TASKS")),
    (f"{GUIDES}/dashboard.md", "up to {} calls", constant("MOST_MARKS")),
]


@pytest.mark.parametrize(("page", "sentence", "count"), COUNTED)
def test_a_number_in_a_sentence_is_the_one_of_today(page: str, sentence: str, count: int) -> None:
    text = re.sub(r"\s+", " ", (ROOT / page).read_text("utf-8")).lower()
    spelt = [f"{count:,}", str(count), *(WORDS[count : count + 1])]
    assert any(sentence.format(word).lower() in text for word in spelt), (sentence, count)


def test_every_extra_is_named_where_they_are_counted() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    (paragraph,) = [line for line in text.splitlines() if "extras:" in line]
    assert [extra for extra in EXTRAS if f"`{extra}`" not in paragraph] == []
